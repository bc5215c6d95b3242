import Graphs
import Tensors

extension OperatorRules {
  /// The tensor that one of its attributes holds.
  package static let constant = movement("Constant") { context in
    guard !context.outputs.isEmpty else { return }
    for attribute in context.attributes {
      switch attribute.value {
      case .tensor(let named): context.set(constant: named.tensor)
      case .int(let value): context.set(constant: .integers(.i64, [Int(value)], sizes: []))
      case .ints(let values): context.set(constant: .integers(.i64, values.map { Int($0) }))
      case .float(let value): context.set(constant: .scalar(.f32, Double(value)))
      case .floats(let values):
        context.set(constant: .numbers(.f32, values.map { Double($0) }))
      case .string(let bytes): context.set(constant: Tensor(.string, [], .strings([bytes])))
      case .strings(let values): context.set(constant: Tensor(.string, [values.count], .strings(values)))
      case .sparseTensor(let sparse):
        context.set(element: sparse.values.tensor.element)
        context.set(shape: Shape(sparse.sizes.map { Dimension($0) }))
      default: continue
      }
      return
    }
  }.pruned { context in
    for axis in 0..<(context.rank(.output(0)) ?? 0) { context.mention(.output(0, axis)) }
  }
}

extension InferenceContext {
  /// Makes the result a stored tensor; a vector or scalar of integers also flows through shapes.
  fileprivate mutating func set(constant tensor: Tensor?) {
    guard let tensor else { return }
    let shape = Shape(tensor.sizes.map { Dimension($0) })
    let data = shape.rank <= 1 ? tensor.integers(limit: ShapeData.limit)?.map { Dimension($0) } : nil
    outputs[0] = InferredValue(
      type: .tensor(TensorType(tensor.element, shape)), elements: data, constant: tensor)
  }
}
