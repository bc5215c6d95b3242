/// Numbers as Mica text.
enum MicaNumber {
  /// A float as the shortest decimal that reads back as it is; a NaN other than the usual one by its bits.
  ///
  /// - Parameter isExact: whether the decimal is to be read as a number of twice the width, and to be the same.
  static func spelling(_ value: Float, isExact: Bool = false) -> String {
    if value.isNaN {
      return value.bitPattern == Float.nan.bitPattern ? "nan" : "nan(0x\(String(value.bitPattern, radix: 16)))"
    }
    return isExact ? "\(Double(value))".withoutPlus : "\(value)".withoutPlus
  }

  /// An integer; the least one has no literal of its own.
  static func spelling(_ value: Int64) -> String {
    value == .min ? "\(Int64.min + 1) - 1" : String(value)
  }
}

extension String {
  /// The text without a plus: Swift writes `1e+20`, and Mica `1e20` too.
  fileprivate var withoutPlus: String { String(self.filter { $0 != "+" }) }
}
