import Graphs
import Tensors

// Sizes that are no plain symbols: polynomials in symbols, quotients, remainders, minima and maxima. All values here are
// i64 vectors of one element, so that Concat takes them as they are.
extension GraphBuilder {
  /// The operators that compute one size.
  mutating func compute(_ dimension: Dimension) -> Value.ID? {
    guard let terms = dimension.products else {
      problems.append(
        OperatorProblem(
          "dimension-without-source", "a size that is unknown (`?`) cannot be computed when the graph runs"))
      return nil
    }
    // What is added comes first, so that a sum does not start with a negation.
    let ordered = terms.filter { $0.coefficient > 0 } + terms.filter { $0.coefficient < 0 }
    var sum: (value: Value.ID, dimension: Dimension)?
    for term in ordered {
      let isNegative = term.coefficient < 0 && sum != nil
      guard let (value, size) = product(term, negated: isNegative) else { return nil }
      guard let (left, before) = sum else {
        sum = (value, size)
        continue
      }
      let after = isNegative ? before - size : before + size
      sum = (writeSize(isNegative ? "Sub" : "Add", [left, value], elements: [after]), after)
    }
    return sum?.value
  }

  /// The product of a term's coefficient (its opposite, where `negated`) and factors.
  private mutating func product(
    _ term: Dimension.Product, negated: Bool
  ) -> (value: Value.ID, dimension: Dimension)? {
    let coefficient = Dimension(negated ? -term.coefficient : term.coefficient)
    var product: (value: Value.ID, dimension: Dimension)?
    var factors = term.factors.map(\.dimension)
    if coefficient != 1 || factors.isEmpty { factors.append(coefficient) }
    for (position, factor) in factors.enumerated() {
      let isAtom = term.factors.indices.contains(position)
      guard let value = isAtom ? atom(term.factors[position]) : vector([factor]) else { return nil }
      guard let (left, before) = product else {
        product = (value, factor)
        continue
      }
      product = (writeSize("Mul", [left, value], elements: [before * factor]), before * factor)
    }
    return product
  }

  private mutating func atom(_ factor: Dimension.Expression) -> Value.ID? {
    let dimension = factor.dimension
    if let value = written({ $0.vectors[[dimension]] }) { return value }
    let value: Value.ID?
    switch factor {
    case .symbol: return vector([dimension])
    case .quotient(let numerator, let denominator): value = quotient(dimension, numerator, denominator)
    case .remainder(let left, let right): value = operation("Mod", dimension, [left, right])
    case .minimum(let operands): value = operation("Min", dimension, operands)
    case .maximum(let operands): value = operation("Max", dimension, operands)
    }
    if let value { written[region, default: WrittenSizes()].vectors[[dimension]] = value }
    return value
  }

  private mutating func operation(_ name: String, _ dimension: Dimension, _ operands: [Dimension]) -> Value.ID? {
    var values: [Value.ID] = []
    for operand in operands {
      guard let value = vector([operand]) else { return nil }
      values.append(value)
    }
    return writeSize(name, values, elements: [dimension])
  }

  /// Floor division: ONNX's `Div` rounds towards zero, so that a numerator that may be negative loses its remainder first.
  private mutating func quotient(
    _ dimension: Dimension, _ numerator: Dimension, _ denominator: Dimension
  ) -> Value.ID? {
    guard let left = vector([numerator]), let right = vector([denominator]) else { return nil }
    if numerator.isProvablyAtLeast(0) { return writeSize("Div", [left, right], elements: [dimension]) }
    let remainder = numerator.modulo(denominator)
    let multiple = numerator - remainder
    let rest = writeSize("Mod", [left, right], elements: [remainder])
    let exact = writeSize("Sub", [left, rest], elements: [multiple])
    return writeSize("Div", [exact, right], elements: [dimension])
  }

  /// Writes an operator whose elements are known beforehand, whatever its rule makes of them.
  mutating func writeSize(
    _ name: String, _ inputs: [Value.ID], attributes: [Attribute] = [], elements: [Dimension], isScalar: Bool = false
  ) -> Value.ID {
    let value = write(name, inputs, attributes: attributes, outputCount: 1)[0]
    let shape: [Dimension] = isScalar ? [] : [Dimension(elements.count)]
    refine(value, InferredValue(type: .tensor(TensorType(.i64, shape)), elements: elements))
    return value
  }
}
