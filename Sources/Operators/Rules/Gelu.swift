import Graphs

extension OperatorRules {
  /// x · Φ(x), Φ being the normal distribution's function, exactly or by a tanh (Hendrycks and Gimpel, 2016).
  package static let gelu: OperatorRules = {
    var rules = unary("Gelu")
    rules.decompose = { context in
      guard let x = context.input(0) else { return false }
      let isApproximate = context.attribute("approximate")?.text == "tanh"
      guard let inner = isApproximate ? context.cubicArgument(x) : context.normalArgument(x),
        let curve = context.write(isApproximate ? "Tanh" : "Erf", inner), let one = context.scalar(1, like: x),
        let shifted = context.write("Add", curve, one), let half = context.scalar(0.5, like: x),
        let distribution = context.write("Mul", shifted, half), let result = context.write("Mul", x, distribution)
      else { return false }
      context.results = [result]
      return true
    }
    return rules
  }()
}

extension DecompositionContext {
  /// `x / sqrt(2)`.
  fileprivate mutating func normalArgument(_ x: Value.ID) -> Value.ID? {
    scalar(2.0.squareRoot(), like: x).flatMap { write("Div", x, $0) }
  }

  /// `sqrt(2 / π) · (x + 0.044715 · x³)`.
  fileprivate mutating func cubicArgument(_ x: Value.ID) -> Value.ID? {
    guard let square = write("Mul", x, x), let cube = write("Mul", square, x),
      let weight = scalar(0.044715, like: x), let bent = write("Mul", cube, weight), let sum = write("Add", x, bent),
      let factor = scalar((2 / Double.pi).squareRoot(), like: x)
    else { return nil }
    return write("Mul", sum, factor)
  }
}
