import Tensors

/// Where the samples of a batch stand in a tensor: along an axis, each as one piece behind the other.
struct SampleLayout: Sendable {
  var axis: Int
  /// How many times all samples stand along the axis, one time behind the other; 1 in general.
  var outer: Dimension = 1

  func isSame(as other: SampleLayout) -> Bool { axis == other.axis && outer.isProvablyEqual(to: other.outer) }
}

/// What a node makes of the samples of its arguments.
enum SampleFlow {
  /// The layout of each result; `nil` for one without samples.
  case layouts([SampleLayout?])
  /// Why the samples do not stay apart, such as "averages over the batch".
  case mixed(String)
}
