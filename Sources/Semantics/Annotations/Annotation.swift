import Syntax

/// An annotation of the text: `@meta("key", "value")`.
struct Annotation {
  var name: String
  /// Arguments without a name, in order.
  var positional: [Syntax]
  /// Arguments by name.
  var named: [(name: String, value: Syntax)]
  var syntax: Syntax

  /// The annotation that a node makes; `nil` where it has no name.
  init?(_ syntax: Syntax) {
    guard syntax.kind == .annotation, let name = syntax.nameChild?.plainName, !name.isEmpty else { return nil }
    self.name = name
    self.syntax = syntax
    positional = []
    named = []
    for argument in syntax.child(.argumentList)?.children.map(\.self) ?? [] {
      let parts = Array(argument.children)
      if argument.kind == .namedArgument, parts.count == 2, let name = parts[0].plainName {
        named.append((name, parts[1]))
      } else {
        positional.append(argument)
      }
    }
  }

  subscript(name: String) -> Syntax? { named.first { $0.name == name }?.value }
}

extension Syntax {
  /// The annotations before the node, in order.
  var annotations: [Annotation] { children.filter { $0.kind == .annotation }.compactMap(Annotation.init) }
}

/// What an annotation may stand before.
enum AnnotationSubject: String, Sendable {
  case use = "`use`"
  case model = "a model"
  /// An operator with a body.
  case function = "an operator with a body"
  /// An input or an output of a model, or an input of a subgraph.
  case port = "an input or an output of a model"
  /// A statement that calls something: its outermost node.
  case statement = "a statement that calls something"
  /// A statement that binds names: its outermost node, and the first name for what no node has.
  case binding = "a statement that binds a name"
  /// A name that a statement binds.
  case value = "a name that a statement binds"
  /// A parameter or a buffer.
  case parameter = "`param` or `buffer`"
  /// What no annotation says anything of.
  case other = "this"

  /// What the annotations directly in a node stand before.
  ///
  /// - Parameter owner: what the parameter lists around the node belong to.
  init(of node: Syntax, in owner: SyntaxKind?) {
    self =
      switch node.kind {
      case .useDeclaration: .use
      case .modelDeclaration: .model
      case .operatorDeclaration: node.child(.body) == nil ? .other : .function
      case .binding: .binding
      case .returnStatement: .statement
      case .target: .value
      case .parameterStatement, .bufferStatement: .parameter
      case .parameter where owner == .modelDeclaration || owner == .graphLiteral: node.declaresOneValue ? .port : .other
      default: .other
      }
  }
}

extension Syntax {
  /// Whether a parameter is one tensor, sequence or the like: neither configuration nor a list.
  fileprivate var declaresOneValue: Bool {
    guard let type = children.first(where: { $0.kind.isType }) else { return false }
    return type.kind != .configurationType && type.kind != .listType && type.kind != .listInput
  }
}
