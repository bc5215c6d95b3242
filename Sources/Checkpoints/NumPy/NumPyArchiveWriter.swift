package import Tensors

/// Writes tensors as a `.npz` archive, uncompressed, so that readers can map it.
package enum NumPyArchiveWriter {
  /// Writes the file whole or not at all; every tensor goes through in pieces.
  ///
  /// - Throws: `WeightsWritingError` for a tensor that NumPy has no type for.
  package static func write(_ tensors: [(name: String, tensor: Tensor)], to path: String) throws {
    let output = try OutputFile(path: path)
    var archive = ZipWriter(output)
    for (name, tensor) in tensors {
      guard let dtype = NumPyHeader.dtype(of: tensor.element), let count = tensor.byteCount else {
        throw WeightsWritingError.elementType(name, tensor.element, format: "npz")
      }
      guard name.utf8.count < 65_000 else { throw WeightsWritingError.name(name) }
      let header = header(dtype, tensor.sizes)
      var checksum = header.withUnsafeBytes { ZipWriter.checksum(0, $0) }
      tensor.forEachChunk { checksum = ZipWriter.checksum(checksum, $0) }
      try archive.add(name + ".npy", count: UInt64(header.count + count), checksum: checksum) {
        output throws(FileError) in
        try output.write(header)
        try tensor.forEachChunk { bytes throws(FileError) in try output.write(bytes) }
      }
    }
    try archive.finish()
    try output.commit()
  }

  /// A header of version 1, or 2 where it is long, padded so that the elements begin at a multiple of 64 bytes.
  private static func header(_ dtype: String, _ sizes: [Int]) -> [UInt8] {
    let shape = sizes.count == 1 ? "(\(sizes[0]),)" : "(\(sizes.map(String.init).joined(separator: ", ")))"
    var text = Array("{'descr': '\(dtype)', 'fortran_order': False, 'shape': \(shape), }".utf8)
    while (10 + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    text.append(UInt8(ascii: "\n"))
    let count = UInt16(clamping: text.count)
    return NumPyHeader.magic + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + text
  }
}
