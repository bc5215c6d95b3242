import Formats
import Graphs
import Tensors
import Testing

@Suite struct ONNXWriterTests {
  private let folder = TemporaryFolder()

  /// The bytes that the `onnx` package's `SerializeToString` gives for the same model.
  private static let small = hexadecimal(
    """
    080a12046d6963613a6e0a310a01780a000a0177120179220447656d6d2a0f0a05616c706861150000003fa001012a0d0a04
    7065726d40014000a001071201672a11080210014201774a080000803f000000405a160a017812110a0f0801120b0a031201
    4e0a0208020a00620b0a017912060a04080112004202101542050a01641001
    """)

  @Test func writesWhatTheOfficialSerializerWrites() throws {
    try ONNXWriter.write(SampleModels.small(), to: folder / "m.onnx")
    #expect(folder.bytes(of: "m.onnx") == Self.small)
    #expect(folder.names == ["m.onnx"])
  }

  @Test func streamsGeneratedWeights() throws {
    try ONNXWriter.write(SampleModels.small(weights: .generated(.ones, seed: 1)), to: folder / "m.onnx")
    var expected = Self.small
    let weights = try #require(expected.firstRange(of: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]))
    expected.replaceSubrange(weights, with: [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F])
    #expect(folder.bytes(of: "m.onnx") == expected)
  }

  @Test func replacesTheFileItReadsFrom() throws {
    try ONNXWriter.write(SampleModels.small(), to: folder / "m.onnx")
    try ONNXWriter.write(try ONNXReader.read(folder / "m.onnx"), to: folder / "m.onnx")
    #expect(folder.bytes(of: "m.onnx") == Self.small)
  }

  @Test(arguments: [
    (Tensor(.f32, [3], .bytes([0, 0, 0, 0])), "has 4 bytes where its sizes ask for 12"),
    (Tensor(.f32, [-1], .bytes([])), "has sizes [-1], which no memory can hold"),
    (Tensor(.f32, [.max, 2], .generated(.zeros, seed: 0)), "has sizes [\(Int.max), 2], which no memory can hold"),
    (Tensor(.f32, [.max], .generated(.zeros, seed: 0)), "has sizes [\(Int.max)], which no memory can hold"),
    (Tensor(.string, [1], .generated(.zeros, seed: 0)), "has no strings as its elements"),
    (Tensor(.i8, [1], .strings([[]])), "has strings as elements of type i8"),
    (Tensor(.string, [2], .strings([[]])), "has 1 strings where its sizes ask for 2"),
  ])
  func refusesTensor(_ tensor: Tensor, _ reason: String) {
    var model = SampleModels.small()
    model.graph.regions[model.graph.body].initializers[0].tensor = tensor
    #expect(throws: ONNXError.invalidTensor(path: folder / "m.onnx", name: "w", reason: reason)) {
      try ONNXWriter.write(model, to: folder / "m.onnx")
    }
    #expect(folder.names == [])
  }

  @Test func refusesAValueWithoutAName() {
    var model = SampleModels.small()
    model.graph.values[model.graph.regions[model.graph.body].outputs[0]].name = ""
    #expect(throws: ONNXError.unnamedValue(path: folder / "m.onnx", user: "the Gemm node ''")) {
      try ONNXWriter.write(model, to: folder / "m.onnx")
    }
    #expect(folder.names == [])
  }

  @Test func refusesAModelThatIsTooLarge() {
    var options = ONNXWriter.Options()
    options.maximumFileSize = Self.small.count - 1
    #expect(throws: ONNXError.tooLarge(path: folder / "m.onnx", bytes: Self.small.count)) {
      try ONNXWriter.write(SampleModels.small(), to: folder / "m.onnx", options: options)
    }
    options.maximumFileSize += 1
    #expect(throws: Never.self) { try ONNXWriter.write(SampleModels.small(), to: folder / "m.onnx", options: options) }
  }

  @Test func reportsAPlaceThatCannotBeWritten() {
    #expect {
      try ONNXWriter.write(SampleModels.small(), to: folder / "missing/m.onnx")
    } throws: { error in
      if case .file(let error) = error as? ONNXError { error.operation == .create } else { false }
    }
  }
}
