package import JSON
import Tensors

extension StateDictionary {
  /// The list as `mica summary --parameters --json` prints it.
  package var json: JSONValue {
    .array(
      entries.map { entry in
        [
          "path": .string(entry.path), "type": .string(entry.type), "role": .string(entry.role.rawValue),
          "element": .string(entry.element.spelling), "shape": .array(entry.sizes.map { .integer(Int64($0)) }),
          "bytes": .integer(Int64(entry.bytes)),
        ]
      })
  }

  /// The list as a table for a terminal, totals below.
  package var table: String {
    var table = TextTable(("path", .left), ("type", .left), ("role", .left), ("bytes", .right))
    table.rows = entries.map { [$0.path, $0.type, $0.role.rawValue, Quantity.grouped($0.bytes)] }
    return (table.lines + [totals]).joined(separator: "\n")
  }

  private var totals: String {
    var bytes = 0
    for entry in entries { bytes.add(entry.bytes) }
    return "\(model): \(total(of: .parameter)), \(total(of: .buffer)), \(Quantity.bytes(bytes))"
  }

  /// Such as `62 parameters of 11,689,512 elements`.
  private func total(of role: Role) -> String {
    let chosen = entries.filter { $0.role == role }
    var elements = 0
    for entry in chosen { elements.add(entry.elementCount) }
    let noun = role.rawValue + (chosen.count == 1 ? "" : "s")
    return "\(Quantity.grouped(chosen.count)) \(noun)"
      + (chosen.isEmpty ? "" : " of \(Quantity.grouped(elements)) elements")
  }
}
