import Authoring
import Semantics
import Syntax
import Testing

/// What `mica new` writes.
@Suite struct ProjectStartingFileTests {
  @Test func checksCleanAndIsSized() throws {
    let text = StartingFile.text(model: "first")
    let summary = try summary(text, bindings: ["N": 1])
    #expect(summary.model == "first")
    // stem: 32 · 3 · 9 + 32; a block: 64 · 32 · 9, 2 · 64, 32 · 64 + 32; head: 10 · 32 + 10.
    #expect(summary.parameters == 896 + 3 * (18_432 + 128 + 2_080) + 330)
    #expect(summary.uncounted.isEmpty)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func theProjectFileHasNoMistake() {
    let (project, diagnostics) = Project.read(Array(StartingFile.project.utf8), file: 7)
    #expect(diagnostics.isEmpty)
    #expect(project.opset == Program.defaultOpset)
  }

  @Test(arguments: ["a", "my_net", "Net2", "_x", "model", "block", "N2"])
  func names(name: String) {
    #expect(StartingFile.objection(to: name) == nil)
  }

  @Test(arguments: [
    "", "2net", "a-b", "a b", "../a", "a/b", "é", "a\u{0}", ".a", "Relu", "Conv2d", "Residual", "if", "f32", "return",
    String(repeating: "a", count: 101),
  ])
  func noNames(name: String) {
    #expect(StartingFile.objection(to: name) != nil)
  }
}
