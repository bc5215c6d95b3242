import Graphs
import Tensors

/// Windows that are sums of cosine waves: a₀ − a₁ cos(2πn / N) + a₂ cos(4πn / N) …
extension OperatorRules {
  /// - Parameter terms: the weights a₀, a₁, …; each wave takes four operations per element.
  static func window(_ name: String, terms: [Double]) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        let size = context.shapeData(0)?.first ?? .unknown
        context.set(element: context.elementType("output_datatype") ?? .f32)
        context.set(shape: Shape([size]))
      },
      cost: { $0.elementwise(4 * (terms.count - 1)) },
      decompose: { $0.window(terms) })
  }
}

extension DecompositionContext {
  fileprivate mutating func window(_ terms: [Double]) -> Bool {
    let target = UInt8(exactly: attribute("output_datatype")?.int ?? 1).flatMap(ElementType.init(rawValue:)) ?? .f32
    let isPeriodic = (attribute("periodic")?.int ?? 1) != 0
    guard let size = input(0), let whole = cast(size, to: .i64), let scalar = reshape(whole, to: []),
      let indices = indices(below: scalar), let numbers = cast(indices, to: .f32), var length = cast(scalar, to: .f32)
    else { return false }
    if !isPeriodic {
      guard let one = self.scalar(1, like: length), let shorter = write("Sub", length, one) else { return false }
      length = shorter
    }
    guard let turn = self.scalar(2 * Double.pi, like: numbers), let angles = write("Mul", numbers, turn),
      let angle = write("Div", angles, length), var sum = self.scalar(terms[0], like: numbers)
    else { return false }
    for (index, term) in terms.enumerated().dropFirst() {
      guard let multiple = self.scalar(Double(index), like: numbers), let inner = write("Mul", angle, multiple),
        let wave = write("Cos", inner), let weight = self.scalar(term, like: numbers),
        let weighted = write("Mul", wave, weight),
        let next = write(index % 2 == 1 ? "Sub" : "Add", sum, weighted)
      else { return false }
      sum = next
    }
    guard let result = cast(sum, to: target) else { return false }
    results = [result]
    return true
  }
}
