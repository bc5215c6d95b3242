import Tensors

extension OperatorRules {
  /// Remainders, by broadcasting: with the divisor's sign, or with the dividend's where `fmod` is 1.
  package static let mod: OperatorRules = {
    let floored = broadcasting("Mod", data: IntegerArithmetic.modulus)
    let truncated = broadcasting("Mod", data: IntegerArithmetic.remainder)
    return OperatorRules(
      "Mod", infer: { context in ((context.int("fmod") ?? 0) != 0 ? truncated : floored).infer?(&context) },
      cost: floored.cost, pruning: floored.pruning)
  }()
}
