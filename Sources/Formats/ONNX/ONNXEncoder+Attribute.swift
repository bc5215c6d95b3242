import Graphs

extension ONNXEncoder {
  /// Writes an attribute as an AttributeProto.
  mutating func encode(_ field: some WireFieldNumber, _ attribute: Attribute, of graph: Graph) {
    let value = attribute.value
    let kind = attribute.annotations.statedKind ?? value.kindNumber
    let valueField = AttributeKind(rawValue: value.kindNumber)?.field.rawValue ?? 0
    message(field) {
      $0.wire.string(AttributeField.name, attribute.name)
      if valueField < AttributeField.doc.rawValue { $0.encode(value, of: graph) }
      $0.wire.text(AttributeField.doc, attribute.annotations.doc)
      if valueField == AttributeField.type.rawValue || valueField == AttributeField.types.rawValue {
        $0.encode(value, of: graph)
      }
      if kind != 0 { $0.wire.int(AttributeField.kind, Int64(kind)) }
      if case .reference(let name, _) = value { $0.wire.text(AttributeField.reference, name) }
      if valueField > AttributeField.reference.rawValue { $0.encode(value, of: graph) }
      $0.wire.verbatim(attribute.annotations.unknownFields)
    }
  }

  /// Writes the field or fields that hold a value; lists are not packed, as onnx.proto has it.
  private mutating func encode(_ value: Attribute.Value, of graph: Graph) {
    switch value {
    case .float(let number): wire.float(AttributeField.float, number)
    case .int(let number): wire.int(AttributeField.int, number)
    case .string(let bytes): wire.bytes(AttributeField.string, bytes)
    case .tensor(let tensor): encode(AttributeField.tensor, tensor)
    case .graph(let region): encode(AttributeField.graph, region, of: graph)
    case .sparseTensor(let tensor): encode(AttributeField.sparseTensor, tensor)
    case .type(let type): encode(AttributeField.type, type, nil)
    case .floats(let numbers): for number in numbers { wire.float(AttributeField.floats, number) }
    case .ints(let numbers): for number in numbers { wire.int(AttributeField.ints, number) }
    case .strings(let strings): for bytes in strings { wire.bytes(AttributeField.strings, bytes) }
    case .tensors(let tensors): for tensor in tensors { encode(AttributeField.tensors, tensor) }
    case .graphs(let regions): for region in regions { encode(AttributeField.graphs, region, of: graph) }
    case .sparseTensors(let tensors): for tensor in tensors { encode(AttributeField.sparseTensors, tensor) }
    case .types(let types): for type in types { encode(AttributeField.types, type, nil) }
    case .reference: break
    }
  }
}
