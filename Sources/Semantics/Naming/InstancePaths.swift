package import Graphs

/// The paths of a graph's instances: as state dictionaries write them, and as node names do.
package struct InstancePaths {
  private var dotted: [String] = []
  private var slashed: [String] = []

  /// Collects the paths from the instances' labels, in linear time: parents come before their children.
  package init(_ graph: Graph) {
    for id in graph.instances.indices {
      let instance = graph.instances[id]
      guard let parent = instance.parent else {
        dotted.append("")
        slashed.append("")
        continue
      }
      let (outer, prefix) = (dotted[parent.index], slashed[parent.index])
      if let label = instance.label {
        dotted.append(outer.isEmpty ? label : "\(outer).\(label)")
        slashed.append(prefix + "/" + NodeName.escaped(label))
      } else {
        dotted.append(outer)
        slashed.append(prefix)
      }
    }
  }

  /// The instance's state-dict path; empty for the model.
  package func path(of instance: Instance.ID?) -> String { instance.map { dotted[$0.index] } ?? "" }

  /// What stands before the operator in the names of the instance's nodes, without the last slash.
  func node(of instance: Instance.ID?) -> String { instance.map { slashed[$0.index] } ?? "" }

  /// The state-dict path of a parameter of the instance.
  func parameter(_ name: String, of instance: Instance.ID?) -> String {
    let path = path(of: instance)
    return path.isEmpty ? name : "\(path).\(name)"
  }
}

/// A node's name taken apart: the inverse of the naming rule.
package struct NodeName: Hashable, Sendable {
  /// The labels of the instances around the node, outermost first.
  package var labels: [String]
  /// Which of the instance's nodes of this operator it is, from 0.
  package var number: Int

  /// Takes apart the name of a node; `nil` where the naming rule did not make it.
  package init?(_ name: String, operatorType: String) {
    guard name.hasPrefix("/") else { return nil }
    var pieces: [String] = []
    var current = ""
    var isEscaped = false
    for character in name.dropFirst() {
      if isEscaped {
        guard character == "/" || character == "\\" else { return nil }
        current.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "/" {
        pieces.append(current)
        current = ""
      } else {
        current.append(character)
      }
    }
    guard !isEscaped, current.hasPrefix(operatorType) else { return nil }
    let suffix = current.dropFirst(operatorType.count)
    if suffix.isEmpty {
      number = 0
    } else {
      guard suffix.hasPrefix("_"), let value = Int(suffix.dropFirst()), value > 0, suffix == "_\(value)" else {
        return nil
      }
      number = value
    }
    labels = pieces
  }

  /// The node whose first result the naming rule calls `value`; `nil` for other names.
  static func ofResult(_ value: String) -> String? {
    value.hasSuffix("_output_0") && value.utf8.count > 9 ? String(value.dropLast(9)) : nil
  }

  /// A label as it stands in a node's name.
  static func escaped(_ label: String) -> String {
    guard label.contains(where: { $0 == "/" || $0 == "\\" }) else { return label }
    return label.reduce(into: "") { text, character in
      if character == "/" || character == "\\" { text.append("\\") }
      text.append(character)
    }
  }
}
