import Tensors

/// A file of one array, `.npy`.
enum NumPyFile {
  /// Its only tensor is called as the file is.
  static func open(_ file: MappedFile, reading extent: WeightsFile.Extent) throws(CheckpointError) -> WeightsFile {
    let header = try file.withBytes { bytes throws(CheckpointError) in try NumPyHeader(bytes, path: file.path) }
    guard let element = header.element else { throw .malformed(file, header.problem) }
    guard let count = header.byteCount else {
      throw .malformed(file, "\(header.sizes) takes more than 64 bits can count")
    }
    guard count == file.count - header.dataStart else {
      throw .malformed(
        file,
        "\(header.dtype) \(header.sizes) takes \(count) bytes, and \(file.count - header.dataStart) follow the header")
    }
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    var result = WeightsFile(path: file.path, format: .npy)
    let range = header.dataStart..<file.count
    result.entries = [
      WeightsFile.Entry(
        name: name.hasSuffix(".npy") ? String(name.dropLast(4)) : name, dtype: header.dtype, sizes: header.sizes,
        byteCount: count,
        content: header.view.isContiguous
          ? .tensor(Tensor(element, header.sizes, .mapped(file, range))) : .deferred(element))
    ]
    if !header.view.isContiguous, extent == .elements {
      var unpacked = UnpackedElements(of: file.path)
      try unpacked.add(entry: 0, element, header.sizes) { scratch throws(CheckpointError) in
        try file.withBytes(range) { bytes throws(CheckpointError) in
          try header.view.write(bytes, width: element.bitWidth! / 8, to: scratch)
        }
      }
      try unpacked.place(in: &result)
    }
    return result
  }
}
