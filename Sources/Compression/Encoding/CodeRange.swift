package import Tensors

/// The integers that codes of a type go from and to.
package struct CodeRange: Hashable, Sendable {
  package var least: Int32
  package var greatest: Int32

  /// The range of codes that are no integers.
  static let none = CodeRange(least: 0, greatest: 0)

  private init(least: Int32, greatest: Int32) {
    (self.least, self.greatest) = (least, greatest)
  }

  /// The range of an integer type of at most 16 bits; `nil` for other types.
  ///
  /// A signed type that is symmetric leaves its least number out, so that 0 stays in the middle: −127 … 127.
  /// - Parameter isSymmetric: whether the zero point is in the middle of the range.
  package init?(_ element: ElementType, isSymmetric: Bool) {
    switch element {
    case .u8: (least, greatest) = (0, 255)
    case .i8: (least, greatest) = (isSymmetric ? -127 : -128, 127)
    case .u16: (least, greatest) = (0, 65_535)
    case .i16: (least, greatest) = (isSymmetric ? -32_767 : -32_768, 32_767)
    case .u4: (least, greatest) = (0, 15)
    case .i4: (least, greatest) = (-8, 7)
    case .u2: (least, greatest) = (0, 3)
    case .i2: (least, greatest) = (-2, 1)
    default: return nil
    }
  }
}
