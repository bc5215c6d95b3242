import Graphs
import Tensors

extension OperatorRules {
  /// The members of a sequence behind each other along `axis`, or along a new axis.
  package static let concatFromSequence = movement("ConcatFromSequence") { context in
    guard let tensor = context.memberType()?.tensor else { return }
    context.set(element: tensor.element)
    let isNew = (context.int("new_axis") ?? 0) != 0
    let members = context.input(0)?.members
    let shapes = members.map { $0.map(\.type.shape) } ?? [tensor.shape]
    guard let rank = shapes.lazy.compactMap({ $0?.rank }).first,
      let axis = context.axis(rank: isNew ? rank + 1 : rank)
    else { return }
    for (position, shape) in shapes.enumerated() {
      guard context.requireRank(rank...rank, of: shape, "member \(position)", at: .input(0)) else { return }
    }
    var result = Array(repeating: Dimension.unknown, count: rank)
    for place in 0..<rank where isNew || place != axis {
      for (position, shape) in shapes.enumerated() {
        guard let size = shape?.dimensions[place] else { continue }
        let known = result[place]
        result[place] = context.agree(
          known, size, at: .input(0), "axis \(place) is \(size) in member \(position), but \(known) before")
      }
    }
    if isNew {
      result.insert(members.map { Dimension($0.count) } ?? .unknown, at: axis)
    } else if members != nil {
      result[axis] = shapes.reduce(Dimension(0)) { $0 + ($1?.dimensions[axis] ?? .unknown) }
    }
    let cells = axis == 0 ? members.flatMap(InferredValue.cells(of:)) : nil
    let count = ShapeData.size(of: Shape(result))
    context.set(shape: Shape(result), elements: cells?.count == count ? cells : nil)
  }
}
