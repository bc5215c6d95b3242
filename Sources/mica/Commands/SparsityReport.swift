import Authoring
import Compression
import JSON
import Recipes

/// What `mica prune` says of zeros that it puts in.
struct SparsityReport {
  private let plan: SparsityPlan
  private let output: String?
  private let rebuilt: ReconstructedWeights?

  init(_ plan: SparsityPlan, output: String?, _ rebuilt: ReconstructedWeights? = nil) {
    (self.plan, self.output, self.rebuilt) = (plan, output, rebuilt)
  }

  private var total: Int { plan.weights.reduce(0) { $0 + $1.count } }
  private var zeros: Int { plan.weights.reduce(0) { $0 + $1.zeros } }

  var text: String {
    let headline = output.map { "wrote \($0): " } ?? "the plan, of which nothing is written: "
    var lines = [headline + "\(share(zeros, of: total)) of \(Quantity.grouped(total)) weights are 0"]
    for weight in plan.weights {
      lines.append("  \(weight.name): \(weight.reason ?? share(weight.zeros, of: weight.count))")
    }
    if let chance = plan.chance { lines.append(chance) }
    return (lines + (rebuilt?.lines ?? [])).joined(separator: "\n")
  }

  private func share(_ count: Int, of total: Int) -> String {
    let tenths = total == 0 ? 0 : Int((1000 * Double(count) / Double(total)).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  var json: JSONValue {
    var json: JSONObject = [
      "reconstructed": .null, "sqnr": .null, "drawn": .bool(plan.chance != nil),
      "output": output.map { .string($0) } ?? .null,
      "weights": .integer(Int64(total)), "zeros": .integer(Int64(zeros)),
      "tensors": .array(
        plan.weights.map { weight in
          [
            "name": .string(weight.name), "axis": weight.axis.map { .integer(Int64($0)) } ?? .null,
            "weights": .integer(Int64(weight.count)), "zeros": .integer(Int64(weight.zeros)),
            "zerosBefore": .integer(Int64(weight.zerosBefore)),
            "reason": weight.reason.map { .string($0) } ?? .null,
          ]
        }),
    ]
    rebuilt?.write(into: &json)
    return .object(json)
  }
}
