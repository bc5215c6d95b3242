package import Graphs
import Tensors

/// A quantization that is worth offering, where a list has to be short.
package struct QuantizationChoice: Sendable {
  /// A name for files and commands, such as `int8-dynamic`.
  package let name: String
  /// The name for people.
  package let title: String
  package let options: QuantizationOptions

  package static let all: [QuantizationChoice] = [
    QuantizationChoice(
      name: "int8-dynamic", title: "int8, dynamic, per channel",
      options: QuantizationOptions(scheme: .dynamic, element: .i8, perChannel: true)),
    QuantizationChoice(
      name: "int8-weights", title: "int8, weights alone, per channel",
      options: QuantizationOptions(scheme: .weights, element: .i8, perChannel: true)),
    QuantizationChoice(
      name: "int4-weights", title: "int4, weights alone, in blocks of 32",
      options: QuantizationOptions(scheme: .weights, element: .i4, block: 32)),
    QuantizationChoice(
      name: "float16", title: "float16", options: QuantizationOptions(scheme: .float, element: .f16)),
  ]

  /// What needs samples.
  package static let onSamples = QuantizationChoice(
    name: "int8-static", title: "int8, static, per channel",
    options: QuantizationOptions(scheme: .static, element: .i8, perChannel: true))

  /// The plans of those of some choices that make a model smaller; no weights are read.
  package static func plans(
    for model: Model, _ choices: [QuantizationChoice]
  ) -> [(choice: QuantizationChoice, plan: QuantizationPlan)] {
    guard let subject = try? QuantizationPlanner.Subject(model) else { return [] }
    return choices.compactMap { choice in
      guard let plan = try? subject.plan(choice.options), plan.bytesAfter < plan.bytesBefore
      else { return nil }
      return (choice, plan)
    }
  }
}

extension QuantizationPlan {
  /// Leaves every node but these as it is.
  package mutating func restrict(to nodes: Set<Node.ID>) {
    selection = nodes
    for layer in layers.indices where layers[layer].form != nil && !nodes.contains(layers[layer].node) {
      layers[layer].decision = .keep("it is not selected")
      layers[layer].weights = []
    }
    tieWeights()
  }
}
