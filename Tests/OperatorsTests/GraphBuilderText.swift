import Graphs
import Operators
import Tensors

extension GraphBuilder {
  /// The nodes of a region, one a line, with constants in place: `Squeeze(x, {0}) keepdims=0`.
  func text(of region: Region.ID? = nil) -> [String] {
    graph.regions[region ?? graph.body].nodes.map { graph.nodes[$0] }.filter { $0.operatorType != "Constant" }.map {
      node in
      let inputs = node.inputs.map { $0.map(name) ?? "_" }.joined(separator: ", ")
      let attributes = node.attributes.map { " \($0.name)=\(Self.text($0.value))" }.joined()
      return "\(node.operatorType)(\(inputs))\(attributes)"
    }
  }

  /// A graph input's name, a constant's elements, or the operator that made the value.
  func name(_ value: Value.ID) -> String {
    switch graph.values[value].definition {
    case .result(let node, _):
      graph.nodes[node].attributes.first?.value.tensor.map(Self.text) ?? graph.nodes[node].operatorType
    default: graph.values[value].name
    }
  }

  private static func text(_ tensor: Tensor) -> String {
    guard case .bytes(let bytes) = tensor.storage, let width = tensor.element.bitWidth.map({ $0 / 8 }) else {
      return "?"
    }
    let elements = (0..<tensor.elementCount).map { index -> String in
      var word: UInt64 = 0
      for byte in (0..<width).reversed() { word = word << 8 | UInt64(bytes[index * width + byte]) }
      return switch tensor.element {
      case .f32: "\(Float(bitPattern: UInt32(word)))"
      case .f16: "f16 0x\(String(word, radix: 16))"
      default: "\(Int64(bitPattern: word << UInt64(64 - 8 * width)) >> Int64(64 - 8 * width))"
      }
    }
    return tensor.sizes.isEmpty ? elements[0] : "{\(elements.joined(separator: ", "))}"
  }

  private static func text(_ value: Attribute.Value) -> String {
    switch value {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .ints(let values): "\(values)"
    case .string: value.text ?? "?"
    default: "…"
    }
  }

  /// Adds an input of a tensor type.
  mutating func input(_ name: String, _ element: ElementType, _ dimensions: [Dimension]?) -> Value.ID {
    addInput(name, .tensor(TensorType(element, dimensions.map(Shape.init))))
  }
}
