import Syntax

/// The tree that a derivation stands for: what the parser is to build of the same tokens.
struct DerivedTree {
  /// A node of a tree, by its tokens.
  struct Node: Equatable, CustomStringConvertible {
    var kind: SyntaxKind
    var tokens: Range<Int>

    var description: String { "\(kind) \(tokens.lowerBound)..<\(tokens.upperBound)" }
  }

  /// The nodes, children before their parents; without those that have no tokens.
  private(set) var nodes: [Node] = []
  private let grammar: Grammar

  init(_ derivation: Recogniser.Derivation, _ grammar: Grammar) {
    self.grammar = grammar
    visit(derivation)
  }

  /// The same of the parser's tree.
  static func nodes(of node: Syntax) -> [Node] {
    let inner = node.children.flatMap { nodes(of: $0) }
    return node.kind == .omitted ? inner : inner + [Node(kind: node.kind, tokens: node.tokens)]
  }

  private static let leaves: [String: SyntaxKind] = [
    "IDENTIFIER": .name, "RESERVED": .name, "NAME": .quotedName, "INTEGER": .integer, "FLOAT": .float,
    "STRING": .string, "BYTES": .bytes, "ELEMENT_TYPE": .elementType, "_": .discard, "none": .none, "true": .boolean,
    "false": .boolean, "...": .ellipsis, "?": .unknownDimension,
  ]

  /// Productions that are nodes as they stand, around the nodes of their parts.
  private static let kinds: [String: SyntaxKind] = [
    "file": .file, "use": .useDeclaration, "import": .importDeclaration, "model": .modelDeclaration,
    "block": .blockDeclaration, "operator": .operatorDeclaration, "annotation": .annotation,
    "parameters": .parameterList, "parameter": .parameter, "default": .defaultValue, "graph_default": .defaultValue,
    "results": .resultList,
    "where": .whereClause, "cost": .costClause, "body": .body, "binding": .binding, "first_target": .target,
    "target": .target, "condition": .condition, "const": .constStatement, "layer": .layerStatement,
    "repeat": .repeatStatement, "if": .ifStatement, "scope": .scopeStatement, "weights": .weightsStatement,
    "require": .requireStatement, "return": .returnStatement, "list": .list, "conditional": .conditional,
    "weight": .weightReference, "tensor_literal": .tensorLiteral, "sparse_literal": .sparseLiteral,
    "type_literal": .typeLiteral, "arguments": .argumentList, "map": .mapLiteral, "entry": .mapEntry,
    "graph": .graphLiteral, "dimensions": .dimensions, "QUOTED_NAME": .quotedName,
  ]

  private mutating func emit(_ kind: SyntaxKind, _ tokens: Range<Int>) {
    nodes.append(Node(kind: kind, tokens: tokens))
  }

  private mutating func visitChildren(_ derivation: Recogniser.Derivation) {
    for child in derivation.children { visit(child) }
  }

  private func name(_ derivation: Recogniser.Derivation) -> String? {
    switch derivation.kind {
    case .production(let index): grammar.productions[index].name
    case .token(let terminal): terminal
    case .choice: nil
    }
  }

  private mutating func visit(_ derivation: Recogniser.Derivation) {
    guard case .production = derivation.kind, let name = name(derivation) else {
      if case .token(let terminal) = derivation.kind, let kind = Self.leaves[terminal] { emit(kind, derivation.tokens) }
      return
    }
    let parts = derivation.children.filter { self.name($0) != nil }
    let tokens = derivation.tokens
    func has(_ terminal: String) -> Bool { parts.contains { self.name($0) == terminal } }
    switch name {
    case "declaration", "statement":
      // Annotations are children of what they stand before.
      for part in parts.dropLast() { visit(part) }
      guard let last = parts.last, let inner = self.name(last) else { return }
      if let kind = kind(of: last, inner) {
        if inner == "recipe" { visitRecipe(last) } else { visitChildren(last) }
        emit(kind, tokens)
      }
    case "results":
      // The list of parameters is the list of results.
      for part in parts { if self.name(part) == "parameters" { visitChildren(part) } else { visit(part) } }
      emit(.resultList, tokens)
    case "range": wrap(derivation, has("..<") ? .range : nil)
    case "item": wrap(derivation, has("*") ? .spread : nil)
    case "argument": wrap(derivation, has("=") ? .namedArgument : nil)
    case "part": wrap(derivation, has(":") ? .slice : nil)
    case "unary": wrap(derivation, has("-") || has("!") ? .unary : nil)
    case "power": wrap(derivation, has("**") ? .binary : nil)
    case "primary": wrap(derivation, has("(") ? .parenthesized : nil)
    case "comparison" where has("!"): wrap(derivation, .unary)
    case "expression": fold(parts, .pipe)
    case "or", "and", "sum", "product", "comparison": fold(parts, .binary)
    case "path": foldPath(parts[...])
    case "postfix": visitPostfix(parts)
    case "empty_list":
      emit(.name, tokens.lowerBound..<tokens.lowerBound + 1)
      emit(.emptyList, tokens)
    case "type": visitType(parts, tokens)
    case "type_literal":
      for part in parts { if self.name(part) == "?" { emit(.unknownType, part.tokens) } else { visit(part) } }
      emit(.typeLiteral, tokens)
    case "plain_type": visitPlainType(parts, tokens)
    case "tensor_literal", "sparse_literal":
      for part in parts {
        visit(part)
        if self.name(part) == "dimensions" {
          let first = name == "sparse_literal" ? tokens.lowerBound + 1 : tokens.lowerBound
          emit(.tensorType, first..<part.tokens.upperBound)
        }
      }
      emit(name == "sparse_literal" ? .sparseLiteral : .tensorLiteral, tokens)
    default: wrap(derivation, kind(of: derivation, name))
    }
  }

  private func kind(of derivation: Recogniser.Derivation, _ name: String) -> SyntaxKind? {
    switch name {
    case "recipe": return .recipeDeclaration
    case "param":
      let isBuffer = derivation.children.contains { self.name($0) == "buffer" }
      return isBuffer ? .bufferStatement : .parameterStatement
    default: return Self.kinds[name]
    }
  }

  private mutating func wrap(_ derivation: Recogniser.Derivation, _ kind: SyntaxKind?) {
    visitChildren(derivation)
    if let kind { emit(kind, derivation.tokens) }
  }

  /// Operands with operators between them, from the left.
  private mutating func fold(_ parts: [Recogniser.Derivation], _ kind: SyntaxKind) {
    for (index, part) in parts.enumerated() {
      visit(part)
      if index > 0, case .production = part.kind { emit(kind, parts[0].tokens.lowerBound..<part.tokens.upperBound) }
    }
  }

  /// A name, or the `[0]` of a sequence, and its segments.
  private mutating func foldPath(_ parts: ArraySlice<Recogniser.Derivation>) {
    guard let start = parts.first?.tokens.lowerBound else { return }
    for part in parts {
      visit(part)
      if name(part) == "]" { emit(.list, start..<part.tokens.upperBound) }
      if name(part) == "segment" { emit(segmentKind(part), start..<part.tokens.upperBound) }
    }
  }

  private func segmentKind(_ segment: Recogniser.Derivation) -> SyntaxKind {
    let terminals = segment.children.compactMap { name($0) }
    return terminals.contains(".") ? .member : terminals.contains("~") ? .overload : .index
  }

  private mutating func visitPostfix(_ parts: [Recogniser.Derivation]) {
    let start = parts[0].tokens.lowerBound
    var trailers = parts.dropFirst()
    if name(parts[0]) == "label" {
      let label = parts[0].children.filter { name($0) != nil }
      guard let colon = label.firstIndex(where: { name($0) == ":" }), let path = label.last else { return }
      foldPath(label[..<colon])
      visit(path)
      var end = path.tokens.upperBound
      if let arguments = trailers.first {
        trailers = trailers.dropFirst()
        visit(arguments)
        end = arguments.tokens.upperBound
        emit(.call, path.tokens.lowerBound..<end)
      }
      emit(.label, start..<end)
    } else {
      visit(parts[0])
    }
    for trailer in trailers {
      visit(trailer)
      guard let inner = trailer.children.first(where: { name($0) != nil }) else { continue }
      emit(name(inner) == "arguments" ? .call : segmentKind(inner), start..<trailer.tokens.upperBound)
    }
  }

  private mutating func visitRecipe(_ recipe: Recogniser.Derivation) {
    var open: Int?
    for part in recipe.children {
      visit(part)
      switch name(part) {
      case "{": open = part.tokens.lowerBound
      case "expression": emit(.recipeStep, part.tokens)
      case "}": if let open { emit(.body, open..<part.tokens.upperBound) }
      default: break
      }
    }
  }

  private mutating func visitType(_ parts: [Recogniser.Derivation], _ tokens: Range<Int>) {
    if parts.count == 1, name(parts[0]) == "?" { return emit(.unknownType, tokens) }
    guard let semicolon = parts.firstIndex(where: { name($0) == ";" }) else {
      for part in parts { visit(part) }
      if parts.count > 1 { emit(.listType, tokens) }
      return
    }
    for (index, part) in parts.enumerated() {
      if index == semicolon, name(parts[1]) != "parameters" {
        emit(.parameter, parts[1].tokens.lowerBound..<part.tokens.lowerBound)
      }
      if name(part) == "parameters" { visitChildren(part) } else { visit(part) }
    }
    emit(.listInput, tokens)
  }

  private mutating func visitPlainType(_ parts: [Recogniser.Derivation], _ tokens: Range<Int>) {
    if parts.count == 1 {
      emit(.name, tokens)
      return emit(.configurationType, tokens)
    }
    for part in parts { visit(part) }
    switch parts.compactMap({ name($0) }).first {
    case "seq": emit(.sequenceType, tokens)
    case "optional": emit(.optionalType, tokens)
    case "map": emit(.mapType, tokens)
    case "sparse": emit(.sparseType, tokens)
    default: emit(.tensorType, tokens)
    }
  }
}
