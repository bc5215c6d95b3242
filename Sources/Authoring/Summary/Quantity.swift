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

  /// A number with so many digits behind the point; as Swift writes it where it is not finite or beyond 64 bits.
  package static func fixed(_ value: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    guard let scaled = Int(exactly: (value * scale).rounded()) else { return value.description }
    let whole = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
    let point = digits > 0 ? "." : ""
    return (scaled < 0 ? "-" : "") + padded.dropLast(digits) + point + padded.suffix(digits)
  }

  /// A signal-to-noise ratio: `21.5 dB`, or `exact` without noise.
  package static func decibels(_ value: Double) -> String {
    value == .infinity ? "exact" : fixed(value, digits: 1) + " dB"
  }

  /// Four significant figures: `0.07136`, `-14.52`, `1.234e-07`.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var magnitude = value.magnitude
    var exponent = 0
    // Powers of ten in steps, so that the largest and smallest numbers take few.
    while magnitude >= 1e10 { (magnitude, exponent) = (magnitude / 1e10, exponent + 10) }
    while magnitude < 1e-9 { (magnitude, exponent) = (magnitude * 1e10, exponent - 10) }
    while magnitude >= 10 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
    while magnitude < 1 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
    var digits = Int((magnitude * 1000).rounded())
    if digits >= 10_000 { (digits, exponent) = (digits / 10, exponent + 1) }
    var text = Array("\(digits)")
    let sign = value < 0 ? "-" : ""
    func trimmed(_ text: String) -> String {
      guard text.contains(".") else { return text }
      var text = text
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
      return text
    }
    switch exponent {
    case 4...6: return sign + String(text) + String(repeating: "0", count: exponent - 3)
    case 0...3:
      text.insert(".", at: exponent + 1)
      return sign + trimmed(String(text))
    case -4..<0: return sign + trimmed("0." + String(repeating: "0", count: -exponent - 1) + String(text))
    default:
      text.insert(".", at: 1)
      return sign + trimmed(String(text)) + "e\(exponent)"
    }
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
