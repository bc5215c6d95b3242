import Authoring
import Semantics
import Syntax
import Testing

/// What an edit changes is analysed alone, and gives what analysing the whole text would.
@Suite struct LiveViewPropertyTests {
  @Test func editedTextsAreAnalysedAsIfTheyWereNew() {
    var (edits, sound, revised, joined, unused) = (0, 0, 0, 0, 0)
    Soak.run("LiveViewPropertyTests", minimum: 50) { numbers in
      var statements = Statements(count: Int.random(in: 3...25, using: &numbers), using: &numbers)
      var text = LiveText(statements.text)
      for _ in 0..<8 {
        let (range, replacement) = statements.edit(using: &numbers)
        text.replace(range, with: replacement)
        edits += 1
        let fresh = text.fresh
        let isSound = !fresh.diagnostics.contains { $0.severity == .error }
        if isSound { sound += 1 }
        let isRevised = isSound && text.live.steady.file.number != text.live.file.number
        let analyses = text.analysisCount
        if isRevised { revised += 1 }
        if isRevised, fresh.diagnostics.contains(where: { $0.identifier == "unused-value" }) { unused += 1 }
        if let difference = difference(text.live, fresh, isSound: isSound) {
          Issue.record(
            "edit \(edits): \(difference)\n\(replacement.debugDescription) at \(range) makes\n\(statements.text)")
          return false
        }
        if isRevised, text.analysisCount == analyses { joined += 1 }
      }
      return true
    }
    // About a quarter is; what tests little shows all the same.
    #expect(sound * 6 > edits, "only \(sound) of \(edits) edits were sound")
    print("of \(edits) texts \(sound) were sound, \(revised) revised, \(joined) of them joined")
    #expect(revised * 2 > sound, "only \(revised) of \(sound) sound texts were not analysed as a whole")
    #expect(unused * 2 > revised, "only \(unused) of \(revised) such texts had something unused")
    #expect(joined * 2 > revised, "hovers of only \(joined) of \(revised) such texts did without that")
  }

  private func difference(_ live: LiveView, _ fresh: LiveView, isSound: Bool) -> String? {
    guard isSound else {
      return live.diagnostics.contains { $0.severity == .error } ? nil : "there are errors: \(fresh.problems)"
    }
    if live.problems != fresh.problems { return "wanted \(fresh.problems), found \(live.problems)" }
    let (hints, wanted) = (live.hints(besides: -2..<(-1)), fresh.hints(besides: -2..<(-1)))
    if hints != wanted { return "hints: wanted \(wanted), found \(hints)" }
    if live.sizePlaces != fresh.sizePlaces {
      return "places of sizes: wanted \(fresh.sizePlaces), found \(live.sizePlaces)"
    }
    let lenses = (live.codeLenses().map(\.title), fresh.codeLenses().map(\.title))
    if lenses.0 != lenses.1 { return "lenses: wanted \(lenses.1), found \(lenses.0)" }
    if live.completionTexts != fresh.completionTexts {
      let (found, wanted) = (Set(live.completionTexts), Set(fresh.completionTexts))
      return "completions: \(wanted.subtracting(found)) missing, \(found.subtracting(wanted)) found"
    }
    let hovers = zip(live.hovers(besides: -2..<(-1)), fresh.hovers(besides: -2..<(-1)))
    return hovers.first { $0 != $1 }.map { "hover: wanted \($1), found \($0)" }
  }
}

extension LiveView {
  fileprivate var problems: [String] {
    diagnostics.map { "\($0.place.range) \($0.identifier): \($0.message)" }.sorted()
  }

  /// What may be written at the last statement, and in the first and the last parentheses of the text.
  fileprivate var completionTexts: [String] {
    let source = file.tree.source
    let open = source.indices.filter { source[$0] == UInt8(ascii: "(") }.map { $0 + 1 }
    let last = source.ranges(of: Array("    return ".utf8)).last.map { $0.lowerBound + 4 }
    return [last, open.first, open.last].compactMap { $0 }.flatMap { offset in
      completions(at: offset).items.map { "\(offset): \($0)" }
    }
  }

  /// Where the text decides the sizes of what each statement makes.
  fileprivate var sizePlaces: [Range<Int>?] {
    inlayHints(in: 0..<file.tree.source.count).flatMap { hint in
      (0..<3).map { axis in sizePlace(ofAxis: axis, ofResult: 0, at: hint.statement.lowerBound)?.range }
    }
  }
}

/// A model of operators in a row, a line each.
private struct Statements {
  private var lines: [String] = []
  private static let names = ["a", "b", "c", "d", "x", "y"]

  init(count: Int, using generator: inout some RandomNumberGenerator) {
    lines = Self.names.filter { $0 != "x" }.map { "\($0) = Abs(x)" }
    for _ in 0..<count { lines.append(Self.statement(using: &generator)) }
    lines.append("return Relu(x), Tanh(y)")
  }

  private static let head = """
    use onnx 21
    block B(x: T[..., D]) -> T[..., D] {
        y = Relu(x)
        return Neg(y)
    }
    block Same(x: T[..., D]) -> T[..., D] { return x }
    model m(x: f32[N, 4, 4], flag: bool[]) -> (first: f32[N, 4, 4], second: f32[N, 4, 4]) {

    """

  var text: String { Self.head + lines.map { "    \($0)\n" }.joined() + "}\n" }

  private static func statement(using generator: inout some RandomNumberGenerator) -> String {
    // Names of tensors that all have one shape, and names of others.
    func name() -> String { ["a", "b", "x", "y"].randomElement(using: &generator) ?? "x" }
    func other() -> String { ["c", "d"].randomElement(using: &generator) ?? "c" }
    switch Int.random(in: 0..<24, using: &generator) {
    case 0: return "\(name()) = Add(\(name()), \(name()))"
    case 1: return "\(name()) = Transpose(\(name()), perm=[0, 2, 1])"
    case 2: return "\(name()) = \(name()) + 2 * \(name())"
    case 3: return "\(other()), \(other()) = Split(\(name()), axis=2, num_outputs=2)"
    case 4: return "\(other()) = Concat(\(name()), \(name()), axis=1)"
    case 5: return "\(other()) = Reshape(\(name()), i64[3]{0, 4, -1})"
    case 6: return "\(name()) = \(name()) |> Relu |> Sigmoid"
    case 7: return "\(other()) = ReduceMean(\(name()), i64[1]{2}, keepdims=1)"
    case 8: return "\(name()) = Cast(\(name()), to=f32)"
    case 9: return "\(other()) = \(other())[:, 0:2]"
    case 10: return "\(other()) = Neg(\(other()))"
    case 11 where Bool.random(using: &generator): return "\(name()) = Rellu(\(name()))"
    case 12: return "\(name()) = \(name())"
    case 13: return "\(name()) = \(["B", "Same"].randomElement(using: &generator) ?? "")(\(name()))"
    case 14: return "repeat i in 0..<2 { \(name()) = Relu(\(name())) }"
    case 15: return "\(other()) = Reshape(\(name()), [N, \(["16", "2, 8"].randomElement(using: &generator) ?? "")])"
    case 16:
      let (then, other) = ("{ return \(name()) + \(name()) }", "{ return Neg(\(name())) }")
      return "\(name()) = If(flag, then_branch=\(then), else_branch=\(other))"
    case 17:
      let body = "(i: i64[], go: bool[], v: f32[N, 4, 4]) { return go, Relu(v), \(name()) }"
      return "\(name()), _ = Loop(2, _, \(name()), body=\(body))"
    case 18: return "\(other()), \(name()) = [\(name()), \(name())]"
    case 19: return "\(name()) = Clip(\(name()), 0.0, 1.0)"
    default: return "\(name()) = \(["Relu", "Neg", "Abs", "Tanh"].randomElement(using: &generator) ?? "")(\(name()))"
    }
  }

  /// Changes a line; what that replaces in the text, and by what.
  mutating func edit(using generator: inout some RandomNumberGenerator) -> (Range<Int>, String) {
    let index = Int.random(in: 0..<(lines.count - 1), using: &generator)
    let start = Self.head.utf8.count + lines[..<index].reduce(0) { $0 + $1.utf8.count + 5 } + 4
    let old = lines[index]
    switch Int.random(in: 0..<4, using: &generator) {
    case 0 where lines.count > 4:
      lines.remove(at: index)
      return (start..<(start + old.utf8.count + 5), "")
    case 1:
      let new = Self.statement(using: &generator)
      lines.insert(new, at: index)
      return (start..<start, new + "\n    ")
    default:
      let new = Self.statement(using: &generator)
      lines[index] = new
      return (start..<(start + old.utf8.count), new)
    }
  }
}
