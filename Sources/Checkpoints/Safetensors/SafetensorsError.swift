package import JSON
package import Tensors

/// Why a file cannot be used as safetensors.
package enum SafetensorsError: Error, Hashable, Sendable {
  case file(FileError)
  /// The file breaks the format as a whole.
  case malformed(path: String, Problem)
  /// One tensor's entry in the header breaks the format.
  case malformedTensor(path: String, name: String, TensorProblem)

  package enum Problem: Hashable, Sendable {
    case noHeader(fileSize: Int)
    case headerTooLong(UInt64, limit: Int)
    case headerBeyondFile(headerSize: UInt64, fileSize: Int)
    case headerNotObject
    /// Offsets are those in the file.
    case headerNotJSON(JSONError)
    case metadataNotStrings(key: String?)
    case metadataTooLong(Int, limit: Int)
    case tooMuchMetadata(limit: Int)
    case tooManyTensors(limit: Int)
    case trailingBytes(indexed: Int, dataSize: Int)
  }

  package enum TensorProblem: Error, Hashable, Sendable {
    /// A field of the entry is not there, or is not what it has to be.
    case field(String, expected: String)
    /// What the header says of the tensor is longer than sizes and offsets are.
    case entryTooLong(Int, limit: Int)
    case tooManyAxes(Int, limit: Int)
    case sizeOverflow([Int], dtype: String)
    case partialByte([Int], dtype: String)
    case offsetsReversed(Int, Int)
    case offsetsBeyondData(end: Int, dataSize: Int)
    case sizeMismatch(offsets: Range<Int>, expected: Int, dtype: String, sizes: [Int])
    case overlap(start: Int, other: String, otherEnd: Int)
    case hole(start: Int, expected: Int)
  }
}

extension SafetensorsError {
  /// The path of the file.
  var path: String {
    switch self {
    case .file(let error): error.path
    case .malformed(let path, _), .malformedTensor(let path, _, _): path
    }
  }
}

extension SafetensorsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .malformed(let path, let problem): "\(path): \(problem)"
    case .malformedTensor(let path, let name, let problem): "\(path): tensor '\(name)': \(problem)"
    }
  }
}

extension SafetensorsError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noHeader(let size):
      "a safetensors file begins with the 8-byte size of its header, but the file has \(size) bytes; download it again"
    case .headerTooLong(let size, let limit):
      "the header is \(size) bytes long by the first 8 bytes, above the limit of \(limit); is this a safetensors file?"
    case .headerBeyondFile(let headerSize, let fileSize):
      "the header is \(headerSize) bytes long by the first 8 bytes, but the file has \(fileSize) bytes in all; "
        + "it may have been cut off: download it again"
    case .headerNotObject: "the header is not a JSON object; is this a safetensors file?"
    case .headerNotJSON(let error): "the header is \(error)"
    case .metadataNotStrings(nil): "'__metadata__' is not an object of strings"
    case .metadataNotStrings(let key?): "'__metadata__' gives '\(key)' a value that is not a string"
    case .metadataTooLong(let size, let limit): "'__metadata__' has \(size) bytes, above the limit of \(limit)"
    case .tooMuchMetadata(let limit): "'__metadata__' has more than \(limit) strings"
    case .tooManyTensors(let limit): "the header has more than \(limit) tensors, which no model has"
    case .trailingBytes(let indexed, let dataSize):
      "the tensors cover \(indexed) bytes, but \(dataSize) bytes follow the header; the file was cut off or damaged"
    }
  }
}

extension SafetensorsError.TensorProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .field(let name, let expected): "'\(name)' must be \(expected)"
    case .entryTooLong(let size, let limit):
      "the header says \(size) bytes of it, above the limit of \(limit); a shape has few sizes"
    case .tooManyAxes(let count, let limit): "'shape' has \(count) sizes, above the limit of \(limit)"
    case .sizeOverflow(let sizes, let dtype): "\(dtype) \(sizes) takes more bytes than 64 bits can count"
    case .partialByte(let sizes, let dtype): "\(dtype) \(sizes) does not end at a byte"
    case .offsetsReversed(let start, let end): "'data_offsets' begin at \(start) and end before that, at \(end)"
    case .offsetsBeyondData(let end, let dataSize):
      "'data_offsets' end at \(end), but \(dataSize) bytes follow the header; the file may have been cut off"
    case .sizeMismatch(let offsets, let expected, let dtype, let sizes):
      "\(dtype) \(sizes) takes \(expected) bytes, but 'data_offsets' \([offsets.lowerBound, offsets.upperBound]) "
        + "are \(offsets.count) apart"
    case .overlap(let start, let other, let otherEnd):
      "'data_offsets' begin at \(start), inside tensor '\(other)', which ends at \(otherEnd)"
    case .hole(let start, let expected):
      "'data_offsets' begin at \(start), but the tensors before end at \(expected); the format allows no holes"
    }
  }
}
