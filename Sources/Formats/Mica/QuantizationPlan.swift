import Graphs

/// Where a text says what is quantized.
struct QuantizationPlan {
  /// What stands before the names of values.
  private(set) var ofValues: [Value.ID: [QuantizationAnnotation]] = [:]
  /// What can only stand before the graph, or what calls it: annotations of tensors that it does not have, or in an
  /// order that is not the text's.
  private(set) var ofRegions: [Region.ID: [QuantizationAnnotation]] = [:]

  /// - Parameter order: the values of a region in the order in which their annotations stand in the text.
  init(of graph: Graph, order: (Region.ID) -> [Value.ID]) {
    for region in graph.regions.indices where !graph.regions[region].quantization.isEmpty {
      let annotations = graph.regions[region].quantization
      var expected: [(value: Value.ID, annotation: QuantizationAnnotation)] = []
      for value in order(region) {
        let name = graph.values[value].name
        expected += annotations.filter { $0.tensor == name }.map { (value, $0) }
      }
      let isSame =
        expected.count == annotations.count
        && zip(expected, annotations).allSatisfy {
          $0.annotation.tensor == $1.tensor && $0.annotation.parameters == $1.parameters && $1.unknownFields.isEmpty
            && !$1.parameters.isEmpty
        }
      if isSame {
        for (value, annotation) in expected { ofValues[value, default: []].append(annotation) }
      } else {
        ofRegions[region] = annotations
      }
    }
  }
}
