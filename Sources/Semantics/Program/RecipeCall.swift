package import Syntax
package import Tensors

/// A step of a recipe with what it is given: `quantize(type=i8, keep=[fc])`.
package struct RecipeCall: Sendable {
  package let name: String
  /// Of the step's name.
  package let place: Place
  /// The end of the whole step.
  package let end: Int
  private let arguments: [String: Syntax]

  init?(_ step: Syntax) {
    guard let call = step.firstChild, call.kind == .call || call.kind == .name else { return nil }
    let callee = call.kind == .call ? call.firstChild ?? call : call
    guard let name = callee.plainName, let known = RecipeStep.all.first(where: { $0.name == name }) else { return nil }
    var arguments: [String: Syntax] = [:]
    var position = 0
    for argument in call.child(.argumentList)?.children.map(\.self) ?? [] {
      let parts = Array(argument.children)
      if argument.kind == .namedArgument, parts.count == 2, let name = parts[0].plainName {
        arguments[name] = parts[1]
      } else {
        if let name = known.positional[safe: position] { arguments[name] = argument }
        position += 1
      }
    }
    self.name = name
    self.arguments = arguments
    place = callee.place
    end = call.range.upperBound
  }

  /// Whether something is given for a parameter.
  package func has(_ name: String) -> Bool { arguments[name] != nil }

  /// The place of what is given for a parameter, or that of the step.
  package func place(of name: String) -> Place { arguments[name]?.place ?? place }

  package func number(_ name: String) -> Double? { arguments[name]?.numberValue }

  package func integer(_ name: String) -> Int? {
    arguments[name].flatMap { $0.kind == .integer ? $0.integerValue : nil }
  }

  package func boolean(_ name: String) -> Bool? {
    arguments[name].flatMap { $0.kind == .boolean ? $0.text == "true" : nil }
  }

  package func text(_ name: String) -> String? {
    arguments[name].flatMap { $0.kind == .string ? $0.stringValue : nil }
  }

  package func elementType(_ name: String) -> ElementType? {
    arguments[name].flatMap { $0.kind == .elementType ? ElementType(spelling: $0.text) : nil }
  }

  /// All paths of layers that the step is given, in order.
  package var layerPaths: [Syntax] {
    let step = RecipeStep.all.first { $0.name == name }
    return step?.parameters.flatMap { parameter -> [Syntax] in
      guard case .paths = parameter.kind, let argument = arguments[parameter.name] else { return [] }
      return argument.kind == .list ? argument.children.map(\.self) : [argument]
    } ?? []
  }

  /// Paths of layers in state-dict spelling, such as `layers.0.attn`, each with its place.
  package func paths(_ name: String) -> [(path: String, place: Place)] {
    guard let argument = arguments[name] else { return [] }
    let all = argument.kind == .list ? argument.children.map(\.self) : [argument]
    return all.compactMap { path in path.layerPath.map { ($0, path.place) } }
  }
}

extension Syntax {
  /// `layers[0].attn` as `layers.0.attn`; `nil` for what is no plain path.
  fileprivate var layerPath: String? {
    switch kind {
    case .name, .quotedName: return plainName
    case .integer: return integerValue.map(String.init)
    case .member, .index:
      let parts = children.map(\.layerPath)
      return parts.contains(nil) ? nil : parts.compactMap(\.self).joined(separator: ".")
    default: return nil
    }
  }
}
