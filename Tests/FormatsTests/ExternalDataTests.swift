import Formats
import Glibc
import Graphs
import Tensors
import Testing

@Suite struct ExternalDataTests {
  private let folder = TemporaryFolder()

  /// A model with an initializer of each of these numbers of bytes, all of them its number.
  private static func model(_ counts: [Int]) -> Model {
    var graph = Graph(name: "g")
    for (index, count) in counts.enumerated() {
      let value = graph.values.append(
        Value(name: "w\(index)", type: .tensor(TensorType(.u8, nil as Shape?)), definition: .initializer(graph.body)))
      let tensor = Tensor(.u8, [count], .bytes([UInt8](repeating: UInt8(index + 1), count: count)))
      graph.regions[graph.body].initializers.append(Initializer(value: value, tensor: tensor, role: .parameter))
    }
    return Model(graph: graph, opsetImports: [OpsetImport(domain: "", version: 21)], irVersion: 10)
  }

  private static func ranges(_ model: Model) -> [String] {
    model.graph.regions[model.graph.body].initializers.map { initializer in
      guard case .mapped(let file, let range) = initializer.tensor.storage else { return "copied" }
      return file.path.hasSuffix(".data") ? "\(range)" : "inside"
    }
  }

  @Test func placesLargeInitializersInAFileOfTheirOwn() throws {
    var options = ONNXWriter.Options()
    options.externalData = .always
    try ONNXWriter.write(Self.model([1023, 1024, 1100, 5000, 4096]), to: folder / "m.onnx", options: options)
    #expect(folder.names == ["m.onnx", "m.onnx.data"])
    let data = folder.bytes(of: "m.onnx.data")
    let model = try ONNXReader.read(folder / "m.onnx")
    #expect(Self.ranges(model) == ["inside", "0..<1024", "1024..<2124", "4096..<9096", "12288..<16384"])
    #expect(data.count == 16384)
    #expect(data[0] == 2 && data[1024] == 3 && data[2124] == 0 && data[4096] == 4 && data[9096] == 0)
    #expect(data[12288...] == ArraySlice(repeating: 5, count: 4096))
  }

  @Test(arguments: [(0, ["m.onnx"]), (1, ["m.onnx", "m.onnx.data"])])
  func movesDataOutWhereTheModelIsTooLarge(_ excess: Int, _ names: [String]) throws {
    let model = Self.model([2000, 2000])
    try ONNXWriter.write(model, to: folder / "m.onnx")
    var options = ONNXWriter.Options()
    options.maximumFileSize = folder.bytes(of: "m.onnx").count - excess
    try ONNXWriter.write(model, to: folder / "m.onnx", options: options)
    #expect(folder.names == names)
  }

  @Test func bringsDataBack() throws {
    let model = Self.model([3000, 5000])
    try ONNXWriter.write(model, to: folder / "inside.onnx")
    var options = ONNXWriter.Options()
    options.externalData = .always
    try ONNXWriter.write(model, to: folder / "m.onnx", options: options)
    // Onto the files that the weights are read from.
    try ONNXWriter.write(try ONNXReader.read(folder / "m.onnx"), to: folder / "m.onnx", options: options)
    try ONNXWriter.write(try ONNXReader.read(folder / "m.onnx"), to: folder / "again.onnx")
    #expect(folder.bytes(of: "again.onnx") == folder.bytes(of: "inside.onnx"))
  }

  @Test func makesNoFileForNothing() throws {
    var options = ONNXWriter.Options()
    options.externalData = .always
    try ONNXWriter.write(Self.model([10, 0]), to: folder / "m.onnx", options: options)
    #expect(folder.names == ["m.onnx"])
  }

  /// The `external_data` entries of a tensor of 4 bytes; a file `d` of 8 bytes is in the folder, `link` leads out of it.
  @Test(
    arguments: [
      ([("location", "d")], nil),
      ([("location", "./d"), ("offset", "4")], nil),
      ([("location", "inner"), ("offset", "2"), ("length", "4"), ("checksum", "x")], nil),
      ([], "relative to the model's folder"),
      ([("location", "/etc/hostname")], "relative to the model's folder"),
      ([("location", "../d")], "without '..'"),
      ([("location", "x/../d")], "without '..'"),
      ([("location", "d\u{0}")], "relative to the model's folder"),
      ([("location", "missing")], "is not there"),
      ([("location", "link")], "a link out of the model's folder"),
      ([("location", ".")], "a link out of the model's folder"),
      ([("location", "d"), ("offset", "5")], "which ends at 8"),
      ([("location", "d"), ("offset", "9223372036854775807")], "which ends at 8"),
      ([("location", "d"), ("offset", "9223372036854775808")], "as the offset"),
      ([("location", "d"), ("offset", "-4")], "as the offset"),
      ([("location", "d"), ("offset", "")], "as the offset"),
      ([("location", "d"), ("length", "5")], "5 bytes of external data where its sizes ask for 4"),
      ([("location", "d"), ("length", "4x")], "as the length"),
    ] as [([(String, String)], String?)])
  func resolves(_ entries: [(String, String)], _ refusal: String?) throws {
    _ = folder.write([0, 1, 2, 3, 4, 5, 6, 7], to: "d")
    symlink("d", folder / "inner")
    symlink("/etc/passwd", folder / "link")
    var tensor = Wire.field(1, 4) + Wire.field(2, 2) + Wire.field(8, "w") + Wire.field(14, 1)
    for (key, value) in entries { tensor += Wire.field(13, Wire.field(1, key) + Wire.field(2, value)) }
    let path = folder.write(Wire.model(tensor: tensor), to: "m.onnx")
    if let refusal {
      #expect {
        try ONNXReader.read(path)
      } throws: { "\($0)".contains("at byte 6, tensor 'w' ") && "\($0)".contains(refusal) }
    } else {
      let offset = entries.first { $0.0 == "offset" }.flatMap { Int($0.1) } ?? 0
      let graph = try ONNXReader.read(path).graph
      var bytes: [UInt8] = []
      graph.regions[graph.body].initializers[0].tensor.forEachChunk { bytes += $0 }
      #expect(bytes == (offset..<(offset + 4)).map { UInt8($0) })
    }
  }
}
