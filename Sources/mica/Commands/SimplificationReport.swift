import Authoring
import Graphs
import JSON
import Rewriting

/// What `mica simplify` says that it did.
struct SimplificationReport {
  private let nodes: (before: Int, after: Int)
  private let tensors: (before: Int, after: Int)
  private let bytes: (before: Int, after: Int)
  private let changes: Changes
  /// The file or files that were written.
  private let written: String

  init(before: Model, after: Model, bytes: (Int, Int), _ changes: Changes, written: String) {
    self.written = written
    nodes = (before.nodeCount, after.nodeCount)
    tensors = (before.tensorCount, after.tensorCount)
    self.bytes = bytes
    self.changes = changes
  }

  var text: String {
    let lines = changes.lines.map { "  " + $0 }
    let summary =
      "wrote \(written): \(counted(nodes.after, "node")) of \(Quantity.grouped(nodes.before)), "
      + "\(Quantity.bytes(bytes.after)) of \(Quantity.bytes(bytes.before))"
    return ([summary] + (lines.isEmpty ? ["  nothing to simplify"] : lines)).joined(separator: "\n")
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(Quantity.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  var json: JSONValue {
    func pair(_ pair: (before: Int, after: Int)) -> JSONValue {
      ["before": .integer(Int64(pair.before)), "after": .integer(Int64(pair.after))]
    }
    return [
      "nodes": pair(nodes), "tensors": pair(tensors), "bytes": pair(bytes),
      "changes": .array(
        changes.counts.map { change, count in
          [
            "verb": .string(change.verb), "count": .integer(Int64(count)), "subject": .string(change.subject),
            "target": .string(change.target),
          ]
        }),
    ]
  }
}

extension Model {
  private var graphs: [Graph] { [graph] + functions.map(\.graph) }

  /// The nodes of all graphs, with those of subgraphs and functions.
  fileprivate var nodeCount: Int {
    graphs.reduce(0) { sum, graph in sum + graph.regions.indices.reduce(0) { $0 + graph.regions[$1].nodes.count } }
  }

  fileprivate var tensorCount: Int {
    graphs.reduce(0) { sum, graph in sum + graph.regions.indices.reduce(0) { $0 + graph.regions[$1].initializers.count }
    }
  }
}
