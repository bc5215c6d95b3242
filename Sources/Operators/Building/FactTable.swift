import Tensors

/// What is known of some values, by its number in a `FactTable`.
///
/// Values with the same fact are alike for whatever is asked of what is known of them; those of which nothing but the same
/// type is known have the same fact.
package struct Fact: Hashable, Sendable {
  package let index: Int
}

/// All that is known of any value, each type once: types are compared by their facts.
struct FactTable: Sendable {
  private var known: [InferredValue] = []
  private var facts: [ValueType: Fact] = [:]

  subscript(fact: Fact) -> InferredValue { known[fact.index] }

  /// The type alone: nothing else is copied.
  func type(_ fact: Fact) -> ValueType { known[fact.index].type }

  /// The fact that so much is known.
  mutating func fact(_ value: InferredValue) -> Fact {
    let next = Fact(index: known.count)
    if value.isTypeOnly {
      if let fact = facts[value.type] { return fact }
      facts[value.type] = next
    }
    known.append(value)
    return next
  }
}
