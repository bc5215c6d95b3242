package import Checkpoints
package import JSON
import Tensors

/// What a file of weights holds, as `mica weights` prints it.
package struct WeightsTable {
  private let file: WeightsFile
  /// For each entry, where statistics are wanted and can be had.
  private let statistics: [TensorStatistics?]?

  /// - Parameter computesStatistics: whether all elements are read.
  package init(_ file: WeightsFile, computesStatistics: Bool) {
    self.file = file
    guard computesStatistics else {
      statistics = nil
      return
    }
    var computed = TensorStatistics.of(file.tensors.map(\.tensor)).makeIterator()
    statistics = file.entries.map { $0.tensor == nil ? nil : computed.next() ?? nil }
  }

  /// The table for a terminal, totals below.
  package var text: String {
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("name", .left), ("dtype", .left), ("shape", .left), ("bytes", .right),
    ]
    if statistics != nil {
      columns += [
        ("min", .right), ("max", .right), ("mean", .right), ("std", .right), ("zeros", .right), ("nan", .right),
        ("inf", .right), ("histogram", .left),
      ]
    }
    let notes = notes
    if notes.contains(where: { !$0.isEmpty }) { columns.append(("", .left)) }
    var table = TextTable(columns)
    for (index, entry) in file.entries.enumerated() {
      var row = [entry.name, entry.dtype, "\(entry.sizes)", Quantity.grouped(entry.byteCount)]
      if let statistics { row += statistics[index]?.cells ?? [String](repeating: "", count: 8) }
      if row.count < columns.count { row.append(notes[index]) }
      table.rows.append(row)
    }
    return (table.lines + [totals] + file.notes.map { "note: \($0)" }).joined(separator: "\n")
  }

  private var elementCount: Int {
    var count = 0
    for entry in file.entries {
      count.add(entry.sizes.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue })
    }
    return count
  }

  private var byteCount: Int {
    var count = 0
    for entry in file.entries { count.add(entry.byteCount) }
    return count
  }

  private var totals: String {
    let count = file.entries.count
    return "\(file.format.rawValue): \(Quantity.grouped(count)) tensor\(count == 1 ? "" : "s"), "
      + "\(Quantity.grouped(elementCount)) elements, \(Quantity.bytes(byteCount))"
  }

  /// What else is to be said of each entry.
  private var notes: [String] {
    var first: [Place: String] = [:]
    return file.entries.map { entry in
      switch entry.content {
      case .unreadable(let reason): return reason
      case .deferred: return "compressed or strided in the file"
      case .tensor(let tensor):
        guard case .mapped(let file, let range) = tensor.storage, !range.isEmpty else { return "" }
        let place = Place(file: ObjectIdentifier(file), range: range)
        if let other = first[place] { return "the same bytes as \(other)" }
        first[place] = entry.name
        return ""
      }
    }
  }

  private struct Place: Hashable {
    var file: ObjectIdentifier
    var range: Range<Int>
  }

  /// The table as `mica weights --json` prints it.
  package var json: JSONValue {
    var metadata = JSONObject()
    for (key, value) in file.metadata { metadata[key] = .string(value) }
    let notes = notes
    let tensors = file.entries.enumerated().map { index, entry in
      var object: JSONObject = [
        "name": .string(entry.name), "dtype": .string(entry.dtype),
        "element": entry.element.map { .string($0.spelling) } ?? .null,
        "shape": .array(entry.sizes.map { .integer(Int64($0)) }), "bytes": .integer(Int64(entry.byteCount)),
      ]
      if !notes[index].isEmpty { object["note"] = .string(notes[index]) }
      if let statistics { object["statistics"] = statistics[index]?.json ?? .null }
      return JSONValue.object(object)
    }
    var object: JSONObject = [
      "file": .string(file.path), "format": .string(file.format.rawValue), "metadata": .object(metadata),
      "tensors": .array(tensors), "elements": .integer(Int64(elementCount)), "bytes": .integer(Int64(byteCount)),
    ]
    if !file.notes.isEmpty { object["notes"] = .array(file.notes.map { .string($0) }) }
    return .object(object)
  }
}

extension TensorStatistics {
  /// The columns of the table.
  fileprivate var cells: [String] {
    let isEmpty = finiteCount == 0
    let numbers = [minimum, maximum, mean, standardDeviation].map { isEmpty ? "" : Quantity.significant($0) }
    let share = count == 0 ? 0 : Double(zeroCount) / Double(count) * 100
    let zeros = zeroCount == 0 ? "" : share < 0.05 ? "<0.1%" : "\(Quantity.significant((share * 10).rounded() / 10))%"
    return numbers + [zeros, nanCount == 0 ? "" : "\(nanCount)", infinityCount == 0 ? "" : "\(infinityCount)", blocks]
  }

  /// The statistics as members; NaN and infinities have no place in JSON and are `null`.
  package var json: JSONValue {
    func number(_ value: Double) -> JSONValue { finiteCount == 0 ? .null : .number(value) }
    return [
      "min": number(minimum), "max": number(maximum), "mean": number(mean), "std": number(standardDeviation),
      "count": .integer(Int64(count)), "zeros": .integer(Int64(zeroCount)), "nan": .integer(Int64(nanCount)),
      "inf": .integer(Int64(infinityCount)), "histogram": .array(histogram.map { .integer(Int64($0)) }),
      "sampled": .integer(Int64(sampleCount)),
    ]
  }
}
