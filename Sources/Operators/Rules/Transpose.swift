import Tensors

extension OperatorRules {
  /// The axes in the order `perm`, reversed by default.
  package static let transpose = movement("Transpose") { context in
    guard let shape = context.shape(0) else {
      guard let order = context.ints("perm") else { return }
      return context.set(shape: Shape(order.map { _ in .unknown }))
    }
    let order = context.ints("perm") ?? Array((0..<shape.rank).reversed())
    guard order.count == shape.rank else {
      return context.report(
        "rank-mismatch", "`perm` has \(counted(order.count, "axis", "axes")), but \(shape) has \(shape.rank)",
        at: .attribute("perm"))
    }
    guard order.sorted() == Array(0..<shape.rank) else {
      return context.report(
        "invalid-attribute", "`perm` is \(order), but must hold each axis from 0 to \(shape.rank - 1) once",
        at: .attribute("perm"))
    }
    context.set(shape: Shape(order.map { shape.dimensions[$0] }), elements: context.elements(0))
  }
}
