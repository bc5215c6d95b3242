import Graphs
import Tensors

extension ModelLifter {
  /// A list with its repetitions, where the style has them.
  func items(of list: StepList) -> [LiftedItem] {
    guard style.contains(.repetitions) else { return list.steps.indices.map { .step($0) } }
    var lifter = self
    return RepetitionSearch(list) { lifter.columnCount(of: $0) }.items()
  }

  /// How many columns of a table the body of a repetition takes; `nil` where a table cannot say what differs.
  private mutating func columnCount(of body: StepList) -> Int? {
    let counters = Array(repeating: "i", count: body.rounds.count)
    var columns: Set<[RoundText]> = []
    func isCommon(_ texts: [RoundText]) -> Bool {
      RoundText.common(texts, rounds: body.rounds, counters: counters) != nil
    }
    for step in body.steps {
      for (slot, reference) in step.arguments.enumerated() where reference == .tensor {
        var texts: [RoundText] = []
        for node in step.nodes {
          guard let text = try? argumentText(slot, of: node) else { return nil }
          texts.append(text)
        }
        if !isCommon(texts) { columns.insert(texts) }
      }
      for attribute in writtenAttributes(of: step.nodes[0]) {
        var texts: [RoundText] = []
        for node in step.nodes {
          guard let twin = graph.nodes[node].attributes.first(where: { $0.name == attribute.name }),
            let text = try? attributeText(twin, of: node)
          else { return nil }
          texts.append(text)
        }
        if !isCommon(texts) { columns.insert(texts) }
      }
      guard columns.isEmpty || body.rounds.count == 1, columns.count <= Self.maximumColumns else { return nil }
    }
    return columns.count
  }

  /// The attributes that a call has to say.
  func writtenAttributes(of node: Node.ID) -> [Attribute] {
    graph.nodes[node].attributes.filter { plain[node] != nil || !implied.contains($0, of: graph.nodes[node], leaves) }
  }

  /// What stands before a call that is written out, so that it can be read at all.
  func annotations(ofPlain id: Node.ID) -> [String] {
    guard plain[id] != nil else { return [] }
    let node = graph.nodes[id]
    let name = MicaPrinter.operatorAnnotation(node.domain, node.operatorType, overload: node.overload)
    let attributes = node.attributes.compactMap {
      MicaPrinter.annotation(beside: $0, isSpelt: printer.isSpelt($0.value))
    }
    return (name.map { [$0] } ?? []) + attributes
  }

  /// A table with more columns says less than what it stands for.
  private static let maximumColumns = 12

  /// What stands in a call for a stored tensor.
  func argumentText(_ slot: Int, of node: Node.ID) throws(InexpressibleModel) -> RoundText {
    guard let value = graph.nodes[node].arguments[slot] else { throw InexpressibleModel("an omitted argument") }
    let text = try tensorText(value)
    guard style.contains(.plainNumbers), plain[node] == nil, case .other = text, let tensor = leaves[value]?.tensor,
      let plain = plainNumber(tensor, slot, of: graph.nodes[node])
    else { return text }
    return plain
  }

  /// Operators whose arguments behind the first one are i64 whatever the first one is.
  private static let takingSizes: Set<String> = [
    "Gather", "Reshape", "Unsqueeze", "Squeeze", "Slice", "Expand", "Tile", "Split", "Pad", "ReduceSum", "ReduceMean",
    "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL2", "ReduceL1", "TopK", "GatherElements", "CumSum", "GatherND",
  ]
  /// Operators whose arguments all have one element type.
  private static let elementwise: Set<String> = [
    "Add", "Sub", "Mul", "Div", "Pow", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Max", "Min", "Mod",
  ]

  /// Numbers without an element type, where the call gives them theirs.
  private func plainNumber(_ tensor: Tensor, _ slot: Int, of node: Node) -> RoundText? {
    guard node.domain.isEmpty, tensor.sizes.count < 2 else { return nil }
    let type = node.operatorType
    let takesSizes = Self.takingSizes.contains(type) && slot > 0 || type == "ConstantOfShape" || type == "Concat"
    let isElementwise =
      Self.elementwise.contains(type) && tensor.sizes.isEmpty && node.arguments.count == 2
      && (type != "Pow" || node.arguments[1 - slot].flatMap { graph.values[$0].type.element } == tensor.element)
    switch tensor.element {
    case .i64 where takesSizes || isElementwise:
      guard let elements = try? tensor.int64Elements() else { return nil }
      let numbers = elements.map { MicaNumber.spelling($0) }
      return .integers(tensor.sizes.isEmpty ? numbers[0] : "[\(numbers.joined(separator: ", "))]")
    case .f32 where isElementwise:
      guard let element = try? tensor.float32Elements().first, element.isFinite else { return nil }
      return .other(MicaNumber.spelling(element))
    default: return nil
    }
  }
}
