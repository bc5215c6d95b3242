import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Fixes of parameters that a file has by another name, and types that convert.
@Suite struct WeightsFixTests {
  private static func text(_ statement: String) -> String {
    "model m(x: f32[N, 4]) {\n\(statement)\nreturn fc: Linear(x, out_features=3)\n}\n"
  }

  private static let files = ["w.st": ["fc.weigth: f32[3, 4]", "fc.bias: f32[3]", "fc.weights: f32[9]"]]

  private func bound(_ text: String) -> Elaboration {
    var elaboration = Elaborated(text).elaborations[0]
    var binder = BindingTests.binder(Self.files)
    binder.bind(&elaboration, requiresFiles: false)
    return elaboration
  }

  /// However the statement is written, the fix adds the name to it, and nothing is missing any more.
  @Test(arguments: [
    ("weights \"w.st\"", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" ()", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" (ignore=\"a\")", "weights \"w.st\" (ignore=\"a\", rename={\"fc.weigth\": \"fc.weight\"})"),
    ("weights \"w.st\" (rename={})", "weights \"w.st\" (rename={\"fc.weigth\": \"fc.weight\"})"),
    (
      "weights \"w.st\" (rename={\"a\": \"b\"}, prefix=\"\")",
      "weights \"w.st\" (rename={\"a\": \"b\", \"fc.weigth\": \"fc.weight\"}, prefix=\"\")"
    ),
  ])
  func nearNamesAreTaken(statement: String, mended: String) throws {
    let text = Self.text(statement)
    let missing = try #require(bound(text).diagnostics.first { $0.identifier == "missing-weight" })
    let edit = try #require(missing.fixes.first?.edits.first)
    var source = Array(text.utf8)
    source.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
    #expect(String(decoding: source, as: UTF8.self) == Self.text(mended))
    #expect(bound(Self.text(mended)).diagnostics.isEmpty)
  }

  /// Floating-point elements convert, with a hint; others are an error.
  @Test func types() throws {
    var elaboration = Elaborated(Self.text("weights \"w.st\"")).elaborations[0]
    let weight = try #require(Tensor.numbers(.f16, [Double](repeating: 0.5, count: 12), sizes: [3, 4]))
    let bias = Tensor.i64([1, 2, 3])
    var binder = WeightsBinder { _ in .success(Checkpoint(tensors: [("fc.weight", weight), ("fc.bias", bias)])) }
    binder.bind(&elaboration, requiresFiles: false)
    #expect(elaboration.diagnostics.map(\.identifier).sorted() == ["weight-type-mismatch", "weights-converted"])
    let graph = elaboration.model.graph
    let tensor = try #require(
      graph.regions[graph.body].initializers.first { graph.values[$0.value].name == "fc.weight" }?.tensor)
    #expect(tensor.element == .f32 && tensor.byteCount == 48)
    #expect(try tensor.float32Elements() == [Float](repeating: 0.5, count: 12))
  }
}
