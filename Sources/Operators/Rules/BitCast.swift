import Graphs
import Tensors

extension OperatorRules {
  /// The same bits read as another element type of the same width; it costs nothing.
  package static let bitCast = movement("BitCast") { context in
    context.set(shape: context.shape(0))
    guard let given = context.int("to") else { return }
    guard let target = context.elementType("to"), let width = target.bitWidth else {
      return context.report(
        "invalid-attribute", "`to` is \(given), which is no element type that bits are read as", at: .attribute("to"))
    }
    context.set(element: target)
    guard let source = context.element(0) else { return }
    guard source.bitWidth == width else {
      return context.report(
        "type-mismatch",
        "\(target) has \(width) bits, but the input's \(source) has \(source.bitWidth.map { "\($0)" } ?? "none")",
        at: .attribute("to"))
    }
    if source == target {
      context.set(shape: context.shape(0), elements: context.elements(0))
    } else if let tensor = context.input(0)?.constant, tensor.element == source, target != .bool {
      switch tensor.storage {
      case .bytes, .mapped: context.set(constant: Tensor(target, tensor.sizes, tensor.storage))
      case .generated, .computed, .strings: break
      }
    }
  }
}
