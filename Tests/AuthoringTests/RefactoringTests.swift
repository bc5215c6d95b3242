import Authoring
import Semantics
import Syntax
import Testing

/// Refactorings of texts with a cursor, or with a selection between two of its marks.
@Suite struct RefactoringTests {
  /// The texts that the refactorings of a marked text lead to, by their titles.
  private func results(_ marked: String) throws -> [String: String] {
    let pieces = marked.split(separator: "‸", omittingEmptySubsequences: false)
    let start = pieces[0].utf8.count
    let end = pieces.count > 2 ? start + pieces[1].utf8.count : start
    let text = pieces.joined()
    let view = EditedText(text).view
    let proof = RefactoringProof { file in
      Analysis(Program(file)) { .failure(WeightsError(isMissing: true, message: "no \($0.path)")) }
    }
    var results: [String: String] = [:]
    for refactoring in view.refactorings(in: start..<end, proof: proof) {
      var bytes = Array(text.utf8)
      for edit in refactoring.edits.reversed() {
        bytes.replaceSubrange(edit.place.range, with: Array(edit.replacement.utf8))
      }
      results[refactoring.title] = String(decoding: bytes, as: UTF8.self)
    }
    return results
  }

  @Test func sizesAndConfigurationBecomeParameters() throws {
    let results = try results(
      """
      model m(x: f32[N, D], width: int = 4) -> (y: f32[?, ?]) {
          ‸y = Reshape(x, [N, D / width, width])
          z = ReduceSum(y, [1], keepdims=0)‸
          return z
      }

      """)
    #expect(
      results["Extract block"] == """
        block Part(x: T[N, D], width: int) {
            y = Reshape(x, [N, D / width, width])
            z = ReduceSum(y, [1], keepdims=0)
            return z
        }

        model m(x: f32[N, D], width: int = 4) -> (y: f32[?, ?]) {
            z = Part(x, width=width)
            return z
        }

        """)
  }

  @Test func namesOfTheBlockGiveWay() throws {
    let results = try results(
      """
      block Twice(x: T[N], factor: float = 2.0) -> T[N] {
          y = x * factor
          x = y + x
          return Relu(x)
      }

      model m(x: f32[N], y: f32[N]) -> (z: f32[N]) {
          z = ‸Twice(y)
          return z + x + y
      }

      """)
    #expect(
      results["Inline Twice"]?.contains(
        """
            x_1 = y
            factor = 2.0
            y_1 = x_1 * factor
            x_1 = y_1 + x_1
            z = Relu(x_1)
            return z + x + y
        """) == true)
  }

  /// Parameters would be called otherwise, a result is no tensor, and a body returns early.
  @Test(arguments: [
    """
    model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
        ‸a = fc: Linear(x, out_features=4)‸
        return Relu(a)
    }
    """,
    """
    model m(x: f32[N, 4]) -> (y: f32[N, 8]) {
        ‸k = 2 * 4‸
        return fc: Linear(x, out_features=k)
    }
    """,
    """
    block Early(x: T[N], flag: bool) -> T[N] {
        if flag {
            return x
        }
        return Relu(x)
    }

    model m(x: f32[N]) -> (y: f32[N]) {
        y = Sigmoid(‸Early(x, flag=false))
        return y
    }
    """,
    """
    model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
        ‸a = Nonsense(x)‸
        return Relu(a)
    }
    """,
  ])
  func whatCannotBeProvedIsNotOffered(marked: String) throws {
    // Another form of the call is the same wherever it stands.
    #expect(try results(marked).keys.filter { $0 != "Write with a pipe" } == [])
  }
}
