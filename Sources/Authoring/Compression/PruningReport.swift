package import Compression
package import Graphs
package import JSON
import Operators

/// What `mica prune` says of a plan.
package struct PruningReport {
  private let plan: PruningPlan
  private let graph: Graph
  private let output: String?
  private let misfit: String?

  /// - Parameter output: the file that has been written.
  package init(_ plan: PruningPlan, _ graph: Graph, output: String?) {
    (self.plan, self.graph, self.output) = (plan, graph, output)
    misfit = plan.misfit
  }

  // MARK: - Text

  package var text: String {
    var lines: [String] = []
    let pruned = plan.groups.filter { !$0.removed.isEmpty }
    for group in pruned {
      lines.append(
        "  \(group.name): \(channels(group, group.count - group.removed.count)) of \(channels(group, group.count))")
    }
    let left = plan.reasonLines
    if !left.isEmpty { lines += ["left alone:"] + left.map { "  " + $0 } }
    let headline = output.map { "wrote \($0): " } ?? "the plan, of which nothing is written: "
    return ([headline + "\(pruned.count) of \(plan.groups.count) groups lose channels"] + lines + totals)
      .joined(separator: "\n")
  }

  private func channels(_ group: PruningGroup, _ count: Int) -> String {
    group.width == 1 ? "\(count)" : "\(count) × \(group.width)"
  }

  private var totals: [String] {
    let (before, after) = (plan.before, plan.after)
    var lines = [
      line("parameters", before.parameters, after.parameters, Quantity.grouped),
      line("bytes", before.bytes, after.bytes, Quantity.bytes),
    ]
    if let macs = before.macs, let macsAfter = after.macs {
      lines.insert(line("MACs", macs, macsAfter, Quantity.count) + assumed(", counted at "), at: 1)
    } else {
      lines.append("MACs: not known of every node" + assumed(" at "))
    }
    if let chance = plan.chance { lines.append(chance) }
    if let misfit { lines.append("the sizes that MACs are counted at do not fit: \(misfit)") }
    return lines
  }

  /// The sizes that MACs are counted at since nobody says what they are; nothing where there are none.
  private func assumed(_ start: String) -> String {
    guard !plan.before.assumed.isEmpty else { return "" }
    return start + plan.before.assumed.map { "\($0)=1" }.joined(separator: ", ") + "; --bind gives other sizes"
  }

  private func line(_ name: String, _ before: Int, _ after: Int, _ spelled: (Int) -> String) -> String {
    let percent = before == 0 ? 0 : Int((1000 * (1 - Double(after) / Double(before))).rounded())
    return "\(name): \(spelled(after)) of \(spelled(before)) (−\(percent / 10).\(percent % 10) %)"
  }

  // MARK: - JSON

  package var json: JSONValue {
    [
      "output": output.map { .string($0) } ?? .null,
      "by": .string(plan.options.importance.rawValue),
      "groups": .array(plan.groups.map(json(of:))),
      "parameters": pair(plan.before.parameters, plan.after.parameters),
      "bytes": pair(plan.before.bytes, plan.after.bytes),
      "assumed": .object(plan.before.assumed.reduce(into: JSONObject()) { $0[$1] = 1 }),
      "drawn": .bool(plan.chance != nil),
      "misfit": misfit.map { .string($0) } ?? .null,
      "macs": plan.before.macs.flatMap { before in plan.after.macs.map { pair(before, $0) } } ?? .null,
    ]
  }

  private func pair(_ before: Int, _ after: Int) -> JSONValue {
    ["before": .integer(Int64(before)), "after": .integer(Int64(after))]
  }

  private func json(of group: PruningGroup) -> JSONValue {
    [
      "name": .string(group.name),
      "slices": .integer(Int64(group.count)),
      "removed": .array(group.removed.map { .integer(Int64($0)) }),
      "scores": .array(group.scores.map { .number($0) }),
      "reason": group.stays.map { .string($0) } ?? .null,
      "tensors": .array(
        group.axes.enumerated().map { place, axis in
          [
            "name": .string(graph.values[axis.value].name), "axis": .integer(Int64(axis.axis)),
            "roles": .array(axis.roles.map(\.rawValue).sorted().map { .string($0) }),
            "removed": .array(
              group.removed.flatMap { group.indices[$0][place] }.sorted().map { .integer(Int64($0)) }),
          ]
        }),
    ]
  }
}
