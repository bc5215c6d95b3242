import Tensors

/// A zip archive of arrays, `.npz`: each entry `NAME.npy` is one.
enum NumPyArchive {
  /// The longest start of an entry that a header takes.
  private static let headCount = NumPyHeader.longest + 12

  static func read(_ archive: ZipArchive, reading extent: WeightsFile.Extent) throws(CheckpointError) -> WeightsFile {
    let file = archive.file
    var result = WeightsFile(path: file.path, format: .npz)
    var unpacked = UnpackedElements(of: file.path)
    let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
    try check(arrays, of: archive)
    for entry in arrays {
      let head = try archive.head(of: entry, count: headCount)
      let header = try head.span.withUnsafeBytes { bytes throws(CheckpointError) in
        try NumPyHeader(bytes, path: file.path, part: entry.name)
      }
      let position = result.entries.count
      result.entries.append(try listed(entry, header, in: archive))
      if extent == .elements, case .deferred(let element) = result.entries[position].content {
        try unpacked.add(entry: position, element, header.sizes) { scratch throws(CheckpointError) in
          try unpack(entry, header, of: archive, width: element.bitWidth! / 8, to: scratch)
        }
      }
    }
    guard !result.entries.isEmpty || archive.entries.isEmpty else {
      throw .malformed(file, "the archive has neither arrays (NAME.npy) nor what PyTorch saves (data.pkl)")
    }
    try unpacked.place(in: &result)
    return result
  }

  /// Refuses what deflate cannot make, and what is made to harm: arrays that are compressed to a few hundredths are zeros for
  /// the most part, and of those no model has gigabytes.
  private static func check(_ arrays: [ZipArchive.Entry], of archive: ZipArchive) throws(CheckpointError) {
    let file = archive.file
    var total: UInt64 = 0
    for entry in arrays {
      guard !entry.isEncrypted, entry.method == .stored || entry.method == .deflated else {
        throw .malformed(file, "'\(entry.name)' is encrypted or compressed otherwise than NumPy does")
      }
      guard entry.method == .stored || entry.unpackedCount <= ZipArchive.unpackedLimit(of: entry) else {
        throw .malformed(
          file,
          "'\(entry.name)' is said to unpack to \(entry.unpackedCount) bytes from \(entry.range.count), which is more than "
            + "deflate can make; the archive is damaged or made to harm")
      }
      guard entry.method == .deflated else { continue }
      total = total.addingReportingOverflow(entry.unpackedCount).partialValue
      guard total <= 1 << 30 || total / 200 <= UInt64(file.count) else {
        throw .malformed(
          file, "its arrays unpack to \(total) bytes and more, from \(file.count); the archive is made to harm")
      }
    }
  }

  private static func listed(
    _ entry: ZipArchive.Entry, _ header: NumPyHeader, in archive: ZipArchive
  ) throws(CheckpointError) -> WeightsFile.Entry {
    func malformed(_ problem: String) -> CheckpointError {
      .malformed(path: archive.file.path, part: entry.name, offset: nil, problem: problem)
    }
    let name = String(entry.name.dropLast(4))
    guard let element = header.element else {
      let count = Int(clamping: entry.unpackedCount) - header.dataStart
      return WeightsFile.Entry(
        name: name, dtype: header.dtype, sizes: header.sizes, byteCount: max(count, 0),
        content: .unreadable(header.problem))
    }
    guard let count = header.byteCount else { throw malformed("\(header.sizes) takes more than 64 bits can count") }
    let (expected, overflow) = UInt64(count).addingReportingOverflow(UInt64(header.dataStart))
    guard !overflow, expected == entry.unpackedCount else {
      throw malformed(
        "\(header.dtype) \(header.sizes) takes \(count) bytes behind a header of \(header.dataStart), "
          + "and the entry has \(entry.unpackedCount)")
    }
    let isInPlace = entry.method == .stored && header.view.isContiguous
    // What is compressed may be shorter than its own header.
    let start = isInPlace ? entry.range.lowerBound + header.dataStart : entry.range.upperBound
    let range = start..<entry.range.upperBound
    return WeightsFile.Entry(
      name: name, dtype: header.dtype, sizes: header.sizes, byteCount: count,
      content: isInPlace ? .tensor(Tensor(element, header.sizes, .mapped(archive.file, range))) : .deferred(element))
  }

  /// Writes the elements in row-major order.
  private static func unpack(
    _ entry: ZipArchive.Entry, _ header: NumPyHeader, of archive: ZipArchive, width: Int, to scratch: ScratchFile
  ) throws(CheckpointError) {
    if header.view.isContiguous {
      try archive.unpack(entry, from: header.dataStart) { piece throws(CheckpointError) in try scratch.write(piece) }
    } else if entry.method == .stored {
      try archive.withStoredBytes(of: entry) { bytes throws(CheckpointError) in
        try header.view.write(UnsafeRawBufferPointer(rebasing: bytes[header.dataStart...]), width: width, to: scratch)
      }
    } else {
      let inner = try ScratchFile()
      try archive.unpack(entry, from: header.dataStart) { piece throws(CheckpointError) in try inner.write(piece) }
      try inner.mapped(as: archive.file.path).withBytes { bytes throws(CheckpointError) in
        try header.view.write(bytes, width: width, to: scratch)
      }
    }
  }
}
