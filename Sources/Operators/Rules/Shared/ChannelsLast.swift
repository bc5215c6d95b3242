import Graphs
import Tensors

/// Operators on `[N, …, C]` that are others on `[N, C, …]`.
extension InferenceContext {
  /// Runs another operator's rule with the channels of argument 0, and of the result, behind batch and not at the end.
  ///
  /// - Parameter places: the other operator's inputs, the first of which has its channels at the end.
  mutating func inferChannelsLast(as rules: OperatorRules, inputs places: [Int?]) {
    var arguments = places.map { $0.flatMap(borrowed) }
    guard let first = arguments.first, var image = first else { return }
    if let shape = image.value.type.shape {
      guard requireRank(3...Int.max, of: shape, "the input", at: .input(image.place)) else { return }
      image.value.type = .tensor(TensorType(image.value.type.element, shape.channelsFirst))
      image.value.elements = nil
      image.value.constant = nil
      arguments[0] = image
    }
    infer(as: rules, arguments)
    guard let shape = outputs.first?.type.shape, shape.rank >= 3 else { return }
    set(shape: shape.channelsLast)
  }
}

extension Shape {
  /// `[N, C, …]` of `[N, …, C]`.
  fileprivate var channelsFirst: Shape { Shape([dimensions[0], dimensions[rank - 1]] + dimensions[1..<(rank - 1)]) }

  /// `[N, …, C]` of `[N, C, …]`.
  fileprivate var channelsLast: Shape { Shape([dimensions[0]] + dimensions[2...] + [dimensions[1]]) }
}
