import Graphs

extension OperatorRules {
  /// x · tanh(softplus(x)).
  package static let mish: OperatorRules = {
    var rules = unary("Mish")
    rules.decompose = { context in
      guard let x = context.input(0), let soft = context.write("Softplus", x), let gate = context.write("Tanh", soft),
        let result = context.write("Mul", x, gate)
      else { return false }
      context.results = [result]
      return true
    }
    return rules
  }()
}
