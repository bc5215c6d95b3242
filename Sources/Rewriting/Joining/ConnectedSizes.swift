import Tensors

/// What the names of the second model's sizes are in a model that is joined.
struct ConnectedSizes {
  /// The sizes that names of the second model stand for.
  private(set) var bindings: [String: Dimension] = [:]
  /// Pairs of sizes that must be equal, and nothing says that they are.
  private(set) var assumptions: [String] = []

  /// Holds the type of an output against that of the input that it is connected to.
  mutating func connect(
    _ output: String, _ given: ValueType, to input: String, _ wanted: ValueType
  ) throws(JoinProblem) {
    switch (given, wanted) {
    case (.tensor(let left), .tensor(let right)), (.sparseTensor(let left), .sparseTensor(let right)):
      if let element = left.element, let other = right.element, element != other {
        throw .types(output, given, input, wanted)
      }
      guard let sizes = left.shape?.dimensions, let others = right.shape?.dimensions else { return }
      guard sizes.count == others.count else { throw .types(output, given, input, wanted) }
      for (size, other) in zip(sizes, others) {
        if size.isProvablyDifferent(from: other), other.symbols.isEmpty { throw .types(output, given, input, wanted) }
        try connect(size, other, "`\(output)` is \(given), and `\(input)` takes \(wanted)")
      }
    case (.unknown, _), (_, .unknown), (.optional, _), (_, .optional): return
    default: if given != wanted { throw .types(output, given, input, wanted) }
    }
  }

  private mutating func connect(_ size: Dimension, _ other: Dimension, _ facts: String) throws(JoinProblem) {
    guard !size.isUnknown, !other.isUnknown else { return }
    if let name = other.symbol {
      guard let bound = bindings[name] else {
        bindings[name] = size
        return
      }
      if bound.isProvablyDifferent(from: size) { throw .sizes(name, bound, size) }
      if !bound.isProvablyEqual(to: size) { assumptions.append("\(facts): they fit only where \(bound) is \(size)") }
    } else if !size.isProvablyEqual(to: other) {
      assumptions.append("\(facts): they fit only where \(size) is \(other)")
    }
  }

  /// Gives the names of the second model that are still free, and are also names of the first, names of their own.
  mutating func separate(_ names: Set<String>, from others: Set<String>, prefix: String) {
    for name in names.sorted() where bindings[name] == nil && others.contains(name) {
      var fresh = prefix + name
      while others.contains(fresh) || names.contains(fresh) { fresh += "_" }
      bindings[name] = .symbol(fresh, atLeast: 0)
    }
  }
}

extension ValueType {
  /// The names of all sizes in the type.
  var sizeNames: Set<String> {
    switch self {
    case .tensor(let type), .sparseTensor(let type):
      (type.shape?.dimensions ?? []).reduce(into: []) { $0.formUnion($1.symbols) }
    case .sequence(let element), .optional(let element): element.sizeNames
    case .map(_, let value): value.sizeNames
    case .unknown: []
    }
  }
}
