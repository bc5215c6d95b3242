import Graphs
import Tensors

/// The rules of the operators of ai.onnx.ml.
package enum MachineLearningRules {
  static func rules(
    _ name: String, infer: @escaping @Sendable (inout InferenceContext) -> Void,
    cost: @escaping @Sendable (CostContext) -> Cost
  ) -> OperatorRules {
    OperatorRules(name, domain: "ai.onnx.ml", infer: infer, cost: cost)
  }

  /// An operator whose result has the shape of its argument.
  ///
  /// - Parameter operations: for each element.
  static func alike(_ name: String, operations: Int) -> OperatorRules {
    rules(name, infer: { $0.set(shape: $0.shape(0)) }, cost: { $0.elementwise(operations) })
  }
}

extension InferenceContext {
  /// The number of examples in a tensor of `[N, C]`, or of one of `[C]`; unknown where the rank is another.
  var exampleCount: Dimension {
    switch shape(0)?.rank {
    case 1: 1
    case 2: shape(0)?.dimensions[0] ?? .unknown
    default: .unknown
    }
  }

  /// The number of items of a list attribute, 0 where it is absent.
  func itemCount(_ name: String) -> Int { attribute(name)?.itemCount ?? 0 }

  /// The number of class labels, given as integers or as strings; unknown where both are given, or none.
  func labelCount(integers: String, strings: String) -> Dimension {
    let counts = [itemCount(integers), itemCount(strings)].filter { $0 > 0 }
    return counts.count == 1 ? Dimension(counts[0]) : .unknown
  }

  /// Gives result 0 the element type of class labels: `i64` or strings, by which of the lists is given.
  mutating func setLabels(integers: String, strings: String, shape: Shape?) {
    switch (itemCount(integers) > 0, itemCount(strings) > 0) {
    case (true, false): set(element: .i64)
    case (false, true): set(element: .string)
    default: set(element: nil)
    }
    set(shape: shape)
  }
}

extension Attribute.Value {
  /// The number of items of a list; `nil` for other values.
  var itemCount: Int? {
    switch self {
    case .ints(let items): items.count
    case .floats(let items): items.count
    case .strings(let items): items.count
    default: nil
    }
  }
}
