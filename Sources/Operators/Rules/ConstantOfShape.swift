import Graphs
import Tensors

extension OperatorRules {
  /// A tensor of the given shape, filled with the one element of `value`, an `f32` zero by default.
  package static let constantOfShape = movement("ConstantOfShape") { context in
    let value = context.attribute("value")?.tensor
    context.set(element: value?.element ?? .f32)
    guard let sizes = context.shapeData(0) else { return }
    for size in sizes where (-1 - size).isProvablyAtLeast(0) {
      context.report("negative-size", "a size of the result is \(size)", at: .input(0))
      return
    }
    let shape = Shape(sizes)
    guard let element = value?.integers(limit: 1)?.first, let count = ShapeData.size(of: shape) else {
      context.set(shape: shape)
      return context.fold { _ in
        guard let sizes = shape.constants, let count = SmallTensor.count(of: sizes) else { return nil }
        let word = value.map { SmallTensor($0)?.words.first } ?? 0
        return word.map { SmallTensor(value?.element ?? .f32, sizes: sizes, words: Array(repeating: $0, count: count)) }
      }
    }
    context.set(shape: shape, elements: Array(repeating: Dimension(element), count: count))
  }.pruned { context in
    for axis in 0..<(context.rank(.output(0)) ?? 0) { context.mention(.output(0, axis)) }
    context.set(.shape(input: 0, copies: false))
  }
}
