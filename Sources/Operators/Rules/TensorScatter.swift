import Graphs
import Tensors

extension OperatorRules {
  /// A cache with new entries along `axis`: the shape of the cache; it costs nothing.
  package static let tensorScatter = movement("TensorScatter") { context in
    context.set(shape: context.shape(0))
    guard var shape = context.shape(0),
      let axis = context.normalized(axis: context.int("axis") ?? -2, rank: shape.rank, at: .attribute("axis")),
      context.requireRank(shape.rank...shape.rank, of: context.shape(1), "`update`", at: .input(1))
    else { return }
    guard axis != 0 else {
      return context.report(
        "axis-out-of-range", "`axis` is that of the batch, which a cache keeps", at: .attribute("axis"))
    }
    if let update = context.shape(1) {
      for place in shape.dimensions.indices {
        let (size, new) = (shape.dimensions[place], update.dimensions[place])
        guard place == axis else {
          shape.dimensions[place] = context.agree(
            size, new, at: .input(1), "axis \(place) of `update` is \(new), but \(size) in the cache")
          continue
        }
        guard new.isProvablyAtLeast(size + 1) else { continue }
        context.report("shape-mismatch", "`update` has \(new) entries, but the cache holds only \(size)", at: .input(1))
      }
    }
    context.requireVector(2, of: shape.dimensions[0], at: .axis(input: 0, 0), "vector `write_indices`", "the batch has")
    context.set(shape: shape)
  }
}
