import Graphs
import Tensors

extension MicaPrinter {
  /// `@doc`, `@meta` and `@raw`.
  static func annotations(_ annotations: Annotations) -> [String] {
    var texts: [String] = []
    if !annotations.doc.isEmpty { texts.append("@doc(\(MicaString.quoted(annotations.doc)))") }
    for entry in annotations.metadata {
      texts.append("@meta(\(arguments(entry)))")
    }
    if !annotations.unknownFields.isEmpty {
      texts.append("@raw(\"\(MicaString.base64(annotations.unknownFields))\")")
    }
    return texts
  }

  private static func arguments(_ entry: Metadata) -> String {
    let raw = entry.unknownFields.isEmpty ? "" : ", raw=\"\(MicaString.base64(entry.unknownFields))\""
    return "\(MicaString.quoted(entry.key)), \(MicaString.quoted(entry.value))\(raw)"
  }

  /// What stands before a statement for its node.
  func annotations(of node: Node) -> [String] {
    var texts: [String] = []
    if let annotation = Self.operatorAnnotation(node.domain, node.operatorType, overload: node.overload) {
      texts.append(annotation)
    }
    if node.name != impliedName(of: node) { texts.append("@name(\(MicaString.quoted(node.name)))") }
    for attribute in node.attributes { texts += annotations(of: attribute) }
    for configuration in node.deviceConfigurations { texts += Self.annotations(configuration) }
    return texts + Self.annotations(node.annotations)
  }

  /// What stands before a statement, or a function, for an attribute and for the graphs that it is.
  func annotations(of attribute: Attribute) -> [String] {
    var texts = [Self.annotation(beside: attribute, isSpelt: isSpelt(attribute.value))].compactMap(\.self)
    let isList = if case .graphs = attribute.value { true } else { false }
    for (index, region) in attribute.value.regions.enumerated() {
      let name = MicaString.quoted(attribute.name)
      let place = isList ? ", index=\(index)" : ""
      if !graph.regions[region].name.isEmpty {
        texts.append("@graph(\(name), \(MicaString.quoted(graph.regions[region].name))\(place))")
      }
      texts += graphAnnotations(region, of: "of=\(name)\(place)")
    }
    return texts
  }

  /// What stands before a model, or the call that has a subgraph, for the graph.
  ///
  /// - Parameter place: the arguments that say which subgraph it is; empty for the body.
  func graphAnnotations(_ region: Region.ID, of place: String, hasDoc: Bool = true) -> [String] {
    let annotations = graph.regions[region].annotations
    let place = place.isEmpty ? "" : ", " + place
    var texts: [String] = []
    if hasDoc, !annotations.doc.isEmpty { texts.append("@graph_doc(\(MicaString.quoted(annotations.doc))\(place))") }
    for entry in annotations.metadata {
      texts.append("@graph_meta(\(Self.arguments(entry))\(place))")
    }
    if !annotations.unknownFields.isEmpty {
      texts.append("@graph_raw(\"\(MicaString.base64(annotations.unknownFields))\"\(place))")
    }
    for annotation in quantization.ofRegions[region] ?? [] {
      let parameters = annotation.parameters.flatMap { [MicaString.quoted($0.key), MicaString.quoted($0.value)] }
      let list = "[\(parameters.joined(separator: ", "))]"
      let raw = annotation.unknownFields.isEmpty ? "" : ", raw=\"\(MicaString.base64(annotation.unknownFields))\""
      texts.append("@graph_quantized(\(MicaString.quoted(annotation.tensor)), \(list)\(raw)\(place))")
    }
    return texts
  }

  /// What an attribute has beside its value; `nil` where that is nothing.
  ///
  /// - Parameter isSpelt: whether the text says its value; `_` stands for it otherwise.
  static func annotation(beside attribute: Attribute, isSpelt: Bool) -> String? {
    var arguments = [MicaString.quoted(attribute.name)]
    if !isSpelt, case .reference(let name, let kind) = attribute.value {
      if !name.isEmpty { arguments.append("reference=\(MicaString.quoted(name))") }
      arguments.append("kind=\(kind)")
    } else if let kind = attribute.annotations.statedKind {
      arguments.append("kind=\(kind)")
    }
    let annotations = attribute.annotations
    if !annotations.doc.isEmpty { arguments.append("doc=\(MicaString.quoted(annotations.doc))") }
    if !annotations.unknownFields.isEmpty {
      arguments.append("raw=\"\(MicaString.base64(annotations.unknownFields))\"")
    }
    return arguments.count > 1 ? "@attribute(\(arguments.joined(separator: ", ")))" : nil
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
    var texts = otherNames[value] == nil ? [] : ["@name(\(MicaString.quoted(graph.values[value].name)))"]
    texts += Self.annotations(graph.values[value].annotations)
    if let denotation = graph.values[value].denotation {
      if denotation.isSpelt {
        let axes = denotation.axes.map(MicaString.quoted)
        let dimensions = axes.isEmpty ? "" : ", [\(axes.joined(separator: ", "))]"
        texts.append("@denotation(\(MicaString.quoted(denotation.type))\(dimensions))")
      }
      if !denotation.verbatim.isEmpty { texts.append("@raw_type(\"\(MicaString.base64(denotation.verbatim))\")") }
    }
    for annotation in quantization.ofValues[value] ?? [] {
      let parameters = annotation.parameters.map { "\(Self.name($0.key))=\(MicaString.quoted($0.value))" }
      texts.append("@quantized(\(parameters.joined(separator: ", ")))")
    }
    return texts
  }
}

extension Denotation {
  /// Whether `@denotation` says it; one with nothing in it is a type without anything in it.
  var isSpelt: Bool {
    !type.isEmpty || !dimensions.isEmpty || verbatim.isEmpty && negativeSizes.isEmpty
  }

  /// What it says of each axis, up to the last one that it says something of.
  var axes: [String] { dimensions.isEmpty ? [] : (0...(dimensions.keys.max() ?? 0)).map { dimensions[$0] ?? "" } }
}
