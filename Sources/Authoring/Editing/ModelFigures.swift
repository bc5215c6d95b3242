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
    /// The bytes of what all of its nodes give; `nil` where the size of something is not known.
    package var activationBytes: Int? = 0
    /// The open sizes that its figures depend on, as they are taken.
    package var assumed: [String: Int] = [:]
    /// The element types of the parameters, as the text spells them, in order of appearance.
    package var weightTypes: [String] = []

    fileprivate mutating func add(_ elements: Int, of type: String) {
      parameters.add(elements)
      if !weightTypes.contains(type) { weightTypes.append(type) }
    }

    fileprivate mutating func add(_ work: Work) {
      if let macs = work.macs { self.macs.add(macs) } else { isCounted = false }
      if let bytes = work.bytes { activationBytes?.add(bytes) } else { activationBytes = nil }
      assumed.merge(work.assumed) { known, _ in known }
    }
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

  /// What each call at a place amounts to in one instance of the block around: the first, or the one that is given.
  ///
  /// Several in a `repeat`; calls that stand in the arguments are left out.
  ///
  /// - Parameter rounds: how often a call of an operator is made in a block.
  package func amounts(
    ofCallsAt place: Place, in instance: Instance.ID? = nil, rounds: (Instance.ID?) -> Int = { _ in 1 }
  ) -> [Amount] {
    var calls = Array(repeating: -1, count: graph.instances.count)
    var amounts: [Amount] = []
    var owner = instance
    for id in graph.instances.indices {
      let candidate = graph.instances[id]
      if let parent = candidate.parent, calls[parent.index] >= 0 {
        calls[id.index] = calls[parent.index]
      } else if let call = candidate.call, place == Place(call) {
        let block = candidate.parent.map(graph.block(around:))
        guard owner == nil || owner == block else { continue }
        owner = block
        calls[id.index] = amounts.count
        amounts.append(Amount())
      }
    }
    for parameter in elaboration.parameters {
      guard let instance = graph.values[parameter.value].origin.instance, calls[instance.index] >= 0 else { continue }
      amounts[calls[instance.index]].add(parameter.tensor.elementCount, of: parameter.tensor.element.spelling)
    }
    var ofOperators: [Node.ID] = []
    for id in graph.nodes.indices {
      let origin = graph.nodes[id].origin
      if let instance = origin.instance, calls[instance.index] >= 0 {
        amounts[calls[instance.index]].add(work(of: id))
      } else if let source = origin.source, place == Place(source) {
        let block = origin.instance.map(graph.block(around:))
        guard owner == nil || owner == block else { continue }
        owner = block
        ofOperators.append(id)
      }
    }
    guard amounts.isEmpty else { return amounts }
    let count = max(1, ofOperators.isEmpty ? 1 : rounds(graph.nodes[ofOperators[0]].origin.instance))
    // As many nodes in each round, or else one amount.
    let each = ofOperators.count.isMultiple(of: count) ? ofOperators.count / count : ofOperators.count
    return stride(from: 0, to: max(1, ofOperators.count), by: max(1, each)).map { start in
      var amount = Amount()
      for id in ofOperators[start..<min(start + each, ofOperators.count)] { amount.add(work(of: id)) }
      return amount
    }
  }

  /// The multiply-accumulate operations of each of some instances, none of which is in another one, as far as they are known.
  ///
  /// - Returns: them, and the open sizes that they depend on, as those are taken.
  package func macs(of instances: [Instance.ID]) -> (counts: [Int], assumed: [String: Int]) {
    var places = Array(repeating: -1, count: graph.instances.count)
    for (index, id) in instances.enumerated() { places[id.index] = index }
    for id in graph.instances.indices {
      if let parent = graph.instances[id].parent, places[parent.index] >= 0 { places[id.index] = places[parent.index] }
    }
    var counts = Array(repeating: 0, count: instances.count)
    var assumed: [String: Int] = [:]
    for id in graph.nodes.indices {
      guard let instance = graph.nodes[id].origin.instance, places[instance.index] >= 0 else { continue }
      let work = work(of: id)
      counts[places[instance.index]].add(work.macs ?? 0)
      if work.macs != nil { assumed.merge(work.assumed) { known, _ in known } }
    }
    return (counts, assumed)
  }

  /// What the parameters declared at a place amount to in the first instance of the block around.
  package func amount(ofParametersIn place: Place) -> Amount {
    var amount = Amount()
    var owner: Instance.ID??
    for parameter in elaboration.parameters {
      let origin = graph.values[parameter.value].origin
      guard origin.source.map({ place.holds($0) }) ?? false, owner == nil || owner == .some(origin.instance) else {
        continue
      }
      owner = .some(origin.instance)
      amount.add(parameter.tensor.elementCount, of: parameter.tensor.element.spelling)
    }
    return amount
  }

  /// What a node computes and gives.
  fileprivate struct Work {
    /// The multiply-accumulate operations; `nil` where they are not known.
    var macs: Int?
    /// The bytes of the results; `nil` where they are not known.
    var bytes: Int?
    var assumed: [String: Int] = [:]

    /// A number at the sizes that are given, or else at the least that the others may be.
    mutating func evaluated(_ number: Dimension, _ sizes: [String: Int], _ openSizes: Lazy<[String: Int]>) -> Int? {
      if let known = number.evaluated(sizes) { return known }
      guard let least = number.evaluated(openSizes.value) else { return nil }
      for symbol in number.symbols where sizes[symbol] == nil { assumed[symbol] = openSizes.value[symbol] }
      return least
    }
  }

  private func work(of id: Node.ID) -> Work {
    var work = Work()
    let cost = elaboration.costs[id] ?? Catalogue.cost(of: id, in: graph, opsets: elaboration.opsets)
    work.macs = cost.flatMap { work.evaluated($0.macs, sizes, openSizes) }
    work.bytes = bytes(of: graph.nodes[id].outputs.compactMap { $0.map { graph.values[$0].type } }, &work)
    return work
  }

  /// The bytes of values of some types, and the open sizes that are taken for them; `nil` where they are not known.
  func bytes(of types: [ValueType]) -> (count: Int, assumed: [String: Int])? {
    var work = Work()
    return bytes(of: types, &work).map { ($0, work.assumed) }
  }

  private func bytes(of types: [ValueType], _ work: inout Work) -> Int? {
    var sum = 0
    for type in types {
      guard let element = type.element, let elements = type.shape?.elementCount,
        let count = work.evaluated(elements, sizes, openSizes), let bytes = element.byteCount(of: count)
      else { return nil }
      sum.add(bytes)
    }
    return sum
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
