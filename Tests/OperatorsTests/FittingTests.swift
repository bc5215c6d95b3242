import Graphs
import Operators
import Tensors
import Testing

/// A call made for one version of an operator, and the node that each operator set gets.
struct FittingTests {
  static let opsets = [13, 17, 18, 21]

  struct Fitted {
    var nodes: [String]
    var problems: [String]
  }

  /// Calls an operator on an input `x` and constants.
  static func fit(
    _ name: String, declaredAt declared: Int = 21, opset: Int, x: (ElementType, [Dimension]?) = (.f32, [2, 6, 7]),
    constants: [[Int]?] = [], attributes: [Attribute] = [], outputCount: Int = 1
  ) throws -> Fitted {
    var builder = GraphBuilder(opsets: ["": opset])
    let input = builder.input("x", x.0, x.1)
    let others = constants.map { $0.map { builder.constant(.i64($0)) } }
    let schema = try #require(Catalogue.schema(name: name, opset: declared))
    let call = OperatorCall(
      name, inputs: [input] + others, attributes: attributes, outputCount: outputCount, origin: Origin())
    let result = builder.call(call, declared: schema)
    #expect(result.outputs.count == outputCount)
    return Fitted(nodes: builder.text(), problems: result.problems.map(\.message))
  }

  @Test(arguments: ["ReduceMean", "ReduceMax", "ReduceL2"], opsets)
  func axesOfReductions(name: String, opset: Int) throws {
    let expected = opset < 18 ? "\(name)(x) keepdims=0 axes=[-1]" : "\(name)(x, {-1}) keepdims=0"
    let keep = [Attribute("keepdims", .int(0))]
    #expect(try Self.fit(name, opset: opset, constants: [[-1]], attributes: keep).nodes == [expected])
    // The same from the older form, whose attribute becomes an input.
    let old = keep + [Attribute("axes", .ints([-1]))]
    let fromOld = try Self.fit(name, declaredAt: 13, opset: opset, attributes: old)
    #expect(fromOld.nodes == [opset < 18 ? expected : "\(name)(x, {-1}) keepdims=0"])
    #expect(fromOld.problems == [])
  }

  @Test(arguments: opsets)
  func noopWithEmptyAxes(opset: Int) throws {
    let fitted = try Self.fit("ReduceSum", opset: opset, attributes: [Attribute("noop_with_empty_axes", .int(1))])
    #expect(fitted.nodes == ["ReduceSum(x) noop_with_empty_axes=1"])
    let late = try Self.fit("ReduceMax", opset: opset, attributes: [Attribute("noop_with_empty_axes", .int(1))])
    let problem =
      "the attribute `noop_with_empty_axes` of ReduceMax needs operator set 18; the model is written for \(opset)"
    #expect(late.problems == (opset < 18 ? [problem] : []))
    let harmless = try Self.fit("ReduceMax", opset: opset, attributes: [Attribute("noop_with_empty_axes", .int(0))])
    #expect(harmless.nodes == [opset < 18 ? "ReduceMax(x)" : "ReduceMax(x) noop_with_empty_axes=0"])
  }

  @Test(arguments: ["Squeeze", "Unsqueeze"], opsets)
  func axesOfSqueeze(name: String, opset: Int) throws {
    let x: (ElementType, [Dimension]?) = (.f32, [1, 6])
    #expect(try Self.fit(name, opset: opset, x: x, constants: [[0]]).nodes == ["\(name)(x, {0})"])
    let old = [Attribute("axes", .ints([0]))]
    #expect(try Self.fit(name, declaredAt: 11, opset: opset, x: x, attributes: old).nodes == ["\(name)(x, {0})"])
    // A newer form with the attribute of the older: matched by name as well.
    #expect(try Self.fit(name, opset: opset, x: x, attributes: old).nodes == ["\(name)(x, {0})"])
    #expect(try Self.fit(name, opset: 11, x: x, constants: [[0]]).nodes == ["\(name)(x) axes=[0]"])
  }

  @Test(arguments: opsets)
  func splitIntoEqualParts(opset: Int) throws {
    let attributes = [Attribute("axis", .int(1)), Attribute("num_outputs", .int(2))]
    let fitted = try Self.fit("Split", opset: opset, attributes: attributes, outputCount: 2)
    #expect(fitted.nodes == [opset < 18 ? "Split(x) axis=1" : "Split(x) axis=1 num_outputs=2"])
    let old = try Self.fit(
      "Split", declaredAt: 13, opset: opset, attributes: [Attribute("axis", .int(1))], outputCount: 2)
    #expect(old.nodes == fitted.nodes)
    #expect(fitted.problems + old.problems == [])
  }

  @Test(arguments: opsets)
  func splitIntoUnequalParts(opset: Int) throws {
    let attributes = [Attribute("axis", .int(-1)), Attribute("num_outputs", .int(3))]
    let fitted = try Self.fit("Split", opset: opset, attributes: attributes, outputCount: 3)
    #expect(fitted.nodes == [opset < 18 ? "Split(x, {3, 3, 1}) axis=-1" : "Split(x) axis=-1 num_outputs=3"])
    let unknown = try Self.fit("Split", opset: opset, x: (.f32, nil), attributes: attributes, outputCount: 3)
    let problem =
      "`num_outputs` of Split, where the size of the axis is unknown, needs operator set 18; the model is written for \(opset)"
    #expect(unknown.problems == (opset < 18 ? [problem] : []))
  }

  @Test(arguments: [7] + opsets)
  func boundsOfClip(opset: Int) throws {
    let attributes = [Attribute("min", .float(0)), Attribute("max", .float(6))]
    let old = try Self.fit("Clip", declaredAt: 7, opset: opset, attributes: attributes)
    #expect(old.nodes == [opset < 11 ? "Clip(x) min=0.0 max=6.0" : "Clip(x, 0.0, 6.0)"])
    let half = try Self.fit("Clip", declaredAt: 7, opset: opset, x: (.f16, [2]), attributes: [attributes[1]])
    #expect(half.nodes == [opset < 11 ? "Clip(x) max=6.0" : "Clip(x, _, f16 0x4600)"])
    #expect(old.problems + half.problems == [])
  }

  @Test(arguments: opsets)
  func axesOfPad(opset: Int) throws {
    let fitted = try Self.fit("Pad", opset: opset, constants: [[1, 2, 3, 4], nil, [-1, 0]])
    #expect(fitted.nodes == [opset < 18 ? "Pad(x, {2, 0, 1, 4, 0, 3})" : "Pad(x, {1, 2, 3, 4}, _, {-1, 0})"])
    let old = [Attribute("pads", .ints([0, 1, 0, 0, 1, 0])), Attribute("value", .float(1.5))]
    #expect(
      try Self.fit("Pad", declaredAt: 7, opset: opset, attributes: old).nodes == ["Pad(x, {0, 1, 0, 0, 1, 0}, 1.5)"])
    let wrap = try Self.fit(
      "Pad", opset: opset, constants: [[0, 1, 0, 0, 1, 0]], attributes: [Attribute("mode", .string("wrap"))])
    #expect(wrap.problems == [])
    let around = opset < 19 ? ["Slice(x, {-1}, {9223372036854775807}, {1})"] : ["Pad(x, {0, 1, 0, 0, 1, 0}) mode=wrap"]
    #expect(Array(wrap.nodes.prefix(1)) == around)
    // More than a whole turn.
    let turns = try Self.fit(
      "Pad", opset: opset, constants: [[0, 9, 0, 0, 0, 0]], attributes: [Attribute("mode", .string("wrap"))])
    let problem = "`mode=\"wrap\"` of Pad needs operator set 19; the model is written for \(opset)"
    #expect(turns.problems == (opset < 19 ? [problem] : []))
  }

  @Test func renamesAndDefaults() throws {
    // GridSample's default has another name since 20: said outright.
    var builder = GraphBuilder(opsets: ["": 21])
    let x = builder.input("x", .f32, [1, 3, 8, 8])
    let grid = builder.input("grid", .f32, [1, 4, 4, 2])
    let schema = try #require(Catalogue.schema(name: "GridSample", opset: 16))
    _ = builder.call(
      OperatorCall(
        "GridSample", inputs: [x, grid], attributes: [Attribute("mode", .string("bicubic"))], origin: Origin()),
      declared: schema)
    _ = builder.call(OperatorCall("GridSample", inputs: [x, grid], origin: Origin()), declared: schema)
    #expect(builder.text() == ["GridSample(x, grid) mode=cubic", "GridSample(x, grid) mode=linear"])
    #expect(
      try Self.fit("TopK", declaredAt: 9, opset: 13, attributes: [Attribute("k", .int(2))]).nodes == ["TopK(x, {2})"])
  }

  @Test func batchNormalizationKeepsPlacesWhoseNamesChanged() throws {
    var builder = GraphBuilder(opsets: ["": 17])
    let x = builder.input("x", .f32, [1, 3, 8, 8])
    let others = ["s", "b", "m", "v"].map { builder.input($0, .f32, [3]) }
    let old = try #require(Catalogue.schema(name: "BatchNormalization", opset: 9))
    let result = builder.call(
      OperatorCall("BatchNormalization", inputs: [x] + others, origin: Origin()), declared: old)
    #expect(builder.text() == ["BatchNormalization(x, s, b, m, v)"] && result.problems.isEmpty)
  }

  @Test func softmaxBefore13() throws {
    #expect(try Self.fit("Softmax", declaredAt: 11, opset: 17, x: (.f32, [2, 6])).nodes == ["Softmax(x) axis=1"])
    let problems = try Self.fit("Softmax", declaredAt: 11, opset: 17).problems
    #expect(problems.count == 1 && problems[0].hasPrefix("Softmax over axis 1 means another thing"))
  }

  @Test func laterValuesTypesAndAttributes() throws {
    let saturate = {
      try Self.fit("Cast", opset: 13, attributes: [Attribute("to", .int(10)), Attribute("saturate", .int($0))])
    }
    #expect(try saturate(1).nodes == ["Cast(x) to=10"])
    #expect(
      try saturate(0).problems
        == ["the attribute `saturate` of Cast needs operator set 19; the model is written for 13"])
    let half = try Self.fit("Conv", opset: 21, x: (.bf16, [1, 3, 8, 8]))
    #expect(half.problems.contains("bf16 for `X` of Conv needs operator set 22; the model is written for 21"))
    let allowzero = [Attribute("allowzero", .int(1))]
    #expect(
      try Self.fit("Reshape", opset: 13, constants: [[7, 12]], attributes: allowzero).nodes == ["Reshape(x, {7, 12})"])
    let early = try Self.fit("ReduceMax", opset: 13, x: (.f32, [2]), constants: [[0]])
    #expect(early.problems == [])
  }

  @Test func inputThatIsNoConstantCannotBecomeAnAttribute() throws {
    var builder = GraphBuilder(opsets: ["": 17])
    let x = builder.input("x", .f32, [2, 3])
    let axes = builder.input("axes", .i64, [1])
    let schema = try #require(Catalogue.newestSchema(name: "ReduceMax"))
    let result = builder.call(OperatorCall("ReduceMax", inputs: [x, axes], origin: Origin()), declared: schema)
    let problem =
      "an input `axes` of ReduceMax that is no constant needs operator set 18; the model is written for 17"
    #expect(result.problems.map(\.message) == [problem])
    #expect(result.problems.first?.identifier == "not-in-opset" && result.problems.first?.subject == .input(1))
  }

  @Test func constantsThatBecameAttributesGo() throws {
    var builder = GraphBuilder(opsets: ["": 17])
    let x = builder.input("x", .f32, [2, 3])
    let axes = builder.constant(.i64([0]))
    let schema = try #require(Catalogue.newestSchema(name: "ReduceMax"))
    _ = builder.call(OperatorCall("ReduceMax", inputs: [x, axes], origin: Origin()), declared: schema)
    #expect(builder.graph.regions[builder.region].nodes.count == 2)
    builder.removeReplacedConstants()
    #expect(builder.graph.regions[builder.region].nodes.count == 1)
  }

  @Test func operatorsThatTheOpsetDoesNotHave() throws {
    var builder = GraphBuilder(opsets: ["": 13])
    let x = builder.input("x", .f32, [2, 3])
    let late = try #require(Catalogue.newestSchema(name: "GridSample"))
    let result = builder.call(OperatorCall("GridSample", inputs: [x, x], origin: Origin()), declared: late)
    #expect(result.problems.first?.identifier == "not-in-opset")
    #expect(result.problems.first?.message == "GridSample needs operator set 16; the model is written for 13")
    #expect(result.outputs.count == 1)
  }
}
