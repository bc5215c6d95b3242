import Tensors

extension MicrosoftRules {
  /// Queries, keys and values by products with weights of a few bits: K MACs for each element of them.
  ///
  /// Result 3 is the input plus a skip connection.
  static let matMulNBitsQkv = rules(
    "MatMulNBitsQkv",
    infer: { context in
      guard let input = context.shape(0), !input.dimensions.isEmpty else { return }
      for (index, name) in ["Nq", "Nkv", "Nkv"].enumerated() {
        let width = context.int(name).flatMap { $0 >= 0 ? Dimension($0) : nil } ?? .unknown
        context.set(index, shape: Shape(input.dimensions.dropLast() + [width]))
      }
      context.set(3, shape: input)
    },
    cost: { context in
      let results = (0..<3).reduce(Dimension(0)) { $0 + context.outputCount($1) }
      return .products(results * (context.size("K") ?? .unknown))
    })
}
