import Tensors

extension OperatorRules {
  /// A sequence without members, of `f32` where `dtype` says nothing else.
  package static let sequenceEmpty = movement("SequenceEmpty") { context in
    let number = context.int("dtype").map { UInt8(exactly: $0) } ?? ElementType.f32.rawValue
    guard let element = number.flatMap(ElementType.init(rawValue:)) else { return }
    context.set(members: [], of: .tensor(TensorType(element, nil)))
  }
}
