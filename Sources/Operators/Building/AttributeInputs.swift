import Graphs
import Tensors

// Parameters that are an attribute in one version of an operator and an input in another.
extension GraphBuilder {
  /// The elements of a constant as an attribute's value; `nil` where they are not all known.
  func attributeValue(of fact: InferredValue, kind: OperatorSchema.AttributeKind) -> Attribute.Value? {
    switch kind {
    case .int: integers(fact).flatMap { $0.count == 1 ? .int($0[0]) : nil }
    case .ints: integers(fact).map { .ints($0) }
    case .float: fractions(fact).flatMap { $0.count == 1 ? .float($0[0]) : nil }
    case .floats: fractions(fact).map { .floats($0) }
    default: nil
    }
  }

  private func integers(_ fact: InferredValue) -> [Int64]? {
    guard let elements = fact.elements else { return fact.constant?.integerElements?.map(Int64.init) }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? constants.map(Int64.init) : nil
  }

  private func fractions(_ fact: InferredValue) -> [Float]? {
    // No attribute that became an input is longer than a few numbers.
    if let constant = fact.constant, let byteCount = constant.byteCount, byteCount <= 8192,
      let elements = try? constant.float32Elements()
    {
      return elements
    }
    return integers(fact)?.map { Float($0) }
  }

  /// The tensor that an input takes in an attribute's place, of the element type that the other arguments ask for.
  func tensor(
    of value: Attribute.Value, for parameter: OperatorSchema.Parameter, _ target: OperatorSchema, _ inputs: [Value.ID?]
  ) -> Tensor? {
    // TopK takes its count as a vector; every other number became a scalar.
    let sizes = parameter.name == "K" ? [1] : []
    let element = elementType(of: parameter, target, inputs)
    switch value {
    case .tensor(let tensor): return tensor.tensor
    case .int(let value): return .integers(element ?? .i64, [Int(value)], sizes: sizes)
    case .ints(let values): return .integers(element ?? .i64, values.map(Int.init))
    case .float(let value): return .numbers(element ?? .f32, [Double(value)], sizes: sizes)
    case .floats(let values): return .numbers(element ?? .f32, values.map(Double.init))
    default: return nil
    }
  }

  /// The element type that the schema and the arguments so far leave to an input, where that is one.
  private func elementType(
    of parameter: OperatorSchema.Parameter, _ target: OperatorSchema, _ inputs: [Value.ID?]
  ) -> ElementType? {
    TypeBinding(target, inputs: inputs.map { $0.map(known) }).type(of: parameter).element
  }
}
