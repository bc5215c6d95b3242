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
    _ parameters: [(path: String, tensor: Tensor)], statements: [WeightsStatement],
    candidates: [String: (statement: WeightsStatement, sizes: [Int])], parameter: Place?
  ) -> Diagnostic {
    let place = statements[0].place
    let files = statements.map(\.path).joined(separator: ", ")
    let names = candidates.keys.sorted()
    let nearestName = parameters.first.flatMap { Catalogue.nearest(to: $0.path, in: names) }
    let nearest = nearestName.map { "; did you mean its `\($0)`?" } ?? ""
    let listed = parameters.prefix(3).map { "`\($0.path)`, \($0.tensor.typeDescription)" }
    let rest = parameters.count - listed.count
    let message =
      parameters.count == 1
      ? "the parameter \(listed[0]), is not in \(files)\(nearest)"
      : "\(parameters.count) parameters are not in \(files): \(listed.joined(separator: "; "))"
        + (rest > 0 ? "; and \(rest) more" : "") + nearest
    return Diagnostic(
      "missing-weight", message, at: parameter ?? place,
      related: parameter == nil ? [] : [Related("the weights file", at: place)],
      fixes: renaming(parameters, names, candidates).map { [$0] } ?? [])
  }

  /// Adds the names in the file of parameters to `rename`, where each of them has one near it that fits.
  private static func renaming(
    _ parameters: [(path: String, tensor: Tensor)], _ names: [String],
    _ candidates: [String: (statement: WeightsStatement, sizes: [Int])]
  ) -> Fix? {
    guard parameters.count <= 16 else { return nil }
    var pairs: [(inFile: String, path: String)] = []
    var statement: WeightsStatement?
    for (path, tensor) in parameters {
      let fitting = names.filter { name in
        candidates[name]?.sizes == tensor.sizes && !pairs.contains { $0.inFile == name }
      }
      guard let name = Catalogue.nearest(to: path, in: fitting), let found = candidates[name]?.statement,
        statement == nil || statement?.place == found.place
      else { return nil }
      statement = found
      pairs.append((name, path))
    }
    guard let slot = statement?.renameSlot, let first = pairs.first else { return nil }
    let entries = pairs.map { "\(literal($0.inFile)): \(literal($0.path))" }.joined(separator: ", ")
    let more = pairs.count > 1 ? " and \(pairs.count - 1) more" : ""
    return Fix(
      "Take the file's `\(first.inFile)` for `\(first.path)`\(more)",
      [Fix.Edit(slot.place, slot.before + entries + slot.after)])
  }

  private static func literal(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A parameter that the file has in a form that nobody reads.
  static func unreadableWeight(_ path: String, reason: String, statement: WeightsStatement, parameter: Place?)
    -> Diagnostic
  {
    Diagnostic(
      "weight-type-mismatch", "the parameter `\(path)` is in \(statement.path), and cannot be read: \(reason)",
      at: parameter ?? statement.place,
      related: parameter == nil ? [] : [Related("the weights file", at: statement.place)])
  }

  /// Parameters whose elements the file has in another floating-point type.
  static func convertedWeights(
    _ count: Int, from found: [ElementType], to wanted: [ElementType], statement: WeightsStatement
  ) -> Diagnostic {
    func list(_ types: [ElementType]) -> String { types.map(\.spelling).sorted().joined(separator: ", ") }
    return Diagnostic(
      "weights-converted",
      "\(count) parameter\(count == 1 ? " is" : "s are") \(list(wanted)), and \(statement.path) has "
        + "\(count == 1 ? "it" : "them") as \(list(found)): an export converts \(count == 1 ? "it" : "them")",
      at: statement.place, severity: .hint)
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
        "the parameter `\(path)` is \(wanted.typeDescription), and \(statement.path) has it as \(found.typeDescription)"
          + transposition(of: found.sizes, to: wanted.sizes),
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

  /// What to do where the sizes are the same in another order, and where they are not.
  private static func transposition(of found: [Int], to wanted: [Int]) -> String {
    found.count > 1 && found == wanted.reversed()
      ? "; transposed it would fit: declare it as it is in the file, and use `Transpose`"
      : "; change the configuration, or take another file"
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
