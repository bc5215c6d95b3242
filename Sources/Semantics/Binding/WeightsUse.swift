import Syntax
package import Tensors

/// What the weights files of a model have for its parameters and buffers, by state-dict path.
package struct WeightsUse: Sendable {
  /// How many have a tensor that fits, those that the text takes by `$name` among them.
  package var boundCount = 0
  /// The parameters that no file has.
  package var missing: [(path: String, tensor: Tensor)] = []
  /// Those for which a file has something that does not fit, or that nobody reads.
  package var misfits: [(path: String, tensor: Tensor)] = []

  /// How many parameters and buffers there are to be bound.
  package var count: Int { boundCount + missing.count + misfits.count }
}

/// The tensors of a weights file that no model takes.
package struct UnusedTensors: Sendable {
  package var statement: WeightsStatement
  package var tensors: [(name: String, tensor: Tensor)]
  /// How many tensors the file has.
  package var total: Int
  /// Names, and patterns for those that differ in numbers alone; none covers a tensor of the same kind that is taken.
  package var patterns: [(text: String, count: Int)] = []

  /// `nil` where all are taken, or are left alone by the statement.
  init?(of checkpoint: Checkpoint, _ statement: WeightsStatement, used: Set<String>) {
    tensors = checkpoint.tensors.filter { name, _ in !used.contains(name) && !statement.ignores(name) }
    guard !tensors.isEmpty else { return nil }
    self.statement = statement
    total = checkpoint.tensors.count
    var counts: [String: Int] = [:]
    for (name, _) in tensors { counts[name.withNumbersOpen, default: 0] += 1 }
    let taken = counts.count < tensors.count ? Set(used.map(\.withNumbersOpen)) : []
    for (name, _) in tensors {
      let pattern = name.withNumbersOpen
      guard let count = counts[pattern], count > 1, !taken.contains(pattern) else {
        if counts[pattern] != 0 { patterns.append((name, 1)) }
        continue
      }
      patterns.append((pattern, count))
      counts[pattern] = 0
    }
  }
}

extension String {
  /// The name with `*` for each segment that is a number.
  var withNumbersOpen: String {
    split(separator: ".", omittingEmptySubsequences: false)
      .map { !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? "*" : $0 }
      .joined(separator: ".")
  }
}
