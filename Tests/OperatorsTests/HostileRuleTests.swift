import Operators
import Testing

/// Calls whose numbers are as large, small or many as they can be: rules must answer, with anything but a trap.
@Suite("Rules: hostile calls")
struct HostileRuleTests {
  @Test(
    "Extreme constants",
    arguments: [
      "Slice(i64{N, 3}, i64{-9223372036854775807}, i64{9223372036854775807}, i64{0}, i64{9223372036854775807})",
      "Slice(i64{N, 3}, i64{1}, i64{-9223372036854775807}, i64{0}, i64{-9223372036854775807})",
      "Slice(f32[S], i64{-9223372036854775807}, i64{9223372036854775807}, i64{0}, i64{9223372036854775807})",
      "Split(i64{N, 3, 4}, i64{1, 9223372036854775807}) : 2",
      "Split(i64{N, 3, 4}, i64{9223372036854775807, 9223372036854775807, 2}) : 3",
      "Tile(i64{}, i64{9223372036854775807})",
      "Tile(i64{N}, i64{9223372036854775807})",
      "ConstantOfShape(i64{9223372036854775807, 9223372036854775807})",
      "Range(i64{{-9223372036854775807}}, i64{{9223372036854775807}}, i64{{1}})",
      "Range(f32{{0.0}}, f32{{1.0}}, f32{{0.00000000001}})",
      "Reshape(f32[N, 4], i64{9223372036854775807, -1})",
      "Reshape(f32[0, 4], i64{0, -1})",
      "Gather(i64{N, 3}, i64{-9223372036854775807})",
      "Pad(f32[N], i64{9223372036854775807, 9223372036854775807})",
      "Expand(i64{{N}}, i64{9223372036854775807})",
      "Conv(f32[1, 1, 9], f32[1, 1, 9223372036854775807]; dilations=[9223372036854775807])",
      "Conv(f32[1, 1, 9], f32[1, 9223372036854775807, 3]; group=9223372036854775807)",
      "MaxPool(f32[1, 1, 9]; kernel_shape=[9223372036854775807], pads=[9223372036854775807, 9223372036854775807])",
      "MaxPool(f32[1]; kernel_shape=[2])",
      "DepthToSpace(f32[1, 4, 2, 2]; blocksize=9223372036854775807)",
      "DepthToSpace(f32[1, 4, 2, 2]; blocksize=0)",
      "Transpose(f32[N, 3]; perm=[9223372036854775807, -9223372036854775807])",
      "Softmax(f32[N]; axis=-9223372036854775807)",
      "Softmax(f32[]; axis=0)",
      "Flatten(f32[]; axis=0)",
      "Flatten(f32[N]; axis=-9223372036854775807)",
      "Shape(f32[N, 3]; start=-9223372036854775807, end=9223372036854775807)",
      "Unsqueeze(f32[N], i64{9223372036854775807})",
      "Squeeze(f32[], i64{0})",
      "Div(i64{-9223372036854775807, 9223372036854775807, N}, i64{-1, 0, -9223372036854775807})",
      "Mod(i64{-9223372036854775807, 9223372036854775807, N}, i64{-1, 0, -9223372036854775807}; fmod=1)",
      "Mul(i64{9223372036854775807}, i64{9223372036854775807})",
      "Neg(i64{-9223372036854775807})",
      "Cast(i64{-9223372036854775807}; to=u4)",
      "TopK(f32[N], i64{9223372036854775807}) : 2",
      "GroupNormalization@21(f32[N, 4], f32[4], f32[4]; num_groups=0)",
      #"Einsum(f32[N]; equation="")"#,
      #"Einsum(f32[N]; equation="...->->")"#,
      #"Einsum(f32[N], f32[N]; equation="......,a->a")"#,
      "SequenceAt(seq(f32[2], f32[3]), i64{{9223372036854775807}})",
      "SequenceInsert(seq(f32[2]), f32[3], i64{{-9223372036854775807}})",
      "SequenceErase(seq(), i64{{-9223372036854775807}})",
      "SplitToSequence(f32[9223372036854775807], i64{{1}})",
      "SplitToSequence(f32[9223372036854775807])",
      "SplitToSequence(f32[N], i64{{9223372036854775807}})",
      "SplitToSequence(f32[N], i64{-9223372036854775807, 9223372036854775807, 9223372036854775807})",
      "SplitToSequence(f32[]; axis=-9223372036854775807)",
      "ConcatFromSequence(seq(f32[9223372036854775807], f32[9223372036854775807]); axis=0)",
      "ConcatFromSequence(seq(f32[], _, ?); axis=9223372036854775807, new_axis=1)",
      "ConcatFromSequence(seq(); axis=-9223372036854775807)",
      "Resize(f32[N, 4], _, f32{0.0, 100000000000000000000000000000.0})",
      "Conv()", "MatMul(f32[3])", "Concat(; axis=0)", "Where(bool[N])", "Split()", "TopK() : 9",
      "LayerNormalization() : 3",
      "BatchNormalization() : 5", "Max()", "Gather()", "Reshape()", "Slice(f32[N])", "Range()", "Constant()",
      "Einsum()",
      "Pad(f32[N])", "Resize()", "OneHot(i64[N])", "Identity()", "CastLike()", "QuantizeLinear(f32[N])",
    ])
  func answers(call: String) {
    #expect(!RuleCall(call).outcome.isEmpty)
    #expect(RuleCall(call).cost.contains("/"))
  }

  @Test("Nor does one of com.microsoft, with attributes of any size", arguments: MicrosoftRules.all.map(\.name))
  func nothingGivenToMicrosoft(name: String) throws {
    let schema = try #require(Catalogue.newestSchema(domain: "com.microsoft", name: name))
    let numbers = ["-9223372036854775807", "-1", "0", "1", "2", "9223372036854775807"].map { number in
      schema.attributes.compactMap { fact in
        switch fact.kind {
        case .int: "\(fact.name)=\(number)"
        case .ints: "\(fact.name)=[\(number), \(number), \(number), \(number)]"
        default: nil
        }
      }.joined(separator: ", ")
    }
    let arguments = [
      "f32[]", "f32[...]", "f32[0]", "u8[N, ?]", "f32[9223372036854775807, N, ?]", "i64{}", "i32{-1, 0, N, ?}",
      "f32[1, 2, 3, 4]", "f32[N, S, 3, 3, 4]", "i64{{9223372036854775807}}", "?", "_",
    ]
    for attributes in [""] + numbers {
      for argument in arguments {
        for count in [1, 4, schema.inputs.count] {
          let given = Array(repeating: argument, count: count).joined(separator: ", ")
          let call = RuleCall("com.microsoft.\(name)(\(given); \(attributes)) : \(schema.outputs.count)")
          #expect(call.outcome != "no schema" && call.cost.contains("/"))
        }
      }
    }
  }

  @Test("Without arguments no operator traps, with any number of results", arguments: AllRulesTests.standard)
  func nothingGiven(rules: OperatorRules) {
    let name = rules.domain.isEmpty ? rules.name : "\(rules.domain).\(rules.name)"
    for count in 0...3 { #expect(RuleCall("\(name)() : \(count)").outcome != "no schema") }
    for argument in [
      "f32[]", "f32[...]", "f32[0]", "i64[N, ?]", "i64{}", "i64{-1, 0, N, ?}", "?", "_", "seq<?>", "seq()",
      "seq(?, f32[2])", "optional<?>",
    ] {
      for count in 1...5 {
        let arguments = Array(repeating: argument, count: count).joined(separator: ", ")
        #expect(RuleCall("\(name)(\(arguments)) : 2").outcome != "no schema")
      }
    }
  }
}
