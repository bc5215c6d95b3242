import Checkpoints
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ header: String, data: [UInt8] = []) throws -> Safetensors {
    try Safetensors.open(directory.file("m.safetensors", safetensorsBytes(header, data: data)))
  }

  private func bytes(_ tensor: Tensor) -> [UInt8] {
    var bytes: [UInt8] = []
    tensor.forEachChunk { bytes += $0 }
    return bytes
  }

  @Test func readsTensorsInHeaderOrder() throws {
    let header = #"""
      {"__metadata__": {"format": "pt", "note": "é"},
       "w": {"dtype": "F32", "shape": [2, 1], "data_offsets": [3, 11]},
       "empty": {"dtype": "I64", "shape": [0, 5], "data_offsets": [3, 3]},
       "b": {"dtype": "I8", "shape": [3], "data_offsets": [0, 3], "extra": [1]},
       "s": {"dtype": "BOOL", "shape": [], "data_offsets": [11, 12]}}
      """#
    // One to eight blanks after the header put the data at every alignment.
    for padding in 0..<8 {
      let file = try open(
        header + String(repeating: " ", count: padding), data: [1, 2, 0xFF] + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0] + [1])
      #expect(file.entries.map(\.name) == ["w", "empty", "b", "s"])
      #expect(file.entries.map(\.tensor.element) == [.f32, .i64, .i8, .bool])
      #expect(file.entries.map(\.tensor.sizes) == [[2, 1], [0, 5], [3], []])
      #expect(file.metadata.map(\.key) == ["format", "note"])
      #expect(file.metadata.map(\.value) == ["pt", "é"])
      #expect(try file["w"]?.float32Elements() == [1, -2])
      #expect(file["b"]?.integerElements == [1, 2, -1])
      #expect(file["s"]?.integerElements == [1])
      #expect(file["empty"]?.integerElements == [])
      #expect(file["b"].map(bytes) == [1, 2, 0xFF])
      #expect(file["none"] == nil)
    }
  }

  @Test func emptyFiles() throws {
    #expect(try open("{}").entries.isEmpty)
    #expect(try open(#"{"__metadata__": {}}"#).metadata.isEmpty)
  }

  @Test(
    arguments: [
      ("BOOL", .bool, 1), ("U8", .u8, 1), ("I8", .i8, 1), ("F8_E4M3", .f8e4m3fn, 1), ("F8_E5M2", .f8e5m2, 1),
      ("F8_E8M0", .f8e8m0, 1), ("F8_E4M3FNUZ", .f8e4m3fnuz, 1), ("F8_E5M2FNUZ", .f8e5m2fnuz, 1),
      ("U16", .u16, 2), ("I16", .i16, 2), ("F16", .f16, 2), ("BF16", .bf16, 2),
      ("U32", .u32, 4), ("I32", .i32, 4), ("F32", .f32, 4),
      ("U64", .u64, 8), ("I64", .i64, 8), ("F64", .f64, 8), ("C64", .c64, 8),
    ] as [(String, ElementType, Int)])
  func elementTypes(name: String, element: ElementType, width: Int) throws {
    let header = #"{"t": {"dtype": "\#(name)", "shape": [3], "data_offsets": [0, \#(3 * width)]}}"#
    let file = try open(header, data: [UInt8](repeating: 0, count: 3 * width))
    #expect(file["t"]?.element == element)
    #expect(throws: SafetensorsError.self) { try open(header, data: [UInt8](repeating: 0, count: 3 * width - 1)) }
  }

  @Test func fourBitElementsShareBytes() throws {
    let file = try open(
      #"{"t": {"dtype": "F4", "shape": [2, 2], "data_offsets": [0, 2]}}"#, data: [0x21, 0xF7])
    #expect(try file["t"]?.float32Elements() == [0.5, 1, 6, -6])
  }

  /// Four elements in three bytes, the first in the lowest bits.
  @Test func elementsOfSixBitsGoOnInTheNextByte() throws {
    let bits: [UInt32] = [0x08, 0x1F, 0x29, 0x01]
    let word = zip(bits, [0, 6, 12, 18] as [UInt32]).reduce(0) { $0 | $1.0 << $1.1 }
    let data = [word, word >> 8, word >> 16].map { UInt8(truncatingIfNeeded: $0) }
    let file = try open(
      """
      {"a": {"dtype": "F6_E2M3", "shape": [2, 2], "data_offsets": [0, 3]},
       "b": {"dtype": "F6_E3M2", "shape": [4], "data_offsets": [3, 6]}}
      """, data: data + data)
    #expect(try file["a"]?.float32Elements() == [1, 7.5, -1.125, 0.125])
    #expect(try file["b"]?.float32Elements() == [0.5, 28, -0.625, 0.0625])
    let statistics = TensorStatistics.of(["a", "b"].compactMap { file[$0] })
    #expect(statistics.map { $0?.minimum } == [-1.125, -0.625])
    #expect(statistics.map { $0?.maximum } == [7.5, 28])
    #expect(statistics.map { $0?.mean } == [1.875, 6.984375])
  }

  @Test func unknownElementTypesAreListed() throws {
    let file = try open(
      """
      {"a": {"dtype": "F5_E2M2", "shape": [4], "data_offsets": [0, 3]},
       "b": {"dtype": "U8", "shape": [1], "data_offsets": [3, 4]}}
      """, data: [1, 2, 3, 4])
    #expect(file["a"] == nil)
    #expect(file["b"]?.integerElements == [4])
    let start = file.file.count - 4
    let entry = try #require(file.unsupported.first)
    #expect(file.unsupported.count == 1)
    #expect(entry.name == "a" && entry.dtype == "F5_E2M2" && entry.sizes == [4])
    #expect(entry.range == start..<start + 3)
  }

  @Test func namesAreKeptAsTheyAre() throws {
    let names = ["", "a.b/c d", "é水😀", "\\\"", String(repeating: "x", count: 10_000)]
    let members = names.map { name in
      let escaped = name.replacing(#"\"#, with: #"\\"#).replacing(#"""#, with: #"\""#)
      return #""\#(escaped)": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}"#
    }
    #expect(try open("{\(members.joined(separator: ","))}").entries.map(\.name) == names)
  }
}
