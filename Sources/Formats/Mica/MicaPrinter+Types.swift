import Graphs
import Tensors

extension MicaPrinter {
  /// A type as Mica text: `f32[N, 3]`, `seq<f32[...]>`.
  ///
  /// - Parameter subject: what has the type, for the error.
  static func type(_ type: ValueType, of subject: String) throws(InexpressibleModel) -> String {
    switch type {
    case .tensor(let tensor): return try self.type(tensor, of: subject)
    case .sparseTensor(let tensor): return "sparse " + (try self.type(tensor, of: subject))
    case .sequence(let element): return "seq<\(try self.type(element, of: subject))>"
    case .optional(let element): return "optional<\(try self.type(element, of: subject))>"
    case .map(let key, let value): return "map<\(key.spelling), \(try self.type(value, of: subject))>"
    case .unknown: return "?"
    }
  }

  private static func type(_ type: TensorType, of subject: String) throws(InexpressibleModel) -> String {
    guard let element = type.element else { throw InexpressibleModel("`\(subject)`, which has no element type") }
    guard let shape = type.shape else { return element.spelling + "[...]" }
    return element.spelling + "[" + shape.dimensions.map(\.description).joined(separator: ", ") + "]"
  }
}
