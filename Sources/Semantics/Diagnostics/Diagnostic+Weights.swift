import Operators
import Syntax
import Tensors

/// Problems between a model and its weights file.
extension Diagnostic {
  static func unreadableWeights(_ error: WeightsError, isError: Bool, at place: Place) -> Diagnostic {
    Diagnostic(
      error.isMissing ? "weights-file-missing" : "weights-file-unreadable", error.message, at: place,
      severity: isError ? .error : .warning)
  }

  /// Parameters of one place of the text that no file has.
  static func missingWeights(
    _ parameters: [(path: String, tensor: Tensor)], files: String, candidates: [String], at place: Place,
    parameter: Place?
  ) -> Diagnostic {
    let nearest =
      parameters.first.flatMap { Catalogue.nearest(to: $0.path, in: candidates.sorted()) }
      .map { "; did you mean its `\($0)`?" } ?? ""
    let listed = parameters.prefix(3).map { "`\($0.path)`, \($0.tensor.typeDescription)" }
    let rest = parameters.count - listed.count
    let message =
      parameters.count == 1
      ? "the parameter \(listed[0]), is not in \(files)\(nearest)"
      : "\(parameters.count) parameters are not in \(files): \(listed.joined(separator: "; "))"
        + (rest > 0 ? "; and \(rest) more" : "") + nearest
    return Diagnostic(
      "missing-weight", message, at: parameter ?? place,
      related: parameter == nil ? [] : [Related("the weights file", at: place)])
  }

  /// What keeps a tensor of the file from being the parameter, if anything does.
  static func misfit(
    _ path: String, wanted: Tensor, found: Tensor, statement: WeightsStatement, parameter: Place?
  ) -> Diagnostic? {
    let place = parameter ?? statement.place
    let related = parameter == nil ? [] : [Related("the weights file", at: statement.place)]
    if wanted.sizes != found.sizes {
      return Diagnostic(
        "weight-shape-mismatch",
        "the parameter `\(path)` is \(wanted.typeDescription), and \(statement.path) has it as \(found.typeDescription)",
        at: place, related: related)
    }
    if wanted.element != found.element {
      return Diagnostic(
        "weight-type-mismatch",
        "the parameter `\(path)` has elements of \(wanted.element.spelling), and \(statement.path) has it as \(found.typeDescription)",
        at: place, related: related)
    }
    return nil
  }

  static func unusedWeights(
    _ unused: [(name: String, tensor: Tensor)], of checkpoint: Checkpoint, _ statement: WeightsStatement
  ) -> Diagnostic {
    let listed = unused.prefix(20).map { name, tensor in
      let reason =
        tensor.element.isFloatingPoint
        ? "no parameter has this path" : "a buffer of \(tensor.element.spelling) that the model does not declare"
      return "\(name) (\(reason))"
    }
    let more = unused.count > 20 ? " and \(unused.count - 20) more" : ""
    let count = checkpoint.tensors.count
    return Diagnostic(
      "unused-weights",
      "\(unused.count) of the \(count) tensors in \(statement.path) are unused: \(listed.joined(separator: ", "))\(more)",
      at: statement.place, severity: .hint)
  }
}

extension Tensor {
  /// The tensor's type as Mica text, such as `f32[64, 3, 7, 7]`.
  package var typeDescription: String { "\(element.spelling)\(Shape(sizes.map { Dimension($0) }))" }
}
