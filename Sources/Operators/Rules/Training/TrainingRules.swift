import Tensors

/// The rules of the operators of ai.onnx.preview.training.
package enum TrainingRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [adagrad, adam, gradient, momentum]

  static let domain = "ai.onnx.preview.training"

  /// One step of an optimizer: learning rate and step count, then parameters, their gradients, and its states, as many each.
  ///
  /// The results are the parameters and the states, each as it was.
  ///
  /// - Parameters:
  ///   - states: tensors that the optimizer keeps for each parameter.
  ///   - operations: what a parameter's element takes.
  static func optimizer(
    _ name: String, states: Int, operations: @escaping @Sendable (CostContext) -> Int
  ) -> OperatorRules {
    OperatorRules(
      name, domain: domain,
      infer: { context in
        let arguments = Array(context.inputs.dropFirst(2))
        guard arguments.count.isMultiple(of: states + 2) else {
          return context.report(
            "missing-input",
            "\(name) takes parameters, gradients and states in groups of \(states + 2), not "
              + counted(arguments.count, "tensor"))
        }
        let count = arguments.count / (states + 2)
        let kept = arguments.prefix(count) + arguments.dropFirst(2 * count)
        for (index, value) in kept.enumerated() {
          guard let type = value?.type.tensor else { continue }
          context.set(index, type: .tensor(type))
        }
      },
      cost: { context in
        let count = Swift.max(context.inputs.count - 2, 0) / (states + 2)
        let elements = (0..<count).reduce(Dimension(0)) { $0 + context.inputCount(2 + $1) }
        return Cost(flops: elements * Dimension(operations(context)))
      })
  }
}
