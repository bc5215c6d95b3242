import Graphs
import Tensors

extension ONNXEncoder {
  /// Bytes of a tensor that are handed over at a time.
  private static let chunkSize = 1 << 20

  /// Writes a tensor as a TensorProto, its elements as raw data, as strings, or in the data file.
  mutating func encode(
    _ field: some WireFieldNumber, _ tensor: Tensor, name: String, _ annotations: Annotations,
    mayBeExternal: Bool = false
  ) {
    message(field) {
      for size in tensor.sizes { $0.wire.int(TensorField.size, Int64(size)) }
      $0.wire.int(TensorField.element, Int64(tensor.element.rawValue))
      if case .strings(let strings) = tensor.storage {
        for string in strings { $0.wire.bytes(TensorField.strings, string) }
      }
      $0.wire.text(TensorField.name, name)
      let data = annotations.externalData
      let entries = $0.encodeElements(of: tensor, name: name, data, mayBeExternal: mayBeExternal)
      $0.wire.text(TensorField.doc, annotations.doc)
      $0.encode(TensorField.externalData, entries ?? (data.isUsed ? [] : data.entries))
      if entries != nil { $0.wire.int(TensorField.location, TensorLocation.external.rawValue) }
      $0.encode(TensorField.metadata, annotations.metadata)
      $0.wire.verbatim(annotations.unknownFields)
    }
  }

  mutating func encode(_ field: some WireFieldNumber, _ tensor: NamedTensor) {
    encode(field, tensor.tensor, name: tensor.name, tensor.annotations)
  }

  /// Writes a sparse tensor as a SparseTensorProto.
  mutating func encode(_ field: some WireFieldNumber, _ tensor: SparseTensor) {
    message(field) {
      $0.encode(SparseTensorField.values, tensor.values)
      $0.encode(SparseTensorField.indices, tensor.indices)
      for size in tensor.sizes { $0.wire.int(SparseTensorField.size, Int64(size)) }
      $0.wire.verbatim(tensor.unknownFields)
    }
  }

  /// Writes the elements, unless they are strings; what comes back, if anything, says where in the data file they are.
  ///
  /// - Parameter data: what the file that was read says of it.
  private mutating func encodeElements(
    of tensor: Tensor, name: String, _ data: ExternalData, mayBeExternal: Bool
  ) -> [Metadata]? {
    if case .mapped(let file, _) = tensor.storage { sources[ObjectIdentifier(file)] = file }
    if let reason = tensor.storageProblem {
      report(.invalidTensor(path: path, name: name, reason: reason))
      return nil
    }
    guard tensor.element != .string, let count = tensor.storedByteCount else { return nil }
    if let entries = external.kept?.entries(for: tensor, read: data) { return entries }
    guard mayBeExternal, external.takes(tensor, byteCount: count) else {
      let isComplete = wire.bytes(TensorField.raw, count: count) { piece in
        tensor.forEachChunk(maximumBytes: Self.chunkSize, piece)
      }
      if !isComplete { report(.invalidTensor(path: path, name: name, reason: "does not yield its \(count) bytes")) }
      return nil
    }
    guard let offset = external.place(byteCount: count) else {
      report(.invalidTensor(path: path, name: name, reason: "would end beyond the largest file"))
      return nil
    }
    if external.isWriting {
      var produced = 0
      tensor.forEachChunk(maximumBytes: Self.chunkSize) {
        produced += $0.count
        external.write($0)
      }
      if produced != count {
        report(.invalidTensor(path: path, name: name, reason: "yields \(produced) bytes instead of \(count)"))
      }
    }
    return [
      Metadata(key: "location", value: external.location),
      Metadata(key: "offset", value: String(offset)),
      Metadata(key: "length", value: String(count)),
    ] + data.otherEntries
  }
}

/// `TensorProto.DataLocation`.
enum TensorLocation: Int64 {
  case inside = 0
  case external = 1
}
