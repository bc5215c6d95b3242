import Operators
package import Syntax
import Tensors

/// Problems between a model and its weights file.
extension Diagnostic {
  static func unreadableWeights(_ error: WeightsError, isError: Bool, at place: Place) -> Diagnostic {
    Diagnostic(
      error.isMissing ? "weights-file-missing" : "weights-file-unreadable", error.message, at: place,
      severity: isError ? .error : .warning)
  }

  /// Tensors of one file that have one path in the model.
  static func ambiguousWeights(
    _ first: (path: String, names: [String]), count: Int, of statement: WeightsStatement
  ) -> Diagnostic {
    let rest = count > 1 ? ", and so with \(count - 1) more" : ""
    return Diagnostic(
      "ambiguous-weight",
      "`\(first.names[0])` and `\(first.names[1])` of \(statement.path) are both `\(first.path)` in the model, which takes "
        + "the first\(rest); make `rename` say which is meant", at: statement.place, severity: .warning)
  }

  /// Parameters of one place of the text that no file has.
  ///
  /// - Parameter candidates: the tensors that no parameter has taken, by the paths that they have in the model.
  static func missingWeights(
    _ parameters: [(path: String, tensor: Tensor)], statements: [WeightsStatement],
    candidates: [String: (statement: WeightsStatement, tensor: Tensor)], parameter: Place?
  ) -> Diagnostic {
    let place = statements[0].place
    let files = statements.map(\.path).joined(separator: ", ")
    let nearest = parameters.first.map { nearestName(to: $0, in: candidates) } ?? ""
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
      fixes: (renaming(parameters, candidates) ?? renamingStems(parameters, candidates)).map { [$0] } ?? [])
  }

  /// A question about the name that is nearest to a parameter's: of those that have its shape where there are such, and else of
  /// all, with the shape that is in the way.
  private static func nearestName(
    to parameter: (path: String, tensor: Tensor),
    in candidates: [String: (statement: WeightsStatement, tensor: Tensor)]
  ) -> String {
    let fitting = candidates.filter { $0.value.tensor.sizes == parameter.tensor.sizes }
    if let name = Catalogue.nearest(to: parameter.path, in: fitting.keys.sorted()) {
      return "; did you mean its `\(name)`?"
    }
    guard let name = Catalogue.nearest(to: parameter.path, in: candidates.keys.sorted()), let found = candidates[name]
    else { return "" }
    return "; its `\(name)` is near by name, and has another shape: \(found.tensor.typeDescription)"
  }

  /// Adds the names in the file of parameters to `rename`, where each of them has one near it that fits.
  private static func renaming(
    _ parameters: [(path: String, tensor: Tensor)],
    _ candidates: [String: (statement: WeightsStatement, tensor: Tensor)]
  ) -> Fix? {
    guard parameters.count <= 16 else { return nil }
    let names = candidates.keys.sorted()
    var pairs: [(inFile: String, path: String)] = []
    var statement: WeightsStatement?
    for (path, tensor) in parameters {
      let fitting = names.filter { name in
        candidates[name]?.tensor.sizes == tensor.sizes && !pairs.contains { $0.inFile == name }
      }
      guard let name = Catalogue.nearest(to: path, in: fitting), let found = candidates[name]?.statement,
        statement == nil || statement?.place == found.place
      else { return nil }
      statement = found
      pairs.append((name, path))
    }
    guard let slot = statement?.slots[.rename], let first = pairs.first else { return nil }
    let more = pairs.count > 1 ? " and \(pairs.count - 1) more" : ""
    return slot.fix("Take the file's `\(first.inFile)` for `\(first.path)`\(more)", pairs.map(entry))
  }

  /// Adds to `rename` what stands before the last segments of parameters, where the file has one other thing that has tensors
  /// of these segments and shapes.
  private static func renamingStems(
    _ parameters: [(path: String, tensor: Tensor)],
    _ candidates: [String: (statement: WeightsStatement, tensor: Tensor)]
  ) -> Fix? {
    func stem(_ path: String) -> String? { path.lastIndex(of: ".").map { String(path[..<$0]) } }
    let wanted = Dictionary(grouping: parameters) { stem($0.path) ?? "" }
    let known = Set(candidates.keys.compactMap(stem)).sorted()
    guard wanted[""] == nil, wanted.count <= 16 else { return nil }
    var pairs: [(inFile: String, path: String)] = []
    var statement: WeightsStatement?
    for path in wanted.keys.sorted() {
      let fitting = known.filter { name in
        wanted[path]?.allSatisfy { candidates[name + $0.path.dropFirst(path.count)]?.tensor.sizes == $0.tensor.sizes }
          ?? false
      }
      guard fitting.count == 1, !pairs.contains(where: { $0.inFile == fitting[0] }) else { return nil }
      for (parameter, _) in wanted[path] ?? [] {
        let found = candidates[fitting[0] + parameter.dropFirst(path.count)]?.statement
        guard statement == nil || statement?.place == found?.place else { return nil }
        statement = found
      }
      pairs.append((fitting[0], path))
    }
    guard let slot = statement?.slots[.rename], let first = pairs.first else { return nil }
    let more = pairs.count > 1 ? " and \(pairs.count - 1) more" : ""
    return slot.fix("Take the file's `\(first.inFile)` for `\(first.path)`\(more)", pairs.map(entry))
  }

  private static func entry(_ pair: (inFile: String, path: String)) -> String {
    "\(literal(pair.inFile)): \(literal(pair.path))"
  }

  /// All parameters of a model, which a file has behind another prefix.
  ///
  /// - Parameter count: how many there are.
  static func missingPrefix(_ mend: PrefixMend, count: Int) -> Diagnostic {
    let statement = mend.statement
    let none = "none of the \(count) parameters is in \(statement.path)"
    let message: String
    let fix: Fix?
    switch mend.kind {
    case .prefix(let prefix):
      let written = "prefix=\(literal(prefix))"
      message =
        prefix.isEmpty
        ? "\(none): no name in it begins with `\(statement.prefix)`, which `prefix` says they do"
        : "\(none): it has them behind `\(prefix)`; `\(written)` behind the file's name takes that off"
      fix = statement.prefixSlot?.fix(
        prefix.isEmpty ? "Take the prefix away" : "Take `\(prefix)` off the file's names", [literal(prefix)])
    case .scope(let scope, let renames):
      message =
        "\(none): it has them without the `\(scope)` that the model's paths begin with; `rename` puts it before them"
      fix = statement.slots[.rename]?.fix(
        "Put `\(scope)` before the file's names", renames.map { entry((inFile: $0.inFile, path: $0.inModel)) })
    }
    return Diagnostic("missing-weight", message, at: statement.place, fixes: fix.map { [$0] } ?? [])
  }

  /// An entry of `rename`, `ignore` or `transpose` that nothing in its file fits.
  static func idleWeightsEntry(_ entry: WeightsStatement.Entry, of statement: WeightsStatement) -> Diagnostic {
    let what =
      switch entry.collection {
      case .rename: "no name in \(statement.path)\(statement.prefix.isEmpty ? "" : " behind the prefix") has the part"
      case .ignore: "no name in \(statement.path) fits"
      case .transpose: "no matrix in \(statement.path) has a name that fits"
      }
    return Diagnostic(
      "idle-weights-option", "\(what) \(literal(entry.text)): `\(entry.collection.rawValue)` does nothing with it",
      at: entry.place, severity: .hint)
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

  /// A tensor of a file that is not the parameter of its path.
  ///
  /// - Parameter all: those of the same binding, of which one fix transposes all that fit so.
  static func misfit(_ misfit: WeightMisfit, among all: [WeightMisfit]) -> Diagnostic {
    let (wanted, found, statement) = (misfit.wanted, misfit.found, misfit.statement)
    let place = misfit.parameter ?? statement.place
    let related = misfit.parameter == nil ? [] : [Related("the weights file", at: statement.place)]
    guard wanted.sizes != found.sizes else {
      return Diagnostic(
        "weight-type-mismatch",
        "the parameter `\(misfit.path)` has elements of \(wanted.element.spelling), and \(statement.path) has it as "
          + found.typeDescription,
        at: place, related: related)
    }
    let mend =
      misfit.fitsTransposed
      ? "; transposed it would fit: `transpose=[\(literal(misfit.name))]` behind the file's name reads it so; "
        + "or declare it as it is in the file, and use `Transpose`"
      : "; change the configuration, or take another file"
    return Diagnostic(
      "weight-shape-mismatch",
      "the parameter `\(misfit.path)` is \(wanted.typeDescription), and \(statement.path) has it as "
        + found.typeDescription + mend,
      at: place, related: related, fixes: transposing(misfit, all).map { [$0] } ?? [])
  }

  /// Adds a misfit, and those of its statement that are like it, to `transpose`.
  private static func transposing(_ misfit: WeightMisfit, _ all: [WeightMisfit]) -> Fix? {
    guard misfit.fitsTransposed, let slot = misfit.statement.slots[.transpose] else { return nil }
    let others = all.filter { $0.statement.place == misfit.statement.place }
    let pattern = misfit.name.withNumbersOpen
    let alike = others.filter { Glob.matches($0.name, pattern) }
    // A pattern is for layers that repeat: it must cover nothing that fits otherwise.
    guard alike.count > 1, alike.allSatisfy(\.fitsTransposed) else {
      return slot.fix("Read `\(misfit.name)` transposed", [literal(misfit.name)])
    }
    return slot.fix("Read all \(alike.count) tensors `\(pattern)` transposed", [literal(pattern)])
  }

  package static func unusedWeights(_ unused: UnusedTensors) -> Diagnostic {
    let shown = unused.patterns.prefix(8)
    let listed = shown.map { text, count in
      guard count == 1 else { return "\(count) of \(text)" }
      let element = unused.tensors.first { $0.name == text }?.tensor.element
      let isParameter = element?.isFloatingPoint ?? true
      let reason =
        isParameter
        ? "no parameter has this path" : "a buffer of \(element?.spelling ?? "") that the model does not declare"
      return unused.patterns.count == 1 || !isParameter ? "\(text) (\(reason))" : text
    }
    let more = unused.patterns.count - shown.count
    let (count, statement) = (unused.tensors.count, unused.statement)
    let ignoring = unused.patterns.count <= 64 ? statement.slots[.ignore] : nil
    return Diagnostic(
      "unused-weights",
      "\(count) of the \(unused.total) tensors in \(statement.path) \(count == 1 ? "is" : "are") unused: "
        + listed.joined(separator: ", ") + (more > 0 ? " and \(more) more kinds" : ""),
      at: statement.place, severity: .hint,
      fixes: ignoring.map { slot in
        let title = count == 1 ? "Ignore the unused tensor" : "Ignore the \(count) unused tensors"
        return [slot.fix(title, unused.patterns.map { literal($0.text) })]
      } ?? [])
  }
}

/// A tensor of a weights file that cannot be the parameter whose path it has.
struct WeightMisfit {
  /// The parameter's path.
  var path: String
  /// The tensor's name in the file.
  var name: String
  var wanted: Tensor
  var found: Tensor
  var statement: WeightsStatement
  /// Where the parameter is made, in the user's text.
  var parameter: Place?

  var fitsTransposed: Bool {
    found.sizes.count == 2 && found.sizes == wanted.sizes.reversed() && found.transposed() != nil
  }
}

extension Tensor {
  /// The tensor's type as Mica text, such as `f32[64, 3, 7, 7]`.
  package var typeDescription: String { "\(element.spelling)\(Shape(sizes.map { Dimension($0) }))" }
}
