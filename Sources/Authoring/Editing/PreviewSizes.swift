import Syntax
package import Tensors

/// Sizes that an editor shows a text with: `// mica: N=1, H=224` in the text, and before them those of the project.
package struct PreviewSizes: Hashable, Sendable {
  package private(set) var values: [String: Int]

  /// - Parameter values: what the project says; a comment in the text wins.
  package init(_ source: [UInt8], project values: [String: Int] = [:]) {
    self.values = values
    for line in source.split(separator: UInt8(ascii: "\n")) {
      let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard text.starts(with: "//".utf8) else { continue }
      let comment = String(decoding: text.dropFirst(2), as: UTF8.self).drop { $0 == " " }
      guard comment.hasPrefix("mica:") else { continue }
      for pair in comment.dropFirst("mica:".count).split(whereSeparator: { $0 == "," || $0.isNewline }) {
        let parts = pair.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
        if parts.count == 2, let size = Int(parts[1]), size > 0 { self.values[parts[0]] = size }
      }
    }
  }

  /// A type with numbers for the sizes that are known here.
  package func applied(to type: ValueType) -> ValueType {
    guard !values.isEmpty else { return type }
    func applied(_ tensor: TensorType) -> TensorType {
      guard let shape = tensor.shape else { return tensor }
      let sizes = values.mapValues { Dimension($0) }
      return TensorType(tensor.element, Shape(shape.dimensions.map { $0.substituting(sizes) }))
    }
    switch type {
    case .tensor(let tensor): return .tensor(applied(tensor))
    case .sparseTensor(let tensor): return .sparseTensor(applied(tensor))
    case .sequence(let element): return .sequence(self.applied(to: element))
    case .optional(let element): return .optional(self.applied(to: element))
    case .map(let key, let value): return .map(key: key, value: self.applied(to: value))
    case .unknown: return .unknown
    }
  }
}
