import Graphs
package import Tensors

/// How a size comes about, step by step, down to inputs and stored tensors.
///
/// Nodes that hand a size on as it is are no steps of it.
package struct SizeDerivation: Sendable {
  /// The size that was asked for.
  package var reference: SizeReference
  package var size: Dimension
  /// Where that size was made.
  package var origin: SizeReference
  /// The step that made it, and then those of its sources: each before the steps of its own sources, none twice.
  package var steps: [SizeStep]
  /// Whether all steps are there.
  package var isComplete: Bool
}

extension SizeProvenance {
  /// How a size comes about, in `limit` steps at the most.
  package mutating func derivation(of reference: SizeReference, limit: Int = 64) -> SizeDerivation {
    var derivation = SizeDerivation(
      reference: reference, size: size(of: reference), origin: origin(of: reference), steps: [], isComplete: true)
    var open = [derivation.origin]
    var seen: Set<SizeReference> = []
    while let next = open.popLast() {
      guard seen.insert(next).inserted, var step = step(of: next) else { continue }
      guard derivation.steps.count < limit else {
        derivation.isComplete = false
        break
      }
      for index in step.sources.indices { step.sources[index].origin = origin(of: step.sources[index].reference) }
      // A stored number is where it is.
      open += step.sources.reversed().map(\.origin).filter { !($0.part.isElement && isStored($0.value)) }
      derivation.steps.append(step)
    }
    if isExhausted { derivation.isComplete = false }
    return derivation
  }

  /// Where a size was made: behind the nodes that hand it on.
  package mutating func origin(of reference: SizeReference) -> SizeReference {
    var reference = reference
    var passed: [SizeReference] = []
    // A graph of a file may have cycles.
    for count in 0..<graph.nodes.count {
      if count == 0 || reference.isRemembered {
        if let known = origins[reference] {
          reference = known
          break
        }
        passed.append(reference)
      }
      guard let source = source(of: reference) else { break }
      reference = source
    }
    if !isExhausted { for place in passed { origins[place] = reference } }
    return reference
  }

  /// The size of an argument that the node behind a value hands on as a size of the value; `nil` where it makes it.
  private mutating func source(of reference: SizeReference) -> SizeReference? {
    guard case .result(let node, let index) = graph.values[reference.value].definition,
      case .axis(let axis) = reference.part
    else { return plainStep(of: reference).flatMap(handedOn) }
    if let known = passages.source(ofAxis: axis, of: reference.value, node, index, in: graph) {
      return known.flatMap { source in
        graph.nodes[node].arguments[source.argument].map { SizeReference($0, .axis(source.axis)) }
      }
    }
    guard let step = plainStep(of: reference) else { return nil }
    let source = handedOn(step)
    guard let source else {
      passages.remember(nil, ofAxis: axis, of: reference.value, node, index, in: graph)
      return nil
    }
    if case .axis(let axisOfSource) = source.part,
      let argument = graph.nodes[node].arguments.firstIndex(of: source.value)
    {
      passages.remember(
        SizePassages.Source(argument: argument, axis: axisOfSource), ofAxis: axis, of: reference.value, node, index,
        in: graph)
    }
    return source
  }

  /// The size of an argument that a step hands on: what the formula is, with the other sizes as they are.
  ///
  /// Not an element of a stored tensor: such a size is made where it is used.
  private func handedOn(_ step: SizeStep) -> SizeReference? {
    guard let formula = step.formula else { return nil }
    let symbols = Set(step.sources.map(\.symbol)).filter { symbol in
      guard formula.symbol != symbol else { return true }
      let others = step.sources.filter { $0.symbol != symbol }
      let sizes = Dictionary(others.map { ($0.symbol, $0.size) }, uniquingKeysWith: { first, _ in first })
      return formula.substituting(sizes).symbol == symbol
    }
    guard let symbol = symbols.first, symbols.count == 1 else { return nil }
    let alike = step.sources.filter { $0.symbol == symbol }
    guard let source = alike.first(where: { !isStored($0.reference.value) }) ?? alike.first else { return nil }
    return isStored(source.reference.value) && source.reference.part.isElement ? nil : source.reference
  }
}

extension SizeReference {
  /// Whether it is one of the few whose origins are remembered on the way to them.
  fileprivate var isRemembered: Bool { value.index & 63 == 0 }
}

extension SizeReference.Part {
  var isElement: Bool { if case .element = self { true } else { false } }
}
