import Tensors

/// Something wrong with a model that a file holds: what, and the node or the value that it is about.
package struct ModelProblem: Hashable, Sendable {
  package enum Severity: Hashable, Sendable {
    /// What the model says cannot be: two facts contradict each other, or the graph is malformed.
    case contradiction
    /// Something is not known to Mica, so that sizes stay unknown.
    case gap
    /// Two sizes must be equal for the model to run, and nothing says that they are.
    case assumption
  }

  /// Stable, such as `shape-mismatch`.
  package var identifier: String
  package var severity: Severity
  /// The place and the two facts that disagree, in one sentence.
  package var message: String

  package init(_ identifier: String, _ severity: Severity, _ message: String) {
    self.identifier = identifier
    self.severity = severity
    self.message = message
  }
}

extension ModelProblem {
  static func call(_ problem: OperatorProblem, of place: String) -> ModelProblem {
    guard let sizes = problem.undetermined else {
      return ModelProblem(
        problem.identifier, problem.isWarning ? .gap : .contradiction, "\(place): \(problem.message)")
    }
    return ModelProblem(
      problem.identifier, .assumption,
      "\(place): \(told(sizes.left)) and \(told(sizes.right)) must be equal, and nothing says that they are")
  }

  /// A size between backquotes, unless names in it are: files have names such as `a + b`, which are no sums.
  private static func told(_ size: Dimension) -> String {
    let text = "\(size)"
    guard text.contains("`") else { return "`\(text)`" }
    return size.symbol == nil ? text : "the size named \(text)"
  }

  static func unknownOperator(_ name: String, opset: Int?, at place: String) -> ModelProblem {
    let version = opset.map { " in version \($0)" } ?? ""
    return ModelProblem(
      "unknown-operator", .gap,
      "\(place): nothing is known of \(name)\(version), so its results are unknown; declare it with "
        + "`operator \(name)(…)` in `operators.mica` beside the model")
  }

  static func negativeSize(_ size: Int, axis: Int, of name: String) -> ModelProblem {
    ModelProblem(
      "negative-size", .gap, "`\(name)` is declared with \(size) elements on axis \(axis), which is taken as unknown")
  }

  static func tooLarge(_ type: ValueType, of name: String) -> ModelProblem {
    ModelProblem("too-large", .gap, "`\(name)` is \(type), whose number of elements does not fit 64 bits")
  }

  static func missingOpset(_ domain: String) -> ModelProblem {
    ModelProblem(
      "missing-opset", .contradiction,
      "the model uses operators of \(domain.isEmpty ? "ai.onnx" : domain), but imports no version of it; "
        + "the newest is assumed")
  }

  static func newerOpset(_ domain: String, _ version: Int, newest: Int) -> ModelProblem {
    let set = domain.isEmpty ? "ai.onnx" : domain
    return ModelProblem(
      "newer-opset", .gap,
      "the model is written for version \(version) of \(set), of which version \(newest) is the newest that is known; "
        + "its operators are taken to be those of that")
  }

  static func undefinedValue(_ name: String, at place: String) -> ModelProblem {
    ModelProblem(
      "undefined-value", .contradiction,
      "\(place): `\(name)` is no input, no initializer and no node's result")
  }

  static func cycle(_ places: [String], count: Int) -> ModelProblem {
    let more = count > places.count ? " and \(count - places.count) more" : ""
    return ModelProblem(
      "cyclic-graph", .contradiction,
      "these nodes need each other's results, so that none can run first: \(places.joined(separator: ", "))\(more)")
  }

  static func duplicateValue(_ name: String, at place: String) -> ModelProblem {
    ModelProblem(
      "duplicate-value", .contradiction, "\(place): `\(name)` is defined here and before; names must be unique")
  }

  static func recordedType(_ name: String, recorded: String, inferred: String, isOutput: Bool) -> ModelProblem {
    ModelProblem(
      "recorded-type-mismatch", .contradiction,
      "the \(isOutput ? "output" : "value") `\(name)` is declared as \(recorded), but what computes it gives \(inferred)"
    )
  }

  /// An output's size that is declared by the names of the inputs' sizes, and is computed otherwise.
  static func doubtfulSize(_ name: String, axis: Int, declared: Dimension, inferred: Dimension) -> ModelProblem {
    let names = declared.symbols.union(inferred.symbols)
    let positive = Dictionary(uniqueKeysWithValues: names.map { ($0, Dimension.symbol($0)) })
    let isFalse = declared.substituting(positive).isProvablyDifferent(from: inferred.substituting(positive))
    let told =
      isFalse
      ? "which is another number wherever \(names.sorted().joined(separator: ", ")) \(names.count > 1 ? "are" : "is") not 0"
      : "and nothing says that the two are equal"
    return ModelProblem(
      "recorded-type-mismatch", .gap,
      "axis \(axis) of the output `\(name)` is declared as \(self.told(declared)), but what computes it gives "
        + "\(self.told(inferred)), \(told)")
  }

  static func recursiveFunction(_ name: String, at place: String) -> ModelProblem {
    ModelProblem("recursive-function", .contradiction, "\(place): the function \(name) calls itself")
  }

  static func tooMuchWork(at place: String) -> ModelProblem {
    ModelProblem(
      "inference-limit", .gap,
      "\(place): its subgraphs or functions would take too many rounds to follow; their results are unknown")
  }
}
