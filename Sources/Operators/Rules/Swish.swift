import Graphs
import Tensors

extension OperatorRules {
  /// `x · sigmoid(alpha · x)`: two operations per element, and a third where alpha is not 1.
  package static let swish = OperatorRules(
    "Swish", infer: { $0.set(shape: $0.shape(0)) }, cost: { $0.elementwise($0.swishOperations) },
    pruning: { $0.keepAxes() })
}

extension CostContext {
  /// What Swish takes per element.
  var swishOperations: Int { (attribute("alpha")?.float ?? 1) == 1 ? 2 : 3 }
}
