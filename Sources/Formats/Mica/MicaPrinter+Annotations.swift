import Graphs
import Tensors

extension MicaPrinter {
  /// `@doc`, `@meta` and `@raw`.
  static func annotations(_ annotations: Annotations) -> [String] {
    var texts: [String] = []
    if !annotations.doc.isEmpty { texts.append("@doc(\(MicaString.quoted(annotations.doc)))") }
    for entry in annotations.metadata {
      texts.append("@meta(\(MicaString.quoted(entry.key)), \(MicaString.quoted(entry.value)))")
    }
    if !annotations.unknownFields.isEmpty {
      texts.append("@raw(\"\(MicaString.base64(annotations.unknownFields))\")")
    }
    return texts
  }

  /// What stands before a statement for its node.
  func annotations(of node: Node) throws(InexpressibleModel) -> [String] {
    var texts: [String] = []
    if node.name != impliedName(of: node) { texts.append("@name(\(MicaString.quoted(node.name)))") }
    for attribute in node.attributes {
      guard case .graph(let region) = attribute.value, !graph.regions[region].name.isEmpty else { continue }
      texts.append(
        "@graph(\(MicaString.quoted(attribute.name)), \(MicaString.quoted(graph.regions[region].name)))")
    }
    return texts + Self.annotations(node.annotations)
  }

  /// The name of a node that needs no annotation: the one that the naming rule makes its first result's name of, or none.
  private func impliedName(of node: Node) -> String {
    let suffix = "_output_0"
    guard let result = node.outputs.first.flatMap(\.self).map({ graph.values[$0].name }), result.hasSuffix(suffix),
      result.utf8.count > suffix.utf8.count
    else { return "" }
    return String(result.dropLast(suffix.count))
  }

  /// What stands before the name of a value.
  func annotations(of value: Value.ID) -> [String] {
    var texts = Self.annotations(graph.values[value].annotations)
    if let denotation = graph.values[value].denotation {
      let last = denotation.dimensions.keys.max() ?? -1
      let axes = last < 0 ? [] : (0...last).map { MicaString.quoted(denotation.dimensions[$0] ?? "") }
      let dimensions = axes.isEmpty ? "" : ", [\(axes.joined(separator: ", "))]"
      texts.append("@denotation(\(MicaString.quoted(denotation.type))\(dimensions))")
    }
    for annotation in quantization[graph.values[value].name] ?? [] {
      let parameters = annotation.parameters.map { "\(Self.name($0.key))=\(MicaString.quoted($0.value))" }
      texts.append("@quantized(\(parameters.joined(separator: ", ")))")
    }
    return texts
  }
}
