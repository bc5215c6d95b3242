import Compression
import Graphs
import Operators
import Semantics
import Syntax
import Tensors

/// What may be given for a parameter, as far as it is one of a few things.
enum ParameterValues {
  case boolean, elementType, callee
  /// Paths of layers of the model that a recipe is for.
  case layers
  /// One of these numbers, the first of which is the usual one.
  case numbers([Int])
  /// Names of tensors of the weights file, in quotes.
  case tensors
  /// One of these, in quotes.
  case choices([String])

  /// What is written.
  var texts: [String] {
    switch self {
    case .boolean: ["true", "false"]
    case .elementType: ElementType.allCases.map(\.spelling)
    case .callee, .layers, .tensors: []
    case .numbers(let numbers): numbers.map { "\($0)" }
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
      return fact.isElementType ? .elementType : nil
    case .step(let step): return step.parameters.first { $0.name == parameter }?.values
    case .initializer: return nil
    case .weights: return WeightsArgument.all.contains { $0.name == parameter } ? .tensors : nil
    }
  }
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
    if case .layers = values { return layerItems(at: offset) }
    let items = CompletionItem.values(values.texts)
    guard case .numbers = values else { return items }
    // All have as many digits, so that they stay in this order as texts.
    return items.enumerated().map { index, item in
      var item = item
      item.rank = 10 + index
      return item
    }
  }

  /// The layers and scopes of the model that the recipe around an offset is for.
  private func layerItems(at offset: Int) -> [CompletionItem] {
    let recipe = tree.nodes(at: offset).first { $0.kind == .recipeDeclaration }.flatMap { Recipe($0) }
    guard let model = recipe?.model.plainName,
      let elaboration = analysis.elaborations.first(where: { $0.declaration.name == model })
    else { return [] }
    let graph = elaboration.model.graph
    let paths = InstancePaths(graph)
    var seen: Set<String> = [""]
    return graph.instances.indices.compactMap { id in
      let path = paths.path(of: id)
      guard seen.insert(path).inserted else { return nil }
      let text = Diagnostic.pathSpelling(path)
      return CompletionItem(
        label: text, kind: .path, detail: graph.instances[id].callee, documentation: "", insertion: text, rank: 0)
    }
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

extension RecipeStep.Parameter {
  /// What it may be, as far as that is one of a few things.
  fileprivate var values: ParameterValues? {
    switch kind {
    case .boolean: .boolean
    case .elementType: .elementType
    case .choice(let choices): .choices(choices)
    case .granularity: .choices(["channel", "element", "2:4"])
    case .importance: .choices(PruningOptions.Importance.allCases.map(\.rawValue))
    case .paths: .layers
    case .integer where name == "opset": .numbers(Program.writableOpsets.reversed())
    case .integer, .number, .text: nil
    }
  }

  var isText: Bool {
    switch kind {
    case .text, .choice, .granularity, .importance: true
    default: false
    }
  }
}
