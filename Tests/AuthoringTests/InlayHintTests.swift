import Authoring
import Syntax
import Testing

/// What stands behind a statement: its type and its parameters.
@Suite struct InlayHintTests {
  private static let text = """
    use onnx 21
    block Layer(x: T[N, D], width: int) -> T[N, width] {
        param scale: f32[D]
        y = Linear(x * scale, out_features=width)
        return Relu(y)
    }
    model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
        k = 2
        repeat i in 0..<3 {
            x = layers[i]: Layer(x, width=8)
        }
        a, b = Split(x, num_outputs=2, axis=1)
        return Concat(a, b, axis=1)
    }
    """

  @Test func everyStatementHasItsTypeAndParameters() {
    #expect(
      EditedText(Self.text).hinted == [
        "param scale: f32[D] ← 8 parameters",
        "y = Linear(x * scale, out_features=width) ← f32[N, 8] · 72 parameters",
        "return Relu(y) ← f32[N, 8]",
        "k = 2 ← 2",
        "x = layers[i]: Layer(x, width=8) ← f32[N, 8] · 80 × 3 parameters",
        "a, b = Split(x, num_outputs=2, axis=1) ← f32[N, 4], f32[N, 4]",
        "return Concat(a, b, axis=1) ← f32[N, 8]",
      ])
  }

  /// Where the instances of a block or the rounds of a `repeat` differ, no number of one of them is said of all.
  @Test func whatDiffersIsSaidOfTheFirst() {
    let text = """
      use onnx 21
      block Layer(x: T[N, D], width: int) -> T[N, width] {
          param scale: f32[D]
          half = width / 2
          y = a: Linear(x * scale, out_features=width) |> b: Linear(out_features=4)
          z = c: Linear(x, out_features=4)
          return d: Linear(y + z, out_features=width)
      }
      model net(x: f32[N, 8]) -> (y: f32[N, 4]) {
          repeat i, width in [[0, 8], [1, 16], [2, 16]] {
              x = layers[i]: Layer(x, width=width)
          }
          repeat i in 0..<2 {
              x = e[i]: Linear(x, out_features=4) |> f[i]: Linear(out_features=8)
          }
          return g: Linear(x, out_features=4)
      }
      """
    #expect(
      EditedText(text).hinted == [
        "param scale: f32[D] ← 8 parameters (first of 3)",
        "half = width / 2 ← 4 (first of 3)",
        "y = a: Linear(x * scale, out_features=width) |> b: Linear(out_features=4) ← f32[N, 4] · 108 parameters (first of 3)",
        "z = c: Linear(x, out_features=4) ← f32[N, 4] · 36 parameters (first of 3)",
        "return d: Linear(y + z, out_features=width) ← f32[N, 8] (first of 3) · 40 parameters",
        "x = layers[i]: Layer(x, width=width) ← f32[N, 8] (first of 3) · 1,032 parameters in 3 rounds",
        "x = e[i]: Linear(x, out_features=4) |> f[i]: Linear(out_features=8) ← f32[N, 8] · 184 parameters in 2 rounds",
        "return g: Linear(x, out_features=4) ← f32[N, 4] · 36 parameters",
      ])
  }

  /// The project's sizes, and before them those of a comment in the text, stand for open dimensions.
  @Test func boundSizesAreShownAsNumbers() {
    var project = Project()
    project.dimensions = ["N": 4]
    #expect(EditedText(Self.text, project: project).hinted.contains("return Concat(a, b, axis=1) ← f32[4, 8]"))
    let commented = EditedText("// mica: N=2, H=7\n" + Self.text, project: project)
    #expect(commented.hinted.contains("return Concat(a, b, axis=1) ← f32[2, 8]"))
  }

  /// A broken statement takes nothing from the others.
  @Test func brokenLinesKeepEverythingElse() {
    let broken = Self.text.replacing("k = 2", with: "k = = 2")
    let expected = EditedText(Self.text).hinted.filter { !$0.hasPrefix("k = 2") }
    #expect(EditedText(broken).hinted == expected)
  }

  @Test func onlyTheRangeAskedForHasHints() {
    let edited = EditedText(Self.text)
    let range = edited.text.range(of: "k = 2")
    #expect(edited.view.inlayHints(in: range).map(\.label) == ["2"])
  }
}

extension String {
  /// The bytes of the first occurrence.
  func range(of part: String) -> Range<Int> {
    guard let found = utf8.firstRange(of: part.utf8) else { return 0..<0 }
    return utf8.distance(from: startIndex, to: found.lowerBound)..<utf8.distance(from: startIndex, to: found.upperBound)
  }
}
