/// What a node takes in the place of an argument that holds the old batch size.
enum BatchEdit: Hashable {
  /// A stored vector of integers.
  case constant([Int])
  /// A vector that is computed from the size of the batch.
  case computed([BatchEntry])
  /// The argument, repeated along an axis for each sample.
  case expanded(axis: Int)
  /// What the argument has for the first sample, which it has for all of them.
  case single(axis: Int)
  /// The same, repeated for each sample.
  case singleExpanded(axis: Int)
}

/// An element of a vector of sizes.
enum BatchEntry: Hashable {
  case constant(Int)
  /// So many times the size of the batch.
  case batch(times: Int)
}
