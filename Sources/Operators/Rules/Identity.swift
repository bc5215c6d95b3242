extension OperatorRules {
  /// The input itself, of any type.
  package static let identity = movement("Identity") { context in
    guard let input = context.input(0), !context.outputs.isEmpty else { return }
    context.outputs[0] = input
  }.pruned { $0.keepAxes() }
}
