import Graphs
import Tensors

extension OperatorRules {
  /// 1 with the probability that an element says, else 0.
  package static let bernoulli = OperatorRules(
    "Bernoulli",
    infer: { context in
      context.set(element: context.elementType("dtype") ?? context.element(0))
      context.set(shape: context.shape(0))
    },
    cost: { $0.elementwise(2) },
    decompose: { context in
      guard let x = context.input(0), let own = context.writer.known(x).type.element else { return false }
      let target = UInt8(exactly: context.attribute("dtype")?.int ?? 0).flatMap(ElementType.init(rawValue:)) ?? own
      let seed = context.call.attributes.filter { $0.name == "seed" }
      guard let drawn = context.write("RandomUniformLike", x, attributes: seed),
        let isOne = context.write("Less", drawn, x), let result = context.cast(isOne, to: target)
      else { return false }
      context.results = [result]
      return true
    })
}
