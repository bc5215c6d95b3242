import Operators
import Semantics
import Syntax

extension EditorView {
  /// What may stand in a line whose beginning decides it: `use`, `import`, an annotation; `nil` in other lines.
  func lineItems(at offset: Int) -> (items: [CompletionItem], replaced: Range<Int>)? {
    let line = tree.source.line(around: offset)
    let text = String(decoding: tree.source[line.lowerBound..<offset], as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace)
    let word = text.reversed().prefix { !$0.isWhitespace }
    let start = offset - String(word).utf8.count
    let end = tree.source.wordEnd(from: start, typedTo: offset) { $0.isWordPart || $0 == UInt8(ascii: ".") }
    let replaced = start..<end
    switch words.first {
    case "use" where text.contains(" ") && (text.first.map { !$0.isWhitespace } ?? false):
      // The word at the cursor is not finished.
      let isBehindDomain = words.count - (word.isEmpty ? 0 : 1) >= 2
      return (isBehindDomain ? versionItems(of: String(words[1])) : domainItems, replaced)
    case "import" where text.contains(" ") && !text.contains("\""):
      guard words.count - (word.isEmpty ? 0 : 1) == 1 else { return ([], offset..<offset) }
      return (
        Library.parts.map {
          CompletionItem(
            label: $0, kind: .library, detail: "part of the library", documentation: "", insertion: $0, rank: 0)
        }, replaced
      )
    case "recipe" where text.hasPrefix("recipe ") && !text.contains("{"):
      let finished = words.count - (word.isEmpty ? 0 : 1)
      let models = finished == 3 && words[2] == "for" ? analysis.program.models : []
      let items = finished == 2 ? [CompletionItem.keyword("for")] : models.map { CompletionItem(model: $0) }
      return (items, replaced)
    case "param", "buffer":
      guard let items = initializerItems(behind: text), tree.calls(around: offset).isEmpty else { return nil }
      return (items, replaced)
    default: return annotationItems(at: offset, text)
    }
  }

  /// What may fill a parameter, behind the `=` of a line that declares one; `nil` elsewhere.
  private func initializerItems(behind line: String) -> [CompletionItem]? {
    guard let colon = line.firstIndex(of: ":"), let equals = line[colon...].firstIndex(of: "="),
      line[equals...].dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == " " }),
      !line[equals...].dropFirst().drop(while: \.isWhitespace).contains(" ")
    else { return nil }
    return NamedInitializer.all.map { initializer in
      let options = initializer.options.enumerated().map { "\($1.name)=${\($0 + 1):\($1.value)}" }
      return CompletionItem(
        label: initializer.name, kind: .value, detail: NamedCallee.initializer(initializer).signature,
        documentation: initializer.summary, insertion: initializer.name,
        snippet: options.isEmpty ? nil : "\(initializer.name)(\(options.joined(separator: ", ")))$0", rank: 0)
    }
  }

  private var domainItems: [CompletionItem] {
    ["onnx"].map { CompletionItem.value($0) }
      + Catalogue.domains.filter { !$0.isEmpty }.map { CompletionItem.value($0) }
  }

  /// The versions of an operator set, the newest first.
  private func versionItems(of domain: String) -> [CompletionItem] {
    let domain = domain == "onnx" ? "" : Catalogue.canonical(domain)
    guard let newest = Catalogue.newestOpset(domain: domain) else { return [] }
    let versions = domain.isEmpty ? Array(Program.writableOpsets.reversed()) : [newest]
    return versions.enumerated().map { index, version in
      var item = CompletionItem.value("\(version)")
      // All have as many digits, so that they stay in this order as texts.
      item.rank = 10 + index
      return item
    }
  }

  private func annotationItems(
    at offset: Int, _ line: String
  ) -> (items: [CompletionItem], replaced: Range<Int>)? {
    var start = offset
    while start > 0, tree.source[start - 1].isWordPart { start -= 1 }
    guard start > 0, tree.source[start - 1] == UInt8(ascii: "@") else { return nil }
    // Behind an operand it multiplies matrices.
    let text = line.drop { $0.isWhitespace }
    let path = tree.nodes(at: start)
    let isInList = path.last { $0.kind == .parameterList || $0.kind == .body }?.kind == .parameterList
    let before = tree.source[..<(start - 1)].last { $0 != UInt8(ascii: " ") }
    guard text.hasPrefix("@") || isInList || before == UInt8(ascii: "(") || before == UInt8(ascii: "{") else {
      return nil
    }
    let position: AnnotationChoice.Position =
      isInList ? .parameter : path.contains { $0.kind == .body } ? .statement : .declaration
    let items = AnnotationChoice.all(at: position).enumerated().map { index, choice in
      CompletionItem(
        label: choice.name, kind: .annotation, detail: choice.example, documentation: "",
        insertion: choice.takesArguments ? "\(choice.name)(" : choice.name,
        snippet: choice.takesArguments ? "\(choice.name)($1)$0" : nil, rank: 10 + index)
    }
    return (items, start..<tree.source.wordEnd(from: start, typedTo: offset))
  }

  /// The steps of a recipe, what they take, and the values of that; `nil` outside of recipes.
  func recipeItems(at offset: Int, _ path: [Syntax], _ names: some NameKnowledge) -> [CompletionItem]? {
    guard let recipe = path.first(where: { $0.kind == .recipeDeclaration }), let body = recipe.child(.body),
      offset > body.range.lowerBound
    else { return nil }
    guard let call = tree.calls(around: offset).first else {
      return RecipeStep.all.map { step in
        let required = step.parameters.filter(\.isRequired).enumerated().map { index, parameter in
          let value = parameter.isText ? "\"$\(index + 1)\"" : "$\(index + 1)"
          return step.positional.contains(parameter.name) ? value : "\(parameter.name)=\(value)"
        }
        return CompletionItem(
          label: step.name, kind: .block, detail: step.parameters.map(\.name).joined(separator: ", "),
          documentation: step.summary, insertion: step.name,
          snippet: "\(step.name)(\(required.isEmpty ? "$1" : required.joined(separator: ", ")))$0", rank: 0)
      }
    }
    return argumentItems(of: call, at: offset, names) + (valueItems(of: call, at: offset, names) ?? [])
  }
}

extension CompletionItem {
  fileprivate static func keyword(_ text: String) -> CompletionItem {
    CompletionItem(label: text, kind: .keyword, detail: "", documentation: "", insertion: text, rank: 0)
  }

  fileprivate init(model: Declaration) {
    self.init(
      label: model.name, kind: .block, detail: model.signatureText, documentation: model.syntax.docComment,
      insertion: model.name, rank: 0)
  }

  fileprivate static func value(_ text: String) -> CompletionItem {
    CompletionItem(label: text, kind: .value, detail: "", documentation: "", insertion: text, rank: 0)
  }
}
