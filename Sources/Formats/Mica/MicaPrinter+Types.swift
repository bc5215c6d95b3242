import Graphs
import Tensors

extension MicaPrinter {
  /// A type as Mica text: `f32[N, 3]`, `seq<f32[...]>`; `?` for one that is spelt otherwise.
  ///
  /// - Parameters:
  ///   - denotation: what a file says of the type beside it.
  ///   - subject: what has the type, for the error.
  static func type(
    _ type: ValueType, _ denotation: Denotation? = nil, of subject: String
  ) throws(InexpressibleModel) -> String {
    switch type {
    case .tensor(let tensor): return try self.type(tensor, denotation, of: subject)
    case .sparseTensor(let tensor): return "sparse " + (try self.type(tensor, denotation, of: subject))
    case .sequence(let element): return "seq<\(try self.type(element, of: subject))>"
    case .optional(let element): return "optional<\(try self.type(element, of: subject))>"
    case .map(let key, let value): return "map<\(key.spelling), \(try self.type(value, of: subject))>"
    case .unknown: return "?"
    }
  }

  private static func type(
    _ type: TensorType, _ denotation: Denotation?, of subject: String
  ) throws(InexpressibleModel) -> String {
    if type.element == nil, denotation?.verbatim.isEmpty == false { return "?" }
    let element = type.element?.spelling ?? "T"
    guard let shape = type.shape else { return element + "[...]" }
    let sizes = shape.dimensions.enumerated().map { axis, size in
      size.isUnknown ? denotation?.negativeSizes[axis].map(String.init) ?? "?" : size.description
    }
    return element + "[" + sizes.joined(separator: ", ") + "]"
  }
}
