/// Numbers as Mica text.
enum MicaNumber {
  /// A float as the shortest decimal that reads back as it is; `nil` for a NaN other than the usual one.
  static func spelling(_ value: Float) -> String? {
    if value.isNaN { return value.bitPattern == Float.nan.bitPattern ? "nan" : nil }
    return "\(value)".withoutPlus
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
