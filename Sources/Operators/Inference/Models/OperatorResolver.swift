import Graphs

/// What the nodes of one graph call, by the operator sets that the graph is written for.
final class OperatorResolver {
  enum Callee {
    case schema(OperatorSchema, opset: Int)
    /// The place of a function among the model's.
    case function(Int)
    /// A function that is called as an operator of ONNX is: runtimes differ in which of the two they run.
    case either(Int, OperatorSchema, opset: Int)
    case unknown(opset: Int?)
  }

  private struct Key: Hashable {
    var domain: String
    var name: String
    var overload: String

    /// What most keys leave empty is not hashed.
    func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      if !domain.isEmpty { hasher.combine(domain) }
      if !overload.isEmpty { hasher.combine(overload) }
    }
  }

  private let opsets: [String: Int]
  private let functions: [Key: Int]
  private var known: [Key: Callee] = [:]
  /// Domains that nodes use and the model does not import.
  private(set) var missing: Set<String> = []

  /// Operator sets that the model imports in versions newer than the catalogue has.
  var newer: [ModelProblem] {
    opsets.sorted { $0.key < $1.key }.compactMap { domain, version in
      guard let newest = Catalogue.newestOpset(domain: domain), version > newest else { return nil }
      return .newerOpset(domain, version, newest: newest)
    }
  }

  init(_ imports: [OpsetImport], functions: [Function]) {
    opsets = Dictionary(
      imports.map { (Catalogue.canonical($0.domain), Int(clamping: $0.version)) },
      uniquingKeysWith: { first, _ in first })
    self.functions = Dictionary(
      functions.enumerated().map { index, function in
        (
          Key(
            domain: Catalogue.canonical(function.domain), name: function.name, overload: function.overload), index
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What `node` calls: a function of the model's own, or else an operator of the catalogue.
  func callee(of node: Node) -> Callee {
    let key = Key(domain: Catalogue.canonical(node.domain), name: node.operatorType, overload: node.overload)
    if let callee = known[key] { return callee }
    let callee = resolve(key)
    known[key] = callee
    return callee
  }

  private func resolve(_ key: Key) -> Callee {
    if let index = functions[key] {
      guard key.domain.isEmpty, case .schema(let schema, let opset) = resolveSchema(key) else {
        return .function(index)
      }
      return .either(index, schema, opset: opset)
    }
    if opsets[key.domain] == nil { missing.insert(key.domain) }
    return resolveSchema(key)
  }

  private func resolveSchema(_ key: Key) -> Callee {
    guard let opset = opsets[key.domain] ?? Catalogue.newestOpset(domain: key.domain), key.overload.isEmpty else {
      return .unknown(opset: nil)
    }
    guard let schema = Catalogue.schema(domain: key.domain, name: key.name, opset: opset) else {
      return .unknown(opset: opset)
    }
    return .schema(schema, opset: opset)
  }
}
