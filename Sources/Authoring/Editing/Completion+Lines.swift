import Compression
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
    switch words.first {
    case "use" where text.contains(" ") && (text.first.map { !$0.isWhitespace } ?? false):
      // The word at the cursor is not finished.
      let isBehindDomain = words.count - (word.isEmpty ? 0 : 1) >= 2
      return (isBehindDomain ? versionItems(of: String(words[1])) : domainItems, start..<offset)
    case "import" where text.contains(" ") && !text.contains("\""):
      guard words.count - (word.isEmpty ? 0 : 1) == 1 else { return ([], offset..<offset) }
      return (
        Library.parts.map {
          CompletionItem(
            label: $0, kind: .library, detail: "part of the library", documentation: "", insertion: $0, rank: 0)
        }, start..<offset
      )
    default: return annotationItems(at: offset, text)
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
    return (items, start..<offset)
  }

  /// The steps of a recipe, what they take, and the values of that; `nil` outside of recipes.
  func recipeItems(at offset: Int, _ path: [Syntax]) -> [CompletionItem]? {
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
          documentation: "",
          insertion: step.name,
          snippet: "\(step.name)(\(required.isEmpty ? "$1" : required.joined(separator: ", ")))$0", rank: 0)
      }
    }
    guard let step = RecipeStep.all.first(where: { $0.name == call.firstChild?.text }) else { return [] }
    if let name = parameter(before: offset, in: call) {
      let parameter = step.parameters.first { $0.name == name }
      return CompletionItem.values(parameter?.values ?? [])
    }
    let given = Set(call.child(.argumentList)?.children.compactMap(\.argumentName) ?? [])
    return step.parameters.filter { !given.contains($0.name) }.map { parameter in
      CompletionItem(
        label: parameter.name + "=", kind: .argument, detail: "", documentation: "", insertion: parameter.name + "=",
        snippet: parameter.isText ? "\(parameter.name)=\"$1\"$0" : nil, rank: parameter.isRequired ? 0 : 1)
    }
  }
}

extension RecipeStep.Parameter {
  /// The texts that it may be, without quotes.
  var texts: [String] {
    switch kind {
    case .choice(let choices): choices
    case .granularity: ["channel", "element", "2:4"]
    case .importance: PruningOptions.Importance.allCases.map(\.rawValue)
    default: []
    }
  }

  /// Values as they are written.
  fileprivate var values: [String] {
    switch kind {
    case .boolean: ParameterValues.boolean.texts
    case .elementType: ParameterValues.elementType.texts
    default: texts.map { "\"\($0)\"" }
    }
  }

  fileprivate var isText: Bool {
    switch kind {
    case .text, .choice, .granularity, .importance: true
    default: false
    }
  }
}

extension CompletionItem {
  fileprivate static func value(_ text: String) -> CompletionItem {
    CompletionItem(label: text, kind: .value, detail: "", documentation: "", insertion: text, rank: 0)
  }
}
