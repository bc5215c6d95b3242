import Tensors

extension OperatorRules {
  /// The input itself when a model runs, and a mask of it, which has the input's type before version 10; it costs nothing.
  package static let dropout = movement("Dropout") { context in
    let elements = context.elements(0)
    context.set(0, shape: context.shape(0), elements: elements)
    context.set(1, shape: context.shape(0))
    if context.opset >= 10 { context.set(1, element: .bool) }
  }.pruned { context in
    context.keepAxes()
    for axis in 0..<(context.rank(.output(1)) ?? 0) { context.couple(.input(0, axis), .output(1, axis)) }
  }
}
