/// Numbers as people read them.
package enum Quantity {
  /// `1.81 G`, `118 M`, `9,408`: three figures above a million.
  package static func count(_ value: Int) -> String {
    for (size, letter) in [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M")] where value >= size {
      return scaled(value, by: size) + " " + letter
    }
    return grouped(value)
  }

  /// `44.6 MB`: powers of 1000.
  package static func bytes(_ value: Int) -> String {
    for (size, unit) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")] where value >= size {
      return scaled(value, by: size) + " " + unit
    }
    return "\(value) B"
  }

  /// `11,689,512`.
  package static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// Three figures of value / size.
  private static func scaled(_ value: Int, by size: Int) -> String {
    let ratio = Double(value) / Double(size)
    let decimals = ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0
    let factor = [1.0, 10, 100][decimals]
    let rounded = Int((ratio * factor).rounded())
    guard decimals > 0 else { return grouped(rounded) }
    let fraction = String(rounded % Int(factor))
    return "\(rounded / Int(factor))." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
