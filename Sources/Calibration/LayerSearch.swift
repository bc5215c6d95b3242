package import Compression
import Glibc
package import Graphs

/// Looks for the layers of a plan that hurt the model's results most.
package struct LayerSearch {
  private let plan: QuantizationPlan
  private let reference: ReferenceRuns
  /// Is told what is being done, and how much of it; `false` ends the search.
  private let progress: (String, Int, Int) -> Bool
  /// The layers that change, in their order.
  private let nodes: [Node.ID]

  /// What `plan` says of layers that it leaves.
  private static let reason = "the results would be too far off"

  /// - Parameter plan: measured and calibrated.
  package init(
    _ plan: QuantizationPlan, _ reference: ReferenceRuns, progress: @escaping (String, Int, Int) -> Bool
  ) {
    self.plan = plan
    self.reference = reference
    self.progress = progress
    nodes = plan.layers.filter { $0.form != nil }.map(\.node)
  }

  /// The SQNR in dB of the worst output where each layer alone is quantized.
  package func effects() throws(CalibrationError) -> [Node.ID: Double] {
    var effects: [Node.ID: Double] = [:]
    for (place, node) in nodes.enumerated() {
      guard progress("trying each layer", place, nodes.count) else { throw .cancelled }
      effects[node] = try sqnr([node])
    }
    return effects
  }

  /// The plan without the `count` layers that hurt most.
  package func leaving(worst count: Int, _ effects: [Node.ID: Double]) -> QuantizationPlan {
    limited(to: Set(worstFirst(effects).dropFirst(count)))
  }

  /// The plan with as few layers left as it takes to reach a goal.
  ///
  /// Noise of layers adds up, about: as many of the worst are left as it says are needed, then more until the results are good
  /// enough, and then each of them is tried again, the one that hurts least first.
  /// - Parameter goal: the least SQNR in dB of any output.
  package func reaching(_ goal: Double, _ effects: [Node.ID: Double]) throws(CalibrationError) -> QuantizationPlan {
    let order = worstFirst(effects)
    var kept = Set(order)
    guard try sqnr(kept) < goal else { return limited(to: kept) }
    let allowed = Self.noise(goal)
    var noise = order.reduce(0) { $0 + Self.noise(effects[$1] ?? -.infinity) }
    var left: [Node.ID] = []
    for node in order where noise > allowed {
      noise -= Self.noise(effects[node] ?? -.infinity)
      left.append(node)
    }
    if left.isEmpty { left = Array(order.prefix(1)) }
    kept.subtract(left)
    while !kept.isEmpty, try sqnr(kept) < goal {
      guard progress("leaving layers", left.count, nodes.count) else { throw .cancelled }
      let node = order[left.count]
      left.append(node)
      kept.remove(node)
    }
    for (place, node) in left.reversed().enumerated() {
      guard progress("taking layers back", place, left.count) else { throw .cancelled }
      if try sqnr(kept.union([node])) >= goal { kept.insert(node) }
    }
    return limited(to: kept)
  }

  private func worstFirst(_ effects: [Node.ID: Double]) -> [Node.ID] {
    nodes.sorted { (effects[$0] ?? -.infinity, $0) < (effects[$1] ?? -.infinity, $1) }
  }

  private func limited(to nodes: Set<Node.ID>) -> QuantizationPlan { plan.limited(to: nodes, others: Self.reason) }

  private func sqnr(_ nodes: Set<Node.ID>) throws(CalibrationError) -> Double {
    try reference.sqnr(of: limited(to: nodes).applied())
  }

  /// The noise of an SQNR, the signal being 1.
  private static func noise(_ decibels: Double) -> Double { pow(10, -decibels / 10) }
}
