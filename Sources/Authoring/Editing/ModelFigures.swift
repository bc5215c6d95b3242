package import Graphs
import Operators
package import Semantics
package import Syntax
import Tensors

/// What parts of an elaborated model amount to: parameters and MACs of the calls in the text.
///
/// A view of one elaboration, computed when it is asked for; each query is linear in the graph.
package struct ModelFigures: Sendable {
  /// What a run of calls amounts to.
  package struct Amount: Hashable, Sendable {
    package var parameters = 0
    package var macs = 0
    /// Whether the work of every node is known.
    package var isCounted = true
    /// The element types of the parameters, as the text spells them, in order of appearance.
    package var weightTypes: [String] = []
  }

  package let elaboration: Elaboration
  private let sizes: [String: Int]
  private let openSizes: Lazy<[String: Int]>

  /// - Parameters:
  ///   - sizes: values for open sizes.
  ///   - openSizes: the same with the least that all others may be.
  init(_ elaboration: Elaboration, sizes: [String: Int], openSizes: Lazy<[String: Int]>) {
    self.elaboration = elaboration
    self.sizes = sizes
    self.openSizes = openSizes
  }

  private var graph: Graph { elaboration.model.graph }

  /// All parameters of the model.
  package var parameters: Int { ownParameters().reduce(0) { $0 &+ $1.value } }

  /// The elements of the parameters of each instance, those of nested ones apart.
  package func ownParameters() -> [Instance.ID?: Int] {
    var counts: [Instance.ID?: Int] = [:]
    for parameter in elaboration.parameters {
      counts[graph.values[parameter.value].origin.instance, default: 0].add(parameter.tensor.elementCount)
    }
    return counts
  }

  /// The elements of the parameters of each instance with those of nested ones, by the instance's index.
  package func totalParameters() -> [Int] {
    var totals = Array(repeating: 0, count: graph.instances.count)
    for (id, count) in ownParameters() { if let id { totals[id.index].add(count) } }
    // Parents come before their children.
    for id in graph.instances.indices.reversed() {
      if let parent = graph.instances[id].parent { totals[parent.index].add(totals[id.index]) }
    }
    return totals
  }

  /// What the calls at a place amount to in one instance of the block around: the first, or the one that is given.
  ///
  /// A call in a `repeat` counts as often as it is made.
  package func amount(of place: Place, in instance: Instance.ID? = nil) -> Amount {
    var wanted = Array(repeating: false, count: graph.instances.count)
    var owner = instance
    for id in graph.instances.indices {
      let candidate = graph.instances[id]
      if let parent = candidate.parent, wanted[parent.index] {
        wanted[id.index] = true
      } else if let call = candidate.call, place.holds(call), owner == nil || owner == candidate.parent {
        owner = candidate.parent
        wanted[id.index] = true
      }
    }
    var amount = Amount()
    for parameter in elaboration.parameters {
      let origin = graph.values[parameter.value].origin
      let isOwn = origin.source.map { place.holds($0) } ?? false
      guard origin.instance.map({ wanted[$0.index] }) ?? false || isOwn && (owner == nil || origin.instance == owner)
      else { continue }
      amount.parameters.add(parameter.tensor.elementCount)
      let type = parameter.tensor.element.spelling
      if !amount.weightTypes.contains(type) { amount.weightTypes.append(type) }
    }
    for id in graph.nodes.indices {
      let origin = graph.nodes[id].origin
      let isInside = origin.instance.map { wanted[$0.index] } ?? false
      guard
        isInside || (origin.source.map { place.holds($0) } ?? false) && (owner == nil || origin.instance == owner)
      else { continue }
      guard
        let cost = elaboration.costs[id] ?? Catalogue.cost(of: id, in: graph, opsets: elaboration.opsets),
        let macs = cost.macs.evaluated(sizes) ?? cost.macs.evaluated(openSizes.value)
      else {
        amount.isCounted = false
        continue
      }
      amount.macs.add(macs)
    }
    return amount
  }

  /// The instances that calls at a place made.
  package func instances(calledAt place: Place) -> [Instance.ID] {
    graph.instances.indices.filter { graph.instances[$0].call.map { place == Place($0) } ?? false }
  }
}

extension Graph {
  /// The given sizes, and the least that all others in the graph may be.
  func openSizes(_ sizes: [String: Int]) -> [String: Int] {
    var openSizes = sizes
    for value in values.indices {
      for dimension in values[value].type.shape?.dimensions ?? [] where dimension.constant == nil {
        for symbol in dimension.symbols where openSizes[symbol] == nil { openSizes[symbol] = 1 }
        if let symbol = dimension.symbol, sizes[symbol] == nil, let least = dimension.bounds.lower {
          openSizes[symbol] = max(1, least)
        }
      }
    }
    return openSizes
  }
}

extension Place {
  package init(_ source: SourceRange) {
    self.init(file: source.file, range: Int(source.start)..<Int(source.end))
  }

  /// Whether a range of a source lies in the place.
  package func holds(_ source: SourceRange) -> Bool {
    source.file == file && range.lowerBound <= source.start && source.end <= range.upperBound
  }
}
