package import Compression
package import Graphs
package import JSON

/// What a quantization did, or would do.
package struct QuantizationReport {
  private let plan: QuantizationPlan
  private let path: String?
  private let fileBytes: (before: Int, after: Int)?
  /// What static quantization makes of the results.
  private let results: (any QuantizationResults)?

  /// - Parameters:
  ///   - path: the file that was written, if any.
  ///   - fileBytes: the bytes of the model in one file, before and after.
  ///   - results: what static quantization makes of the results.
  package init(
    _ plan: QuantizationPlan, path: String?, fileBytes: (before: Int, after: Int)?,
    results: (any QuantizationResults)? = nil
  ) {
    self.results = results
    self.plan = plan
    self.path = path
    self.fileBytes = fileBytes
  }

  /// A line for the model, one for each layer that changes, and one for each that stays.
  package var text: String {
    var lines: [String] = []
    let (before, after) = fileBytes ?? (plan.bytesBefore, plan.bytesAfter)
    let verb = path.map { "wrote \($0)" } ?? "would write"
    let percent = before > 0 ? ", \(Quantity.fixed(100 * Double(after) / Double(before), digits: 1)) %" : ""
    lines.append("\(verb): \(Quantity.bytes(after)) of \(Quantity.bytes(before))\(percent)")
    return (lines + details).joined(separator: "\n")
  }

  /// What is said of the results, a line for each layer that changes, and one for each that stays.
  package var details: [String] {
    var lines: [String] = []
    if let results { lines += results.lines }
    var table = TextTable(
      ("layer", .left), ("operator", .left), ("becomes", .left), ("weights", .left), ("bytes", .right), ("was", .right),
      ("SQNR", .right))
    for column in results?.columns ?? [] { table.addColumn(column, .right) }
    for layer in plan.layers {
      guard let form = layer.form else { continue }
      for weight in layer.weights {
        table.rows.append(
          [
            layer.name + (layer.prediction == nil ? "" : " *"), layer.operatorType, form.rawValue,
            weight.encoding.description,
            weight.isTied ? "tied" : Quantity.bytes(weight.bytesAfter),
            weight.isTied ? "" : Quantity.bytes(weight.bytesBefore),
            weight.power.map { Quantity.decibels($0.decibels) } ?? "",
          ] + (results?.cells(of: layer) ?? []))
      }
    }
    if !table.rows.isEmpty { lines += table.lines }
    let kept = plan.layers.compactMap { layer in
      if case .keep(let reason) = layer.decision { (layer, reason) } else { nil }
    }
    lines += plan.notes.map { "warning: \($0)" } + plan.warnings.map { "warning: * \($0)" }
    return lines + kept.map { layer, reason in "stays: \(layer.operatorType) \(layer.name): \(reason)" }
  }

  package var json: JSONValue {
    var object: JSONObject = [
      "scheme": .string(plan.options.scheme.rawValue),
      "type": .string(plan.options.element.longName),
      "tensorBytes": Self.pair(plan.bytesBefore, plan.bytesAfter),
      "layers": .array(plan.layers.map(json)),
    ]
    object["warnings"] = .array((plan.notes + plan.warnings).map { .string($0) })
    if let results { object["results"] = results.json }
    if let path { object["path"] = .string(path) }
    if let fileBytes { object["bytes"] = Self.pair(fileBytes.before, fileBytes.after) }
    return .object(object)
  }

  private static func pair(_ before: Int, _ after: Int) -> JSONValue {
    ["before": .integer(Int64(before)), "after": .integer(Int64(after))]
  }

  private func json(_ layer: LayerPlan) -> JSONValue {
    var object: JSONObject = ["name": .string(layer.name), "operator": .string(layer.operatorType)]
    switch layer.decision {
    case .keep(let reason): object["stays"] = .string(reason)
    case .change(let form):
      object["becomes"] = .string(form.rawValue)
      object["weights"] = .array(layer.weights.map(Self.json))
      object["speed"] = layer.prediction.map { .string($0.text) }
    }
    if let effect = layer.effect, effect.isFinite { object["alone"] = .number(effect) }
    if let error = results?.errors[layer.node], error.isFinite { object["error"] = .number(error) }
    return .object(object)
  }

  private static func json(_ weight: PlannedWeight) -> JSONValue {
    var object: JSONObject = [
      "type": .string(weight.encoding.element.longName), "encoding": .string(weight.encoding.description),
      "bytes": pair(weight.bytesBefore, weight.bytesAfter), "tied": .bool(weight.isTied),
    ]
    if let decibels = weight.power?.decibels, decibels.isFinite { object["sqnr"] = .number(decibels) }
    return .object(object)
  }
}

/// What running a model on samples tells of its quantization.
package protocol QuantizationResults {
  /// What is told of the model as a whole.
  var lines: [String] { get }
  /// The titles of what is told of each layer.
  var columns: [String] { get }
  /// What is told of a layer, by the columns.
  func cells(of layer: LayerPlan) -> [String]
  /// The SQNR in dB of each layer's result in the quantized model.
  var errors: [Node.ID: Double] { get }
  var json: JSONValue { get }
}
