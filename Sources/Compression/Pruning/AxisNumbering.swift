import Graphs
import Operators
import Tensors

/// Numbers for the indices of all axes of known size of a graph's values.
struct AxisNumbering {
  struct Axis {
    var value: Value.ID
    var axis: Int
    var indices: Range<Int>
  }

  /// Axes that have numbers, in the order of these.
  private(set) var axes: [Axis] = []
  private(set) var count = 0
  /// For each value the first of its axes in the list, one number for each of its axes; −1 for one without numbers.
  private var places: [[Int32]]

  /// The most numbers.
  static let most = 1 << 27

  /// - Parameter types: the type of each value, by its index.
  init(_ types: [ValueType]) {
    places = Array(repeating: [], count: types.count)
    for (index, type) in types.enumerated() {
      guard let shape = type.shape else { continue }
      for (axis, size) in shape.dimensions.enumerated() {
        guard let size = size.constant, (1...PruningContext.longestAxis).contains(size), count + size <= Self.most
        else {
          places[index].append(-1)
          continue
        }
        places[index].append(Int32(axes.count))
        axes.append(Axis(value: Value.ID(index: index), axis: axis, indices: count..<count + size))
        count += size
      }
    }
  }

  /// The place in the list of an axis of a value.
  func place(of value: Value.ID, _ axis: Int) -> Int? {
    let own = places[value.index]
    guard own.indices.contains(axis), own[axis] >= 0 else { return nil }
    return Int(own[axis])
  }

  /// The numbers of an axis of a value.
  func indices(of value: Value.ID, _ axis: Int) -> Range<Int>? {
    place(of: value, axis).map { axes[$0].indices }
  }

  /// The axes of a value that have numbers.
  func axes(of value: Value.ID) -> [Axis] { places[value.index].filter { $0 >= 0 }.map { axes[Int($0)] } }
}
