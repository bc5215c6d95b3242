package import Graphs
import Tensors

extension ImpliedAttributes {
  /// Defaults of the schemas, and those that the sizes of other things make: strides and dilations of 1, no padding, and a
  /// kernel's sizes where the weight has them (Conv and the pooling operators of ONNX's operator reference).
  package static func catalogued(_ opsets: [OpsetImport]) -> ImpliedAttributes {
    let imports = opsets.map { (Catalogue.canonical($0.domain), Int(clamping: $0.version)) }
    let versions = Dictionary(imports) { first, _ in first }
    return ImpliedAttributes { attribute, node, leaves in
      guard attribute.annotations.isEmpty, let opset = versions[Catalogue.canonical(node.domain)] else { return false }
      if node.domain.isEmpty, windowed.contains(node.operatorType),
        isImplied(attribute, ofWindow: node, leaves)
      {
        return true
      }
      let schema = Catalogue.schema(domain: Catalogue.canonical(node.domain), name: node.operatorType, opset: opset)
      guard let fact = schema?.attributes.first(where: { $0.name == attribute.name }), let value = fact.defaultValue
      else { return false }
      return value.isSame(as: attribute.value)
    }
  }

  private static let windowed: Set<String> = [
    "Conv", "ConvInteger", "ConvTranspose", "MaxPool", "AveragePool", "LpPool",
  ]

  private static func isImplied(_ attribute: Attribute, ofWindow node: Node, _ leaves: LeafTensors) -> Bool {
    guard let values = attribute.value.ints else { return false }
    // How many axes the window has is told by its kernel.
    let weight = node.operatorType.hasPrefix("Conv") && node.arguments.count > 1 ? node.arguments[1] : nil
    let sizes = weight.flatMap { leaves[$0] }?.tensor.sizes.dropFirst(2)
    guard let rank = sizes?.count ?? node[attribute: "kernel_shape"]?.ints?.count else { return false }
    switch attribute.name {
    case "strides", "dilations": return values.count == rank && values.allSatisfy { $0 == 1 }
    case "pads":
      return values.count == 2 * rank && values.allSatisfy { $0 == 0 } && node[attribute: "output_shape"] == nil
        && ["NOTSET", nil].contains(node[attribute: "auto_pad"]?.text)
    case "kernel_shape": return sizes.map { $0.map(Int64.init) == values } ?? false
    default: return false
    }
  }
}

extension Attribute.Value {
  /// Whether two values of simple kinds are the same.
  fileprivate func isSame(as other: Attribute.Value) -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): a == b
    case (.ints(let a), .ints(let b)): a == b
    case (.floats(let a), .floats(let b)): a.map(\.bitPattern) == b.map(\.bitPattern)
    case (.strings(let a), .strings(let b)): a == b
    default: false
    }
  }
}
