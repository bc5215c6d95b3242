import Testing

/// Every file of `Tests/Broken`: its problems have the identifiers and the places that are written beside it.
@Suite struct BrokenFileTests {
  @Test(arguments: BrokenFile.all)
  func tellsWhatIsExpectedAndNothingElse(_ file: BrokenFile) throws {
    let expected = try file.expected()
    let reported = try file.reported()
    let missing = expected.filter { !reported.contains($0) }
    let unexpected = reported.filter { !expected.contains($0) }
    #expect(missing == [], "not reported")
    #expect(unexpected == [], "not expected")
    #expect(reported.count == expected.count)
  }

  @Test func thereAreManyFilesEachOfItsOwn() throws {
    #expect(BrokenFile.all.count >= 110)
    let texts = try BrokenFile.all.map { try Project.bytes("\($0.path).mica") }
    #expect(Set(texts).count == texts.count)
    let mistakes = try BrokenFile.all.filter { try !$0.expected().isEmpty }
    #expect(mistakes.count >= 110)
    // The word behind the range.
    let lines = try BrokenFile.all.map { try $0.expected() }.joined()
    let identifiers = lines.compactMap { line in
      line.split(separator: " ").drop { !$0.contains("..<") }.dropFirst().first
    }
    #expect(Set(identifiers).count >= 60)
  }
}
