package import Graphs
package import Tensors

extension OperatorSchema {
  /// What is known of a call's results, and what is wrong with the call.
  ///
  /// Type variables are bound from the arguments first, so that results have element types even where no rule exists.
  ///
  /// - Parameters:
  ///   - opset: the version of the operator set that the call is made for.
  ///   - attributes: in the kinds that the schema wants; see `fitted`.
  ///   - regionOutputs: what is known of the outputs of the subgraphs among the attributes.
  ///   - limits: how large sizes may be; `nil` where integers are taken to fit whatever they are.
  package func infer(
    opset: Int, inputs: [InferredValue?], attributes: [Attribute], outputCount: Int,
    regionOutputs: [Region.ID: [InferredValue]] = [:], limits: SizeLimits? = nil
  ) -> (outputs: [InferredValue], problems: [OperatorProblem]) {
    infer(
      opset: opset, inputs: inputs, fitted: fitted(attributes), outputCount: outputCount, regionOutputs: regionOutputs,
      limits: limits)
  }

  /// The same, of attributes that `fitted` gave.
  func infer(
    opset: Int, inputs: [InferredValue?], fitted: (attributes: [Attribute], problems: [OperatorProblem]),
    outputCount: Int, regionOutputs: [Region.ID: [InferredValue]] = [:], regionInputs: [Region.ID: [ValueType]] = [:],
    evaluate: SubgraphInference? = nil, limits: SizeLimits?, widenedLimits: (() -> SizeLimits?)? = nil
  ) -> (outputs: [InferredValue], problems: [OperatorProblem]) {
    let binding = TypeBinding(self, inputs: inputs)
    let outputs = (0..<max(0, outputCount)).map { position in
      InferredValue(type: output(at: position).map(binding.type(of:)) ?? .unknown)
    }
    var context = InferenceContext(
      schema: self, opset: opset, inputs: inputs, attributes: fitted.attributes, outputs: outputs)
    context.regionOutputs = regionOutputs
    context.regionInputs = regionInputs
    context.evaluate = evaluate
    context.limits = limits
    context.widenedLimits = widenedLimits
    rules?.infer?(&context)
    context.forgetNestedTypes()
    context.removeNegativeSizes()
    context.removeOverflows()
    var problems = argumentProblems(inputs, outputCount: outputCount)
    problems += fitted.problems
    problems += binding.problems
    problems += context.problems
    return (context.outputs, problems)
  }

  /// What is wrong with the number of arguments and results.
  private func argumentProblems(_ arguments: [InferredValue?], outputCount: Int) -> [OperatorProblem] {
    var problems: [OperatorProblem] = []
    for position in inputs.indices {
      switch inputs[position].arity {
      case .single where position >= arguments.count || arguments[position] == nil:
        problems.append(
          OperatorProblem(
            "missing-input", "\(name) needs its input `\(inputs[position].name)`", at: .input(position)))
      case .variadic where arguments.count - position < inputs[position].minimumArity:
        problems.append(
          OperatorProblem(
            "missing-input", "\(name) needs \(inputs[position].minimumArity) or more `\(inputs[position].name)`",
            at: .input(position)))
      default: break
      }
    }
    if arguments.count > inputs.count, inputs.last?.arity != .variadic {
      let names = inputs.map { "`\($0.name)`" }.joined(separator: ", ")
      problems.append(
        OperatorProblem(
          "too-many-inputs", "\(name) takes \(counted(inputs.count, "input")) (\(names)), not \(arguments.count)",
          at: .input(inputs.count)))
    }
    if outputCount > outputs.count, outputs.last?.arity != .variadic {
      problems.append(
        OperatorProblem("too-many-outputs", "\(name) gives \(counted(outputs.count, "result")), not \(outputCount)"))
    }
    return problems
  }
}

extension InferenceContext {
  /// Containers in containers that a type may have: no operator allows for more than two.
  private static var containerLimit: Int { 3 }

  /// Makes results unknown whose types a chain of wrong calls has wrapped again and again.
  fileprivate mutating func forgetNestedTypes() {
    for index in outputs.indices where outputs[index].type.hasContainers(beyond: Self.containerLimit) {
      outputs[index] = InferredValue(type: .unknown)
    }
  }
}

extension ValueType {
  /// Whether more than `count` containers stand around each other.
  fileprivate func hasContainers(beyond count: Int) -> Bool {
    switch self {
    case .tensor, .sparseTensor, .unknown: false
    case .sequence(let inner), .optional(let inner), .map(_, let inner):
      count == 0 || inner.hasContainers(beyond: count - 1)
    }
  }
}
