import Graphs
import Operators
import Tensors

/// A node with what is known of the samples in its arguments.
struct SampleArguments {
  let node: Node
  let tracker: SampleTracker
  /// The layout of each argument; `nil` for one without samples.
  let layouts: [SampleLayout?]

  init(_ node: Node, in tracker: SampleTracker) {
    self.node = node
    self.tracker = tracker
    layouts = node.inputs.map { $0.flatMap { tracker.layouts[$0] } }
  }

  func flow() -> SampleFlow {
    let name = node.operatorType
    // What only asks for sizes, and what is made of them.
    if name == "Shape" || name == "Size" { return .layouts([nil]) }
    if let places = SampleOperators.sizeArguments[name], stacked.isEmpty {
      guard places.contains(where: isSized) else { return sizeArithmetic() }
      return SampleOperators.filling.contains(name) ? filled() : sizeArithmetic()
    }
    let reads = SampleOperators.sizeArguments[name] ?? []
    if let place = node.inputs.indices.first(where: { isSized($0) && !reads.contains($0) }) {
      if stacked.isEmpty { return sizeArithmetic() }
      return .mixed("computes with how many samples there are (argument \(place))")
    }
    if stacked.isEmpty { return .layouts(node.results.map { _ in nil }) }
    return ruled(name)
  }

  private func ruled(_ name: String) -> SampleFlow {
    if SampleOperators.elementwise.contains(name) { return elementwise() }
    if SampleOperators.orderKeeping.contains(name) { return orderKeeping() }
    if SampleOperators.batchFirst.contains(name) { return batchFirst(alone: true) }
    if SampleOperators.allBatchFirst.contains(name) { return batchFirst(alone: false) }
    if SampleOperators.matrixProducts.contains(name) { return matrixProduct() }
    if SampleOperators.reductions.contains(name) { return reduction() }
    if let axis = SampleOperators.alongAxis[name] { return alongAxis(axis) }
    if SampleOperators.fromAxis.contains(name) { return fromAxis() }
    if SampleOperators.recurrent.contains(name) { return recurrent() }
    switch name {
    case "Transpose": return transpose()
    case "Concat": return concat()
    case "Split": return split()
    case "Slice": return slice()
    case "Gather": return gather()
    case "GatherElements", "CumSum", "TopK": return alongOwnAxis()
    case "ArgMax", "ArgMin": return argument()
    case "Gemm": return gemm()
    case "Einsum": return einsum()
    case "Expand": return expand()
    case "Tile", "Pad", "Resize", "Upsample", "Trilu": return sameSize()
    case "OneHot": return oneHot()
    case "QuantizeLinear", "DequantizeLinear": return quantization()
    case "DynamicQuantizeLinear": return .mixed("finds one scale for all samples")
    default: return .mixed("is not known to keep samples apart")
    }
  }
}

// MARK: - Facts

extension SampleArguments {
  /// The places of arguments that have samples.
  var stacked: [Int] { layouts.indices.filter { layouts[$0] != nil } }

  func isSized(_ place: Int) -> Bool {
    guard node.inputs.indices.contains(place), let value = node.inputs[place] else { return false }
    return tracker.sized.contains(value)
  }

  func sizes(_ place: Int) -> [Dimension] {
    guard node.inputs.indices.contains(place), let value = node.inputs[place] else { return [] }
    return tracker.sizes(value)
  }

  func resultSizes(_ place: Int = 0) -> [Dimension] {
    guard node.results.indices.contains(place), let value = node.results[place] else { return [] }
    return tracker.sizes(value)
  }

  func layout(_ place: Int) -> SampleLayout? { layouts.indices.contains(place) ? layouts[place] : nil }

  func integers(_ place: Int) -> [Int]? {
    guard node.inputs.indices.contains(place), let value = node.inputs[place],
      let elements = tracker.facts[value.index].elements
    else { return nil }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? constants : nil
  }

  func int(_ name: String) -> Int? { node[attribute: name]?.int.flatMap(Int.init(exactly:)) }

  /// The same layout for every result.
  func all(_ layout: SampleLayout) -> SampleFlow { .layouts(node.results.map { _ in layout }) }

  func all(_ axis: Int, _ layout: SampleLayout) -> SampleFlow { all(SampleLayout(axis: axis, outer: layout.outer)) }

  /// The layout of the only argument that may have samples, the first; otherwise why not.
  func onlyFirst() -> SampleLayout? { stacked == [0] ? layouts[0] : nil }

  var several: SampleFlow { .mixed("takes samples in more than its first argument") }
}
