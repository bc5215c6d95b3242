import Checkpoints
import Graphs
import Semantics
import Syntax
import Tensors

// What weights files have for the names in a text.

extension EditorView {
  /// The bytes of tensors whose elements are read before a hover is answered.
  static let budget = 4 << 20
  /// The parameters of a layer that a hover lists.
  private static let listed = 6
  /// The names and patterns of unused tensors that a hover lists.
  private static let listedPatterns = 40

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

  /// A weights file: what the models take of it, and what they leave.
  func hover(ofWeights name: Syntax) -> Hover? {
    for elaboration in analysis.elaborations where elaboration.weights.contains(where: { $0.place == name.place }) {
      guard let use = weightsUse(of: elaboration) else { return nil }
      var lines = ["Of \(elaboration.declaration.name): \(use.title)."]
      if let unused = analysis.unusedTensors.first(where: { $0.statement.place == name.place }) {
        let shown = unused.patterns.prefix(Self.listedPatterns).map { text, count in
          "- `\(text)`\(count > 1 ? ", \(count) tensors" : "")"
        }
        let more = unused.patterns.count - shown.count
        lines.append("Unused, \(unused.tensors.count) of \(unused.total):")
        lines.append((shown + (more > 0 ? ["- and \(more) more"] : [])).joined(separator: "\n"))
      }
      return Hover(place: name.place, title: "weights \(name.text)", lines: lines)
    }
    return nil
  }

  /// The type, size and numbers of a stored tensor; `nil` where no file has it.
  func line(of tensor: Tensor, budget: inout Int) -> String? {
    let oriented = tensor.convertedFrom ?? tensor
    let stored = oriented.transposedFrom ?? oriented
    guard case .mapped = stored.storage else { return nil }
    var note = stored.element == tensor.element ? "" : ", \(stored.element.spelling) in the file"
    if oriented.transposedFrom != nil { note += ", transposed" }
    let bytes = stored.byteCount ?? 0
    let head = "\(tensor.typeDescription), \(Quantity.bytes(bytes))\(note)"
    switch StatisticsMemory.shared.statistics(of: stored, budget: &budget) {
    case .known(let statistics): return head + ": " + statistics.sentence
    case .computing: return head + ": computing its numbers…"
    case .none: return head
    }
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
