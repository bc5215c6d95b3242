package import Tensors

/// What Mica knows of an operator beyond its schema: one value an operator, each in a file of its own.
///
/// The rules hold for every version of the operator; where versions differ, a rule asks its context.
package struct OperatorRules: Sendable {
  /// Empty for ai.onnx.
  package var domain: String
  package var name: String
  /// Types, shapes and shape data of the results.
  ///
  /// Without it the schema's type variables still give element types.
  package var infer: (@Sendable (inout InferenceContext) -> Void)?
  /// Multiplications and other arithmetic; without it the operator is listed as uncounted.
  package var cost: (@Sendable (CostContext) -> Cost)?
  /// Writes a call for an operator set that does not have it in this form, in terms of what it has; `false` where it cannot.
  package var decompose: (@Sendable (inout DecompositionContext) -> Bool)?
  /// Which indices of the axes of arguments and results go together; without it all of them must stay.
  package var pruning: (@Sendable (inout PruningContext) -> Void)?

  package init(
    _ name: String, domain: String = "",
    infer: (@Sendable (inout InferenceContext) -> Void)? = nil,
    cost: (@Sendable (CostContext) -> Cost)? = nil,
    decompose: (@Sendable (inout DecompositionContext) -> Bool)? = nil,
    pruning: (@Sendable (inout PruningContext) -> Void)? = nil
  ) {
    self.name = name
    self.domain = domain
    self.infer = infer
    self.cost = cost
    self.decompose = decompose
    self.pruning = pruning
  }

  /// The same rules with a pruning rule.
  func pruned(_ rule: @escaping @Sendable (inout PruningContext) -> Void) -> OperatorRules {
    var rules = self
    rules.pruning = rule
    return rules
  }
}

/// What one execution of a node takes, as expressions of the symbolic sizes.
package struct Cost: Hashable, Sendable {
  /// Multiply-accumulate operations.
  package var macs: Dimension
  /// Floating-point (or integer) operations: two for each MAC, one for each other elementary operation.
  package var flops: Dimension

  package init(macs: Dimension = 0, flops: Dimension = 0) {
    self.macs = macs
    self.flops = flops
  }
}
