import Graphs
import Tensors

extension ONNXSource {
  /// Decodes a TensorProto; raw data and whole runs of floats stay where they are.
  func tensor(_ message: WireReader) throws(WireError) -> NamedTensor {
    let start = message.offset
    var reader = message
    var elementNumber: UInt64 = 0
    var sizes: [Int] = []
    var name = ""
    var annotations = Annotations()
    var raw: Range<Int>?
    var typed: TypedData?
    var external: [Metadata] = []
    var isExternal = false
    while let field = try reader.next() {
      let part = TensorField(rawValue: field.number)
      switch (part, field.payload) {
      case (.size, _) where try appendSizes(field, of: reader, to: &sizes): break
      case (.element, .varint(let number)): elementNumber = number
      case (.name, .bytes(let range)): name = text(range)
      case (.doc, .bytes(let range)): annotations.doc = prose(range)
      case (.raw, .bytes(let range)): raw = range
      case (.externalData, .bytes(let range)):
        try appendEntry(field, at: range, in: reader, to: &external, else: &annotations.unknownFields)
      case (.location, .varint(let location)): isExternal = location == UInt64(TensorLocation.external.rawValue)
      case (.metadata, .bytes(let range)):
        annotations.metadata.append(try metadata(try reader.message(at: range)))
      case (.floats?, _), (.int32s?, _), (.strings?, _), (.int64s?, _), (.doubles?, _), (.uint64s?, _):
        guard typed == nil || typed?.field == part else {
          throw WireError(offset: field.range.lowerBound, .refused("tensor '\(name)' has elements of two types"))
        }
        typed = typed ?? TypedData(field: part!, start: field.range.lowerBound)
        typed?.add(field.payload)
      default: keep(field, in: &annotations.unknownFields)
      }
    }
    guard let element = UInt8(exactly: elementNumber).flatMap(ElementType.init(rawValue:)) else {
      throw WireError(
        offset: start, .refused("tensor '\(name)' has element type \(elementNumber), which is not supported"))
    }
    func refuse(_ reason: String) -> WireError { WireError(offset: start, .refused("tensor '\(name)' \(reason)")) }
    guard let count = checkedElementCount(sizes) else { throw refuse("has sizes \(sizes), which no memory can hold") }
    if raw?.isEmpty == true, typed != nil { raw = nil }
    guard [isExternal, raw != nil, typed != nil].count(where: { $0 }) <= 1 else {
      throw refuse("has its elements in more than one place")
    }
    annotations.externalData = ExternalData(external, isUsed: isExternal)
    var tensor = Tensor(element, sizes, .bytes([]))
    if isExternal {
      guard let byteCount = element.byteCount(of: count) else { throw refuse("has strings as external data") }
      do throws(ExternalFiles.Refusal) {
        tensor.storage = try folder.storage(annotations.externalData, byteCount: byteCount, name: name)
      } catch {
        throw refuse(error.reason)
      }
    } else if let raw {
      tensor.storage = .mapped(file, raw)
    } else if let typed {
      tensor.storage = try storage(typed, of: element, in: message)
    } else if element == .string {
      tensor.storage = .strings([])
    }
    if let problem = tensor.storageProblem { throw refuse(problem) }
    var named = NamedTensor(name: name, tensor)
    named.annotations = annotations
    return named
  }

  /// Decodes a SparseTensorProto.
  func sparseTensor(_ message: WireReader) throws(WireError) -> SparseTensor {
    var reader = message
    var values: NamedTensor?
    var indices: NamedTensor?
    var sizes: [Int] = []
    var unknownFields: [UInt8] = []
    while let field = try reader.next() {
      switch (SparseTensorField(rawValue: field.number), field.payload) {
      case (.values, .bytes(let range)): values = try tensor(try reader.message(at: range))
      case (.indices, .bytes(let range)): indices = try tensor(try reader.message(at: range))
      case (.size, _) where try appendSizes(field, of: reader, to: &sizes): break
      default: keep(field, in: &unknownFields)
      }
    }
    guard let values, let indices else {
      throw WireError(offset: message.offset, .refused("a sparse tensor has no values or no indices"))
    }
    var sparse = SparseTensor(values: values, indices: indices, sizes: sizes)
    sparse.unknownFields = unknownFields
    return sparse
  }
}
