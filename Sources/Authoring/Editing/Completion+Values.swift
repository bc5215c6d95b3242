import Operators
import Semantics
import Syntax
import Tensors

/// What may be given for a parameter, as far as it is one of a few things.
enum ParameterValues {
  case boolean, elementType, callee
  /// One of these, in quotes.
  case choices([String])

  /// What is written.
  var texts: [String] {
    switch self {
    case .boolean: ["true", "false"]
    case .elementType: ElementType.allCases.map(\.spelling)
    case .callee: []
    case .choices(let choices): choices.map { "\"\($0)\"" }
    }
  }
}

extension NamedCallee {
  /// What a parameter may be given; `nil` where that may be anything.
  func values(of parameter: String) -> ParameterValues? {
    switch self {
    case .declaration(let declaration):
      guard let found = declaration.parameters.first(where: { $0.name == parameter }) else { return nil }
      switch found.type?.text {
      case "bool": return .boolean
      case "dtype": return .elementType
      case "callee": return .callee
      case "string":
        let choices = declaration.syntax.textsCompared(to: parameter)
        return choices.isEmpty ? nil : .choices(choices)
      default: return nil
      }
    case .operator(let schema):
      guard let fact = schema.attributes.first(where: { $0.name == parameter }) else { return nil }
      if !fact.choices.isEmpty { return .choices(fact.choices) }
      return fact.kind == .int && Self.elementTypes.contains(parameter) ? .elementType : nil
    }
  }

  /// The attributes whose number is that of an element type.
  private static let elementTypes: Set<String> = ["dtype", "output_dtype", "softmax_precision", "stash_type", "to"]
}

extension Syntax {
  /// The texts in quotes that a name is compared to, and those that it has by default, in the order in which they stand.
  fileprivate func textsCompared(to name: String) -> [String] {
    var texts: [String] = []
    func add(_ value: Syntax) {
      if value.kind == .string, !texts.contains(value.stringValue) { texts.append(value.stringValue) }
    }
    func visit(_ node: Syntax) {
      if node.kind == .binary, let (left, right) = node.pair {
        if left.kind == .name, left.text == name { add(right) }
        if right.kind == .name, right.text == name { add(left) }
      } else if node.kind == .parameter, node.firstName?.text == name, let value = node.child(.defaultValue)?.firstChild
      {
        add(value)
      }
      node.children.forEach(visit)
    }
    visit(self)
    return texts
  }
}

extension EditorView {
  /// The values of the parameter whose `name=` the offset is behind; `nil` where any may stand there.
  func valueItems(of call: Syntax, at offset: Int, _ names: some NameKnowledge) -> [CompletionItem]? {
    guard let parameter = parameter(before: offset, in: call), let syntax = call.firstChild,
      let values = names.callee(syntax)?.values(of: parameter)
    else { return nil }
    return CompletionItem.values(values.texts)
  }

  /// The name of the argument of a call in whose value an offset is.
  func parameter(before offset: Int, in call: Syntax) -> String? {
    let list = call.child(.argumentList)
    // A value that is not written yet is none of the argument's nodes.
    let argument = list?.children.reversed().first {
      $0.kind == .namedArgument && $0.range.lowerBound <= offset
    }
    guard let argument, let name = argument.firstChild, offset > name.range.upperBound,
      !tree.source[min(argument.range.upperBound, offset)..<offset].contains(UInt8(ascii: ","))
    else { return nil }
    return name.plainName
  }
}

extension CompletionItem {
  /// Values as they are written, in their order.
  static func values(_ texts: [String]) -> [CompletionItem] {
    texts.map { CompletionItem(label: $0, kind: .value, detail: "", documentation: "", insertion: $0, rank: 0) }
  }
}
