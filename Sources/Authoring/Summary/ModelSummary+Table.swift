import Tensors

extension ModelSummary {
  /// The summary as a table for a terminal, totals below.
  package var table: String {
    var table = TextTable(
      ("layer", .left), ("callee", .left), ("output", .left), ("parameters", .right), ("MACs", .right))
    table.rows = layers.map { layer in
      [
        layer.path, layer.callee, layer.type.description,
        layer.parameters == 0 ? "" : Quantity.grouped(layer.parameters),
        layer.macs == 0 ? "" : Quantity.count(layer.macs),
      ]
    }
    return (table.lines + totals).joined(separator: "\n")
  }

  private var totals: [String] {
    var lines = [
      "\(model): \(Quantity.grouped(parameters)) parameters, \(Quantity.grouped(buffers)) in buffers, "
        + "\(Quantity.bytes(weightBytes)) of weights",
      "\(Quantity.count(macs)) MACs, \(Quantity.count(flops)) FLOPs, "
        + "\(Quantity.bytes(peakActivationBytes)) of activations at the peak"
        + (movedBytes.map { ", \(Quantity.bytes($0)) read and written" } ?? "") + condition,
    ]
    if !assumed.isEmpty, !macsFormula.isUnknown { lines.append("MACs in general: \(macsFormula)") }
    if !uncounted.isEmpty {
      let list = uncounted.map { "\($0.count) × \($0.operatorType)" }.joined(separator: ", ")
      lines.append("not counted: \(list)")
    }
    return lines
  }

  /// What the sizes are taken to be.
  private var condition: String {
    let bound = bindings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let open = assumed.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let all = (bound + open).joined(separator: ", ")
    guard !all.isEmpty else { return "" }
    return " (at \(all)\(open.isEmpty ? "" : "; choose with --bind"))"
  }
}
