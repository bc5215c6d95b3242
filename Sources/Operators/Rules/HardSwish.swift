import Graphs

extension OperatorRules {
  /// x · max(0, min(1, x / 6 + 1 / 2)).
  package static let hardSwish: OperatorRules = {
    var rules = unary("HardSwish")
    rules.decompose = { context in
      let slope = [Attribute("alpha", .float(1 / 6)), Attribute("beta", .float(0.5))]
      guard let x = context.input(0), let gate = context.write("HardSigmoid", x, attributes: slope),
        let result = context.write("Mul", x, gate)
      else { return false }
      context.results = [result]
      return true
    }
    return rules
  }()
}
