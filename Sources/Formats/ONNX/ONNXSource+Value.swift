import Graphs
import Tensors

/// What a ValueInfoProto says of a value.
struct ValueInfo {
  var name: String
  var type: ValueType = .unknown
  var denotation: Denotation?
  var annotations = Annotations()
}

extension ONNXSource {
  func valueInfo(_ reader: WireReader) throws(WireError) -> ValueInfo {
    var reader = reader
    var info = ValueInfo(name: "")
    while let field = try reader.next() {
      switch (ValueInfoField(rawValue: field.number), field.payload) {
      case (.name, .bytes(let range)): info.name = text(range)
      case (.type, .bytes(let range)):
        let decoded = try TypeDecoder.decode(try reader.message(at: range))
        info.type = decoded.type
        info.denotation = decoded.denotation
        if !decoded.isComplete {
          info.denotation = decoded.denotation ?? Denotation()
          info.denotation?.verbatim = wire(range)
        }
      case (.doc, .bytes(let range)): info.annotations.doc = prose(range)
      case (.metadata, .bytes(let range)):
        info.annotations.metadata.append(try metadata(try reader.message(at: range)))
      default: keep(field, in: &info.annotations.unknownFields)
      }
    }
    return info
  }

  /// Decodes a TensorAnnotation.
  func quantization(_ reader: WireReader) throws(WireError) -> QuantizationAnnotation {
    var reader = reader
    var annotation = QuantizationAnnotation(tensor: "", parameters: [])
    while let field = try reader.next() {
      switch (QuantizationField(rawValue: field.number), field.payload) {
      case (.tensor, .bytes(let range)): annotation.tensor = text(range)
      case (.parameter, .bytes(let range)):
        try appendEntry(field, at: range, in: reader, to: &annotation.parameters, else: &annotation.unknownFields)
      default: keep(field, in: &annotation.unknownFields)
      }
    }
    return annotation
  }
}
