import Graphs
import Tensors

/// The inputs of a graph that have a batch, and its size.
struct BatchSelection {
  private(set) var axes: [Value.ID: Int] = [:]
  private(set) var inputs: [(name: String, axis: Int)] = []
  private(set) var size = 1
  /// Inputs that are left as they are, and why.
  private(set) var left: [String] = []

  init(of graph: Graph, chosen: [(input: String, axis: Int)]) throws(BatchProblem) {
    let body = graph.regions[graph.body]
    let stored = Set(body.initializers.map(\.value)).union(body.sparseInitializers.map(\.value))
    let free = body.inputs.filter { !stored.contains($0) }
    guard !chosen.isEmpty else {
      try select(from: free, of: graph)
      return
    }
    for (name, axis) in chosen {
      guard let input = free.first(where: { graph.values[$0].name == name }) else {
        throw .noSuchInput(name, among: free.map { graph.values[$0].name })
      }
      let type = graph.values[input].type
      let sizes = type.shape?.dimensions ?? []
      let place = axis < 0 ? axis + sizes.count : axis
      guard sizes.indices.contains(place) else { throw .noSuchAxis(axis, of: name, type) }
      guard let size = sizes[place].constant, size > 0 else { throw .isOpen(name, type, axis: place) }
      if let first = inputs.first, size != self.size { throw .sizes(first.name, self.size, name, size) }
      self.size = size
      add(input, name, axis: place)
    }
    for input in free where axes[input] == nil { left.append("`\(graph.values[input].name)` is not among --input") }
  }

  private mutating func select(from free: [Value.ID], of graph: Graph) throws(BatchProblem) {
    let sizes = free.map { graph.values[$0].type.shape?.dimensions.first?.constant }
    guard let size = sizes.lazy.compactMap(\.self).first(where: { $0 > 0 }) else {
      if let input = free.first(where: { graph.values[$0].type.shape?.rank ?? 0 > 0 }) {
        throw .isOpen(graph.values[input].name, graph.values[input].type, axis: 0)
      }
      throw .nothingToOpen
    }
    self.size = size
    for (input, own) in zip(free, sizes) {
      let value = graph.values[input]
      if own == size {
        add(input, value.name, axis: 0)
      } else if let own {
        left.append("`\(value.name)` is \(value.type), whose first size is \(own) and not \(size)")
      } else {
        left.append("`\(value.name)` is \(value.type), whose first size is no number")
      }
    }
  }

  private mutating func add(_ input: Value.ID, _ name: String, axis: Int) {
    axes[input] = axis
    inputs.append((name, axis))
  }
}
