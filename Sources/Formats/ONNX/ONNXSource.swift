import Graphs
import Tensors
import Texts

/// The bytes that a model is read from, and how the smallest messages in them are read.
struct ONNXSource {
  let file: MappedFile
  /// The content of `file`.
  let bytes: UnsafeRawBufferPointer
  let folder: ExternalFiles

  func wire(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

  /// A text for people to read, which need not be UTF-8.
  func prose(_ range: Range<Int>) -> String {
    let run = UnsafeRawBufferPointer(rebasing: bytes[range])
    // Nothing is called so: an accent may stay what it is.
    return run.contains(0xF4) ? text(range) : String(validating: run, as: UTF8.self) ?? text(range)
  }

  /// A name or other text, which need not be UTF-8.
  func text(_ range: Range<Int>) -> String { String(anyBytes: UnsafeRawBufferPointer(rebasing: bytes[range])) }

  /// Keeps a field that nobody else has taken.
  func keep(_ field: WireField, in unknownFields: inout [UInt8]) {
    unknownFields += bytes[field.range]
  }

  /// Appends the entry that `field` holds; where the entry has unknown fields the field is kept whole instead.
  func appendEntry(
    _ field: WireField, at range: Range<Int>, in message: WireReader, to entries: inout [Metadata],
    else unknownFields: inout [UInt8]
  ) throws(WireError) {
    let entry = try metadata(try message.message(at: range))
    if entry.unknownFields.isEmpty { entries.append(entry) } else { keep(field, in: &unknownFields) }
  }

  func metadata(_ reader: WireReader) throws(WireError) -> Metadata {
    var reader = reader
    var entry = Metadata(key: "", value: "")
    while let field = try reader.next() {
      switch (EntryField(rawValue: field.number), field.payload) {
      case (.key, .bytes(let range)): entry.key = text(range)
      case (.value, .bytes(let range)): entry.value = prose(range)
      default: keep(field, in: &entry.unknownFields)
      }
    }
    return entry
  }

  func opsetImport(_ reader: WireReader) throws(WireError) -> OpsetImport {
    var reader = reader
    var opset = OpsetImport(domain: "", version: 0)
    while let field = try reader.next() {
      switch (OpsetField(rawValue: field.number), field.payload) {
      case (.domain, .bytes(let range)): opset.domain = text(range)
      case (.version, .varint(let version)): opset.version = Int64(bitPattern: version)
      default: keep(field, in: &opset.unknownFields)
      }
    }
    return opset
  }

  /// Appends integers that stand alone or in a packed run; gives false for any other payload.
  func appendInts(
    _ payload: WireField.Payload, of message: WireReader, to numbers: inout [Int64]
  ) throws(WireError) -> Bool {
    switch payload {
    case .varint(let number): numbers.append(Int64(bitPattern: number))
    case .bytes(let range):
      var run: [Int64] = []
      try message.forEachVarint(at: range) { (number) throws(WireError) in run.append(Int64(bitPattern: number)) }
      numbers += run
    case .fixed32, .fixed64: return false
    }
    return true
  }

  /// Appends the size that `payload` holds, or the sizes of a packed run.
  func appendSizes(_ field: WireField, of message: WireReader, to sizes: inout [Int]) throws(WireError) -> Bool {
    var numbers: [Int64] = []
    guard try appendInts(field.payload, of: message, to: &numbers) else { return false }
    for number in numbers {
      guard let size = Int(exactly: number), size >= 0 else {
        throw WireError(offset: field.range.lowerBound, .refused("a tensor has the size \(number)"))
      }
      sizes.append(size)
    }
    return true
  }
}
