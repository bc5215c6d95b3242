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
    let proof = RefactoringProof { file, _ in
      Analysis(Program(file)) { .failure(WeightsError(isMissing: true, message: "no \($0.path)")) }
    }
    var results: [String: String] = [:]
    for refactoring in view.refactorings(in: start..<end, proof: proof, isUsedElsewhere: { _ in false })
    where refactoring.refusal == nil {
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

  private static let unrolled = """
    model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
        x = layers[0]: Linear(x, out_features=8)
        x = Relu(x)
        x = layers[1]: Linear(x, out_features=16)
        x = Relu(x)
        x = layers[2]: Linear(x, out_features=4)
        x = Relu(x)
        return x
    }

    """
  private static let repeated = """
    model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
        repeat i, number in [[0, 8], [1, 16], [2, 4]] {
            x = layers[i]: Linear(x, out_features=number)
            x = Relu(x)
        }
        return x
    }

    """

  @Test func statementsRollUpIntoARepeatAndBack() throws {
    let marked = Self.unrolled.replacing("    x = layers[0]", with: "    ‸x = layers[0]")
      .replacing("(x)\n    return", with: "(x)‸\n    return")
    #expect(try results(marked)["Roll up 3 equal parts into a repeat"] == Self.repeated)
    #expect(try results(Self.repeated.replacing("repeat i", with: "re‸peat i"))["Unroll this repeat"] == Self.unrolled)
  }

  @Test func aRangeIsCountedAndNamesAreTakenApart() throws {
    let rolled = """
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          repeat i in 1..<4 {
              x = `part {i} of {i}`: Linear(x, out_features=4)
              x = x * i
          }
          return x
      }

      """
    let unrolled = try #require(try results(rolled.replacing("repeat", with: "repeat‸"))["Unroll this repeat"])
    #expect(unrolled.contains("    x = `part 3 of 3`: Linear(x, out_features=4)\n    x = x * 3\n    return x\n"))
    let selected = unrolled.replacing("x = `part 1", with: "‸x = `part 1").replacing("* 3\n", with: "* 3‸\n")
    #expect(try results(selected)["Roll up 3 equal parts into a repeat"] == rolled)
  }

  /// A name counts in steps: what is unrolled has the numbers that its formulas give.
  @Test func numbersInNamesAreFolded() throws {
    let rolled = """
      model m(x: f32[N, 4]) -> (y: f32[N, 4]) {
          repeat i in 0..<3 {
              x = `part_{13 * i + 470}.{(i - 1) * 2}`: Linear(x, out_features=4)
          }
          return x
      }

      """
    let unrolled = try #require(try results(rolled.replacing("repeat", with: "repeat‸"))["Unroll this repeat"])
    for name in ["`part_470.-2`", "`part_483.0`", "`part_496.2`"] {
      #expect(unrolled.contains("    x = \(name): Linear(x, out_features=4)\n"))
    }
  }

  /// How often is not in the statement, a name is bound anew, the cursor is inside, and the rounds differ in a name.
  @Test(arguments: [
    """
    model m(x: f32[N], n: int = 2) -> (y: f32[N]) {
        repeat‸ i in 0..<n {
            x = x + i
        }
        return x
    }
    """,
    """
    model m(x: f32[N]) -> (y: f32[N]) {
        repeat‸ i in 0..<2 {
            i = x + i
            x = i
        }
        return x
    }
    """,
    """
    model m(x: f32[N]) -> (y: f32[N]) {
        repeat i in 0..<2 {
            x = x + ‸i
        }
        return x
    }
    """,
    """
    model m(x: f32[N], z: f32[N]) -> (y: f32[N]) {
        ‸x = x + 1
        x = z + 2‸
        return x
    }
    """,
  ])
  func whatIsNoRepeatOfNumbersStays(marked: String) throws {
    #expect(try results(marked).keys.filter { $0.contains("repeat") } == [])
  }

  @Test func aBlockIsInlinedEverywhereAndGoes() throws {
    let text = """
      /// Scales.
      block Sca‸le(x: T[N], factor: float) -> T[N] {
          return x * factor
      }

      block Twice(x: T[N]) -> T[N] {
          x = Scale(x, factor=2.0)
          return Relu(x)
      }

      model m(x: f32[N]) -> (y: f32[N]) {
          y = Scale(x, factor=3.0)
          z = Sigmoid(Scale(y, factor=0.5))
          return Twice(z)
      }

      """
    let inlined = try #require(try results(text)["Inline Scale everywhere"])
    #expect(!inlined.contains("Scale") && inlined.hasPrefix("block Twice") && inlined.contains("z = Sigmoid("))
    // A block that is an argument has no call to give way.
    let passed = """
      block Sca‸le(x: T[N]) -> T[N] {
          return x * 2.0
      }

      block Apply(x: T[N], act: callee) -> T[N] {
          return act(x)
      }

      model m(x: f32[N]) -> (y: f32[N]) {
          y = Scale(x)
          return Apply(y, act=Scale)
      }

      """
    #expect(try results(passed)["Inline Scale everywhere"] == nil)
  }
}
