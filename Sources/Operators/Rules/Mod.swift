import Tensors

extension OperatorRules {
  /// Remainders, by broadcasting: with the divisor's sign, or with the dividend's where `fmod` is 1.
  package static let mod: OperatorRules = {
    let floored = broadcasting("Mod", divides: true, data: IntegerArithmetic.modulus)
    let truncated = broadcasting("Mod", divides: true, data: IntegerArithmetic.remainder)
    return OperatorRules(
      "Mod",
      infer: { context in
        context.checkRemainder()
        ((context.int("fmod") ?? 0) != 0 ? truncated : floored).infer?(&context)
      },
      cost: floored.cost, pruning: floored.pruning)
  }()
}

extension InferenceContext {
  /// Reports fractions without `fmod`, which Mod takes since version 28 of ai.onnx.
  fileprivate mutating func checkRemainder() {
    guard schema.sinceVersion < 28, (int("fmod") ?? 0) == 0, let element = element(0), element.isFloatingPoint else {
      return
    }
    report(
      "type-mismatch", "Mod of \(element.spelling) needs `fmod=1`; without it, only integers have a remainder",
      at: .input(0))
  }
}
