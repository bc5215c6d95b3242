package import Graphs

/// What a model is put into before it is rewritten.
extension Model {
  /// Puts the nodes of every region in an order in which they can run.
  package mutating func orderNodes() {
    for region in graph.regions.indices {
      graph.regions[region].nodes = graph.executionOrder(of: region).order
    }
    for index in functions.indices {
      let inner = functions[index].graph
      for region in inner.regions.indices {
        functions[index].graph.regions[region].nodes = inner.executionOrder(of: region).order
      }
    }
  }

  /// Takes initialisers out of the inputs of a file older than version 4 of the format, which has all of them there.
  ///
  /// - Returns: how many there were.
  package mutating func makeInitializersConstant() -> Int {
    guard irVersion < 4 else { return 0 }
    let body = graph.body
    let values = Set(graph.regions[body].initializers.map(\.value))
    for value in values { graph.values[value].definition = .initializer(body) }
    graph.regions[body].inputs.removeAll { values.contains($0) }
    for (index, input) in graph.regions[body].inputs.enumerated() {
      graph.values[input].definition = .input(body, index: index)
    }
    irVersion = 4
    return values.count
  }
}
