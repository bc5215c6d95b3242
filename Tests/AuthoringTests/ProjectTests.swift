import Authoring
import Semantics
import Syntax
import Tensors
import Testing

/// What a project decides, and what wins over it.
@Suite struct ProjectTests {
  private func project(_ text: String) throws -> Project {
    let (project, diagnostics) = Project.read(Array(text.utf8), file: 7)
    try #require(diagnostics.map(\.message) == [])
    return project
  }

  private func options(
    _ project: String, _ source: String, given: ElaborationOptions = ElaborationOptions(), bindsDimensions: Bool = true
  ) throws -> ElaborationOptions {
    let program = Program(SourceFile(path: "test.mica", source: Array(source.utf8), number: 0))
    let model = try #require(program.models.first)
    return try self.project(project).options(
      for: model, of: program, given: given, bindsDimensions: bindsDimensions)
  }

  private let vit = """
    model vit(image: f32[N, 3, H, W], depth: int = 12) -> (y: f32[N, 3, H, W]) {
        return image
    }
    """

  @Test func everythingThatAFileMaySay() throws {
    let project = try project(
      """
      {
        "opset": 17,
        "dimensions": { "N": 1, "H": 224 },
        "models": { "vit": { "set": { "depth": 24, "act": "a\\"b\\n", "p": [0.5, true, null] }, "dimensions": { "N": 8 } } },
        "lint": { "unused-weights": "off", "unreachable": "error" }
      }
      """)
    #expect(project.opset == 17)
    #expect(project.dimensions == ["N": 1, "H": 224])
    #expect(project.models["vit"]?.dimensions == ["N": 8])
    #expect(
      project.models["vit"]?.configuration == ["depth": "24", "act": #""a\"b\x0a""#, "p": "[0.5, true, none]"])
    #expect(project.lint.levels == ["unused-weights": .off, "unreachable": .error])
  }

  @Test func theOperatorSetIsForTextsThatNameNone() throws {
    let text = #"{"opset": 17}"#
    #expect(try options(text, vit).opset == 17)
    #expect(try options(text, "use onnx 20\n" + vit).opset == nil)
    #expect(try options(text, "use ai.onnx 20\n" + vit).opset == nil)
    #expect(try options(text, "use com.microsoft 1\n" + vit).opset == 17)
    #expect(try options(text, vit, given: ElaborationOptions(opset: 22)).opset == 22)
    #expect(try options("{}", vit).opset == nil)
  }

  @Test func configurationIsForModelsOfTheName() throws {
    let text = #"{"models": {"vit": {"set": {"depth": 24}}, "other": {"set": {"depth": 3}}}}"#
    #expect(try options(text, vit).configuration == ["depth": "24"])
    let given = ElaborationOptions(configuration: ["depth": "6"])
    #expect(try options(text, vit, given: given).configuration == ["depth": "6"])
    #expect(try options(text, vit, bindsDimensions: false).configuration == ["depth": "24"])
  }

  /// Sizes of other models are left out silently; those of the model's own section come before the general ones.
  @Test func sizesAreForViewsAlone() throws {
    let text = #"{"dimensions": {"N": 1, "H": 32, "S": 7, "depth": 9}, "models": {"vit": {"dimensions": {"N": 8}}}}"#
    #expect(try options(text, vit).bindings == ["N": 8, "H": 32])
    #expect(try options(text, vit, given: ElaborationOptions(bindings: ["H": 64])).bindings == ["N": 8, "H": 64])
    #expect(try options(text, vit, bindsDimensions: false).bindings == [:])
    let given = ElaborationOptions(bindings: ["Q": 64])
    #expect(try options(text, vit, given: given, bindsDimensions: false).bindings == ["Q": 64])
  }

  @Test func levelsMoveWarningsAndHints() {
    let place = Place(file: 0, range: 0..<1)
    func diagnostic(_ identifier: String, _ severity: Diagnostic.Severity) -> Diagnostic {
      Diagnostic(identifier, "", at: place, severity: severity)
    }
    let all = [
      diagnostic("unused-weights", .hint), diagnostic("unreachable", .warning),
      diagnostic("weights-file-missing", .warning), diagnostic("weights-file-missing", .error),
      diagnostic("inexact-division", .warning),
    ]
    let lint = LintLevels(["unused-weights": .error, "unreachable": .hint, "weights-file-missing": .off])
    #expect(
      lint.applied(to: all) == [
        diagnostic("unused-weights", .error), diagnostic("unreachable", .hint),
        diagnostic("weights-file-missing", .error), diagnostic("inexact-division", .warning),
      ])
  }

  /// The levels that can be chosen are those that the documentation has in italics.
  @Test func theAdjustableOnesAreTheDocumentedOnes() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let file = try MappedFile(path: root + "/docs/diagnostics.md")
    let page = file.withBytes { String(decoding: $0, as: UTF8.self) }
    let documented = page.split(separator: "\n## ").dropFirst().compactMap { section in
      section.prefixMatch(of: /([a-z-]+)\n\n\*(?:Warning|Hint)/).map { String($0.output.1) }
    }
    #expect(documented == LintLevels.adjustable)
  }
}
