import Tensors

/// Results computed from small constants, where shape data does not follow them: fractions, and more than one axis.
extension InferenceContext {
  /// Argument `index` as a small tensor, where all its elements are known: a constant, or constant shape data.
  func smallTensor(_ index: Int) -> SmallTensor? {
    guard let input = input(index) else { return nil }
    if let constant = input.constant { return SmallTensor(constant) }
    guard let elements = input.elements, let element = input.type.element,
      let sizes = input.type.shape?.constants ?? (elements.count == 1 ? nil : [elements.count])
    else { return nil }
    let constants = elements.compactMap(\.constant)
    guard constants.count == elements.count else { return nil }
    return Tensor.integers(element, constants, sizes: sizes).flatMap { SmallTensor($0) }
  }

  /// Whether result `index` has a shape of constants, and elements that shape data does not follow already.
  private func foldedSizes(_ index: Int = 0) -> [Int]? {
    guard outputs.indices.contains(index), outputs[index].elements == nil, outputs[index].constant == nil,
      let sizes = outputs[index].type.shape?.constants, SmallTensor.count(of: sizes) != nil
    else { return nil }
    return sizes
  }

  /// Makes result `index` a tensor that has been computed, if that has the shape which is known of it.
  mutating func fold(_ index: Int = 0, _ compute: (InferenceContext) -> SmallTensor?) {
    guard let sizes = foldedSizes(index), let result = compute(self), result.sizes == sizes,
      let tensor = result.tensor
    else { return }
    set(index, constant: tensor)
  }

  /// Keeps the elements of argument 0 in the shape of the result.
  mutating func foldReshaped() {
    guard let sizes = foldedSizes() else { return }
    fold { context in
      context.smallTensor(0).map { SmallTensor($0.element, sizes: sizes, words: $0.words) }
    }
  }

  /// Computes each element of the result from those of all arguments, which broadcast to it.
  ///
  /// Fractions are computed in double precision and rounded once, which is exact for sums, products, quotients and roots
  /// of narrower types (Figueroa, 1995).
  ///
  /// - Parameters:
  ///   - target: the element type of the result where it is not that of the arguments.
  ///   - fractions: the operation on floats of up to 64 bits.
  ///   - integers: the operation on integers and booleans.
  mutating func foldElements(
    as target: ElementType? = nil, fractions: (([Double]) -> Double)?, integers: (([Dimension]) -> Dimension)?
  ) {
    guard !inputs.isEmpty, let sizes = foldedSizes() else { return }
    fold { context in
      var operands: [(tensor: Tensor, places: [Int])] = []
      for index in context.inputs.indices {
        guard let small = context.smallTensor(index), let tensor = small.tensor,
          let places = SmallTensor.broadcastPlaces(of: small.sizes, to: sizes)
        else { return nil }
        operands.append((tensor, places))
      }
      let element = operands[0].tensor.element
      let count = operands[0].places.count
      var folded: Tensor?
      if element.isFloatingPoint, let fractions {
        let columns = operands.compactMap { $0.tensor.fractions(limit: SmallTensor.limit) }
        guard columns.count == operands.count else { return nil }
        let values = (0..<count).map { place in
          fractions(operands.indices.map { columns[$0][operands[$0].places[place]] })
        }
        folded = Tensor.numbers(target ?? element, values, sizes: sizes)
      } else if !element.isFloatingPoint, let integers {
        let columns = operands.compactMap { $0.tensor.integers(limit: SmallTensor.limit) }
        guard columns.count == operands.count else { return nil }
        let values = (0..<count).compactMap { place in
          integers(operands.indices.map { Dimension(columns[$0][operands[$0].places[place]]) }).constant
        }
        guard values.count == count else { return nil }
        folded = Tensor.integers(target ?? element, values, sizes: sizes)
      }
      return folded.flatMap { SmallTensor($0) }
    }
  }
}
