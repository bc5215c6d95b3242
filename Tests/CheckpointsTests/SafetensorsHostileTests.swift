import Checkpoints
import Glibc
import JSON
import Tensors
import TestSupport
import Testing

/// Files that break the format; each must give the error that says how, and none may trap.
@Suite struct SafetensorsHostileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func problem(_ bytes: [UInt8]) throws -> SafetensorsError.Problem? {
    let path = try directory.file("m.safetensors", bytes)
    do throws(SafetensorsError) {
      _ = try Safetensors.open(path)
      Issue.record("the file was accepted")
    } catch {
      guard case .malformed(path, let problem) = error else {
        Issue.record("\(error)")
        return nil
      }
      #expect("\(error)".hasPrefix("\(path): "))
      return problem
    }
    return nil
  }

  @Test(
    arguments: [
      ([], .noHeader(fileSize: 0)), ([1, 2, 3, 4, 5, 6, 7], .noHeader(fileSize: 7)),
      (safetensorsBytes("{}", headerSize: 1 << 60), .headerTooLong(1 << 60, limit: 100_000_000)),
      (safetensorsBytes("{}", headerSize: .max), .headerTooLong(.max, limit: 100_000_000)),
      (safetensorsBytes("{}", headerSize: 100_000_001), .headerTooLong(100_000_001, limit: 100_000_000)),
      (safetensorsBytes("{}", headerSize: 100_000_000), .headerBeyondFile(headerSize: 100_000_000, fileSize: 10)),
      (safetensorsBytes("{}", headerSize: 3), .headerBeyondFile(headerSize: 3, fileSize: 10)),
      (safetensorsBytes(""), .headerNotObject), (safetensorsBytes("[]"), .headerNotObject),
      (safetensorsBytes(" {}"), .headerNotObject), (safetensorsBytes("\"a\""), .headerNotObject),
      (safetensorsBytes("{\"a\""), .headerNotJSON(JSONError(.unexpectedEnd, at: 12))),
      (safetensorsBytes("{} {}"), .headerNotJSON(JSONError(.unexpectedByte(0x7B), at: 11))),
      (safetensorsBytes("{}", headerSize: 1), .headerNotJSON(JSONError(.unexpectedEnd, at: 9))),
      ([4, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xC0, 0x80], .headerNotJSON(JSONError(.invalidUTF8, at: 10))),
      (safetensorsBytes("{\"__metadata__\": 1}"), .metadataNotStrings(key: nil)),
      (safetensorsBytes("{\"__metadata__\": {\"a\": \"b\", \"c\": null}}"), .metadataNotStrings(key: "c")),
      (safetensorsBytes("{}", data: [0]), .trailingBytes(indexed: 0, dataSize: 1)),
      (
        safetensorsBytes("{\"a\": {\"dtype\": \"U8\", \"shape\": [2], \"data_offsets\": [0, 2]}}", data: [1, 2, 3]),
        .trailingBytes(indexed: 2, dataSize: 3)
      ),
      (
        safetensorsBytes(
          "{\"a\": {\"dtype\": \"U8\", \"shape\": [0], \"data_offsets\": [0, 0]}, \"\\u0061\": {}}"),
        .headerNotJSON(JSONError(.duplicateKey("a"), at: 8 + 61))
      ),
    ] as [([UInt8], SafetensorsError.Problem)])
  func files(bytes: [UInt8], expected: SafetensorsError.Problem) throws {
    #expect(try problem(bytes) == expected)
  }

  /// The entry of a tensor `t` before 8 bytes of data.
  @Test(
    arguments: [
      ("1", .field("dtype", expected: "a string")),
      (#"{"shape": [], "data_offsets": [0, 8]}"#, .field("dtype", expected: "a string")),
      (#"{"dtype": "F64", "data_offsets": [0, 8]}"#, .field("shape", expected: "an array of integers from 0 on")),
      (
        #"{"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}"#,
        .field("shape", expected: "an array of integers from 0 on")
      ),
      (
        #"{"dtype": "F64", "shape": [1.0], "data_offsets": [0, 8]}"#,
        .field("shape", expected: "an array of integers from 0 on")
      ),
      (
        #"{"dtype": "F64", "shape": [18446744073709551615], "data_offsets": [0, 8]}"#,
        .field("shape", expected: "an array of integers from 0 on")
      ),
      (
        #"{"dtype": "F64", "shape": [1], "data_offsets": [0]}"#,
        .field("data_offsets", expected: "an array of two integers from 0 on")
      ),
      (
        #"{"dtype": "F64", "shape": [1], "data_offsets": [0, 8, 8]}"#,
        .field("data_offsets", expected: "an array of two integers from 0 on")
      ),
      (
        #"{"dtype": "F64", "shape": [1], "data_offsets": [-8, 0]}"#,
        .field("data_offsets", expected: "an array of two integers from 0 on")
      ),
      (#"{"dtype": "F64", "shape": [1], "data_offsets": [8, 0]}"#, .offsetsReversed(8, 0)),
      (#"{"dtype": "F64", "shape": [1], "data_offsets": [1, 9]}"#, .offsetsBeyondData(end: 9, dataSize: 8)),
      (
        #"{"dtype": "F64", "shape": [1], "data_offsets": [0, 9223372036854775807]}"#,
        .offsetsBeyondData(end: .max, dataSize: 8)
      ),
      (
        #"{"dtype": "F64", "shape": [4294967296, 4294967296], "data_offsets": [0, 8]}"#,
        .sizeOverflow([1 << 32, 1 << 32], dtype: "F64")
      ),
      (
        #"{"dtype": "U8", "shape": [4611686018427387904, 8, 0], "data_offsets": [0, 8]}"#,
        .sizeOverflow([1 << 62, 8, 0], dtype: "U8")
      ),
      (
        #"{"dtype": "U8", "shape": [2305843009213693952], "data_offsets": [0, 8]}"#,
        .sizeOverflow([1 << 61], dtype: "U8")
      ),
      (#"{"dtype": "F4", "shape": [15], "data_offsets": [0, 8]}"#, .partialByte([15], dtype: "F4")),
      (
        #"{"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}"#,
        .sizeMismatch(offsets: 0..<8, expected: 12, dtype: "F32", sizes: [3])
      ),
      (#"{"dtype": "U8", "shape": [7], "data_offsets": [1, 8]}"#, .hole(start: 1, expected: 0)),
      (
        #"{"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}, "s": {"dtype": "U8", "shape": [5], "data_offsets": [0, 5]}"#,
        .overlap(start: 4, other: "s", otherEnd: 5)
      ),
      (
        #"{"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}, "s": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}"#,
        .hole(start: 4, expected: 3)
      ),
      (
        #"{"dtype": "F0", "shape": [9], "data_offsets": [4, 8]}, "s": {"dtype": "U8", "shape": [5], "data_offsets": [0, 5]}"#,
        .overlap(start: 4, other: "s", otherEnd: 5)
      ),
    ] as [(String, SafetensorsError.TensorProblem)])
  func tensors(entry: String, expected: SafetensorsError.TensorProblem) throws {
    let bytes = safetensorsBytes("{\"t\": \(entry)}", data: [0, 1, 2, 3, 4, 5, 6, 7])
    let path = try directory.file("m.safetensors", bytes)
    #expect(throws: SafetensorsError.malformedTensor(path: path, name: "t", expected)) {
      try Safetensors.open(path)
    }
  }

  @Test func messages() {
    #expect(
      "\(SafetensorsError.malformedTensor(path: "m", name: "w", .sizeMismatch(offsets: 0..<8, expected: 12, dtype: "F32", sizes: [3])))"
        == "m: tensor 'w': F32 [3] takes 12 bytes, but 'data_offsets' [0, 8] are 8 apart")
    #expect(throws: SafetensorsError.file(FileError(.open, "/absent", .system(ENOENT)))) {
      try Safetensors.open("/absent")
    }
  }

  /// Whatever is wrong with a file, opening it returns, and what it gives can be read to the end.
  @Test func damagedFilesNeverTrap() throws {
    let header = #"""
      {"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"v":{"dtype":"F16","shape":[4],"data_offsets":[16,24]}}
      """#
    let good = safetensorsBytes(header, data: Array(0..<24))
    var accepted = 0
    var generator = SystemRandomNumberGenerator()
    for round in 0..<3000 {
      var bytes = good
      if round < good.count {
        bytes.removeLast(round)
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
      }
      let path = try directory.file("m.safetensors", bytes)
      guard let file = try? Safetensors.open(path) else { continue }
      accepted += 1
      for entry in file.entries {
        var count = 0
        entry.tensor.forEachChunk { count += $0.count }
        #expect(count == entry.tensor.element.byteCount(of: entry.tensor.elementCount))
      }
    }
    // The whole file is among the rounds, and most single bytes of data may change.
    #expect(accepted > 100 && accepted < 2500)
  }
}
