package import Graphs
import Tensors

extension OperatorSchema {
  /// What is known of a call's results, and what is wrong with the call.
  ///
  /// Type variables are bound from the arguments first, so that results have element types even where no rule exists.
  ///
  /// - Parameters:
  ///   - opset: the version of the operator set that the call is made for.
  ///   - attributes: in the kinds that the schema wants; see `fitted`.
  ///   - regionOutputs: what is known of the outputs of the subgraphs among the attributes.
  package func infer(
    opset: Int, inputs: [InferredValue?], attributes: [Attribute], outputCount: Int,
    regionOutputs: [Region.ID: [InferredValue]] = [:]
  ) -> (outputs: [InferredValue], problems: [OperatorProblem]) {
    let (attributes, attributeProblems) = fitted(attributes)
    let binding = TypeBinding(self, inputs: inputs)
    let outputs = (0..<max(0, outputCount)).map { position in
      InferredValue(type: output(at: position).map(binding.type(of:)) ?? .unknown)
    }
    var context = InferenceContext(
      schema: self, opset: opset, inputs: inputs, attributes: attributes, outputs: outputs)
    context.regionOutputs = regionOutputs
    let problems =
      argumentProblems(inputs.map { $0 != nil }, outputCount: outputCount) + attributeProblems + binding.problems
    Catalogue.rules(domain: domain, name: name)?.infer?(&context)
    return (context.outputs, problems + context.problems)
  }

  /// What is wrong with the number of arguments and results.
  private func argumentProblems(_ isGiven: [Bool], outputCount: Int) -> [OperatorProblem] {
    var problems: [OperatorProblem] = []
    for (position, parameter) in inputs.enumerated() {
      switch parameter.arity {
      case .single where !(isGiven.indices.contains(position) && isGiven[position]):
        problems.append(
          OperatorProblem("missing-input", "\(name) needs its input `\(parameter.name)`", at: .input(position)))
      case .variadic where isGiven.count - position < parameter.minimumArity:
        problems.append(
          OperatorProblem(
            "missing-input", "\(name) needs \(parameter.minimumArity) or more `\(parameter.name)`",
            at: .input(position)))
      default: break
      }
    }
    if isGiven.count > inputs.count, inputs.last?.arity != .variadic {
      let names = inputs.map { "`\($0.name)`" }.joined(separator: ", ")
      problems.append(
        OperatorProblem(
          "too-many-inputs", "\(name) takes \(inputs.count) inputs (\(names)), not \(isGiven.count)",
          at: .input(inputs.count)))
    }
    if outputCount > outputs.count, outputs.last?.arity != .variadic {
      problems.append(
        OperatorProblem("too-many-outputs", "\(name) gives \(outputs.count) results, not \(outputCount)"))
    }
    return problems
  }
}
