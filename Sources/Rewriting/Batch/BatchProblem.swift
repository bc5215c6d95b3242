import Operators
import Tensors

/// Why the batch of a model cannot be opened at all, in one sentence.
package struct BatchProblem: Error, Hashable, Sendable {
  /// Stable, such as `no-such-value`.
  package var identifier: String
  package var message: String

  private init(_ identifier: String, _ message: String) {
    self.identifier = identifier
    self.message = message
  }
}

extension BatchProblem {
  static func noSuchInput(_ name: String, among names: [String]) -> BatchProblem {
    let hint =
      Catalogue.nearest(to: name, in: names).map { "did you mean `\($0)`?" }
      ?? "it has \(names.isEmpty ? "none" : names.map { "`\($0)`" }.joined(separator: ", "))"
    return BatchProblem("no-such-value", "the model has no input `\(name)`; \(hint)")
  }

  static func noSuchAxis(_ axis: Int, of name: String, _ type: ValueType) -> BatchProblem {
    BatchProblem("no-such-axis", "the input `\(name)` is \(type), which has no axis \(axis)")
  }

  static func isOpen(_ name: String, _ type: ValueType, axis: Int) -> BatchProblem {
    BatchProblem("open-batch", "axis \(axis) of `\(name)` is open already: it is \(type)")
  }

  static let nothingToOpen = BatchProblem(
    "open-batch", "no input has a number as its first size; choose an axis with --input NAME:AXIS")

  static func sizes(_ first: String, _ size: Int, _ second: String, _ other: Int) -> BatchProblem {
    BatchProblem(
      "shape-mismatch",
      "`\(first)` has a batch of \(size) and `\(second)` one of \(other); they would be one size from now on")
  }

  static func taken(_ name: String) -> BatchProblem {
    BatchProblem("taken-name", "the model has a size called `\(name)` already; give another one with --name")
  }

  static func oldOpset(_ opset: Int) -> BatchProblem {
    BatchProblem("old-opset", "the model is written for operator set \(opset); this works from version 10 on")
  }

  static let training = BatchProblem(
    "training-information", "the model has training information, which is not followed")
}
