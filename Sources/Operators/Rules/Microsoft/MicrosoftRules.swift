import Graphs
import Tensors

/// What Mica knows of the operators of `com.microsoft`, which ONNX Runtime adds: one value an operator, each in a file
/// of its own, and here what makes them.
package enum MicrosoftRules {
  static func rules(
    _ name: String, infer: @escaping @Sendable (inout InferenceContext) -> Void,
    cost: @escaping @Sendable (CostContext) -> Cost
  ) -> OperatorRules {
    OperatorRules(name, domain: "com.microsoft", infer: infer, cost: cost)
  }

  /// An operator that is another one on arguments at other places.
  ///
  /// - Parameters:
  ///   - places: the other operator's inputs by their places here.
  ///   - operations: what it adds, for each element of the result.
  ///   - optional: the places of arguments that cost one more operation for each element, where they are given.
  static func delegating(
    _ name: String, to rules: OperatorRules, inputs places: [Int?], operations: Int = 0, optional: [Int] = []
  ) -> OperatorRules {
    Self.rules(
      name, infer: { $0.infer(as: rules, inputs: places) },
      cost: { context in
        (context.cost(as: rules, inputs: places) ?? .unknown)
          + context.elementwise(operations + optional.count(where: context.has))
      })
  }

  /// The same, with the channels at the end: always, or where the attribute `channels_last` says so.
  static func delegatingChannelsLast(
    _ name: String, to rules: OperatorRules, inputs places: [Int?], isAlways: Bool = false, optional: [Int] = []
  ) -> OperatorRules {
    var delegate = delegating(name, to: rules, inputs: places, optional: optional)
    delegate.infer = { context in
      if isAlways || (context.int("channels_last") ?? 0) != 0 {
        context.inferChannelsLast(as: rules, inputs: places)
      } else {
        context.infer(as: rules, inputs: places)
      }
    }
    return delegate
  }

  /// An operator whose first result has the shape of its first argument.
  ///
  /// - Parameters:
  ///   - operations: floating-point operations for each element.
  ///   - optional: the places of arguments that cost one more where they are given.
  static func alike(_ name: String, operations: Int, optional: [Int] = []) -> OperatorRules {
    rules(
      name, infer: { $0.set(shape: $0.shape(0)) },
      cost: { context in context.elementwise(operations + optional.count(where: context.has)) })
  }
}
