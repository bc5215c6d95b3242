import Glibc
import Tensors

/// Arithmetic on `f32`, each result computed in double precision and rounded once.
///
/// That is exact for sums, products, quotients and roots (Figueroa, "When is double rounding innocuous?", 1995).
enum FloatArithmetic {
  static let unary: [String: @Sendable (Double) -> Double] = [
    "Neg": { -$0 }, "Abs": { abs($0) }, "Sqrt": { $0.squareRoot() }, "Exp": { exp($0) }, "Log": { log($0) },
    "Reciprocal": { 1 / $0 }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) },
    "Relu": { $0 < 0 ? 0 : $0 }, "Tanh": { tanh($0) }, "Sin": { sin($0) }, "Cos": { cos($0) },
  ]

  static let binary: [String: @Sendable (Double, Double) -> Double] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Pow": { pow($0, $1) },
  ]

  /// What an operator gives for tensors of `f32`; `nil` for an operator that is none of these.
  static func result(of name: String, _ operands: [Tensor], sizes: [Int]) -> Tensor? {
    guard operands.allSatisfy({ $0.element == .f32 }) else { return nil }
    let columns = operands.compactMap { try? $0.float32Elements() }
    let places = operands.compactMap { DenseTensor.broadcastPlaces(of: $0.sizes, to: sizes) }
    guard columns.count == operands.count, places.count == operands.count else { return nil }
    if operands.count == 1, let function = unary[name] {
      return .floats32(places[0].map { Float(function(Double(columns[0][$0]))) }, sizes: sizes)
    }
    if operands.count == 2, let function = binary[name] {
      return .floats32(
        zip(places[0], places[1]).map { Float(function(Double(columns[0][$0]), Double(columns[1][$1]))) }, sizes: sizes)
    }
    return nil
  }
}
