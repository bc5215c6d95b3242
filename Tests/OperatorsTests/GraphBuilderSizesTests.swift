import Graphs
import Operators
import Tensors
import Testing

struct GraphBuilderSizesTests {
  static let n = Dimension.symbol("N")
  static let h = Dimension.symbol("H")
  static let w = Dimension.symbol("W")

  static func builder(opset: Int) -> GraphBuilder {
    var builder = GraphBuilder(opsets: ["": opset])
    _ = builder.input("x", .f32, [n, 3, h, w])
    return builder
  }

  static func sizes(_ sizes: [Dimension], _ builder: inout GraphBuilder) throws -> Value.ID {
    let value = builder.sizes(sizes)
    return try #require(value)
  }

  static func size(_ size: Dimension, _ builder: inout GraphBuilder) throws -> Value.ID {
    let value = builder.size(size)
    return try #require(value)
  }

  static func reshapeTarget(
    of input: Value.ID, _ dimensions: [Dimension], _ builder: inout GraphBuilder
  ) throws -> Value.ID {
    let value = builder.reshapeTarget(of: input, dimensions: dimensions)
    return try #require(value)
  }

  @Test func constantSizesAreAConstant() throws {
    var builder = Self.builder(opset: 17)
    let value = try Self.sizes([2, 3], &builder)
    #expect(builder.name(value) == "{2, 3}" && builder.text() == [])
  }

  @Test func symbolsAreLookedUp() throws {
    var builder = Self.builder(opset: 17)
    _ = try Self.sizes([Self.n, 1, 5, Self.h, Self.w], &builder)
    #expect(builder.text() == ["Shape(x) end=1", "Shape(x) start=2", "Concat(Shape, {1, 5}, Shape) axis=0"])
    let count = builder.text().count
    _ = try Self.sizes([Self.n, 1, 5, Self.h, Self.w], &builder)
    _ = try Self.sizes([Self.n], &builder)
    #expect(builder.text().count == count, "what is written already is not written again")
  }

  @Test func shapeHasNoBoundsBefore15() throws {
    var builder = Self.builder(opset: 13)
    _ = try Self.sizes([Self.n, 1], &builder)
    _ = try Self.sizes([Self.h, 1], &builder)
    #expect(
      builder.text() == [
        "Shape(x)", "Gather(Shape, {0}) axis=0", "Concat(Gather, {1}) axis=0", "Gather(Shape, {2}) axis=0",
        "Concat(Gather, {1}) axis=0",
      ])
  }

  @Test func aSymbolWithoutASourceIsAProblem() throws {
    var builder = Self.builder(opset: 17)
    let unknownSymbol = builder.sizes([.symbol("K"), 1])
    #expect(unknownSymbol == nil)
    #expect(builder.problems.map(\.identifier) == ["dimension-without-source"])
    let unknownSize = builder.sizes([.unknown])
    #expect(unknownSize == nil)
    #expect(builder.problems.map(\.identifier) == ["dimension-without-source"])
    _ = try Self.size(Self.n, &builder)
    #expect(builder.problems.isEmpty)
  }

  @Test func subgraphsKeepTheirSizesToThemselves() throws {
    var builder = Self.builder(opset: 17)
    _ = builder.sizes([Self.n])
    let body = builder.beginRegion()
    _ = builder.input("y", .f32, [.symbol("K")])
    _ = try Self.sizes([Self.n], &builder)
    _ = try Self.sizes([.symbol("K")], &builder)
    builder.endRegion()
    #expect(builder.text(of: body) == ["Shape(y)"])
    let outside = builder.sizes([.symbol("K")])
    #expect(outside == nil)
  }

  @Test(
    arguments: [13, 17],
    [
      n * h, 2 * n + 3, h - w, 7 - n, n * n * 4 - h, h.floorDivided(by: 2), (h - 7).floorDivided(by: 3) + 1,
      h.ceilDivided(by: 2) * w.ceilDivided(by: 4), h.modulo(5), .minimum(h, w), .maximum(h, 2 * w) - 1,
      (n * h).floorDivided(by: w), (h.floorDivided(by: 2) - 3).floorDivided(by: 2) * n, 0 - n,
    ])
  func arithmeticComputesTheSize(opset: Int, size: Dimension) throws {
    for bindings in [["N": 1, "H": 224, "W": 224], ["N": 3, "H": 5, "W": 8], ["N": 2, "H": 31, "W": 1]] {
      var builder = Self.builder(opset: opset)
      let vector = try Self.sizes([size, 1], &builder)
      let scalar = try Self.size(size, &builder)
      var machine = SizeMachine(builder.graph, bindings)
      let expected = try #require(size.evaluated(bindings))
      #expect(machine.value(vector) == [expected, 1], "\(size) for \(bindings)")
      #expect(machine.value(scalar) == [expected], "\(size) for \(bindings)")
      #expect(builder.known(scalar).type == .tensor(TensorType(.i64, [])))
      #expect(builder.known(vector).elements == [size, 1])
    }
  }

  @Test func divisorsOfSymbolsAreSpelledOut() throws {
    let height = Dimension.symbol("H", divisibleBy: 32)
    var builder = GraphBuilder(opsets: ["": 17])
    _ = builder.input("x", .f32, [height, 3])
    let size = height.floorDivided(by: 8) + height.floorDivided(by: 32)
    let vector = try Self.sizes([size], &builder)
    var machine = SizeMachine(builder.graph, ["H": 64])
    #expect(machine.value(vector) == [10])
  }

  @Test func reshapeTargets() throws {
    let (n, s) = (Self.n, Dimension.symbol("S"))
    let cases: [([Dimension], [Dimension], String)] = [
      ([n, s, 768], [n, s, 12, 64], "{0, 0, 12, 64}"),
      ([n, s, 768], [n * s, 768], "{-1, 768}"),
      ([n, 12, s, 64], [n, s, 768], "{0, -1, 768}"),
      ([2, 3, 4], [6, 4], "{6, 4}"),
      ([n, s, 768], [n, .unknown], "{0, -1}"),
      ([n, s, 768], [n, s, 12, 60], "{0, 0, 12, 60}"),
      ([n, s, 768], [768, n * s], "{768, -1}"),
      ([n, 3, s], [n, 3 * s], "{0, -1}"),
    ]
    for (from, to, expected) in cases {
      var builder = GraphBuilder(opsets: ["": 17])
      let x = builder.input("x", .f32, from)
      let target = try Self.reshapeTarget(of: x, to, &builder)
      #expect(builder.name(target) == expected, "\(from) to \(to)")
    }
  }

  @Test func reshapeTargetFallsBackToSizes() throws {
    let (n, s) = (Self.n, Dimension.symbol("S"))
    var builder = GraphBuilder(opsets: ["": 17])
    let x = builder.input("x", .f32, [n, s, 768])
    _ = try Self.reshapeTarget(of: x, [s, n, 768], &builder)
    #expect(builder.text() == ["Shape(x) start=1 end=2", "Concat(Shape, {-1, 768}) axis=0"])
    // The count is not what the input has: nothing is left to −1.
    var other = GraphBuilder(opsets: ["": 17])
    let y = other.input("y", .f32, [n, s])
    _ = try Self.reshapeTarget(of: y, [s, 5], &other)
    #expect(other.text() == ["Shape(y) start=1", "Concat(Shape, {5}) axis=0"])
  }
}

/// Runs the operators that sizes are written with, by ONNX's definitions of them, on concrete inputs.
struct SizeMachine {
  private let graph: Graph
  private let bindings: [String: Int]
  private var values: [Value.ID: [Int]] = [:]

  init(_ graph: Graph, _ bindings: [String: Int]) {
    self.graph = graph
    self.bindings = bindings
  }

  mutating func value(_ id: Value.ID) -> [Int]? {
    if let value = values[id] { return value }
    guard case .result(let node, _) = graph.values[id].definition else { return nil }
    let result = run(graph.nodes[node])
    values[id] = result
    return result
  }

  private mutating func run(_ node: Node) -> [Int]? {
    if node.operatorType == "Constant" {
      guard let tensor = node[attribute: "value"]?.tensor, case .bytes(let bytes) = tensor.storage else { return nil }
      return (0..<tensor.elementCount).map { index in
        bytes[8 * index..<8 * index + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      }
    }
    if node.operatorType == "Shape" {
      guard let input = node.inputs[0], let sizes = graph.values[input].type.shape?.dimensions else { return nil }
      let start = Int(node[attribute: "start"]?.int ?? 0)
      let end = Int(node[attribute: "end"]?.int ?? Int64(sizes.count))
      return sizes[start..<end].compactMap { $0.evaluated(bindings) }
    }
    var inputs: [[Int]] = []
    for input in node.inputs {
      guard let value = input.flatMap({ value($0) }) else { return nil }
      inputs.append(value)
    }
    let pairs = { (combine: (Int, Int) -> Int) in [inputs.dropFirst().reduce(inputs[0][0]) { combine($0, $1[0]) }] }
    switch node.operatorType {
    case "Concat": return inputs.flatMap(\.self)
    case "Gather": return inputs[1].map { inputs[0][$0] }
    case "Squeeze": return inputs[0]
    case "Add": return pairs(+)
    case "Sub": return pairs(-)
    case "Mul": return pairs(*)
    case "Min": return pairs(min)
    case "Max": return pairs(max)
    // Rounds towards zero.
    case "Div": return pairs(/)
    // Has the divisor's sign.
    case "Mod": return pairs { ($0 % $1 + $1) % $1 }
    default: return nil
    }
  }
}
