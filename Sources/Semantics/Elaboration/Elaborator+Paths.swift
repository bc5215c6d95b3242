import Graphs
import Syntax
import Tensors

extension Elaborator {
  /// The state-dict spelling of a path: `layers[i].attn` is `layers.0.attn`.
  mutating func path(_ syntax: Syntax) -> String? {
    switch syntax.kind {
    case .name, .quotedName:
      return name(syntax)
    case .member:
      let parts = Array(syntax.children)
      guard parts.count == 2, let base = path(parts[0]), let member = name(parts[1]) else { return nil }
      return "\(base).\(member)"
    case .index:
      let parts = Array(syntax.children)
      guard let base = path(parts[0]) else { return nil }
      var text = base
      for item in parts.dropFirst() {
        guard item.kind != .slice, item.kind != .ellipsis, item.kind != .none else {
          report(.notAPath(syntax))
          return nil
        }
        guard let index = constantInteger(item) else { return nil }
        text += ".\(index)"
      }
      return text
    case .list:
      guard let item = syntax.firstChild, let index = constantInteger(item) else { return nil }
      return "\(index)"
    default:
      if syntax.kind != .omitted { report(.notAPath(syntax)) }
      return nil
    }
  }

  /// The text of a name, its interpolations filled in.
  mutating func name(_ syntax: Syntax) -> String? {
    // A name that is missing has no tokens, and was told by the parser.
    guard !syntax.tokens.isEmpty else { return nil }
    if syntax.kind == .name { return syntax.firstTokenText }
    var text = ""
    for part in syntax.nameParts {
      switch part {
      case .text(let piece): text += piece
      case .expression(let expression):
        switch evaluate(expression) {
        case .integer(let value):
          guard let constant = value.constant else {
            report(.openSize(value, at: expression.place))
            return nil
          }
          text += "\(constant)"
        case .text(let piece): text += piece
        case .unknown: return nil
        case let other:
          report(.wrongKind(other, wanted: "an integer or a string", at: expression.place))
          return nil
        }
      }
    }
    return text
  }

  /// The name that a path begins with, where it is a plain one.
  func rootName(of syntax: Syntax) -> String? {
    switch syntax.kind {
    case .name, .quotedName: syntax.plainName
    case .member, .index: syntax.firstChild.flatMap(rootName)
    default: nil
    }
  }

  /// The parameter that a path such as `wte.weight` means; `nil`, with a report, where there is none.
  mutating func parameter(_ syntax: Syntax) -> Term {
    guard let path = path(syntax) else { return .unknown }
    if let found = frame.resolve(path, in: frame.parameters) { return parameter(found, at: syntax.place) }
    if frame.hasForgotten { return .unknown }
    let candidates = Array(frame.parameters.keys) + Array(frame.instances.keys)
    return unknown(.unknownPath(path, candidates: candidates, at: syntax.place))
  }
}
