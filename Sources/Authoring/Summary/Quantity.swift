/// Numbers as people read them.
package enum Quantity {
  /// `1.81 G`, `118 M`, `9,408`: three figures above a million.
  package static func count(_ value: Int) -> String {
    for (size, letter) in [(1_000_000_000_000, "T"), (1_000_000_000, "G")] where rounds(value, upTo: size) {
      return scaled(value, by: size) + " " + letter
    }
    if value >= 1_000_000 { return scaled(value, by: 1_000_000) + " M" }
    return grouped(value)
  }

  /// `44.6 MB`: powers of 1000.
  package static func bytes(_ value: Int) -> String {
    for (size, unit) in [(1_000_000_000, "GB"), (1_000_000, "MB")] where rounds(value, upTo: size) {
      return scaled(value, by: size) + " " + unit
    }
    if value >= 1000 { return scaled(value, by: 1000) + " kB" }
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

  /// Whether three figures of the value in the next smaller unit come to a thousand of them: 999.5 MB is 1.00 GB.
  private static func rounds(_ value: Int, upTo size: Int) -> Bool { value >= size - size / 2000 }

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
