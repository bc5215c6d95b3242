import Graphs
import Tensors

extension OperatorRules {
  /// Interpolation by a factor on each axis, which is an attribute before version 9: Resize's older form.
  package static let upsample = OperatorRules(
    "Upsample",
    infer: { context in
      var scales = context.input(1)?.constant?.fractions(limit: 64)
      if case .floats(let given)? = context.attribute("scales") { scales = given.map { Double($0) } }
      guard let shape = context.shape(0) else {
        let count = scales?.count ?? context.shape(1).flatMap { ShapeData.count(of: $0) }
        return context.set(shape: count.map { Shape(Array(repeating: .unknown, count: $0)) })
      }
      guard let scales else { return context.set(shape: Shape(shape.dimensions.map { _ in .unknown })) }
      guard scales.count == shape.rank else {
        return context.report(
          "shape-mismatch",
          "`scales` has \(counted(scales.count, "element")) for \(counted(shape.rank, "axis", "axes"))",
          at: context.input(1) != nil ? .input(1) : .attribute("scales"))
      }
      guard context.areScales(scales, at: context.input(1) != nil ? .input(1) : .attribute("scales")) else {
        return context.set(shape: Shape(shape.dimensions.map { _ in .unknown }))
      }
      context.set(shape: Shape(zip(shape.dimensions, scales).map { scaled($0, by: $1) }))
    },
    cost: { $0.interpolation() },
    pruning: { $0.interpolate(axes: Array(0..<($0.rank(.input(0)) ?? 0))) })
}
