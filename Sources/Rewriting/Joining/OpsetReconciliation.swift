import Graphs
import Operators

/// One version of each operator set for two models.
struct OpsetReconciliation {
  private let first: Model
  private let second: Model

  /// The imports of both, each domain once.
  static func imports(_ first: Model, _ second: Model) throws(JoinProblem) -> [OpsetImport] {
    let reconciliation = OpsetReconciliation(first: first, second: second)
    var imports = first.opsetImports
    for other in second.opsetImports {
      let domain = Catalogue.canonical(other.domain)
      guard let place = imports.firstIndex(where: { Catalogue.canonical($0.domain) == domain }) else {
        imports.append(other)
        continue
      }
      if imports[place].version != other.version {
        imports[place].version = try reconciliation.version(of: domain, imports[place].version, other.version)
      }
    }
    return imports
  }

  /// The newest version of a domain in which the nodes of both models mean what they do.
  private func version(of domain: String, _ left: Int64, _ right: Int64) throws(JoinProblem) -> Int64 {
    // What a domain of functions alone means is in the model.
    guard Catalogue.newestOpset(domain: domain) != nil || calls(first, domain) || calls(second, domain) else {
      return max(left, right)
    }
    guard Catalogue.newestOpset(domain: domain) != nil else {
      throw .opsets(domain, left, right, obstacle: "nothing is known of the domain")
    }
    var obstacle: String?
    var version = max(left, right)
    while version >= min(left, right), version > 0 {
      let found =
        Self.obstacle(first, domain, from: left, to: version)
        ?? Self.obstacle(second, domain, from: right, to: version)
      guard let found else { return version }
      obstacle = obstacle ?? found
      version -= 1
    }
    throw .opsets(domain, left, right, obstacle: obstacle ?? "")
  }

  /// Whether a model calls operators of a domain that are none of its functions.
  private func calls(_ model: Model, _ domain: String) -> Bool {
    let functions = Set(model.functions.map { "\($0.domain).\($0.name).\($0.overload)" })
    return model.graph.nodes.indices.contains { id in
      let node = model.graph.nodes[id]
      return Catalogue.canonical(node.domain) == domain
        && !functions.contains("\(node.domain).\(node.operatorType).\(node.overload)")
    }
  }

  /// The first node of a model that another version of the operator set does not have as it is.
  private static func obstacle(_ model: Model, _ domain: String, from: Int64, to: Int64) -> String? {
    guard from != to else { return nil }
    let graph = model.graph
    for region in graph.regions.indices {
      for id in graph.regions[region].nodes {
        let node = graph.nodes[id]
        guard Catalogue.canonical(node.domain) == domain, node.overload.isEmpty else { continue }
        guard !OperatorContinuity.holds(for: node, from: Int(clamping: from), to: Int(clamping: to)) else { continue }
        let name = node.name.isEmpty ? "" : " (`\(node.name)`)"
        return "\(node.operatorType)\(name) of version \(from) is another operator in version \(to)"
      }
    }
    return nil
  }
}

/// Whether calls mean the same in several versions of an operator set.
enum OperatorContinuity {
  /// Operators whose meaning changed where their schemas do not tell, by the version that changed it.
  private static let changed: [String: [Int]] = [
    "Softmax": [13], "LogSoftmax": [13], "Hardmax": [13], "Resize": [11], "Upsample": [9], "RoiAlign": [16],
    "GroupNormalization": [21], "GridSample": [20], "BatchNormalization": [7], "Pad": [11], "Scan": [9],
    "Unsqueeze": [13], "Squeeze": [13], "TopK": [10],
  ]

  /// Whether the node's operator has the same schema in both versions, or is a newer one that takes the call as it is.
  static func holds(for node: Node, from: Int, to: Int) -> Bool {
    let (domain, name) = (node.domain, node.operatorType)
    guard let old = Catalogue.schema(domain: domain, name: name, opset: from),
      let new = Catalogue.schema(domain: domain, name: name, opset: to)
    else { return false }
    if old.sinceVersion == new.sinceVersion { return true }
    guard new.sinceVersion > old.sinceVersion else { return false }
    let span = (old.sinceVersion + 1)...new.sinceVersion
    if (changed[name] ?? []).contains(where: span.contains) { return false }
    // Split says how many parts there are only by its results before version 18.
    if name == "Split", span.contains(18), node.arguments.count < 2 { return false }
    return takes(node, of: old, new)
  }

  private static func takes(_ node: Node, of old: OperatorSchema, _ new: OperatorSchema) -> Bool {
    for (index, parameter) in old.inputs.enumerated() {
      guard new.inputs.indices.contains(index) else {
        if node.arguments.count > index { return false }
        continue
      }
      guard new.inputs[index].name == parameter.name, new.inputs[index].arity == parameter.arity,
        allows(parameter, of: old, new.inputs[index], of: new)
      else { return false }
    }
    if new.inputs.dropFirst(old.inputs.count).contains(where: { $0.arity == .single }) { return false }
    guard node.results.count <= new.outputs.count || new.outputs.last?.arity == .variadic else { return false }
    let attributes = Dictionary(new.attributes.map { ($0.name, $0) }) { first, _ in first }
    for fact in old.attributes {
      let isGiven = node[attribute: fact.name] != nil
      guard let other = attributes[fact.name] else {
        if isGiven || fact.defaultValue != nil { return false }
        continue
      }
      guard other.kind == fact.kind else { return false }
      if !isGiven, !isSame(fact.defaultValue, other.defaultValue) { return false }
    }
    let known = Set(old.attributes.map(\.name))
    return !new.attributes.contains { !known.contains($0.name) && $0.isRequired }
  }

  private static func allows(
    _ parameter: OperatorSchema.Parameter, of old: OperatorSchema, _ other: OperatorSchema.Parameter,
    of new: OperatorSchema
  ) -> Bool {
    let before = old.typeConstraints[parameter.type] ?? [parameter.type]
    return Set(before).isSubset(of: new.typeConstraints[other.type] ?? [other.type])
  }

  private static func isSame(_ left: Attribute.Value?, _ right: Attribute.Value?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return AttributeContent(left).map { $0 == AttributeContent(right) } ?? false
  }
}
