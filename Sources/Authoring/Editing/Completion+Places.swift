import Semantics
import Syntax
import Tensors

/// What kind of thing stands at a place, by the brackets and signs around it, whether or not these are whole.
enum CompletionPlace {
  /// A declaration.
  case file
  /// The type of a parameter, of a `param` or a `buffer`.
  case type
  /// The type of a result: a tensor's.
  case resultType
  /// A size in a type.
  case size
  /// A condition of a signature.
  case condition
  /// Whatever a statement may have.
  case statement
}

extension EditorView {
  /// What kind of thing a word is that begins at an offset.
  ///
  /// - Parameter path: the nodes around the cursor.
  func completionPlace(of start: Int, _ path: [Syntax]) -> CompletionPlace {
    let isInBody = path.contains { $0.kind == .body }
    guard let previous = tree.tokens.last(startingBefore: start) else { return .file }
    let (kinds, line) = (tree.tokens.kinds, tree.source.line(around: start).lowerBound)
    if kinds[previous] == .arrow { return .resultType }
    if kinds[previous] == .colon {
      if path.contains(where: { $0.kind == .parameterList || $0.kind == .parameterStatement }) { return .type }
      if let open = openBracket(before: start), open > 0, kinds[open - 1] == .arrow { return .resultType }
    }
    var end = start
    while let open = openBracket(before: end) {
      if kinds[open] == .leftBracket, open > 0, beginsType(open - 1, isInBody: isInBody) { return .size }
      guard kinds[open] != .leftBrace else { break }
      end = Int(tree.tokens.start(open))
    }
    if isInBody { return .statement }
    if isBehindWhere(start) { return .condition }
    return line == start && !kinds[previous].continuesDeclaration ? .file : .statement
  }

  /// The token of the innermost bracket that is open at an offset, in the declaration or the body around it.
  private func openBracket(before offset: Int) -> Int? {
    let (tokens, kinds) = (tree.tokens, tree.tokens.kinds)
    var closed = 0
    var index = tokens.last(startingBefore: offset)
    while let token = index {
      switch kinds[token] {
      case .rightParenthesis, .rightBracket, .rightBrace: closed += 1
      case .leftParenthesis, .leftBracket, .leftBrace:
        if closed == 0 { return token }
        closed -= 1
      default: break
      }
      // No bracket of another declaration is open here.
      if closed == 0, tokens.followsNewline(token), tokens.indentation(token) == 0, kinds[token] == .identifier {
        return nil
      }
      index = token > 0 ? token - 1 : nil
    }
    return nil
  }

  /// Whether a bracket behind a token holds sizes: the token is an element type, or one of a type's variables.
  private func beginsType(_ token: Int, isInBody: Bool) -> Bool {
    let (tokens, kinds) = (tree.tokens, tree.tokens.kinds)
    guard kinds[token] != .elementType else { return true }
    guard kinds[token] == .identifier, token > 0, tree.source[Int(tokens.start(token))].isCapital else { return false }
    return kinds[token - 1] == .arrow || kinds[token - 1] == .colon
      || !isInBody && kinds[token - 1] == .leftParenthesis
  }

  /// Whether the `where` of a signature is before an offset outside of a body.
  private func isBehindWhere(_ offset: Int) -> Bool {
    let tokens = tree.tokens
    var index = tokens.last(startingBefore: offset)
    while let token = index {
      switch tokens.kinds[token] {
      case .leftBrace, .rightBrace, .arrow: return false
      case .identifier:
        if tree.source[tokens.range(token)].elementsEqual("where".utf8) { return true }
        if tokens.followsNewline(token), tokens.indentation(token) == 0 { return false }
      default: break
      }
      index = token > 0 ? token - 1 : nil
    }
    return false
  }

  /// The configuration and the sizes that a declaration's signature names, whether or not it was elaborated.
  func signatureItems(of declaration: Syntax, sizesAlone: Bool, rank: Int) -> [CompletionItem] {
    guard let list = declaration.child(.parameterList) else { return [] }
    var items: [CompletionItem] = []
    func add(_ name: Syntax, _ kind: CompletionItem.Kind, _ detail: String) {
      let text = name.text
      guard !items.contains(where: { $0.label == text }) else { return }
      items.append(
        CompletionItem(label: text, kind: kind, detail: detail, documentation: "", insertion: text, rank: rank))
    }
    func addSizes(in node: Syntax) {
      if node.kind == .name || node.kind == .quotedName { return add(node, .dimension, "") }
      for child in node.children where node.kind != .call || child != node.firstChild { addSizes(in: child) }
    }
    for parameter in list.children where parameter.kind == .parameter {
      parameter.all(.dimensions).forEach(addSizes)
      guard let name = parameter.declaredName,
        let type = parameter.children.first(where: { $0.kind == .configurationType || $0.kind == .listType })
      else { continue }
      let isSize = type.text == "int"
      if isSize || !sizesAlone || type.kind == .listType { add(name, isSize ? .dimension : .variable, type.text) }
    }
    return items
  }

  /// The variables that stand for element types in the parameters of a declaration.
  func typeVariables(of declaration: Syntax?) -> [String] {
    var names: [String] = []
    for type in declaration?.child(.parameterList)?.all(.tensorType) ?? [] {
      if let name = type.firstChild, name.kind == .name, !names.contains(name.text) { names.append(name.text) }
    }
    return names.sorted()
  }
}

extension Term {
  /// Whether it is known before the graph runs.
  var isConfiguration: Bool {
    switch self {
    case .tensor, .literal, .sparse, .unknown: false
    default: true
    }
  }

  /// Whether it may be a size, or a list of some.
  var isSize: Bool {
    switch self {
    case .integer, .list: true
    default: false
    }
  }
}

extension TokenKind {
  /// Whether a declaration goes on in the line behind the token.
  fileprivate var continuesDeclaration: Bool {
    switch self {
    case .rightParenthesis, .rightBracket, .rightBrace, .endOfFile: false
    default: continuesLine || self == .comma || self == .leftParenthesis || self == .leftBracket
    }
  }
}

extension UInt8 {
  fileprivate var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
}
