import Tensors

extension InferenceContext {
  /// Normalisation over the last axis of the input plus a skip connection: that sum is result 3, statistics 1 and 2.
  mutating func normalizeWithSkip() {
    guard let shape = shape(0), !shape.dimensions.isEmpty else { return }
    set(0, shape: shape)
    set(3, shape: shape)
    for index in 1...2 {
      set(index, shape: Shape(shape.dimensions.dropLast() + [1]))
      set(index, element: .f32)
    }
  }
}
