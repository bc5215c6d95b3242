import Graphs
import Tensors

/// Pooling over the axes behind batch and channel: `[N, C, …]` to `[N, C, …]`.
extension OperatorRules {
  /// An operator that reduces each window: one operation per element under the kernel.
  static func pooling(_ name: String) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        guard let kernel = context.kernelShape() else { return }
        let shape = context.shape(0)
        guard context.requireRank(kernel.count + 2...kernel.count + 2, of: shape, "the input", at: .input(0)),
          var window = context.window(kernel: kernel)
        else { return }
        // Where a window is dilated, the specification and ONNX Runtime make other things of "as large as the input".
        if window.dilations.contains(where: { $0 != 1 }) { window.leavesSameOpen = true }
        let input = shape?.dimensions ?? Array(repeating: .unknown, count: kernel.count + 2)
        let result = Shape(Array(input[..<2]) + context.places(of: window, on: Array(input[2...])))
        context.set(0, shape: result)
        context.set(1, shape: result)
      },
      cost: { context in
        let kernel = context.attribute("kernel_shape")?.ints ?? []
        return Cost(flops: kernel.reduce(context.outputCount()) { $0 * Dimension(Int($1)) })
      },
      pruning: { context in
        context.keepChannels()
        if context.size(.output(1, 1)) != nil {
          context.forbid(.input(0, 1), "gives the places of elements, counted over all channels, as its second result")
        }
      })
  }

  /// An operator that reduces all axes behind batch and channel to 1: one operation per element of the input.
  static func globalPooling(_ name: String) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        guard let shape = context.shape(0),
          context.requireRank(2...Int.max, of: shape, "the input", at: .input(0))
        else { return }
        context.set(shape: Shape(shape.dimensions.enumerated().map { $0 < 2 ? $1 : 1 }))
      },
      cost: { $0.perInput(1) },
      pruning: { $0.keepChannels() })
  }
}
