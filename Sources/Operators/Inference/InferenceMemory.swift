import Graphs
import Tensors

/// The latest calls of each operator, with what was inferred of their results.
///
/// Networks repeat their layers: most calls have the attributes of one before, and of their arguments the same is known;
/// then the same is known of their results. Calls with problems are not remembered, nor are those with attributes that
/// cannot be compared.
///
/// - Parameters:
///   - Known: what is known of an argument, as it is compared.
///   - Outcome: what was inferred of a result.
struct InferenceMemory<Known: Hashable & Sendable, Outcome: Sendable>: Sendable {
  private struct Entry {
    var opset: Int
    var inputs: [Known?]
    var attributes: [Attribute]
    var outputs: [Outcome]
  }

  /// How many calls of an operator are remembered.
  private static var limit: Int { 6 }

  private var entries: [ObjectIdentifier: [Entry]] = [:]

  /// The results of a call that is like a remembered one; `nil` where none is.
  func results(
    of schema: OperatorSchema, opset: Int, inputs: [Known?], attributes: [Attribute], count: Int
  ) -> [Outcome]? {
    results(of: schema, opset: opset, attributes: attributes, count: count) { $0 == inputs }
  }

  /// The results of a call that is like a remembered one, whose inputs `isSame` compares; `nil` where none is.
  func results(
    of schema: OperatorSchema, opset: Int, attributes: [Attribute], count: Int, isSame: ([Known?]) -> Bool
  ) -> [Outcome]? {
    entries[ObjectIdentifier(schema)]?.first { entry in
      entry.opset == opset && entry.outputs.count == count && isSame(entry.inputs)
        && entry.attributes.count == attributes.count
        && attributes.indices.allSatisfy { attributes[$0].isSame(as: entry.attributes[$0]) }
    }?.outputs
  }

  /// Remembers a call without problems.
  mutating func remember(
    _ outputs: [Outcome], of schema: OperatorSchema, opset: Int, inputs: [Known?], attributes: [Attribute]
  ) {
    guard attributes.allSatisfy({ $0.isSame(as: $0) }) else { return }
    var known = entries[ObjectIdentifier(schema)] ?? []
    if known.count == Self.limit { known.removeFirst() }
    known.append(Entry(opset: opset, inputs: inputs, attributes: attributes, outputs: outputs))
    entries[ObjectIdentifier(schema)] = known
  }
}

extension [InferredValue?] {
  /// The types of arguments of which nothing else is known; `nil` for other arguments.
  var typesAlone: [ValueType?]? {
    allSatisfy { $0?.isTypeOnly ?? true } ? map { $0?.type } : nil
  }
}

extension Attribute {
  /// True for attributes of one name with the same numbers or strings.
  func isSame(as other: Attribute) -> Bool { name == other.name && value.isSame(as: other.value) }
}
