import Graphs
import Tensors

extension MicrosoftRules {
  /// ConvTranspose whose padding is an argument; the spatial sizes are known where it is.
  static let convTransposeWithDynamicPads = rules(
    "ConvTransposeWithDynamicPads",
    infer: { context in
      guard context.input(2) != nil else { return context.infer(as: .convTranspose, inputs: [0, 1, 3]) }
      if let pads = context.constantData(2) {
        let attribute = Attribute("pads", .ints(pads.map(Int64.init)))
        return context.infer(as: .convTranspose, inputs: [0, 1, 3], attributes: [attribute])
      }
      context.infer(as: .convTranspose, inputs: [0, 1, 3])
      guard let sizes = context.outputs.first?.type.shape?.dimensions, sizes.count > 2 else { return }
      context.set(shape: Shape(sizes.prefix(2) + Array(repeating: .unknown, count: sizes.count - 2)))
    },
    cost: { context in
      context.cost(as: .convTranspose, inputs: [0, 1, 3]) ?? .unknown
    })
}
