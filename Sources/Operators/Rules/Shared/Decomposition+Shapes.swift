import Graphs
import Tensors

/// Steps on axes and sizes that decompositions share.
extension DecompositionContext {
  /// The rank of a value, where it is known.
  func rank(of value: Value.ID) -> Int? { writer.known(value).type.shape?.rank }

  /// The sizes of a value, where all of them are constant.
  func constantSizes(of value: Value.ID) -> [Int]? { writer.known(value).type.shape?.constants }

  /// The elements of an integer vector, where all of them are constant.
  func constants(of value: Value.ID) -> [Int]? {
    let known = writer.known(value)
    guard let elements = known.elements else { return known.constant?.integers(limit: 64) }
    let constants = elements.compactMap(\.constant)
    return constants.count == elements.count ? constants : nil
  }

  /// Writes the elements of `value` from `start` to before `end` along one axis.
  mutating func slice(_ value: Value.ID, from start: Int, to end: Int, axis: Int, step: Int = 1) -> Value.ID? {
    let first = writer.constant(.i64([start]))
    let last = writer.constant(.i64([end]))
    let axes = writer.constant(.i64([axis]))
    guard step != 1 else { return write("Slice", value, first, last, axes) }
    return write("Slice", value, first, last, axes, writer.constant(.i64([step])))
  }

  /// Writes a reshape in which 0 keeps a size and −1 stands for what is left.
  mutating func reshape(_ value: Value.ID, to sizes: [Int]) -> Value.ID? {
    write("Reshape", value, writer.constant(.i64(sizes)))
  }

  mutating func transpose(_ value: Value.ID, _ permutation: [Int]) -> Value.ID? {
    write("Transpose", value, attributes: [Attribute("perm", .ints(permutation.map(Int64.init)))])
  }

  mutating func concatenate(_ values: [Value.ID], axis: Int) -> Value.ID? {
    writer.write("Concat", values, attributes: [Attribute("axis", .int(Int64(axis)))], outputCount: 1).first
  }

  mutating func unsqueeze(_ value: Value.ID, _ axis: Int) -> Value.ID? {
    write("Unsqueeze", value, writer.constant(.i64([axis])))
  }

  /// Writes 0, 1, … up to before a scalar of `i64`.
  mutating func indices(below limit: Value.ID) -> Value.ID? {
    write("Range", writer.constant(.i64([0], sizes: [])), limit, writer.constant(.i64([1], sizes: [])))
  }

  /// Writes the size of an axis as a scalar of `i64`.
  mutating func size(of value: Value.ID, axis: Int) -> Value.ID? {
    guard let shape = write("Shape", value) else { return nil }
    return write("Gather", shape, writer.constant(.i64([axis], sizes: [])))
  }
}
