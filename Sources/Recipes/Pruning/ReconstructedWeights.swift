import Authoring
import Calibration
package import Graphs
package import JSON
package import Tensors

/// What a reconstruction came to.
package struct ReconstructedWeights {
  /// The new elements; none where they would make results worse.
  package let tensors: [Value.ID: Tensor]
  /// Weights with zeros that stayed as they were otherwise.
  private let left: [String]
  /// Weights of which nothing fits samples that it is not fitted to.
  private let unmatched: [String]
  /// The SQNR in dB of the output that comes off worst, without and with it.
  private let before: Double
  private let after: Double
  private let isRefused: Bool
  /// That a weight is fitted to few rows, and what to do about it; `nil` where all have enough.
  package let warning: String?

  init(_ rebuilt: WeightReconstruction, before: Double, after: Double, sampleCount: Int) {
    warning = rebuilt.shortage.map { Self.warning(of: $0, sampleCount: sampleCount) }
    isRefused = after < before
    tensors = isRefused ? [:] : rebuilt.tensors
    (left, unmatched, self.before) = (rebuilt.left, rebuilt.unmatched, before)
    self.after = isRefused ? before : after
  }

  private static func warning(of shortage: WeightReconstruction.Shortage, sampleCount: Int) -> String {
    let others = shortage.weightCount - 1
    let more = others == 0 ? "" : ", and \(others) other weight\(others == 1 ? "" : "s") to too few as well"
    return "\(shortage.weight) is fitted to \(shortage.rowCount) rows, each output with \(shortage.unknownCount) "
      + "unknowns\(more); give at least \(shortage.sampleCount) samples, not \(sampleCount)"
  }

  /// What a report says of it.
  package var lines: [String] {
    if isRefused {
      return ["reconstructed no weights: new elements make the worst output worse than \(Quantity.decibels(before))"]
    }
    var lines = [
      "reconstructed \(tensors.count) weights: SQNR \(Quantity.decibels(after)), \(Quantity.decibels(before)) without"
    ]
    if !left.isEmpty { lines.append("as they were otherwise: \(left.joined(separator: ", "))") }
    if !unmatched.isEmpty {
      lines.append("as they were, since samples apart agree on nothing better: \(unmatched.joined(separator: ", "))")
    }
    return lines
  }

  /// Writes the number of weights and the SQNR before and after into a report.
  package func write(into report: inout JSONObject) {
    func number(_ decibels: Double) -> JSONValue { decibels.isFinite ? .number(decibels) : .null }
    report["reconstructed"] = .integer(Int64(tensors.count))
    report["sqnr"] = ["before": number(before), "after": number(after)]
  }
}
