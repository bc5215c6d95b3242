import Graphs
import Tensors

extension MachineLearningRules {
  /// The value of each key, of the type that the list of values has; in version 1 strings become integers and vice versa.
  static let labelEncoder = rules(
    "LabelEncoder",
    infer: { context in
      context.set(element: context.encodedElement)
      context.set(shape: context.shape(0))
    },
    cost: { _ in .none })
}

extension InferenceContext {
  /// The element type of encoded labels.
  fileprivate var encodedElement: ElementType? {
    guard schema.sinceVersion > 1 else {
      switch element(0) {
      case .string: return .i64
      case .i64: return .string
      default: return nil
      }
    }
    let lists: [(name: String, element: ElementType)] = [
      ("values_floats", .f32), ("values_int64s", .i64), ("values_strings", .string),
    ]
    var elements = lists.filter { itemCount($0.name) > 0 }.map(\.element)
    if let tensor = attribute("values_tensor")?.tensor { elements.append(tensor.element) }
    return elements.count == 1 ? elements[0] : nil
  }
}
