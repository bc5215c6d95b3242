import Tensors

extension MicrosoftRules {
  /// Conv with the channels at the end, of the result too.
  ///
  /// The layout of the weight is the provider's own, with the M filters first: the spatial sizes are known only where
  /// `kernel_shape` is given.
  static let nhwcConv = rules(
    "NhwcConv",
    infer: { context in
      let filters = context.shape(1)?.dimensions.first ?? .unknown
      guard let shape = context.shape(0), shape.rank >= 3, let kernel = context.kernelShape(),
        kernel.count == shape.rank - 2, let window = context.window(kernel: kernel)
      else {
        let rank = context.shape(0)?.rank ?? context.shape(1)?.rank
        guard let rank, rank >= 3 else { return }
        let batch = context.shape(0)?.dimensions[0] ?? .unknown
        return context.set(shape: Shape([batch] + Array(repeating: .unknown, count: rank - 2) + [filters]))
      }
      let places = context.places(of: window, on: Array(shape.dimensions[1..<(shape.rank - 1)]))
      context.set(shape: Shape([shape.dimensions[0]] + places + [filters]))
    },
    cost: { context in
      let perElement = context.input(1)?.dropFirst().reduce(1) { $0 * $1 } ?? .unknown
      return .products(context.outputCount() * perElement, others: context.has(2) ? context.outputCount() : 0)
    })
}
