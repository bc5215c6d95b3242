import Graphs
import Operators
import Tensors

extension Rewriter {
  private static let reshaping: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"]
  private static let moving: Set<String> = ["Transpose", "Slice", "Concat", "Gather", "Expand", "Cast"]

  /// The operators that are evaluated on tensors of any size.
  static let evaluable = reshaping.union(moving).union(FloatArithmetic.unary.keys).union(FloatArithmetic.binary.keys)

  func isEvaluable(_ node: Node.ID) -> Bool {
    Self.evaluable.contains(graph.nodes[node].callee.operatorType) && isStandard(node) && !hasReferences(node)
      && graph.nodes[node].results.count == 1 && !graph.nodes[node].arguments.isEmpty
  }

  /// What a node gives for tensors; `nil` where that is not known here.
  func evaluated(_ node: Node.ID, _ tensor: (Value.ID?) -> Tensor?) -> Tensor? {
    guard let first = tensor(input(node, 0)), let result = output(node) else { return nil }
    func integers(_ place: Int) -> [Int]? { tensor(input(node, place))?.integers(limit: 1 << 20) }
    switch graph.nodes[node].operatorType {
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity":
      guard let sizes = shape(result)?.constants, let count = DenseTensor.count(of: sizes),
        count == DenseTensor.count(of: first.sizes)
      else { return nil }
      return Tensor(first.element, sizes, first.storage)
    case "Transpose":
      return DenseTensor(first)?.transposed(ints(node, "perm") ?? Array(first.sizes.indices.reversed()))?.tensor
    case "Expand":
      guard let sizes = shape(result)?.constants else { return nil }
      return DenseTensor(first)?.expanded(to: sizes)?.tensor
    case "Gather":
      guard let indices = integers(1), let sizes = tensor(input(node, 1))?.sizes else { return nil }
      let axis = int(node, "axis") ?? 0
      return DenseTensor(first)?
        .gathered(indices, sizes: sizes, axis: axis < 0 ? axis &+ first.sizes.count : axis)?.tensor
    case "Concat":
      let parts = graph.nodes[node].inputs.compactMap { tensor($0).flatMap { DenseTensor($0) } }
      guard parts.count == graph.nodes[node].arguments.count, let axis = int(node, "axis") else { return nil }
      return DenseTensor.concatenated(parts, axis: axis < 0 ? axis &+ first.sizes.count : axis)?.tensor
    case "Slice":
      guard opset >= 10, let starts = integers(1), let ends = integers(2),
        let axes = input(node, 3) == nil ? Array(starts.indices) : integers(3),
        let steps = input(node, 4) == nil ? starts.map({ _ in 1 }) : integers(4)
      else { return nil }
      return DenseTensor(first)?.sliced(starts: starts, ends: ends, axes: axes, steps: steps)?.tensor
    case "Cast": return cast(first, to: int(node, "to"))
    default:
      guard opset >= 7, let sizes = shape(result)?.constants else { return nil }
      let operands = graph.nodes[node].inputs.compactMap { tensor($0) }
      guard operands.count == graph.nodes[node].arguments.count else { return nil }
      return FloatArithmetic.result(of: graph.nodes[node].operatorType, operands, sizes: sizes)
    }
  }

  /// Integers as others that hold them or as fractions, and fractions as others.
  private func cast(_ tensor: Tensor, to type: Int?) -> Tensor? {
    guard let target = type.flatMap({ UInt8(exactly: $0) }).flatMap({ ElementType(rawValue: $0) }) else { return nil }
    let limit = 1 << 24
    if let integers = tensor.integers(limit: limit) {
      guard target != .bool, target.isInteger || [.f16, .f32, .f64].contains(target) else { return nil }
      return Tensor.integers(target, integers, sizes: tensor.sizes)
    }
    guard [.f16, .f32, .f64].contains(target), let fractions = tensor.fractions(limit: limit) else { return nil }
    return Tensor.numbers(target, fractions, sizes: tensor.sizes)
  }
}
