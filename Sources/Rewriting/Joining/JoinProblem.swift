import Operators
import Tensors

/// Why two models cannot be joined, in one sentence.
package struct JoinProblem: Error, Hashable, Sendable {
  /// Stable, such as `type-mismatch`.
  package var identifier: String
  package var message: String

  init(_ identifier: String, _ message: String) {
    self.identifier = identifier
    self.message = message
  }
}

extension JoinProblem {
  static func noSuchEnd(_ name: String, isOutput: Bool, among names: [String]) -> JoinProblem {
    let kind = isOutput ? "output" : "input"
    let hint =
      Catalogue.nearest(to: name, in: names).map { "did you mean `\($0)`?" }
      ?? "it has \(names.isEmpty ? "none" : names.map { "`\($0)`" }.joined(separator: ", "))"
    return JoinProblem(
      "no-such-value", "the \(isOutput ? "first" : "second") model has no \(kind) `\(name)`; \(hint)")
  }

  static func nothingInCommon(outputs: [String], inputs: [String]) -> JoinProblem {
    func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
    return JoinProblem(
      "not-connected",
      "no output of the first model (\(list(outputs))) has the name of an input of the second (\(list(inputs))); "
        + "say which goes where with --connect OUT=IN")
  }

  static func connectedTwice(_ input: String) -> JoinProblem {
    JoinProblem("connected-twice", "the input `\(input)` is connected twice")
  }

  static func types(_ output: String, _ type: ValueType, _ input: String, _ wanted: ValueType) -> JoinProblem {
    JoinProblem(
      "type-mismatch", "`\(output)` is \(type), and `\(input)`, which it is connected to, takes \(wanted)")
  }

  static func sizes(_ name: String, _ left: Dimension, _ right: Dimension) -> JoinProblem {
    JoinProblem(
      "shape-mismatch", "the second model's `\(name)` would be both \(left) and \(right) in what is connected to it")
  }

  static func opsets(_ domain: String, _ first: Int64, _ second: Int64, obstacle: String) -> JoinProblem {
    JoinProblem(
      "opset-mismatch",
      "the models are written for versions \(first) and \(second) of \(domain.isEmpty ? "ai.onnx" : domain), and none "
        + "suits both: \(obstacle)")
  }

  static let training = JoinProblem(
    "training-information", "a model has training information, which names tensors of its own file")

  static func devices(_ name: String) -> JoinProblem {
    JoinProblem("device-mismatch", "both models have a device configuration `\(name)`, and they differ")
  }
}
