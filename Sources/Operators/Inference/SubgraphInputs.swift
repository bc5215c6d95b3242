import Graphs
import Tensors

extension Graph {
  /// The types that the inputs of the subgraphs among a node's attributes are declared with.
  func regionInputs(of attributes: [Attribute]) -> [Region.ID: [ValueType]] {
    var inputs: [Region.ID: [ValueType]] = [:]
    for attribute in attributes where attribute.value.holdsRegions {
      for region in attribute.value.regions { inputs[region] = regions[region].inputs.map { values[$0].type } }
    }
    return inputs
  }
}
