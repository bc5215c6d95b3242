extension OperatorRules {
  /// The elements of the first argument in the type of the second.
  package static let castLike = movement("CastLike") { context in
    context.cast(to: context.element(1))
  }
}
