import Graphs

// What files keep beside the computation: docs and metadata, of everything that has them.

extension ModelDifferences {
  /// The docs and metadata of one thing, as facts by name.
  ///
  /// - Parameter subject: what has them, with a blank behind it; empty for what the list is of.
  static func facts(of annotations: Annotations, _ subject: String = "") -> [(String, String)] {
    var facts: [(String, String)] = []
    if !annotations.doc.isEmpty { facts.append(("\(subject)doc", annotations.doc)) }
    var counts: [String: Int] = [:]
    for entry in annotations.metadata {
      // A key may be there twice.
      let count = counts[entry.key, default: 0] + 1
      counts[entry.key] = count
      facts.append(("\(subject)metadata \(entry.key)\(count == 1 ? "" : " \(count)")", entry.value))
    }
    return facts
  }

  /// The facts of a node, its attributes and its results.
  static func facts(of node: Node, in graph: Graph) -> [(String, String)] {
    var facts = facts(of: node.annotations)
    for attribute in node.attributes { facts += Self.facts(of: attribute.annotations, "attribute \(attribute.name) ") }
    for (index, result) in node.outputs.enumerated() {
      if let result { facts += Self.facts(of: graph.values[result].annotations, "output \(index) ") }
    }
    return facts
  }

  /// The facts of a model and its graph.
  static func facts(of model: Model) -> [(String, String)] {
    facts(of: model.annotations) + facts(of: model.graph.regions[model.graph.body].annotations, "graph ")
  }
}
