import Tensors

extension OperatorRules {
  /// The shape with axes of size 1 put in; the axes count in the result.
  package static let unsqueeze = movement("Unsqueeze") { context in
    guard let shape = context.shape(0), case .known(let given) = context.setting(input: 1, attribute: "axes")
    else { return }
    let rank = shape.rank + given.count
    let constants = given.compactMap(\.constant)
    guard constants.count == given.count else {
      return context.set(shape: Shape(Array(repeating: .unknown, count: rank)))
    }
    guard let axes = context.normalized(axes: constants, rank: rank) else { return }
    var sizes = shape.dimensions[...]
    let result = (0..<rank).map { axes.contains($0) ? 1 : sizes.removeFirst() }
    context.setMoved(shape: Shape(result))
    context.foldReshaped()
  }.pruned { $0.regroup() }
}
