/// The numbers that the codes of a value reach from and to; 0 is always among them.
package struct ValueRange: Hashable, Sendable {
  package let low: Double
  package let high: Double

  package init(_ low: Double, _ high: Double) {
    self.low = min(low, 0)
    self.high = max(high, 0)
  }
}
