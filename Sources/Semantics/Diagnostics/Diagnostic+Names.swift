import Graphs
import Operators
import Syntax
import Tensors

/// Problems with names: unknown, taken, out of place.
extension Diagnostic {
  /// - Parameter label: one that the layer may get; `nil` where none fits all of a `repeat`.
  static func unnamedLayer(_ declaration: Declaration, path: String, label: String?, at callee: Syntax) -> Diagnostic {
    let start = Place(file: callee.place.file, range: callee.range.lowerBound..<callee.range.lowerBound)
    return Diagnostic(
      "unnamed-layer",
      "this \(declaration.name) has parameters and no label: its place in the text decides which path they get (`\(path)`, "
        + "`\(path)_1` …)",
      at: callee.place, severity: .hint,
      fixes: label.map { [Fix("Name the layer `\($0)`", [Fix.Edit(start, "\($0): ")])] } ?? [])
  }

  /// A question about the name that is nearest to another one, and that name.
  static func suggestion(for name: String, among candidates: [String]) -> (text: String, nearest: String?) {
    let nearest = Catalogue.nearest(to: name, in: candidates)
    return (question(nearest), nearest)
  }

  private static func question(_ nearest: String?) -> String { nearest.map { "; did you mean `\($0)`?" } ?? "" }

  /// - Parameter spelling: what to write instead, as the text spells it.
  static func renaming(_ spelling: String?, at place: Place) -> [Fix] {
    spelling.map { [Fix("Replace by `\($0)`", [Fix.Edit(place, $0)])] } ?? []
  }

  /// - Parameters:
  ///   - nearest: the name or the parameter's path that is spelled most like it.
  ///   - spelling: how the text writes that.
  static func unknownName(_ name: String, nearest: String?, spelling: String?, at place: Place) -> Diagnostic {
    Diagnostic(
      "unknown-name", "`\(name)` is not bound here\(question(nearest))", at: place,
      fixes: renaming(spelling, at: place))
  }

  static func unknownPath(_ path: String, candidates: [String], at place: Place) -> Diagnostic {
    let (text, nearest) = suggestion(for: path, among: candidates)
    return Diagnostic(
      "unknown-name", "no parameter or instance is called `\(path)` here\(text)", at: place,
      fixes: renaming(nearest.map(pathSpelling), at: place))
  }

  /// A layer that a recipe names, and that the model does not have.
  static func unknownLayer(_ path: String, candidates: [String], at place: Place) -> Diagnostic {
    let (text, nearest) = suggestion(for: path, among: candidates)
    return Diagnostic(
      "unknown-name", "the model has no layer `\(path)`\(text)", at: place,
      fixes: renaming(nearest.map(pathSpelling), at: place))
  }

  /// How the text writes a path of a state dictionary: `layers[0].attn` for `layers.0.attn`.
  package static func pathSpelling(_ path: String) -> String {
    path.split(separator: ".").reduce("") { text, part in
      if part.allSatisfy(\.isNumber) { return "\(text)[\(part)]" }
      let name = Dimension.spelling(ofName: String(part))
      return text.isEmpty ? name : "\(text).\(name)"
    }
  }

  /// How the text writes what can be called: a path, or an operator with its domain and its overload.
  private static func calleeSpelling(_ name: String) -> String {
    name.split(separator: "~", maxSplits: 1).map { pathSpelling(String($0)) }.joined(separator: "~")
  }

  /// An instance that a path such as `layers[0].attn` does not reach.
  static func unknownInstance(_ path: String, candidates: [String], at place: Place) -> Diagnostic {
    let (text, nearest) = suggestion(for: path, among: candidates)
    return Diagnostic(
      "unknown-callee", "`\(pathSpelling(path))` is no block, instance or operator\(text)", at: place,
      fixes: renaming(nearest.map(pathSpelling), at: place))
  }

  /// `True`, `False` or `None`, as Python writes them; `nil` for other names.
  static func pythonConstant(_ name: String, at place: Place) -> Diagnostic? {
    guard let wanted = ["True": "true", "False": "false", "None": "none"][name] else { return nil }
    return Diagnostic(
      "foreign-spelling", "`\(name)` is written `\(wanted)` in Mica", at: place, fixes: renaming(wanted, at: place))
  }

  static func unknownCallee(_ name: String, candidates: [String], at place: Place) -> Diagnostic {
    let (text, nearest) = suggestion(for: name, among: candidates)
    return Diagnostic(
      "unknown-callee", "`\(name)` is no block, instance or operator\(text)", at: place,
      fixes: renaming(nearest.map(calleeSpelling), at: place))
  }

  static func ambiguousDeclaration(_ name: String, _ found: [Declaration], at place: Place) -> Diagnostic {
    let files = found.map(\.file.path).joined(separator: " and ")
    return Diagnostic(
      "ambiguous-callee", "`\(name)` comes from \(files): import one of them with `as`", at: place,
      related: found.map { Related("declared here", at: $0.namePlace) })
  }

  static func operatorWithoutDomain(_ declaration: Declaration) -> Diagnostic {
    Diagnostic(
      "operator-without-domain",
      "an operator of one's own has a domain: `operator com.example.\(declaration.name)(…)`", at: declaration.namePlace)
  }

  static func unreadableImport(_ message: String, at place: Place) -> Diagnostic {
    Diagnostic("unreadable-import", message, at: place)
  }

  static func unknownLibrary(_ name: String, at place: Place) -> Diagnostic {
    let parts = Library.moduleFiles.keys.sorted()
    let (text, nearest) = suggestion(for: name, among: parts)
    let known = parts.isEmpty ? "" : "; there are \(parts.joined(separator: ", "))"
    return Diagnostic(
      "unreadable-import",
      "the standard library has no part `\(name)`\(text.isEmpty ? known : text); a file is imported by its path in quotes",
      at: place, fixes: renaming(nearest, at: place))
  }

  static func ambiguousCallee(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "ambiguous-callee",
      "both the library's block \(name) and the operator \(name) take this call: write `onnx.\(name)` for the operator, or name the block's inputs",
      at: place, fixes: [Fix("Call the operator", [Fix.Edit(place, "onnx.\(name)")])])
  }

  /// - Parameter given: the candidates that the call gives already.
  static func unknownArgument(
    _ name: String, of callee: String, candidates: [String], given: [String] = [], at place: Place
  ) -> Diagnostic {
    let (text, nearest) =
      name.isEmpty ? ("", nil) : suggestion(for: name, among: candidates.filter { !given.contains($0) })
    let known = candidates.isEmpty ? "" : " (it has \(candidates.joined(separator: ", ")))"
    let parameter = name.isEmpty ? "parameter without a name" : "parameter `\(name)`"
    return Diagnostic(
      "unknown-argument", "\(callee) has no \(parameter)\(text.isEmpty ? known : text)", at: place,
      fixes: renaming(nearest.map { Dimension.spelling(ofName: $0) }, at: place))
  }

  static func unknownElementType(_ name: String, at place: Place) -> Diagnostic {
    let wanted = ForeignTypes.elementTypes[name.lowercased()]
    let fact =
      name.first?.isUppercase ?? false
      ? "no input here captures it" : "what stands for one begins with a capital letter"
    return Diagnostic(
      "unknown-name", "`\(name)` is no element type, and \(fact)\(wanted.map { "; did you mean `\($0)`?" } ?? "")",
      at: place, fixes: renaming(wanted, at: place))
  }

  /// A value that has the name of one result, and is returned as another.
  ///
  /// - Parameters:
  ///   - results: those of the signature.
  ///   - returned: what the body returns, as many.
  static func swappedResults(
    _ name: String, as result: String, _ results: [String?], _ returned: [Syntax], at place: Place
  ) -> Diagnostic {
    let names = returned.compactMap(\.plainName)
    let ordered = results.compactMap(\.self)
    let isPermutation = ordered.count == results.count && ordered.sorted() == names.sorted()
    let edits = zip(returned, ordered).filter { $0.plainName != $1 }.map { old, name in
      Fix.Edit(old.place, Dimension.spelling(ofName: name))
    }
    return Diagnostic(
      "swapped-results",
      "`\(name)` is returned as the result `\(result)`, and `\(result)` as another", at: place,
      severity: .warning, fixes: isPermutation ? [Fix("Return them in the order of the signature", edits)] : [])
  }

  /// A type of configuration that there is not.
  static func unknownConfigurationType(_ type: Syntax) -> Diagnostic {
    let name = type.text
    let wanted =
      ForeignTypes.configuration[name.lowercased()] ?? suggestion(for: name, among: Configuration.types).nearest
    let hint = wanted.map { "; did you mean `\($0)`?" } ?? " (there are \(Configuration.types.joined(separator: ", ")))"
    return Diagnostic(
      "unknown-name", "`\(name)` is no type of configuration\(hint)", at: type.place,
      fixes: renaming(wanted, at: type.place))
  }

  static func unknownSetting(_ name: String, model: Declaration) -> Diagnostic {
    let known = model.parameters.filter { !$0.isInput }.map(\.name)
    let (text, _) = suggestion(for: name, among: known)
    let list = known.isEmpty ? "none at all" : known.joined(separator: ", ")
    return Diagnostic(
      "unknown-argument", "the model \(model.name) has no configuration `\(name)`; it has \(list)\(text)",
      at: model.namePlace)
  }

  static func unknownDimension(_ name: String, declared: [String], model: Declaration) -> Diagnostic {
    let known = declared.isEmpty ? "none that is open" : declared.joined(separator: ", ")
    return Diagnostic(
      "unknown-dimension", "the model \(model.name) has no dimension `\(name)`; it has \(known)", at: model.namePlace,
      severity: .warning)
  }

  static func badSetting(_ name: String, text: String, at place: Place) -> Diagnostic {
    Diagnostic("wrong-configuration", "`\(text)` for `\(name)` is no expression of Mica", at: place)
  }

  static func settingWithoutValue(_ name: String, text: String, problem: String, at place: Place) -> Diagnostic {
    Diagnostic("wrong-configuration", "`\(text)` for `\(name)` has no value: \(problem)", at: place)
  }

  static func duplicateName(_ name: String, at place: Place, first: Place) -> Diagnostic {
    Diagnostic(
      "duplicate-name", "`\(name)` is given twice", at: place, related: [Related("the first one", at: first)])
  }

  /// - Parameter first: where the name was given before; `nil` where the list itself gives it again.
  static func duplicatePort(_ name: String, at place: Place, first: Place?) -> Diagnostic {
    guard let first else {
      return Diagnostic(
        "duplicate-name",
        "the list calls several tensors `\(name)`; put the index of the round in the name, as in "
          + "`past.{i}`", at: place)
    }
    return duplicateName(name, at: place, first: first)
  }

  /// - Parameters:
  ///   - indices: the variables of the `repeat`s around that make it another label in each round; `nil` where none do.
  ///   - free: a path like this one that is not taken.
  static func duplicateLabel(
    _ path: String, at place: Place, first: Place, indices: [String]?, free: String?
  ) -> Diagnostic {
    let index = (indices ?? ["i"]).map { "[\(Dimension.spelling(ofName: $0))]" }.joined()
    let message =
      first == place
      ? "the label `\(path)` is used again each time this runs: give it an index, such as `\(path)\(index)`"
      : "the label `\(path)` names two instances: each needs its own"
    let end = Place(file: place.file, range: place.range.upperBound..<place.range.upperBound)
    let fix =
      first == place
      ? indices.map { _ in Fix("Add the index `\(index)`", [Fix.Edit(end, index)]) }
      : free.map { Fix("Rename to `\($0)`", [Fix.Edit(place, $0)]) }
    return Diagnostic(
      "duplicate-label", message, at: place, related: [Related("the first one", at: first)],
      fixes: fix.map { [$0] } ?? [])
  }

  static func duplicateDeclaration(_ declaration: Declaration, first: Declaration) -> Diagnostic {
    Diagnostic(
      "duplicate-name", "`\(declaration.name)` is declared twice in this file", at: declaration.namePlace,
      related: [Related("the first declaration", at: first.namePlace)])
  }

  static func duplicateUse(of path: Syntax) -> Diagnostic {
    Diagnostic("duplicate-name", "the operator set `\(path.text)` is named twice", at: path.place)
  }

  static func parameterNameTaken(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "duplicate-name", "the parameter `\(name)` has the name of an input, an output or another parameter", at: place)
  }

  static func valueNameTaken(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "duplicate-name",
      "the exported name `\(name)` is another value's already; a name in a block or a `repeat` takes "
        + "an interpolation such as @name(`v{i}`)", at: place)
  }

  static func noPack(at place: Place) -> Diagnostic {
    Diagnostic(
      "unknown-name", "`...` stands for sizes only where an input's type has it, such as `x: T[..., D]`", at: place)
  }

  static func noMember(_ expression: Syntax, of term: Term) -> Diagnostic {
    Diagnostic(
      "unknown-name", "`\(expression.text)` means nothing: \(term.kindDescription) has no members", at: expression.place
    )
  }

  static func notAPath(_ syntax: Syntax) -> Diagnostic {
    let hint =
      syntax.kind == .weightReference
      ? "the name of a tensor with points in it stands in backquotes: $`head.bias`" : "a path is like `layers[0].attn`"
    return Diagnostic("misplaced-label", "`\(syntax.text)` is no path: \(hint)", at: syntax.place)
  }

  static func notCallable(_ syntax: Syntax, _ term: Term? = nil) -> Diagnostic {
    let what = term.map { ": it is \($0.kindDescription)" } ?? ""
    return Diagnostic("not-callable", "`\(syntax.text)` cannot be called\(what)", at: syntax.place)
  }

  static func notABlock(_ syntax: Syntax) -> Diagnostic {
    Diagnostic("not-callable", "`\(syntax.text)` is no block, and only blocks have instances", at: syntax.place)
  }

  static func layerWithTensors(at place: Place) -> Diagnostic {
    Diagnostic("too-many-arguments", "`layer` declares an instance: tensors come with its first call", at: place)
  }

  static func labelledInstance(_ label: Syntax, path: String) -> Diagnostic {
    Diagnostic(
      "misplaced-label", "`\(path)` is an instance with a name already; call it without a label", at: label.place)
  }
}
