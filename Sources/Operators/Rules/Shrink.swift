extension OperatorRules {
  /// x moved towards 0 by `bias` where it is farther from it than `lambd`, 0 elsewhere.
  package static let shrink = unary("Shrink")
}
