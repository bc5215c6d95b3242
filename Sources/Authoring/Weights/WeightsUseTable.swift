package import JSON
package import Semantics
import Tensors

/// What a model's weights files have for it, and what they lack.
package struct WeightsUseTable {
  private let use: WeightsUse
  private let unused: [UnusedTensors]
  private let model: String

  /// - Parameter unused: the tensors of the model's files that no model takes.
  package init(_ use: WeightsUse, _ unused: [UnusedTensors], model: String) {
    self.use = use
    self.unused = unused
    self.model = model
  }

  /// The numbers in a line.
  package var title: String {
    var parts = ["\(Quantity.grouped(use.boundCount)) of \(Quantity.grouped(use.count)) weights bound"]
    if !use.missing.isEmpty { parts.append("\(Quantity.grouped(use.missing.count)) missing") }
    if !use.misfits.isEmpty { parts.append("\(Quantity.grouped(use.misfits.count)) do not fit") }
    let unusedCount = unused.reduce(0) { $0 + $1.tensors.count }
    if unusedCount > 0 { parts.append("\(Quantity.grouped(unusedCount)) in the file unused") }
    return parts.joined(separator: " · ")
  }

  /// Whether there is something to list.
  package var isEmpty: Bool { use.missing.isEmpty && use.misfits.isEmpty && unused.isEmpty }

  /// Whether all parameters have a tensor that fits.
  package var isComplete: Bool { use.missing.isEmpty && use.misfits.isEmpty }

  /// All parameters without a tensor, and all tensors without a parameter, one a line.
  package var text: String {
    var lines = ["\(model): \(title)"]
    func list(_ title: String, _ tensors: [(String, Tensor)]) {
      guard !tensors.isEmpty else { return }
      var table = TextTable([(title, .left), ("type", .left)])
      table.rows = tensors.map { [$0, $1.typeDescription] }
      lines.append("")
      lines += table.lines.dropLast()
    }
    list("missing: parameters that no file has", use.missing)
    list("parameters that the file's tensors do not fit", use.misfits)
    for unused in unused { list("unused: tensors in \(unused.statement.path) that no model takes", unused.tensors) }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension WeightsUseTable {
  /// The same as JSON.
  package var json: JSONValue {
    func list(_ tensors: [(String, Tensor)], in file: String? = nil) -> [JSONValue] {
      tensors.map { name, tensor in
        var object: JSONObject = [
          "name": .string(name), "element": .string(tensor.element.spelling),
          "shape": .array(tensor.sizes.map { .integer(Int64($0)) }),
        ]
        if let file { object["file"] = .string(file) }
        return .object(object)
      }
    }
    return [
      "model": .string(model), "bound": .integer(Int64(use.boundCount)), "missing": .array(list(use.missing)),
      "misfits": .array(list(use.misfits)),
      "unused": .array(unused.flatMap { list($0.tensors, in: $0.statement.path) }),
    ]
  }
}

extension Analysis {
  /// What a model's weights files have for it; `nil` where it names none, or they cannot be read.
  package func weightsUse(of elaboration: Elaboration) -> WeightsUseTable? {
    guard let use = elaboration.weightsUse else { return nil }
    let keys = Set(elaboration.weights.map(\.key))
    return WeightsUseTable(
      use, unusedTensors.filter { keys.contains($0.statement.key) }, model: elaboration.declaration.name)
  }
}

extension EditorView {
  /// What a model's weights files have for it; `nil` where it names none, or they cannot be read.
  package func weightsUse(of elaboration: Elaboration) -> WeightsUseTable? { analysis.weightsUse(of: elaboration) }
}
