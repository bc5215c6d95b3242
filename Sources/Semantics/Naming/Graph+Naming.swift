package import Graphs
package import Syntax
import Tensors

/// The naming rule, as grammar/naming.md states it.
///
/// A parameter is its state-dict path, `layer1.0.conv1.weight`. A node is `/` + its instance's labels + `/` + its
/// operator, with `_1`, `_2`, … for the later ones: `/layer1.0/conv1/Conv`. A value is its node's name with
/// `_output_<i>`. Within a label, `\` and `/` are written `\\` and `\/`; that makes the rule invertible.
extension Graph {
  /// Names every node, value and initialiser that has no name yet, in the order of the graph.
  ///
  /// A value whose name another one has is told, and named as if it had none; nodes may share a name that the text gives.
  ///
  /// Unlabelled instances that hold parameters are labelled after their callee (`linear`, `linear_1`); other unlabelled
  /// ones are transparent.
  ///
  /// - Parameter nodes: whether nodes and their results get names too, which can go wrong nowhere.
  package mutating func assignNames(nodes namesNodes: Bool = true) -> [Diagnostic] {
    labelInstances()
    var names = NameTable()
    let paths = InstancePaths(self)
    var diagnostics: [Diagnostic] = []
    // The signature's names come first; that they differ is its own affair.
    let signature = Set(regions[body].inputs + regions[body].outputs)
    for id in signature { names.take(values[id].name) }
    for id in values.indices where !values[id].ruledName.isEmpty && !signature.contains(id) {
      switch values[id].definition {
      case .initializer, .undefined: continue
      case .input: names.take(values[id].name)
      case .result:
        guard !names.take(values[id].name) else { continue }
        if let source = values[id].origin.source {
          diagnostics.append(.valueNameTaken(values[id].name, at: source.place))
        }
        values[id].name = ""
      }
    }
    for id in nodes.indices where !nodes[id].ruledName.isEmpty { names.takeNode(nodes[id].name) }
    for region in regions.indices {
      for initializer in regions[region].initializers {
        let local = values[initializer.value].name
        let origin = values[initializer.value].origin
        let name = paths.parameter(local, of: origin.instance)
        if !names.take(name), let source = origin.source {
          diagnostics.append(.parameterNameTaken(name, at: source.place))
        }
        values[initializer.value].name = name
      }
    }
    if namesNodes { nameNodes(in: body, paths: paths, &names, namesInputs: true) }
    return diagnostics
  }

  /// Names nodes and their results in the order of the graph as it is now; all that is given, and parameters, stay.
  ///
  /// - Precondition: names were assigned before, and those of nodes that are gone taken away.
  mutating func assignNodeNames() {
    var names = NameTable()
    for id in Set(regions[body].inputs + regions[body].outputs) { names.take(values[id].name) }
    for id in nodes.indices {
      if nodes[id].ruledName.isRuled { nodes[id].ruledName = RuledName() }
      if !nodes[id].ruledName.isEmpty { names.takeNode(nodes[id].name) }
    }
    for id in values.indices {
      guard case .result = values[id].definition else { continue }
      if values[id].ruledName.isRuled { values[id].ruledName = RuledName() }
      if !values[id].ruledName.isEmpty { names.take(values[id].name) }
    }
    for region in regions.indices {
      for initializer in regions[region].initializers { names.take(values[initializer.value].name) }
    }
    nameNodes(in: body, paths: InstancePaths(self), &names, namesInputs: false)
  }

  /// Names what `param` and `buffer` declare by their paths, in a graph whose other initialisers have their names.
  mutating func nameParameters(besides named: Set<Value.ID>) {
    var declared: [Value.ID] = []
    for region in regions.indices {
      for initializer in regions[region].initializers where initializer.role != .constant {
        if !named.contains(initializer.value) { declared.append(initializer.value) }
      }
    }
    if declared.isEmpty { return }
    labelInstances()
    let paths = InstancePaths(self)
    for value in declared {
      values[value].name = paths.parameter(values[value].name, of: values[value].origin.instance)
    }
  }

  /// - Parameter namesInputs: whether inputs of subgraphs have no names of their own yet.
  private mutating func nameNodes(
    in region: Region.ID, paths: InstancePaths, _ names: inout NameTable, namesInputs: Bool
  ) {
    for node in regions[region].nodes {
      let isGiven = !nodes[node].ruledName.isEmpty
      if !isGiven {
        nodes[node].ruledName = names.node(nodes[node].callee, of: nodes[node].origin.instance, paths)
      }
      for index in 0..<nodes[node].results.count {
        guard let output = nodes[node].results[index], values[output].ruledName.isEmpty else { continue }
        values[output].ruledName = names.result(index, of: nodes[node].ruledName, isGiven: isGiven)
      }
      for index in nodes[node].attributes.indices {
        guard case .graph(let inner) = nodes[node].attributes[index].value else { continue }
        if regions[inner].name.isEmpty {
          regions[inner].name = "\(nodes[node].name):\(nodes[node].attributes[index].name)"
        }
        for input in regions[inner].inputs {
          if namesInputs {
            values[input].name = names.unique(values[input].name)
          } else {
            names.take(values[input].name)
          }
        }
        nameNodes(in: inner, paths: paths, &names, namesInputs: namesInputs)
      }
    }
  }

  /// Gives labels to the unlabelled instances that hold parameters, themselves or further down.
  private mutating func labelInstances() {
    var holders: Set<Instance.ID> = []
    for region in regions.indices {
      for initializer in regions[region].initializers {
        var instance = values[initializer.value].origin.instance
        while let id = instance, holders.insert(id).inserted { instance = instances[id].parent }
      }
    }
    var taken: [Instance.ID: Set<String>] = [:]
    for id in instances.indices {
      guard let parent = instances[id].parent, let label = instances[id].label else { continue }
      taken[parent, default: []].insert(label)
    }
    for id in instances.indices where instances[id].label == nil && holders.contains(id) {
      guard let parent = instances[id].parent else { continue }
      let stem = instances[id].callee.lowercased()
      var label = stem
      var number = 0
      while !taken[parent, default: []].insert(label).inserted {
        number += 1
        label = "\(stem)_\(number)"
      }
      instances[id].label = label
    }
  }
}

extension SourceRange {
  /// The range as a place in a text.
  package var place: Place { Place(file: file, range: Int(start)..<Int(max(start, end))) }
}
