import Graphs
import Tensors

extension OperatorRules {
  /// The sizes of the input from axis `start` to before axis `end`, as a vector of `i64`.
  package static let shape: OperatorRules = {
    var rules = movement("Shape") { context in
      context.set(element: .i64)
      guard let shape = context.shape(0) else { return context.set(shape: Shape([.unknown])) }
      func clamped(_ axis: Int) -> Int {
        let fromFront = axis < 0 ? axis &+ shape.rank : axis
        return Swift.max(0, Swift.min(fromFront, shape.rank))
      }
      let start = clamped(context.int("start") ?? 0)
      let end = clamped(context.int("end") ?? shape.rank)
      let sizes = Array(shape.dimensions[start..<Swift.max(start, end)])
      context.set(shape: Shape([Dimension(sizes.count)]), elements: sizes)
    }.pruned { context in
      // Who reads the sizes is seen to where they are used.
      for axis in 0..<(context.rank(.input(0)) ?? 0) { context.mention(.input(0, axis)) }
    }
    rules.decompose = { $0.partOfShape() }
    return rules
  }()
}

extension DecompositionContext {
  /// All sizes, of which a part is taken.
  fileprivate mutating func partOfShape() -> Bool {
    let start = Int(clamping: attribute("start")?.int ?? 0)
    let end = Int(clamping: attribute("end")?.int ?? .max)
    guard let x = input(0), let sizes = write("Shape", x), let part = slice(sizes, from: start, to: end, axis: 0) else {
      return false
    }
    results = [part]
    return true
  }
}
