import Graphs
import Tensors

/// The latest calls of each operator, with what was inferred of their results.
///
/// Networks repeat their layers: most calls have the types and the attributes of one before, and then the same results.
/// Calls that depend on more than that, such as on the elements of an argument, are not remembered, nor are those with
/// problems.
struct InferenceMemory: Sendable {
  private struct Entry {
    var opset: Int
    var inputs: [ValueType?]
    var attributes: [Attribute]
    var outputs: [InferredValue]
  }

  /// How many calls of an operator are remembered.
  private static let limit = 6

  private var entries: [ObjectIdentifier: [Entry]] = [:]

  /// The results of a call that is like a remembered one; `nil` where none is.
  func results(
    of schema: OperatorSchema, opset: Int, inputs: [InferredValue?], attributes: [Attribute], count: Int
  ) -> [InferredValue]? {
    guard let known = entries[ObjectIdentifier(schema)], inputs.allSatisfy(\.isTypeOnly) else { return nil }
    return known.first { entry in
      entry.opset == opset && entry.outputs.count == count && entry.inputs.count == inputs.count
        && entry.attributes.count == attributes.count
        && inputs.indices.allSatisfy { entry.inputs[$0] == inputs[$0]?.type }
        && attributes.indices.allSatisfy { attributes[$0].isSame(as: entry.attributes[$0]) }
    }?.outputs
  }

  /// Remembers a call without problems.
  mutating func remember(
    _ outputs: [InferredValue], of schema: OperatorSchema, opset: Int, inputs: [InferredValue?],
    attributes: [Attribute]
  ) {
    guard inputs.allSatisfy(\.isTypeOnly), attributes.allSatisfy({ $0.isSame(as: $0) }) else { return }
    var known = entries[ObjectIdentifier(schema)] ?? []
    if known.count == Self.limit { known.removeFirst() }
    known.append(Entry(opset: opset, inputs: inputs.map { $0?.type }, attributes: attributes, outputs: outputs))
    entries[ObjectIdentifier(schema)] = known
  }
}

extension InferredValue? {
  /// Whether nothing but the type is known.
  fileprivate var isTypeOnly: Bool {
    guard let self else { return true }
    return self.isTypeOnly
  }
}

extension Attribute {
  /// True for attributes of one name with the same numbers or strings.
  fileprivate func isSame(as other: Attribute) -> Bool { name == other.name && value.isSame(as: other.value) }
}
