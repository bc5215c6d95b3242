import Graphs
import Tensors

extension GraphDecoder {
  /// What an AttributeProto says beside its value.
  private struct Header {
    var name = ""
    var kind = 0
    var reference = ""
    var doc = ""
    /// The kinds that there are values of, in the order of the file.
    var valueKinds: [AttributeKind] = []

    /// The kind of the value: the one that the file states, unless it has a value of another kind alone.
    ///
    /// Files from before the kind was recorded state none.
    var valueKind: AttributeKind? {
      let stated = AttributeKind(rawValue: kind)
      if let stated, valueKinds.isEmpty || valueKinds.contains(stated) { return stated }
      return valueKinds.first
    }
  }

  /// Decodes an AttributeProto; `owner` is the node that has it.
  mutating func attribute(_ message: WireReader, owner: Node.ID?) throws(WireError) -> Attribute {
    let header = try header(message)
    var attribute = Attribute(header.name, .reference(header.reference, kind: header.kind))
    attribute.annotations.doc = header.doc
    guard header.reference.isEmpty, let kind = header.valueKind else {
      attribute.annotations.unknownFields = try valueFields(of: message)
      return attribute
    }
    var values = AttributeValues(kind)
    var reader = message
    while let field = try reader.next() {
      if Self.isHeader(field) { continue }
      guard field.number == kind.field.rawValue, try take(field, of: reader, owner: owner, into: &values) else {
        source.keep(field, in: &attribute.annotations.unknownFields)
        continue
      }
    }
    if values.isIncomplete {
      attribute.annotations.unknownFields = try valueFields(of: message)
      return attribute
    }
    guard let value = values.value else { return attribute }
    attribute.value = value
    if kind.rawValue != header.kind { attribute.annotations.statedKind = header.kind }
    return attribute
  }

  /// The fields beside the header, as they are.
  private func valueFields(of message: WireReader) throws(WireError) -> [UInt8] {
    var reader = message
    var fields: [UInt8] = []
    while let field = try reader.next() {
      if !Self.isHeader(field) { source.keep(field, in: &fields) }
    }
    return fields
  }

  private static func isHeader(_ field: WireField) -> Bool {
    switch (AttributeField(rawValue: field.number), field.payload) {
    case (.name, .bytes), (.kind, .varint), (.reference, .bytes), (.doc, .bytes): true
    default: false
    }
  }

  private func header(_ reader: WireReader) throws(WireError) -> Header {
    var reader = reader
    var header = Header()
    while let field = try reader.next() {
      switch (AttributeField(rawValue: field.number), field.payload) {
      case (.name, .bytes(let range)): header.name = source.text(range)
      case (.kind, .varint(let kind)): header.kind = Int(truncatingIfNeeded: Int32(truncatingIfNeeded: kind))
      case (.reference, .bytes(let range)): header.reference = source.text(range)
      case (.doc, .bytes(let range)): header.doc = source.prose(range)
      default: if let kind = AttributeKind(fieldNumber: field.number) { header.valueKinds.append(kind) }
      }
    }
    return header
  }

  /// Adds the value, or one of the values, that `field` holds; gives false where it does not hold one.
  private mutating func take(
    _ field: WireField, of reader: WireReader, owner: Node.ID?, into values: inout AttributeValues
  ) throws(WireError) -> Bool {
    switch (values.kind, field.payload) {
    case (.float, .fixed32(let bits)), (.floats, .fixed32(let bits)): values.floats.append(Float(bitPattern: bits))
    case (.floats, .bytes(let range)):
      guard range.count % 4 == 0 else { return false }
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
        let bits = source.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        values.floats.append(Float(bitPattern: UInt32(littleEndian: bits)))
      }
    case (.int, .varint), (.ints, .varint), (.ints, .bytes):
      return try source.appendInts(field.payload, of: reader, to: &values.ints)
    case (.string, .bytes(let range)), (.strings, .bytes(let range)): values.strings.append(source.wire(range))
    case (.tensor, .bytes(let range)), (.tensors, .bytes(let range)):
      values.tensors.append(try source.tensor(try reader.message(at: range)))
    case (.graph, .bytes(let range)), (.graphs, .bytes(let range)):
      values.graphs.append(try decodeSubgraph(try reader.message(at: range), owner: owner))
    case (.sparseTensor, .bytes(let range)), (.sparseTensors, .bytes(let range)):
      values.sparseTensors.append(try source.sparseTensor(try reader.message(at: range)))
    case (.type, .bytes(let range)), (.types, .bytes(let range)):
      let decoded = try TypeDecoder.decode(try reader.message(at: range))
      values.types.append(decoded.type)
      guard decoded.isComplete, decoded.denotation == nil, decoded.type != .unknown else {
        values.isIncomplete = true
        return false
      }
    default: return false
    }
    return true
  }
}
