import Graphs
import Tensors

extension TrainingRules {
  /// The gradients of a value by the values `xs`, each as the value that it is by; what they take is not known.
  static let gradient = OperatorRules(
    "Gradient", domain: domain,
    infer: { context in
      guard case .strings(let names)? = context.attribute("xs") else { return }
      for index in names.indices {
        guard let type = context.input(index)?.type.tensor else { continue }
        let isFloating = type.element.map { [.f16, .f32, .f64].contains($0) } ?? false
        context.set(index, type: .tensor(TensorType(isFloating ? type.element : nil, type.shape)))
      }
    })
}
