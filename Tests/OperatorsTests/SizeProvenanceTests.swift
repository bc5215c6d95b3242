import Graphs
import Operators
import Tensors
import Testing

/// What the sizes of single calls are made of.
@Suite struct SizeProvenanceTests {
  /// Calls, and what each size of their first result is: sources are `argument.axis` or `argument{element}`, several in
  /// parentheses where they must be equal; attributes that count stand behind, in brackets those that change only the
  /// expression.
  @Test(arguments: [
    (
      "Conv(f32[N, 3, 224, 224], f32[64, 3, 7, 7]; strides=[2, 2], pads=[3, 3, 3, 3])",
      "0.0, 1.0, (0.2 - 1.2)/2 + 4 strides pads, (0.3 - 1.3)/2 + 4 strides pads"
    ),
    (
      "Conv(f32[N, 3, 32, 32], f32[8, 3, 3, 3]; kernel_shape=[3, 3], dilations=[2, 2], strides=[1, 1])",
      "0.0, 1.0, 0.2 - 4 [kernel_shape] dilations, 0.3 - 4 [kernel_shape] dilations"
    ),
    (
      "Conv(f32[N, 3, 32, 32], f32[8, 3, 3, 3]; auto_pad=\"SAME_UPPER\", strides=[2, 2])",
      "0.0, 1.0, (0.2 + 1)/2 auto_pad strides, (0.3 + 1)/2 auto_pad strides"
    ),
    (
      "MaxPool(f32[1, 8, H, 15]; kernel_shape=[2, 3], strides=[2, 1])",
      "1, 0.1, 0.2/2 kernel_shape strides, 0.3 - 2 kernel_shape"
    ),
    ("GlobalAveragePool(f32[N, 8, H, W])", "0.0, 0.1, 1, 1"),
    (
      "ConvTranspose(f32[N, 8, 16, 16], f32[8, 4, 2, 2]; strides=[2, 2])",
      "0.0, 1.1, 2*0.2 + 1.2 - 2 strides, 2*0.3 + 1.3 - 2 strides"
    ),
    ("Reshape(f32[N, 4, 6], i64{0, -1})", "0.0, 0.1*0.2"),
    ("Reshape(f32[N, 4, 6], i64{-1, 8})", "0.0*0.1*0.2/1{1}, 1{1}"),
    ("Reshape(f32[4, 6], i64{N, -1})", "1{0}, 0.0*0.1/1{0}"),
    ("Concat(f32[N, 3], f32[N, 5]; axis=1)", "0.0 axis, 0.1 + 1.1 axis"),
    ("Concat(f32[N, 3], f32[N, 3], f32[M, 3]; axis=0)", "0.0 + 1.0 + 2.0 axis, 0.1 axis"),
    ("Slice(f32[N, 20], i64{0}, i64{10}, i64{1})", "0.0, min(0.1, 2{0})"),
    ("Slice(f32[20, N], i64{-5}, i64{9223372036854775807}, i64{0})", "min(0.0, 5), 0.1"),
    ("Resize(f32[1, 3, H, W], _, f32{1, 1, 2, 0.5})", "1, 0.1, 2*0.2, 0.3/2"),
    ("Resize(f32[1, 3, H, W], _, _, i64{1, 3, 64, 2*W})", "1, 3{1}, 3{2}, 3{3}"),
    ("Upsample@9(f32[1, 3, H, 7], f32{1, 1, 2, 2})", "1, 0.1, 2*0.2, 2*0.3"),
    ("Flatten(f32[N, 3, 4, 5])", "0.0, 0.1*0.2*0.3"),
    ("Flatten(f32[N, 3, 4, 5]; axis=2)", "0.0*0.1 axis, 0.2*0.3 axis"),
    ("MatMul(f32[N, 7, 8], f32[8, 9])", "0.0, 0.1, 1.1"),
    ("MatMul(f32[B, 7, 8], f32[B, 8, 9])", "(0.0 1.0), 0.1, 1.2"),
    ("Gemm(f32[N, 8], f32[9, 8], f32[9]; transB=1)", "0.0, 1.0 transB"),
    ("Add(f32[N, 56, 56], f32[56])", "0.0, 0.1, 0.2"),
    ("Add(f32[N, 1, 56], f32[N, 7, 1])", "(0.0 1.0), 1.1, 0.2"),
    ("Add(f32[N], f32[N])", "(0.0 1.0)"),
    ("Gather(f32[V, 768], i64[N, 12])", "1.0, 1.1, 0.1"),
    ("Gather(f32[V, 768], i64[N, 12]; axis=1)", "0.0 axis, 1.0 axis, 1.1 axis"),
    ("Transpose(f32[N, 3, 4]; perm=[0, 2, 1])", "0.0 perm, 0.2 perm, 0.1 perm"),
    ("Tile(f32[N, 3], i64{2, 4})", "0.0*1{0}, 0.1*1{1}"),
    ("Expand(f32[N, 1], i64{1, 5})", "0.0, 1{1}"),
    ("Pad(f32[N, 3], i64{0, 2, 0, 3})", "0.0, 0.1 + 1{1} + 1{3}"),
    ("Range(i64{{0}}, i64{{N}}, i64{{1}})", "1{0}"),
    ("ReduceMean(f32[N, 3, 4], i64{2}; keepdims=0)", "0.0, 0.1"),
    ("Unsqueeze(f32[N, 3], i64{2})", "0.0, 0.1, 1"),
    ("Squeeze(f32[N, 1, 3], i64{1})", "0.0, 0.2"),
    ("Split(f32[N, 6]; axis=1, num_outputs=2) : 2", "0.0 axis, (0.1 + 1)/2 axis [num_outputs]"),
    ("GatherND(f32[5, N, 7], i64[M, 2])", "1.0, 0.2"),
    ("Einsum(f32[N, 3, 4], f32[N, 4, 5]; equation=\"bij,bjk->bik\")", "(0.0 1.0) equation, 0.1 equation, 1.2 equation"),
    (
      "SpaceToDepth(f32[N, 3, 8, H]; blocksize=2)", "0.0, 4*0.1 blocksize, 0.2/2 blocksize, 0.3/2 blocksize"
    ),
    ("NonZero(f32[3, 4])", "2, ?"),
    ("LSTM(f32[T, N, 8], f32[1, 64, 8], f32[1, 64, 16]; hidden_size=16)", "0.0, 1, 0.1, 16 [hidden_size]"),
    ("TopK(f32[N, 100], i64{5}) : 2", "0.0, 1{0}"),
    ("OneHot(i64[N], i64{{10}}, f32{0, 1})", "0.0, 1{0}"),
    ("Shape(f32[N, 3])", "2"),
  ])
  func sizesOfACall(_ call: String, _ expected: String) throws {
    var calls = CallSizes(call)
    #expect(calls.text == expected, "\(call)")
  }

  /// With the sources' sizes, every formula is the size.
  @Test func formulasGiveTheSizes() throws {
    for call in ["Conv(f32[N, 3, 224, 224], f32[64, 3, 7, 7]; strides=[2, 2])", "Concat(f32[N, 3], f32[N, 5]; axis=1)"]
    {
      var calls = CallSizes(call)
      for step in calls.steps {
        let formula = try #require(step.formula)
        let sizes = Dictionary(step.sources.map { ($0.symbol, $0.size) }, uniquingKeysWith: { first, _ in first })
        #expect(formula.substituting(sizes) == step.size)
      }
    }
  }

  /// Two convolutions behind each other, with what hands sizes on between them.
  @Test func derivationsSkipWhatHandsSizesOn() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    let x = builder.addInput("x", .tensor(TensorType(.f32, [.symbol("N"), 3, 64, 64])))
    let weight = builder.addInput("w", .tensor(TensorType(.f32, [3, 3, 3, 3])))
    let strided = [Attribute("strides", .ints([2, 2])), Attribute("pads", .ints([1, 1, 1, 1]))]
    var y = builder.write("Conv", [x, weight], attributes: strided)[0]
    for _ in 0..<40 { y = builder.write("Relu", [y])[0] }
    let z = builder.write("Add", [y, builder.write("Neg", [y])[0]])[0]
    let last = builder.write("Conv", [z, weight], attributes: strided)[0]
    var provenance = SizeProvenance(builder, budget: 10_000)
    let derivation = provenance.derivation(of: SizeReference(last, .axis(3)))
    #expect(derivation.steps.map(\.size) == [16, 32])
    #expect(
      derivation.steps.map { $0.attributes.map(\.attribute.name) } == [["strides", "pads"], ["strides", "pads"]])
    #expect(derivation.isComplete)
    #expect(provenance.origin(of: SizeReference(last, .axis(0))) == SizeReference(x, .axis(0)))
    #expect(derivation.steps.map { $0.formulaText(\.description) } == ["(32 - 3)/2 + 2", "(64 - 3)/2 + 2"])
  }

  /// The sizes of a target are followed through the arithmetic that makes them.
  @Test func elementsAreFollowed() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    let x = builder.addInput("x", .tensor(TensorType(.f32, [.symbol("N"), .symbol("S"), 12])))
    let shape = builder.write("Shape", [x])[0]
    let index = builder.constant(.i64([1]))
    let size = builder.write("Gather", [shape, index])[0]
    let two = builder.constant(.i64([2]))
    let doubled = builder.write("Mul", [size, two])[0]
    let target = builder.write(
      "Concat", [builder.constant(.i64([-1])), doubled], attributes: [Attribute("axis", .int(0))])[0]
    let y = builder.write("Reshape", [x, target])[0]
    var provenance = SizeProvenance(builder, budget: 10_000)
    let derivation = provenance.derivation(of: SizeReference(y, .axis(1)))
    #expect(derivation.size == 2 * Dimension.symbol("S"))
    #expect(derivation.steps.map { $0.formulaText(\.description) } == ["S*2"])
    #expect(
      derivation.steps.first?.sources.map(\.origin) == [SizeReference(x, .axis(1)), SizeReference(two, .element(0))])
  }

  /// Of calls that are alike one is inferred, however many stand behind each other.
  @Test func longChainsAreFollowedToTheirStart() {
    var builder = GraphBuilder(opsets: ["": 21])
    let x = builder.addInput("x", .tensor(TensorType(.f32, [.symbol("N"), 64, 80])))
    let turn = [Attribute("perm", .ints([0, 2, 1]))]
    var y = x
    for number in 0..<3000 {
      y = builder.write(["Relu", "Tanh", "Neg"][number % 3], [y])[0]
      if number % 10 == 9 { y = builder.write("Transpose", [y], attributes: turn)[0] }
      if number % 10 == 4 { y = builder.write("Add", [y, builder.write("Abs", [y])[0]])[0] }
    }
    var provenance = SizeProvenance(builder, budget: 100)
    #expect(provenance.origin(of: SizeReference(y, .axis(0))) == SizeReference(x, .axis(0)))
    #expect(provenance.origin(of: SizeReference(y, .axis(1))) == SizeReference(x, .axis(1)))
    let turned = builder.write("Transpose", [y], attributes: turn)[0]
    provenance = SizeProvenance(builder, budget: 100)
    #expect(provenance.origin(of: SizeReference(turned, .axis(1))) == SizeReference(x, .axis(2)))
    #expect(!provenance.isExhausted)
  }

  /// Calls of one operator that differ in their attributes, their types, or in what their arguments are.
  @Test func callsThatDifferHandOnWhatIsTheirs() {
    var builder = GraphBuilder(opsets: ["": 21])
    let type = ValueType.tensor(TensorType(.f32, [.symbol("N"), 64, 64]))
    let x = builder.addInput("x", type)
    let other = builder.addInput("other", .tensor(TensorType(.f32, [1, 64, 64])))
    let stored = builder.addInitializer(
      "w", Tensor(.f32, [64, 64], .bytes(Array(repeating: 0, count: 64 * 64 * 4))), role: .parameter)
    var found: [(Value.ID, axis: Int, origin: SizeReference)] = []
    func turned(_ value: Value.ID, _ permutation: [Int64]) -> Value.ID {
      builder.write("Transpose", [value], attributes: [Attribute("perm", .ints(permutation))])[0]
    }
    found.append((turned(x, [0, 1, 2]), 1, SizeReference(x, .axis(1))))
    found.append((turned(x, [0, 2, 1]), 1, SizeReference(x, .axis(2))))
    found.append((turned(x, [1, 0, 2]), 1, SizeReference(x, .axis(0))))
    found.append((builder.write("Add", [x, other])[0], 0, SizeReference(x, .axis(0))))
    found.append((builder.write("Add", [other, x])[0], 0, SizeReference(x, .axis(0))))
    found.append((builder.write("MatMul", [x, other])[0], 2, SizeReference(other, .axis(2))))
    found.append((builder.write("MatMul", [x, stored])[0], 2, SizeReference(stored, .axis(1))))
    found.append((builder.write("MatMul", [x, x])[0], 2, SizeReference(x, .axis(2))))
    for order in [found, found.reversed()] {
      var provenance = SizeProvenance(builder, budget: 10_000)
      for (value, axis, origin) in order {
        #expect(provenance.origin(of: SizeReference(value, .axis(axis))) == origin)
      }
    }
  }

  /// What cannot be asked any more has no formula, and nothing else changes.
  @Test func workIsBounded() throws {
    var builder = GraphBuilder(opsets: ["": 21])
    var y = builder.addInput("x", .tensor(TensorType(.f32, [64])))
    for _ in 0..<100 { y = builder.write("Relu", [y])[0] }
    var provenance = SizeProvenance(builder, budget: 10)
    let derivation = provenance.derivation(of: SizeReference(y, .axis(0)))
    #expect(derivation.size == 64)
    #expect(!derivation.isComplete)
    #expect(provenance.isExhausted)
    #expect(provenance.step(of: SizeReference(y, .axis(0))) == nil)
    provenance = SizeProvenance(builder, budget: 1000)
    #expect(provenance.step(of: SizeReference(y, .axis(7)))?.size.isUnknown == true)
  }
}

/// The sizes of a call in the notation of `RuleCall`, as a graph of one node.
private struct CallSizes {
  var provenance: SizeProvenance
  let inputs: [Value.ID?]
  let output: Value.ID

  init(_ text: String) {
    let call = RuleCall(text)
    var builder = GraphBuilder(opsets: [call.domain: call.opset])
    inputs = call.inputs.map { input in
      input.map { known in
        if let constant = known.constant { return builder.constant(constant) }
        let value = builder.addInput("", known.type)
        builder.refine(value, known)
        return value
      }
    }
    let written = OperatorCall(
      domain: call.domain, call.name, inputs: inputs, attributes: call.attributes, outputCount: call.resultCount,
      origin: Origin())
    guard let schema = Catalogue.schema(domain: call.domain, name: call.name, opset: call.opset),
      let output = builder.call(written, declared: schema).outputs.first.flatMap(\.self)
    else { preconditionFailure("no such call: \(text)") }
    self.output = output
    provenance = SizeProvenance(builder, budget: 10_000)
  }

  var steps: [SizeStep] {
    mutating get {
      let rank = provenance.graph.values[output].type.shape?.rank ?? 0
      return (0..<rank).compactMap { provenance.step(of: SizeReference(output, .axis($0))) }
    }
  }

  var text: String {
    mutating get {
      steps.map { step in
        var text = step.formula?.description ?? "?"
        for symbol in Set(step.sources.map(\.symbol)).sorted(by: >) {
          let sources = step.sources.filter { $0.symbol == symbol }.map(spelling)
          text = text.replacing(symbol, with: sources.count > 1 ? "(\(sources.joined(separator: " ")))" : sources[0])
        }
        for use in step.attributes { text += use.changesSize ? " \(use.attribute.name)" : " [\(use.attribute.name)]" }
        return text
      }.joined(separator: ", ")
    }
  }

  private func spelling(_ source: SizeStep.Source) -> String {
    let input = inputs.firstIndex(of: source.reference.value) ?? -1
    switch source.reference.part {
    case .axis(let axis): return "\(input).\(axis)"
    case .element(let index): return "\(input){\(index)}"
    }
  }
}
