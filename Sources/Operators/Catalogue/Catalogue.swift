/// What Mica knows of the operators of ONNX; `ai.onnx` is a synonym of the empty domain everywhere.
///
/// A table is indexed on first use, and each schema is parsed when it is first asked for.
package enum Catalogue {
  /// The operators of the onnx package.
  private static let standard = SchemaStore(SchemaTable.text)
  /// Those that ONNX Runtime adds; not read before somebody asks for an operator that ONNX does not have.
  private static let additions = SchemaStore(MicrosoftSchemaTable.text)

  private static let rulesByDomain = byDomain(
    OperatorRules.all + MachineLearningRules.all + TrainingRules.all)
  private static let microsoftRules = byDomain(MicrosoftRules.all)

  private static func byDomain(_ rules: [OperatorRules]) -> [String: [String: OperatorRules]] {
    rules.reduce(into: [:]) { $0[canonical($1.domain), default: [:]][$1.name] = $1 }
  }

  /// The version of the onnx package whose schemas these are.
  package static var onnxVersion: String { SchemaTable.onnxVersion }

  /// The version of the onnxruntime package whose operators stand beside them.
  package static var onnxruntimeVersion: String { MicrosoftSchemaTable.onnxruntimeVersion }

  /// The domain as models spell it: `ai.onnx` is written as the empty one.
  package static func canonical(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}

// MARK: - Schemas

extension Catalogue {
  /// What an operator set has under a name.
  package enum Availability: Hashable, Sendable {
    case unknown
    case available
    /// The operator exists only from this version of the operator set on.
    case tooNew(since: Int)
    /// The operator set no longer has it, since this version.
    case removed(at: Int)
  }

  /// Whether an operator set has an operator, and if not, why.
  package static func availability(domain: String = "", name: String, opset: Int) -> Availability {
    guard let (_, versions) = entries(domain, name), let first = versions.first else { return .unknown }
    guard let entry = versions.last(where: { $0.since <= opset }) else { return .tooNew(since: first.since) }
    guard entry.isDeprecated else { return .available }
    if let next = versions.first(where: { $0.since > opset && !$0.isDeprecated }) { return .tooNew(since: next.since) }
    return .removed(at: entry.since)
  }

  /// The newest version of an operator that the operator set has; `nil` where it has none, or has removed it.
  package static func schema(domain: String = "", name: String, opset: Int) -> OperatorSchema? {
    guard let (store, versions) = entries(domain, name), let entry = versions.last(where: { $0.since <= opset }),
      !entry.isDeprecated
    else { return nil }
    return store.schema(of: entry)
  }

  /// The newest version of an operator in any operator set; of a removed one, the last before it was.
  package static func newestSchema(domain: String = "", name: String) -> OperatorSchema? {
    guard let (store, versions) = entries(domain, name) else { return nil }
    return versions.last { !$0.isDeprecated }.map(store.schema(of:))
  }

  /// The operator-set versions in which an operator was new or changed, ascending; ai.onnx is told from version 7 on.
  package static func versions(domain: String = "", name: String) -> [Int] {
    entries(domain, name)?.versions.map(\.since) ?? []
  }

  /// The versions of an operator before those, ascending.
  static func earlierVersions(domain: String, name: String) -> [Int] {
    entries(domain, name)?.versions.first?.earlier ?? []
  }

  /// The operators of a domain, sorted, with those that newer operator sets have removed.
  package static func names(domain: String = "") -> [String] {
    let domain = canonical(domain)
    let (known, added) = (standard.index.domains[domain]?.names ?? [], additions.index.domains[domain]?.names ?? [])
    return added.isEmpty ? known : (known + added).sorted()
  }

  /// The domains that have operators here, sorted.
  package static var domains: [String] {
    Set(standard.index.domains.keys).union(additions.index.domains.keys).sorted()
  }

  /// The newest version of a domain's operator set.
  package static func newestOpset(domain: String = "") -> Int? {
    let domain = canonical(domain)
    return (standard.index.domains[domain] ?? additions.index.domains[domain])?.newestOpset
  }

  /// The versions of an operator, and the table that has them.
  private static func entries(_ domain: String, _ name: String) -> (SchemaStore, versions: [SchemaIndex.Entry])? {
    let domain = canonical(domain)
    if let versions = standard.index.domains[domain]?.entries[name] { return (standard, versions) }
    return additions.index.domains[domain]?.entries[name].map { (additions, $0) }
  }
}

// MARK: - Rules

extension Catalogue {
  /// What is known of an operator beyond its schema.
  package static func rules(domain: String = "", name: String) -> OperatorRules? {
    let domain = canonical(domain)
    return rulesByDomain[domain]?[name] ?? microsoftRules[domain]?[name]
  }

  /// The name in `candidates` that is spelled most like `name`, if any is close enough to be a slip of the pen.
  package static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
    var nearest = NearestName(to: name)
    for candidate in candidates { nearest.consider(candidate) }
    return nearest.name
  }
}
