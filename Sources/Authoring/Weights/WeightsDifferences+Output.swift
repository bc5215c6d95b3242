package import Checkpoints
package import JSON

extension WeightsDifferences {
  /// The differences as `mica weights A B` prints them: what is gone behind `-`, what is new behind `+`, what has changed
  /// behind `~`.
  package var text: String {
    let lines = changes.map { change in
      switch change.kind {
      case .removed: "- \(change.name): \(change.before ?? "")"
      case .added: "+ \(change.name): \(change.after ?? "")"
      case .values: "~ \(change.name): \(change.before ?? ""), \(change.elements?.text ?? "other elements")"
      case .unread:
        "? \(change.name): \(change.before ?? "") and \(change.after ?? ""), whose elements cannot be read"
      case .type, .shape: "~ \(change.name): \(change.before ?? "") → \(change.after ?? "")"
      }
    }
    return (lines + [summary]).joined(separator: "\n")
  }

  private var summary: String {
    if isEmpty { return "no difference: \(Quantity.grouped(equalCount)) tensors" }
    let counts = [
      (Kind.added, "added"), (.removed, "removed"), (.shape, "of another shape"), (.type, "of another type"),
      (.values, "of other values"), (.unread, "not read"),
    ].map { kind, words in (changes.count { $0.kind == kind }, words) }
    return (counts.filter { $0.0 > 0 } + [(equalCount, "equal")])
      .map { "\(Quantity.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
  }

  /// The differences as `mica weights --json A B` prints them.
  package var json: JSONValue {
    let values = changes.map { change in
      var object: JSONObject = [
        "name": .string(change.name), "change": .string(change.kind.rawValue),
        "before": change.before.map { .string($0) } ?? .null, "after": change.after.map { .string($0) } ?? .null,
      ]
      if let elements = change.elements {
        object["elements"] = .integer(Int64(elements.count))
        object["largest"] = .number(elements.largest)
      }
      return JSONValue.object(object)
    }
    return ["equal": .bool(isEmpty), "changes": .array(values), "equal_tensors": .integer(Int64(equalCount))]
  }
}

extension ElementDifference {
  fileprivate var text: String {
    count == 0
      ? "the same numbers in other bits"
      : "\(Quantity.grouped(count)) element\(count == 1 ? "" : "s") by at most \(Quantity.significant(largest))"
  }
}
