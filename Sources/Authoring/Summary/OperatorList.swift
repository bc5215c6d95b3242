package import JSON
import Operators

/// The operators that Mica knows, and what it knows of each: what `mica operators` prints.
package struct OperatorList {
  struct Entry {
    /// As files and texts spell it: `ai.onnx` for the empty one.
    let domain: String
    let name: String
    /// The operator-set versions in which it was new or changed, ascending.
    let versions: [Int]
    /// The version from which on the operator set no longer has it.
    let removed: Int?
    let rules: [Rule]
    let summary: String
  }

  /// What there is of an operator beyond its schema.
  enum Rule: String {
    /// The types and shapes of its results.
    case inference
    /// The elements of small results that sizes depend on.
    case shapeData = "shape-data"
    /// What a call takes.
    case cost
    /// How an operator set that does not have it says it.
    case decomposition
    /// Which channels go together.
    case pruning
  }

  let entries: [Entry]

  /// The domains that have operators, `ai.onnx` first.
  package static var domains: [String] { Catalogue.domains.map { $0.isEmpty ? "ai.onnx" : $0 } }

  /// The operators of one domain, or of all.
  package init(domain: String? = nil) {
    let domains = domain.map { [$0] } ?? Self.domains
    entries = domains.flatMap { domain in
      Catalogue.names(domain: domain).map { Entry(domain: domain, name: $0) }
    }
  }
}

extension OperatorList.Entry {
  fileprivate init(domain: String, name: String) {
    let rules = Catalogue.rules(domain: domain, name: name)
    let newest = Catalogue.newestOpset(domain: domain) ?? 1
    var removed: Int?
    if case .removed(let version) = Catalogue.availability(domain: domain, name: name, opset: newest) {
      removed = version
    }
    var known: [OperatorList.Rule] = []
    if rules?.infer != nil { known.append(.inference) }
    if rules?.givesShapeData == true { known.append(.shapeData) }
    if rules?.cost != nil { known.append(.cost) }
    if rules?.decompose != nil { known.append(.decomposition) }
    if rules?.pruning != nil { known.append(.pruning) }
    self.init(
      domain: domain, name: name, versions: Catalogue.versions(domain: domain, name: name), removed: removed,
      rules: known, summary: Catalogue.summary(domain: domain, name: name) ?? "")
  }
}

extension OperatorList {
  /// The list as `mica operators --json` prints it.
  package var json: JSONValue {
    .array(
      entries.map { entry in
        [
          "domain": .string(entry.domain), "name": .string(entry.name),
          "versions": .array(entry.versions.map { .integer(Int64($0)) }),
          "deprecated": entry.removed.map { .integer(Int64($0)) } ?? .null,
          "rules": .array(entry.rules.map { .string($0.rawValue) }), "summary": .string(entry.summary),
        ]
      })
  }

  /// The list as a table for a terminal, totals below.
  package var table: String {
    var table = TextTable(("domain", .left), ("operator", .left), ("since", .left), ("rules", .left))
    table.rows = entries.map { entry in
      let versions = entry.versions.filter { $0 != entry.removed }.map(String.init).joined(separator: ", ")
      let end = entry.removed.map { " (deprecated at \($0))" } ?? ""
      return [entry.domain, entry.name, versions + end, entry.rules.map(\.rawValue).joined(separator: ", ")]
    }
    return (table.lines + [totals]).joined(separator: "\n")
  }

  /// Such as `203 operators: 180 with inference, 80 with shape-data, 180 with cost, 40 with decomposition, 90 with
  /// pruning`.
  private var totals: String {
    let counts = [Rule.inference, .shapeData, .cost, .decomposition, .pruning].map { rule in
      "\(entries.count { $0.rules.contains(rule) }) with \(rule.rawValue)"
    }
    return "\(Quantity.grouped(entries.count)) operator\(entries.count == 1 ? "" : "s"): "
      + counts.joined(separator: ", ")
  }
}
