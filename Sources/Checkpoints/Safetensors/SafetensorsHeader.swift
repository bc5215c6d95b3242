import JSON
import Tensors

/// The header of a safetensors file, checked against the format and the size of the file.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var dtype: String
    /// `nil` where Mica has no such element type.
    var element: ElementType?
    var sizes: [Int]
    /// Where the bytes are, from `dataStart` on.
    var offsets: Range<Int>
  }

  /// The offset in the file at which the bytes of the tensors begin.
  let dataStart: Int
  private(set) var metadata: [(key: String, value: String)] = []
  private(set) var entries: [Entry] = []

  private let path: String
  private let dataSize: Int

  /// The size of the number before the header.
  private static let prefixSize = 8

  init(_ file: MappedFile) throws(SafetensorsError) {
    path = file.path
    dataStart = try Self.prefixSize + Self.headerSize(of: file)
    dataSize = file.count - dataStart
    try file.withBytes(Self.prefixSize..<dataStart) { bytes throws(SafetensorsError) in try readMembers(bytes) }
    try checkCoverage()
  }

  /// Reads the header member by member: as values, it would take many times its own size.
  private mutating func readMembers(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
    guard bytes.first == UInt8(ascii: "{") else { throw .malformed(path: path, .headerNotObject) }
    var members = try parsed { () throws(JSONError) in try JSONMembers(of: bytes) }
    var names: Set<String> = []
    while let (name, place, range) = try parsed({ () throws(JSONError) in try members.next() }) {
      guard names.insert(name).inserted else {
        throw .malformed(path: path, .headerNotJSON(JSONError(.duplicateKey(name), at: Self.prefixSize + place)))
      }
      if name == "__metadata__" {
        try readMetadata(bytes, range)
        continue
      }
      guard entries.count < WeightsFile.tensorLimit else {
        throw .malformed(path: path, .tooManyTensors(limit: WeightsFile.tensorLimit))
      }
      do throws(SafetensorsError.TensorProblem) {
        guard range.count <= Self.longestEntry else { throw .entryTooLong(range.count, limit: Self.longestEntry) }
      } catch {
        throw .malformedTensor(path: path, name: name, error)
      }
      let value = try parsed { () throws(JSONError) in try JSONMembers.value(of: bytes, range) }
      do throws(SafetensorsError.TensorProblem) {
        entries.append(try entry(name, value))
      } catch {
        throw .malformedTensor(path: path, name: name, error)
      }
    }
  }

  /// What is said of a tensor is shorter than this, in bytes: its type, its sizes and two offsets.
  private static let longestEntry = 1 << 14

  /// `__metadata__` has no more bytes than this.
  private static let longestMetadata = 16 << 20

  private func parsed<Value>(_ body: () throws(JSONError) -> Value) throws(SafetensorsError) -> Value {
    do throws(JSONError) {
      return try body()
    } catch {
      throw .malformed(path: path, .headerNotJSON(JSONError(error.reason, at: Self.prefixSize + error.offset)))
    }
  }

  private static func headerSize(of file: MappedFile) throws(SafetensorsError) -> Int {
    guard file.count >= prefixSize else { throw .malformed(path: file.path, .noHeader(fileSize: file.count)) }
    let size = file.withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard size <= UInt64(Safetensors.headerLimit) else {
      throw .malformed(path: file.path, .headerTooLong(size, limit: Safetensors.headerLimit))
    }
    guard size <= UInt64(file.count - prefixSize) else {
      throw .malformed(path: file.path, .headerBeyondFile(headerSize: size, fileSize: file.count))
    }
    return Int(size)
  }

  private mutating func readMetadata(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(SafetensorsError) {
    guard bytes[range.lowerBound] == UInt8(ascii: "{") else {
      throw .malformed(path: path, .metadataNotStrings(key: nil))
    }
    guard range.count <= Self.longestMetadata else {
      throw .malformed(path: path, .metadataTooLong(range.count, limit: Self.longestMetadata))
    }
    let own = UnsafeRawBufferPointer(rebasing: bytes[range])
    func parsedHere<Value>(_ body: () throws(JSONError) -> Value) throws(SafetensorsError) -> Value {
      try parsed { () throws(JSONError) in
        do throws(JSONError) {
          return try body()
        } catch {
          throw JSONError(error.reason, at: range.lowerBound + error.offset)
        }
      }
    }
    var members = try parsedHere { () throws(JSONError) in try JSONMembers(of: own) }
    var keys: Set<String> = []
    while let (key, place, value) = try parsedHere({ () throws(JSONError) in try members.next() }) {
      guard keys.insert(key).inserted else {
        let offset = Self.prefixSize + range.lowerBound + place
        throw .malformed(path: path, .headerNotJSON(JSONError(.duplicateKey(key), at: offset)))
      }
      guard metadata.count < Self.metadataLimit else {
        throw .malformed(path: path, .tooMuchMetadata(limit: Self.metadataLimit))
      }
      guard own[value.lowerBound] == UInt8(ascii: "\""),
        let text = try parsedHere({ () throws(JSONError) in try JSONMembers.value(of: own, value) }).stringValue
      else { throw .malformed(path: path, .metadataNotStrings(key: key)) }
      metadata.append((key, text))
    }
  }

  /// The most strings of `__metadata__`.
  private static let metadataLimit = 1 << 16
}

extension SafetensorsHeader {
  private func entry(_ name: String, _ value: JSONValue) throws(SafetensorsError.TensorProblem) -> Entry {
    guard let dtype = value["dtype"]?.stringValue else { throw .field("dtype", expected: "a string") }
    guard let sizes = Self.counts(value["shape"]) else {
      throw .field("shape", expected: "an array of integers from 0 on")
    }
    guard sizes.count <= StridedView.maximumRank else {
      throw .tooManyAxes(sizes.count, limit: StridedView.maximumRank)
    }
    guard let bounds = Self.counts(value["data_offsets"]), bounds.count == 2 else {
      throw .field("data_offsets", expected: "an array of two integers from 0 on")
    }
    guard bounds[0] <= bounds[1] else { throw .offsetsReversed(bounds[0], bounds[1]) }
    guard bounds[1] <= dataSize else { throw .offsetsBeyondData(end: bounds[1], dataSize: dataSize) }

    let offsets = bounds[0]..<bounds[1]
    let element = ElementType(safetensors: dtype)
    if let bitWidth = element?.bitWidth {
      guard let bits = Tensor.checkedProduct(sizes, times: bitWidth) else { throw .sizeOverflow(sizes, dtype: dtype) }
      guard bits % 8 == 0 else { throw .partialByte(sizes, dtype: dtype) }
      guard bits / 8 == offsets.count else {
        throw .sizeMismatch(offsets: offsets, expected: bits / 8, dtype: dtype, sizes: sizes)
      }
    }
    return Entry(name: name, dtype: dtype, element: element, sizes: sizes, offsets: offsets)
  }

  private static func counts(_ value: JSONValue?) -> [Int]? {
    guard let elements = value?.arrayValue else { return nil }
    var counts: [Int] = []
    for element in elements {
      guard let count = element.intValue, count >= 0 else { return nil }
      counts.append(count)
    }
    return counts
  }

  /// Checks that the tensors, taken in the order of their bytes, follow one another and end where the file ends.
  private func checkCoverage() throws(SafetensorsError) {
    let order = entries.indices.sorted {
      let (left, right) = (entries[$0].offsets, entries[$1].offsets)
      return (left.lowerBound, left.upperBound) < (right.lowerBound, right.upperBound)
    }
    var end = 0
    var previous = ""
    for index in order {
      let entry = entries[index]
      let start = entry.offsets.lowerBound
      if start < end {
        throw .malformedTensor(
          path: path, name: entry.name, .overlap(start: start, other: previous, otherEnd: end))
      }
      if start > end {
        throw .malformedTensor(path: path, name: entry.name, .hole(start: start, expected: end))
      }
      end = entry.offsets.upperBound
      previous = entry.name
    }
    guard end == dataSize else { throw .malformed(path: path, .trailingBytes(indexed: end, dataSize: dataSize)) }
  }
}
