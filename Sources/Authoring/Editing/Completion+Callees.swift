import Operators
import Semantics
import Synchronization
import Syntax

/// How what is called stands at the cursor, which decides what its call needs.
enum CallForm: Hashable {
  /// By itself: its inputs follow in parentheses.
  case plain
  /// Behind a pipe, which gives the first input.
  case piped
  /// Behind `layer name =`: it takes configuration alone.
  case declared
}

extension EditorView {
  /// What can be called by its name: what the file declares or imports, the library's blocks, operators.
  func calleeItems(_ form: CallForm) -> [CompletionItem] {
    let own = ownDeclarationsByName
    let opset = analysis.program.opsets[""] ?? Program.defaultOpset
    let imported = importedDeclarations.filter { own[$0.name] == nil }
    let known = Set(own.keys).union(imported.map(\.name))
    let items =
      own.compactMap { $1.kind == .model ? nil : CompletionItem($1, named: $0, form) }
      + imported.map { CompletionItem($0.declaration, named: $0.name, form) }
      + CompletionItem.standardCallees(opset: opset, form).filter { !known.contains($0.label) }
    return items.sorted { ($0.rank, $0.label) < ($1.rank, $1.label) }
  }

  /// What imports bring, by the names that it has in the file, each once.
  private var importedDeclarations: [(name: String, declaration: Declaration)] {
    var seen: Set<String> = []
    return analysis.program.main.imports.flatMap { found in
      found.files.flatMap { analysis.program.declarations(in: $0) }.filter { $0.kind != .model }.map { declaration in
        (found.alias.map { "\($0).\(declaration.name)" } ?? declaration.name, declaration)
      }
    }.filter { seen.insert($0.0).inserted }
  }

  /// How something that is called would stand at an offset.
  func callForm(before start: Int, _ path: [Syntax]) -> CallForm {
    let line = tree.source.line(around: start)
    let before = tree.source[line.lowerBound..<min(start, line.upperBound)]
    let text = String(decoding: before, as: UTF8.self).drop { $0.isWhitespace }
    if text.hasPrefix("layer "), text.contains("=") { return .declared }
    // A label may stand between the pipe and the callee.
    let trimmed = text.reversed().drop { $0.isWhitespace }
    if trimmed.starts(with: ">|") { return .piped }
    guard trimmed.first == ":", let pipe = text.ranges(of: "|>").last else { return .plain }
    return text[pipe.upperBound...].dropLast().allSatisfy { !"(,=".contains($0) } ? .piped : .plain
  }
}

extension CompletionItem {
  init(_ declaration: Declaration, named name: String, _ form: CallForm) {
    self.init(
      label: name, kind: declaration.isLibrary ? .library : .block, detail: declaration.signatureText,
      documentation: declaration.syntax.docComment, insertion: name,
      snippet: .call(
        of: name, form, inputs: declaration.inputs.filter { $0.defaultValue == nil && !$0.isVariadic }.map(\.name),
        configuration: declaration.parameters.filter { !$0.isInput && $0.defaultValue == nil }.map(\.name),
        takesMore: declaration.parameters.count > 1
          || form == .declared && declaration.parameters.contains { !$0.isInput }),
      rank: declaration.isLibrary ? 4 : 3)
  }

  init(operator name: String, domain: String, opset: Int, _ form: CallForm) {
    self.init(
      label: name, kind: .operator, detail: "operator",
      documentation: Catalogue.summary(domain: domain, name: name) ?? "", insertion: name,
      snippet: Catalogue.schema(domain: domain, name: name, opset: opset).flatMap { schema in
        .call(
          of: name, form, inputs: schema.inputs.filter { $0.arity == .single }.map(\.name),
          configuration: schema.attributes.filter(\.isRequired).map(\.name),
          takesMore: schema.inputs.count + schema.attributes.count > 1)
      }, rank: 5)
  }

  private struct Standard: Hashable {
    var opset: Int
    var form: CallForm
  }

  /// As far as they were asked for.
  private static let known = Mutex<[Standard: [CompletionItem]]>([:])

  /// The library's blocks, and the operators of an opset that no declaration of the library is called like.
  fileprivate static func standardCallees(opset: Int, _ form: CallForm) -> [CompletionItem] {
    let key = Standard(opset: opset, form: form)
    if let items = known.withLock({ $0[key] }) { return items }
    let operators = Catalogue.names().filter {
      Library.declarations[$0] == nil && Catalogue.availability(name: $0, opset: opset) == .available
    }
    let blocks = Library.declarations.filter { $1.kind != .model }.map { CompletionItem($1, named: $0, form) }
    let items =
      blocks
      + operators.map { CompletionItem(operator: $0, domain: "", opset: opset, form) }
    known.withLock {
      // A text may ask for any number.
      if $0.count >= 64 { $0 = [:] }
      $0[key] = items
    }
    return items
  }
}

extension String {
  /// A call with a place to fill in for each argument that it needs; `nil` where it needs none, nor takes any.
  fileprivate static func call(
    of name: String, _ form: CallForm, inputs: [String], configuration: [String], takesMore: Bool
  ) -> String? {
    let inputs =
      switch form {
      case .plain: inputs
      case .piped: Array(inputs.dropFirst())
      case .declared: [String]()
      }
    var stops = inputs.enumerated().map { "${\($0 + 1):\($1)}" }
    for name in configuration { stops.append("\(name)=$\(stops.count + 1)") }
    if stops.isEmpty { return form == .plain || takesMore && form == .declared ? "\(name)($0)" : nil }
    return "\(name)(\(stops.joined(separator: ", ")))$0"
  }
}
