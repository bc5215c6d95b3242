import Graphs
import Rewriting
import Tensors

/// What becomes of nodes where numbers have a narrower type.
extension QuantizationPlanner {
  /// The plan of a node that has tensors of `f32`, or that stays because of what it is.
  func floatLayer(_ node: Node.ID) -> LayerPlan? {
    let convertibility = FloatConvertibility(rewriter: rewriter, opset: opset, element: options.element)
    let inputs = rewriter.graph.nodes[node].inputs
    var weights: [PlannedWeight] = []
    var refusal: String?
    for (place, value) in inputs.enumerated() {
      guard let value, let tensor = rewriter.storedTensor(value), tensor.element == .f32 else { continue }
      let weight = StoredWeight(
        place: place, argument: value, base: value, tensor: tensor, steps: [], sizes: tensor.sizes)
      let encoding = WeightEncoding(options.element, .tensor, isSymmetric: true)
      let bytes = options.element.byteCount(of: tensor.elementCount) ?? 0
      weights.append(PlannedWeight(weight, encoding, bytesAfter: bytes))
      let name = rewriter.graph.values[value].name
      refusal = refusal ?? convertibility.refusal(of: tensor, named: name)
    }
    var layer = emptyLayer(node)
    guard let places = convertibility.places(of: node) else {
      guard !weights.isEmpty, rewriter.graph.nodes[node].operatorType != "Constant" else { return nil }
      let isInside = rewriter.places[node.index] != rewriter.graph.body
      layer.decision = .keep(
        isInside ? "what is in a branch or a loop stays in f32" : "its operator is computed in f32")
      return layer
    }
    if isSkipped(node, layer.name) {
      layer.decision = .keep("it is left out by name")
    } else if let refusal {
      layer.decision = .keep(refusal)
    } else {
      layer.weights = weights.filter { places.inputs.contains($0.weight.place) }
      guard !layer.weights.isEmpty else { return nil }
      layer.decision = .change(.narrowFloats)
    }
    return layer
  }
}
