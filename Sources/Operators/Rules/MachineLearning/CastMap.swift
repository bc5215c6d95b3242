import Tensors

extension MachineLearningRules {
  /// A map's values in a matrix of one row: those that there are, or of `max_map` keys.
  static let castMap = rules(
    "CastMap",
    infer: { context in
      switch context.text("cast_to") {
      case "TO_FLOAT": context.set(element: .f32)
      case "TO_STRING": context.set(element: .string)
      case "TO_INT64": context.set(element: .i64)
      default: return
      }
      let count = context.text("map_form") == "SPARSE" ? context.int("max_map").map { Dimension($0) } : nil
      context.set(shape: Shape([1, count.flatMap { $0.isProvablyAtLeast(1) ? $0 : nil } ?? .unknown]))
    },
    cost: { _ in .none })
}
