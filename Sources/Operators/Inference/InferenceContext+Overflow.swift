import Tensors

extension InferenceContext {
  /// Operators of ONNX whose integers are those that their arguments hold, or less: nothing overflows there.
  private static let neverGrowing: Set<String> = ["Shape", "Size", "Div", "Mod", "Min", "Max", "Clip", "Where", "If"]

  /// Makes integers unknown that the element type of their tensor need not hold: what a runtime keeps of them is not what
  /// was computed.
  mutating func removeOverflows() {
    for index in outputs.indices {
      guard let elements = outputs[index].elements, let element = outputs[index].type.element, element.isInteger else {
        continue
      }
      let isFree = limits == nil || (schema.domain.isEmpty && Self.neverGrowing.contains(schema.name))
      func isHeld(_ size: Dimension, _ context: Self) -> Bool {
        size.isUnknown || context.fits(size, element, isFree: isFree)
          || size.constant == nil && context.isGiven(size, element)
      }
      if elements.allSatisfy({ isHeld($0, self) }) { continue }
      widenLimits()
      outputs[index].elements = elements.map { isHeld($0, self) ? $0 : .unknown }
    }
  }

  private mutating func widenLimits() {
    if let wider = widenedLimits?() { limits = wider }
  }

  private func fits(_ size: Dimension, _ element: ElementType, isFree: Bool) -> Bool {
    if let constant = size.constant { return element == .i64 || element.bits(of: constant) != nil }
    return isFree || limits?.fits(size, element) ?? true
  }

  /// Whether an argument of the same type has the size among its elements.
  private func isGiven(_ size: Dimension, _ element: ElementType) -> Bool {
    inputs.contains { $0?.type.element == element && $0?.elements?.contains(size) ?? false }
  }

  /// Whether every value of `size` is within 2^53, and `element` holds it.
  mutating func isExact(_ size: Dimension, as element: ElementType?) -> Bool {
    func isExact(_ limits: SizeLimits) -> Bool {
      limits.isWithin(0x1p53, size) && (element.map { !$0.isInteger || limits.fits(size, $0) } ?? true)
    }
    guard let limits, !isExact(limits) else { return true }
    widenLimits()
    return self.limits.map(isExact) ?? true
  }
}
