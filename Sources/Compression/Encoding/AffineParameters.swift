/// A scale and a zero point: x ≈ scale · (code − zero point).
package struct AffineParameters: Hashable, Sendable {
  package var scale: Float
  package var zeroPoint: Int32

  package init(scale: Float, zeroPoint: Int32) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// The scale with which a floating-point type whose largest number is `largest` reaches over `low` … `high`.
  init(largest: Float, low: Float, high: Float) {
    let scale = max(-low, high) / largest
    self.init(scale: scale < .leastNormalMagnitude ? 1 : scale, zeroPoint: 0)
  }

  /// The parameters with which codes stand for `low` … `high` and for 0.
  ///
  /// As ONNX Runtime's quantizer has them: computed in double precision, the zero point rounded half to even; a range too
  /// narrow for a normal scale gets scale 1, and 0 as its zero point unless that is fixed.
  /// - Parameters:
  ///   - low: the least number, finite.
  ///   - high: the greatest number, finite.
  ///   - isSymmetric: whether the zero point is in the middle of the codes, and the range as wide on both sides of 0.
  package init(low: Float, high: Float, codes: CodeRange, isSymmetric: Bool) {
    var low = Double(min(low, 0))
    var high = Double(max(high, 0))
    if isSymmetric {
      high = max(-low, high)
      low = -high
    }
    let (least, greatest) = (Double(codes.least), Double(codes.greatest))
    let scale = (high - low) / (greatest - least)
    let isNarrow = scale < Double(Float.leastNormalMagnitude)
    let zero = isSymmetric ? (least + greatest) / 2 : isNarrow ? 0 : least - low / scale
    let rounded = min(max(zero.rounded(.toNearestOrEven), least), greatest)
    self.init(scale: isNarrow ? 1 : Float(scale), zeroPoint: Int32(rounded))
  }
}
