package import JSON
import Tensors

extension ModelSummary {
  /// The summary as `mica summary --json` prints it.
  package var json: JSONValue {
    var object: JSONObject = [
      "model": .string(model),
      "parameters": .integer(Int64(parameters)),
      "buffers": .integer(Int64(buffers)),
      "macs": .integer(Int64(macs)),
      "flops": .integer(Int64(flops)),
      "weight_bytes": .integer(Int64(weightBytes)),
      "peak_activation_bytes": .integer(Int64(peakActivationBytes)),
      "moved_bytes": movedBytes.map { .integer(Int64($0)) } ?? .null,
      "uncounted": .array(
        uncounted.map { ["operator": .string($0.operatorType), "count": .integer(Int64($0.count))] }),
      "layers": .array(layers.map(\.json)),
    ]
    if !bindings.isEmpty { object["bindings"] = .object(sizes(bindings)) }
    if !assumed.isEmpty {
      object["assumed"] = .object(sizes(assumed))
      object["macs_formula"] = .string(macsFormula.description)
      object["flops_formula"] = .string(flopsFormula.description)
    }
    return .object(object)
  }

  private func sizes(_ sizes: [String: Int]) -> JSONObject {
    sizes.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .integer(Int64($1.value)) }
  }
}

extension ModelSummary.Layer {
  fileprivate var json: JSONValue {
    [
      "path": .string(path), "callee": .string(callee), "type": .string(type.description),
      "parameters": .integer(Int64(parameters)), "macs": .integer(Int64(macs)),
    ]
  }
}
