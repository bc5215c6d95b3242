extension OperatorRules {
  /// The strings of both arguments, which broadcast, put together.
  package static let stringConcat = movement("StringConcat") { context in
    let shape = context.broadcastInputs()
    context.set(shape: shape)
  }
}
