import Graphs
import Tensors

extension InferenceContext {
  /// A value that a node hands its subgraph, or takes from it.
  struct SubgraphPort {
    /// What the operator calls it, with its article.
    var role: String
    /// What the node gives or wants; unknown types fit everything.
    var type: ValueType
    /// Whether it is a single element, of no axis or of one axis of size 1.
    var isSingle = false

    init(_ role: String, _ type: ValueType, isSingle: Bool = false) {
      self.role = role
      self.type = type
      self.isSingle = isSingle
    }
  }

  /// Whether a subgraph declares the inputs that its node gives it: so many, in this order, of these types; what is wrong
  /// is reported.
  mutating func takes(_ region: Region.ID, _ attribute: String, inputs wanted: [SubgraphPort]) -> Bool {
    guard let declared = regionInputs[region] else { return true }
    guard declared.count == wanted.count else {
      let roles = wanted.isEmpty ? "" : " (\(wanted.map(\.role).joined(separator: ", ")))"
      report(
        "subgraph-inputs",
        "`\(attribute)` of \(schema.name) has \(counted(declared.count, "input")), but is given \(wanted.count)\(roles)",
        at: .attribute(attribute))
      return false
    }
    return fits(declared, wanted, "input", attribute)
  }

  /// Whether a subgraph gives so many results.
  mutating func gives(
    _ region: Region.ID, _ attribute: String, results: [InferredValue], count: Int, _ meaning: String
  ) -> Bool {
    guard results.count != count else { return true }
    report(
      "result-count",
      "`\(attribute)` of \(schema.name) gives \(counted(results.count, "result")), but \(count) are wanted: \(meaning)",
      at: .attribute(attribute))
    return false
  }

  /// Whether a subgraph's results, from the first on, are what its node takes them for; what is wrong is reported.
  @discardableResult
  mutating func fits(results: [InferredValue], _ attribute: String, _ wanted: [SubgraphPort]) -> Bool {
    fits(results.map(\.type), wanted, "result", attribute)
  }

  private mutating func fits(
    _ types: [ValueType], _ wanted: [SubgraphPort], _ word: String, _ attribute: String
  ) -> Bool {
    var fits = true
    for (place, (type, port)) in zip(types, wanted).enumerated() where type.cannotBe(port) {
      fits = false
      report(
        "type-mismatch",
        "\(word) \(place + 1) of `\(attribute)` is \(type), but stands for \(port.role), which is \(port.type)",
        at: .attribute(attribute))
    }
    return fits
  }
}

extension ValueType {
  /// Whether the type is of another kind or element type than a port, or has more elements.
  fileprivate func cannotBe(_ port: InferenceContext.SubgraphPort) -> Bool {
    if port.isSingle, case .tensor(let type) = self, let shape = type.shape {
      let isSingle = shape.rank == 0 || shape.rank == 1 && !shape.dimensions[0].isProvablyDifferent(from: 1)
      if !isSingle { return true }
    }
    switch (self, port.type) {
    case (.tensor(let left), .tensor(let right)), (.sparseTensor(let left), .sparseTensor(let right)):
      guard let element = left.element, let other = right.element else { return false }
      return element != other
    case (.sequence(let left), .sequence(let right)): return left.cannotBe(InferenceContext.SubgraphPort("", right))
    // Files spell a tensor and an optional tensor alike.
    case (.unknown, _), (_, .unknown), (.optional, _), (_, .optional), (.map, .map): return false
    default: return true
    }
  }
}
