import Graphs
import Tensors

/// Matrix products whose sides are transposed first, as FusedMatMul has them.
extension InferenceContext {
  mutating func fusedMatrixProduct() {
    guard let left = shape(0), let right = shape(1) else { return }
    let isSet = { [self] (name: String) in (int(name) ?? 0) != 0 }
    let a = left.fusedTransposed(isSet("transA"), batch: isSet("transBatchA"))
    let b = right.fusedTransposed(isSet("transB"), batch: isSet("transBatchB"))
    set(shape: matrixProduct(a, b))
  }

  /// The first argument with its last axis as wide as an attribute says: a product with a packed weight.
  mutating func multiplyRows(width name: String) {
    guard let left = shape(0), !left.dimensions.isEmpty else { return }
    let width = int(name).flatMap { $0 >= 0 ? Dimension($0) : nil } ?? .unknown
    set(shape: Shape(left.dimensions.dropLast() + [width]))
  }
}

extension CostContext {
  /// How many products each element of the result sums up.
  var fusedInnerSize: Dimension {
    let isSet = { (name: String) in (attribute(name)?.int ?? 0) != 0 }
    return input(0).flatMap { Shape($0).fusedTransposed(isSet("transA"), batch: isSet("transBatchA")).dimensions.last }
      ?? .unknown
  }
}

extension Shape {
  /// The sizes after the first axis is moved before the last one, and the last two are exchanged; vectors stay.
  fileprivate func fusedTransposed(_ isTransposed: Bool, batch movesFirst: Bool) -> Shape {
    guard rank > 1 else { return self }
    var sizes = dimensions
    if movesFirst { sizes.insert(sizes.removeFirst(), at: rank - 2) }
    if isTransposed { sizes.swapAt(rank - 2, rank - 1) }
    return Shape(sizes)
  }
}
