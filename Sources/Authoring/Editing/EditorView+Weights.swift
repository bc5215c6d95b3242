import Checkpoints
import Graphs
import Semantics
import Syntax
import Tensors

// What weights files have for the names in a text.

extension EditorView {
  /// The bytes of tensors whose elements one hover reads.
  private static let budget = 64 << 20
  /// The parameters of a layer that a hover lists.
  private static let listed = 6

  /// The tensor of a parameter: where it comes from, its size, and what its elements are like.
  ///
  /// - Returns: `nil` for a value that is no parameter, or has no tensor of a file.
  func weightLine(of value: Value.ID, in elaboration: Elaboration) -> String? {
    var budget = Self.budget
    let graph = elaboration.model.graph
    guard let initializer = graph.regions[graph.body].initializers.first(where: { $0.value == value }) else {
      return nil
    }
    return line(of: initializer.tensor, budget: &budget)
  }

  /// A line for each of a layer's own parameters.
  func weightLines(below path: String, in elaboration: Elaboration) -> [String] {
    var budget = Self.budget
    let graph = elaboration.model.graph
    let prefix = path + "."
    let own = graph.regions[graph.body].initializers.filter { initializer in
      let name = graph.values[initializer.value].name
      return initializer.role != .constant && name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains(".")
    }
    return own.prefix(Self.listed).compactMap { initializer in
      let name = graph.values[initializer.value].name.dropFirst(prefix.count)
      return line(of: initializer.tensor, budget: &budget).map { "`\(name)`: \($0)" }
    }
  }

  /// What stands under `$name`.
  func hover(ofReference name: Syntax) -> Hover? {
    for elaboration in analysis.elaborations {
      guard let text = name.plainName, let reference = elaboration.references[text] else { continue }
      var budget = Self.budget
      let source = "In `\(reference.statement.path)`."
      return Hover(
        place: name.place, title: "$\(name.text): \(reference.tensor.typeDescription)",
        lines: [line(of: reference.tensor, budget: &budget), source].compactMap(\.self))
    }
    return nil
  }

  private func line(of tensor: Tensor, budget: inout Int) -> String? {
    let stored = tensor.convertedFrom ?? tensor
    guard case .mapped = stored.storage else { return nil }
    let note = stored.element == tensor.element ? "" : ", \(stored.element.spelling) in the file"
    let bytes = stored.byteCount ?? 0
    let head = "\(tensor.typeDescription), \(Quantity.bytes(bytes))\(note)"
    guard bytes <= budget else { return head + "; `mica weights --statistics` reads tensors of this size" }
    budget -= bytes
    guard bytes > 0, let statistics = TensorStatistics(stored) else { return head }
    return head + ": " + statistics.sentence
  }
}

extension TensorStatistics {
  /// The statistics in a line.
  var sentence: String {
    guard finiteCount > 0 else { return "no finite element" }
    let share = Double(zeroCount) / Double(max(count, 1)) * 100
    var parts = [
      "min \(Quantity.significant(minimum)), max \(Quantity.significant(maximum))",
      "mean \(Quantity.significant(mean)), std \(Quantity.significant(standardDeviation))",
      "\(Quantity.significant((share * 10).rounded() / 10)) % zeros",
    ]
    if nanCount > 0 { parts.append("\(nanCount) NaN") }
    if infinityCount > 0 { parts.append("\(infinityCount) infinite") }
    return parts.joined(separator: ", ") + (blocks.isEmpty ? "" : " `\(blocks)`")
  }
}
