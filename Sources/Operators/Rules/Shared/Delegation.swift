import Graphs
import Tensors

/// Operators that are another one with its arguments in other places.
extension InferenceContext {
  /// An argument of another operator: where it stands in this call, and what is known of it.
  typealias BorrowedArgument = (place: Int, value: InferredValue)

  /// Runs another operator's rule as if the call were one of it on `arguments`; `nil` is an omitted one.
  ///
  /// Attributes are the call's own, with this operator's defaults; `attributes` go before them.
  mutating func infer(
    as rules: OperatorRules, _ arguments: [BorrowedArgument?], attributes extra: [Attribute] = []
  ) {
    var inner = InferenceContext(
      schema: schema, opset: opset, inputs: arguments.map { $0?.value }, attributes: extra + attributes,
      outputs: outputs)
    inner.limits = limits
    inner.widenedLimits = widenedLimits
    rules.infer?(&inner)
    outputs = inner.outputs
    for var problem in inner.problems {
      if case .input(let index) = problem.subject {
        let place = arguments.indices.contains(index) ? arguments[index]?.place : nil
        problem.subject = place.map { .input($0) } ?? .call
      }
      report(problem)
    }
  }

  /// The same on arguments of this call as they are, by their places; `nil` is an omitted one.
  mutating func infer(as rules: OperatorRules, inputs places: [Int?], attributes extra: [Attribute] = []) {
    infer(as: rules, places.map { $0.flatMap(borrowed) }, attributes: extra)
  }

  /// An argument of this call for another operator's rule; `nil` where it is omitted.
  func borrowed(_ place: Int) -> BorrowedArgument? { input(place).map { (place, $0) } }

  /// The sizes of argument `index`, unknown ones where its rank is; `nil` where it is known not to have `rank` axes.
  func sizes(_ index: Int, rank: Int) -> [Dimension]? {
    guard let shape = shape(index) else { return Array(repeating: .unknown, count: rank) }
    return shape.rank == rank ? shape.dimensions : nil
  }
}

extension Dimension {
  /// The size, unknown where it is a negative number: what a call says that cannot be valid.
  var ifNatural: Dimension { (constant ?? 0) < 0 ? .unknown : self }
}

extension CostContext {
  /// What another operator's rule counts on arguments of this call, by their places; `nil` is an omitted one.
  func cost(as rules: OperatorRules, inputs places: [Int?]) -> Cost? {
    let borrowed = places.map { place in place.flatMap { inputs.indices.contains($0) ? inputs[$0] : nil } }
    return rules.cost?(CostContext(schema: schema, inputs: borrowed, outputs: outputs, attributes: attributes))
  }

  /// The sizes of argument `index`, where it has `rank` axes.
  func input(_ index: Int, rank: Int) -> [Dimension]? { input(index).flatMap { $0.count == rank ? $0 : nil } }

  /// An integer attribute as a size, `nil` where it is absent.
  func size(_ name: String) -> Dimension? {
    attribute(name)?.int.flatMap(Int.init(exactly:)).map { Dimension($0) }
  }
}

extension Cost {
  static let unknown = Cost(macs: .unknown, flops: .unknown)

  static func + (left: Cost, right: Cost) -> Cost {
    Cost(macs: left.macs + right.macs, flops: left.flops + right.flops)
  }
}
