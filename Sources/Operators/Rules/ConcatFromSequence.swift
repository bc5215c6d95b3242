import Graphs
import Tensors

extension OperatorRules {
  /// The members of a sequence behind each other along `axis`, or along a new axis.
  package static let concatFromSequence = movement("ConcatFromSequence") { context in
    guard let tensor = context.memberType()?.tensor else { return }
    context.set(element: tensor.element)
    let isNew = (context.int("new_axis") ?? 0) != 0
    let members = context.input(0)?.members
    guard let rank = tensor.shape?.rank, let axis = context.axis(rank: isNew ? rank + 1 : rank) else { return }
    let types = members.map { $0.map(\.type) } ?? [.tensor(tensor)]
    let shapes = types.compactMap(\.shape)
    guard !shapes.isEmpty, shapes.count == types.count, shapes.allSatisfy({ $0.rank == rank }) else { return }
    var result = shapes[0]
    for (position, shape) in shapes.enumerated().dropFirst() {
      for place in 0..<rank where isNew || place != axis {
        let (known, size) = (result.dimensions[place], shape.dimensions[place])
        result.dimensions[place] = context.agree(
          known, size, at: .input(0),
          "axis \(place) is \(size) in member \(position), but \(known) before")
      }
    }
    if isNew {
      result.dimensions.insert(members.map { Dimension($0.count) } ?? .unknown, at: axis)
    } else {
      result.dimensions[axis] =
        members == nil ? .unknown : shapes.reduce(Dimension(0)) { $0 + $1.dimensions[axis] }
    }
    context.set(shape: result)
  }
}
