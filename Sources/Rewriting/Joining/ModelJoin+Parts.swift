package import Graphs
import Operators
package import Tensors

/// What a node calls a function by.
struct FunctionName: Hashable {
  var domain: String
  var name: String
  var overload: String
}

extension Function {
  var identity: FunctionName {
    FunctionName(domain: Catalogue.canonical(domain), name: name, overload: overload)
  }
}

extension DeviceConfiguration {
  /// `nil` for one that is kept as its bytes.
  var name: String? {
    if case .named(let name, _, _) = self { name } else { nil }
  }
}

extension Region {
  /// Takes in the name, doc and metadata of another graph.
  mutating func joinNotes(of other: Region, prefix: String) {
    if other.name != name { name += (name.isEmpty || other.name.isEmpty ? "" : "_") + other.name }
    let doc = other.annotations.doc
    if !doc.isEmpty, doc != annotations.doc { annotations.doc += (annotations.doc.isEmpty ? "" : "\n\n") + doc }
    for var entry in other.annotations.metadata where !annotations.metadata.contains(entry) {
      while annotations.metadata.contains(where: { $0.key == entry.key }) { entry.key = prefix + entry.key }
      annotations.metadata.append(entry)
    }
    annotations.unknownFields += other.annotations.unknownFields
  }
}

extension Graph {
  /// Makes nodes call functions by other names.
  mutating func renameCalls(_ names: [FunctionName: String]) {
    guard !names.isEmpty else { return }
    for id in nodes.indices {
      let node = nodes[id]
      let name = FunctionName(
        domain: Catalogue.canonical(node.domain), name: node.operatorType, overload: node.overload)
      if let renamed = names[name] { nodes[id].operatorType = renamed }
    }
  }

  /// The names of all sizes in the types of its values.
  var sizeNames: Set<String> {
    values.indices.reduce(into: []) { $0.formUnion(values[$1].type.sizeNames) }
  }
}

extension Model {
  /// The model with named sizes replaced wherever a type has them.
  package func substituting(_ bindings: [String: Dimension]) -> Model {
    guard !bindings.isEmpty else { return self }
    func replaced(_ type: ValueType) -> ValueType {
      switch type {
      case .tensor: type.mapSizes { $0.substituting(bindings) }
      case .sequence(let element): .sequence(replaced(element))
      case .optional(let element): .optional(replaced(element))
      default: type
      }
    }
    func described(_ description: ValueDescription) -> ValueDescription {
      var description = description
      description.type = replaced(description.type)
      return description
    }
    var model = self
    for id in graph.values.indices { model.graph.values[id].type = replaced(graph.values[id].type) }
    for id in graph.regions.indices {
      model.graph.regions[id].recordedTypes = graph.regions[id].recordedTypes.mapValues(replaced)
      model.graph.regions[id].otherOutputs = graph.regions[id].otherOutputs.mapValues(described)
      model.graph.regions[id].otherRecords = graph.regions[id].otherRecords.mapValues(described)
    }
    return model
  }
}
