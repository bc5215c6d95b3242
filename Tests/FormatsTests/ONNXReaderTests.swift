import Formats
import Graphs
import Tensors
import Testing

@Suite struct ONNXReaderTests {
  private let folder = TemporaryFolder()

  private func read(_ bytes: [UInt8]) throws -> Model { try ONNXReader.read(folder.write(bytes, to: "m.onnx")) }

  /// An element type, the fields of a TensorProto that hold elements, and the bytes that raw data has for them.
  @Test(
    arguments: [
      (ElementType.f32, 2, Wire.field(4, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]), [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]),
      (.f32, 2, [0x25, 0, 0, 0x80, 0x3F, 0x25, 0, 0, 0, 0x40], [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]),
      (.f64, 1, [0x51, 1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]),
      (.i32, 2, Wire.field(5, Wire.varint(.max) + [2]), [255, 255, 255, 255, 2, 0, 0, 0]),
      (.i16, 2, Wire.field(5, -2) + Wire.field(5, 300), [254, 255, 44, 1]),
      (.f16, 1, Wire.field(5, 0xFC00), [0x00, 0xFC]),
      (.i8, 2, Wire.field(5, -1) + Wire.field(5, [5]), [255, 5]),
      (.u8, 1, Wire.field(5, 255), [255]),
      (.bool, 3, Wire.field(5, [0, 1, 2]), [0, 1, 1]),
      (.i4, 3, Wire.field(5, [0x21, 0x03]), [0x21, 0x03]),
      (.u2, 5, Wire.field(5, Wire.varint(0xE4) + [1]), [0xE4, 1]),
      (.i64, 1, Wire.field(7, .min), [0, 0, 0, 0, 0, 0, 0, 0x80]),
      (.u32, 1, Wire.field(11, 0xFFFF_FFFF), [255, 255, 255, 255]),
      (.u64, 1, Wire.field(11, Wire.varint(.max)), [255, 255, 255, 255, 255, 255, 255, 255]),
      (.f32, 0, [], []),
    ] as [(ElementType, Int64, [UInt8], [UInt8])])
  func readsElements(_ element: ElementType, _ count: Int64, _ fields: [UInt8], _ expected: [UInt8]) throws {
    let header = Wire.field(1, count) + Wire.field(2, Int64(element.rawValue)) + Wire.field(8, "w")
    let graph = try read(Wire.model(tensor: header + fields)).graph
    var bytes: [UInt8] = []
    graph.regions[graph.body].initializers[0].tensor.forEachChunk { bytes += $0 }
    #expect(bytes == expected)
  }

  @Test func readsStrings() throws {
    let tensor = Wire.field(1, 2) + Wire.field(2, 8) + Wire.field(6, [0xFF]) + Wire.field(6, "")
    let graph = try read(Wire.model(tensor: tensor)).graph
    guard case .strings(let strings) = graph.regions[graph.body].initializers[0].tensor.storage else {
      Issue.record("no strings")
      return
    }
    #expect(strings == [[0xFF], []])
  }

  @Test func readsPackedAttributeLists() throws {
    let ints = Wire.field(1, "ints") + Wire.field(8, Wire.varint(300) + [1]) + Wire.field(20, 7)
    let floats = Wire.field(1, "floats") + Wire.field(7, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]) + Wire.field(20, 6)
    let node = Wire.field(4, "Op") + Wire.field(5, ints) + Wire.field(5, floats)
    let graph = try read(Wire.model(graph: Wire.field(1, node))).graph
    let attributes = graph.nodes[graph.regions[graph.body].nodes[0]].attributes
    #expect(attributes[0].value.ints == [300, 1])
    guard case .floats([1, 2]) = attributes[1].value else {
      Issue.record("\(attributes[1].value)")
      return
    }
  }

  @Test func takesAnInitializerThatIsAnInputAsOneValue() throws {
    let tensor = Wire.field(2, 1) + Wire.field(8, "w") + Wire.field(9, [0, 0, 0, 0])
    let graph = try read(Wire.model(graph: Wire.field(5, tensor) + Wire.field(11, Wire.field(1, "w")))).graph
    let body = graph.regions[graph.body]
    #expect(body.initializers[0].value == body.inputs[0])
    #expect(graph.values[body.inputs[0]].definition == .input(graph.body, index: 0))
  }

  @Test func findsNodesInAnyOrderAndNamesThatNothingDefines() throws {
    let user = Wire.field(1, "late") + Wire.field(1, "nowhere") + Wire.field(2, "")
    let maker = Wire.field(2, "late") + Wire.field(2, "late")
    let graph = try read(Wire.model(graph: Wire.field(1, user) + Wire.field(1, maker))).graph
    let nodes = graph.regions[graph.body].nodes
    let inputs = graph.nodes[nodes[0]].inputs.compactMap { $0 }
    #expect(graph.values[inputs[0]].definition == .result(nodes[1], index: 0))
    #expect(graph.values[inputs[1]].definition == .undefined)
    #expect(graph.nodes[nodes[0]].outputs == [nil])
    #expect(graph.nodes[nodes[1]].outputs.count == 2)
  }

  private static let element = Wire.field(2, 1)

  /// Bytes, where the error is, and a part of what it says.
  @Test(
    arguments: [
      ([], 0, "ends without a graph"),
      (Wire.field(1, 10), 2, "ends without a graph"),
      (Wire.model(graph: []) + Wire.field(7, ""), 4, "second graph"),
      (Wire.field(7, [0x0A, 0x7F]), 3, "claims 127 bytes"),
      (Wire.field(7, [0x0A]), 3, "ends inside a field"),
      (Wire.field(7, [0x0B, 0x0C]), 2, "group"),
      (Wire.model(tensor: Wire.field(1, -1) + element), 6, "size -1"),
      (Wire.model(tensor: Wire.field(1, .max) + Wire.field(1, 4) + element), 6, "no memory can hold"),
      (Wire.model(tensor: Wire.field(1, .max) + Wire.field(1, .max) + Wire.field(1, 0) + element), 6, "no memory"),
      (Wire.model(tensor: Wire.field(1, 1 << 40) + element), 6, "has 0 bytes where its sizes ask for 4398046511104"),
      (Wire.model(tensor: element + Wire.field(9, [1, 2, 3])), 6, "has 3 bytes where its sizes ask for 4"),
      (Wire.model(tensor: element + Wire.field(4, [1, 2, 3])), 6, "has 3 bytes where its sizes ask for 4"),
      (Wire.model(tensor: Wire.field(2, 99)), 6, "element type 99"),
      (Wire.model(tensor: Wire.field(9, [])), 6, "element type 0"),
      (Wire.model(tensor: Wire.field(2, -1)), 6, "element type 18446744073709551615"),
      (Wire.model(tensor: element + Wire.field(7, 1)), 8, "elements of type f32 are in field 7"),
      (Wire.model(tensor: Wire.field(2, 3) + Wire.field(5, 256)), 8, "256 is no element of type i8"),
      (Wire.model(tensor: element + Wire.field(4, [0, 0, 0, 0]) + Wire.field(7, 1)), 14, "elements of two types"),
      (Wire.model(tensor: element + Wire.field(4, [0, 0, 0, 0]) + Wire.field(9, [0])), 6, "more than one place"),
      (Wire.model(tensor: Wire.field(2, 8) + Wire.field(14, 1)), 6, "strings as external data"),
      (Wire.model(graph: Wire.field(15, Wire.field(3, 1))), 6, "no values or no indices"),
    ] as [([UInt8], Int, String)])
  func refuses(_ bytes: [UInt8], _ offset: Int, _ reason: String) throws {
    let path = folder.write(bytes, to: "m.onnx")
    #expect {
      try ONNXReader.read(path)
    } throws: { error in
      guard case .malformed(path, offset, let actual) = error as? ONNXError else { return false }
      return actual.contains(reason)
    }
  }

  /// Subgraphs within subgraphs, and sequences of sequences.
  @Test(arguments: [true, false], [1, 20, 1000])
  func refusesDeepNesting(_ isGraph: Bool, _ levels: Int) throws {
    var inner: [UInt8] = []
    for _ in 0..<levels {
      inner = isGraph ? Wire.field(1, Wire.field(5, Wire.field(6, inner))) : Wire.field(4, Wire.field(1, inner))
    }
    let bytes = Wire.model(graph: isGraph ? inner : Wire.field(11, Wire.field(2, inner)))
    if levels < 30 {
      #expect(throws: Never.self) { try read(bytes) }
    } else {
      #expect {
        try read(bytes)
      } throws: { "\($0)".contains("nest deeper than 200 levels") }
    }
  }

  @Test func reportsAFileThatIsNotThere() {
    #expect {
      try ONNXReader.read(folder / "missing.onnx")
    } throws: { error in
      if case .file(let error) = error as? ONNXError { error.operation == .open } else { false }
    }
  }
}
