import Tensors

extension OperatorRules {
  /// The number of members.
  package static let sequenceLength = movement("SequenceLength") { context in
    let count = context.memberType() == nil ? nil : context.input(0)?.members?.count
    context.set(element: .i64)
    context.set(shape: Shape([]), elements: count.map { [Dimension($0)] })
  }
}
