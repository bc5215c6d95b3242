package import JSON

extension ModelDifferences {
  /// The differences as `mica diff` prints them: what is gone behind `-`, what is new behind `+`, what has changed behind `~`.
  package var text: String {
    var lines: [String] = []
    func section(_ title: String, _ changes: [Change]) {
      guard !changes.isEmpty else { return }
      lines.append(title)
      lines += changes.map { "  \($0.line)" }
    }
    section("model", header)
    section("inputs", inputs)
    section("outputs", outputs)
    for (layer, nodes) in layers {
      lines.append(layer.isEmpty ? "graph" : layer)
      for node in nodes {
        lines.append("  \(node.sign) \(node.operatorType) \(node.name)")
        for change in node.attributes + node.inputs + node.types + node.beside {
          lines.append("      \(change.subject): \(change.both)")
        }
      }
    }
    section("weights", weights)
    section("names", renamed)
    lines.append(summary)
    return lines.joined(separator: "\n")
  }

  /// How much is the same and how much is not, in a line.
  private var summary: String {
    func count(_ kind: NodeDifference.Kind) -> Int { nodes.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) } }
    if isEmpty { return "no difference: \(equalNodes) nodes, \(equalWeights) weights" }
    return "nodes: \(count(.added)) added, \(count(.removed)) removed, \(count(.changed)) changed, "
      + "\(renamed.count) renamed, \(equalNodes) equal; weights: \(weights.count) other, \(equalWeights) equal"
  }

  /// The nodes by their layers, in order of the first of each.
  private var layers: [(String, [NodeDifference])] {
    var order: [String] = []
    var groups: [String: [NodeDifference]] = [:]
    for node in nodes {
      if groups[node.layer] == nil { order.append(node.layer) }
      groups[node.layer, default: []].append(node)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }

  /// The differences as `mica diff --json` prints them.
  package var json: JSONValue {
    func values(_ changes: [Change]) -> JSONValue { .array(changes.map(\.json)) }
    return [
      "equal": .bool(isEmpty),
      "model": values(header), "inputs": values(inputs), "outputs": values(outputs),
      "layers": .array(
        layers.map { layer, nodes in ["layer": .string(layer), "nodes": .array(nodes.map(\.json))] }),
      "weights": values(weights), "renamed": values(renamed),
      "equal_nodes": .integer(Int64(equalNodes)), "equal_weights": .integer(Int64(equalWeights)),
    ]
  }
}

extension ModelDifferences.Change {
  fileprivate var line: String {
    switch (before, after) {
    case (nil, let after?): "+ \(subject): \(Self.line(after))"
    case (let before?, nil): "- \(subject): \(Self.line(before))"
    default: "~ \(subject): \(both)"
    }
  }

  fileprivate var both: String { "\(Self.line(before ?? "none")) → \(Self.line(after ?? "none"))" }

  /// A text in one line.
  private static func line(_ text: String) -> String { text.replacing("\r", with: "\\r").replacing("\n", with: "\\n") }

  fileprivate var json: JSONValue {
    [
      "name": .string(subject), "before": before.map { .string($0) } ?? .null,
      "after": after.map { .string($0) } ?? .null,
    ]
  }
}

extension ModelDifferences.NodeDifference {
  fileprivate var sign: String {
    switch kind {
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    }
  }

  fileprivate var json: JSONValue {
    [
      "change": .string(kind.rawValue), "name": .string(name), "operator": .string(operatorType),
      "attributes": .array(attributes.map(\.json)), "inputs": .array(inputs.map(\.json)),
      "types": .array(types.map(\.json)), "beside": .array(beside.map(\.json)),
    ]
  }
}
