import Authoring
import Execution
import JSON

/// What `mica compare` prints.
struct ComparisonReport {
  let before: String
  let after: String
  let runtime: Runtime
  var sampleCount = 0
  var notes: [String] = []
  var outputs: [ValuePair] = []
  var layers: [(operator: String, pair: ValuePair)]?

  init(before: String, after: String, runtime: Runtime) {
    (self.before, self.after, self.runtime) = (before, after, runtime)
  }

  // MARK: Text

  var text: String {
    var lines = [
      "\(before) and \(after) on \(sampleCount) sample\(sampleCount == 1 ? "" : "s"), in ONNX Runtime \(runtime.version)"
    ]
    lines += notes.map { "note: " + $0 }
    lines += Self.table("output", outputs.map { (Self.name(of: $0), $0) })
    if let layers {
      lines += Self.table("layer", layers.map { ("\($0.pair.before) (\($0.operator))", $0.pair) })
      if layers.isEmpty { lines.append("note: no value on the way has the same name in both models") }
    }
    return lines.joined(separator: "\n")
  }

  private static func name(of pair: ValuePair) -> String {
    pair.before == pair.after ? pair.before : "\(pair.before) and \(pair.after)"
  }

  private static func table(_ title: String, _ rows: [(name: String, pair: ValuePair)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let width = min(max(title.count, rows.map(\.name.count).max() ?? 0), 60)
    let heading =
      "\(title.padded(to: width))  \("SQNR dB".padded(to: -8))  \("cosine".padded(to: -10))  largest difference"
    return [heading]
      + rows.map { name, pair in
        if let problem = pair.problem { return "\(name.padded(to: width))  not compared: \(problem)" }
        let agreement = pair.agreement
        let sqnr = agreement.sqnr.map { $0.isInfinite ? "equal" : Quantity.fixed($0, digits: 2) } ?? "-"
        let cosine = agreement.cosine.map { Quantity.fixed($0, digits: 7) } ?? "-"
        let nonFinite =
          agreement.nonFiniteCount == 0 ? "" : ", \(agreement.nonFiniteCount) elements not finite in one of them"
        return "\(name.padded(to: width))  \(sqnr.padded(to: -8))  \(cosine.padded(to: -10))  "
          + "\(Float(agreement.largestDifference))\(nonFinite)"
      }
  }

  // MARK: JSON

  var json: [UInt8] {
    var object: JSONObject = [
      "before": .string(before), "after": .string(after), "runtime": .string(runtime.version),
      "samples": .integer(Int64(sampleCount)), "notes": .array(notes.map { .string($0) }),
      "outputs": .array(outputs.map { Self.json($0, operator: nil) }),
    ]
    if let layers { object["layers"] = .array(layers.map { Self.json($0.pair, operator: $0.operator) }) }
    return JSONValue.object(object).serialized(pretty: true) + [UInt8(ascii: "\n")]
  }

  /// A pair; JSON has no infinity, so that `sqnr` is null where `equal` is true.
  private static func json(_ pair: ValuePair, operator: String?) -> JSONValue {
    var object: JSONObject = ["name": .string(pair.before)]
    if pair.after != pair.before { object["after"] = .string(pair.after) }
    if let `operator` { object["operator"] = .string(`operator`) }
    if let problem = pair.problem {
      object["problem"] = .string(problem)
      return .object(object)
    }
    let agreement = pair.agreement
    object["equal"] = .bool(agreement.isEqual)
    object["sqnr"] = agreement.sqnr.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
    object["cosine"] = agreement.cosine.map { .number($0) } ?? .null
    object["largestDifference"] = .number(agreement.largestDifference)
    object["elements"] = .integer(Int64(agreement.count))
    object["notFinite"] = .integer(Int64(agreement.nonFiniteCount))
    return .object(object)
  }
}

extension String {
  /// The text with spaces behind it, or before it where the width is negative.
  fileprivate func padded(to width: Int) -> String {
    let spaces = String(repeating: " ", count: max(0, width.magnitude.clamped - count))
    return width < 0 ? spaces + self : self + spaces
  }
}

extension UInt {
  fileprivate var clamped: Int { Int(clamping: self) }
}
