import Operators
import Tensors
import Testing

/// What is known of each member of a sequence, and of what an optional holds.
@Suite("Rules: members of sequences and optionals")
struct SequenceMemberTests {
  @Test(
    "Members",
    arguments: [
      ("SequenceConstruct(f32[2], f32[N, 3])", "f32[2]; f32[N, 3]"),
      // The members of a sequence have one element type, and are tensors whatever else is given.
      ("SequenceConstruct(f32[2], ?)", "f32[2]; f32[...]"),
      ("SequenceConstruct(f32[2], seq(f32[3]))", "f32[2]; f32[...]"),
      ("SequenceConstruct(?)", "?[...]"),
      ("SequenceInsert(seq(f32[2]), seq(f32[3]), i64{{0}})", "f32[...]; f32[2]"),
      ("SplitToSequence(i64{N, 3, 7})", "i64[1]{N}; i64[1]{3}; i64[1]{7}"),
      ("SplitToSequence(i64{N, 3, 7}; keepdims=0)", "i64[]{N}; i64[]{3}; i64[]{7}"),
      ("SplitToSequence(i64{N, 3, 7}, i64{{2}})", "i64[2]{N, 3}; i64[1]{7}"),
      ("SplitToSequence(i64{N, 3, 7}, i64{0, 2, 1})", "i64[0]{}; i64[2]{N, 3}; i64[1]{7}"),
      ("SplitToSequence(i64{N, 3, 7}, i64[2])", "i64[?]; i64[?]"),
      ("SplitToSequence(i64{N, 3, 7}, i64{1, 1})", "i64[1]; i64[1]"),
      ("SplitToSequence(i64[2, 2]{1, 2, 3, 4})", "i64[1, 2]{1, 2}; i64[1, 2]{3, 4}"),
      ("SplitToSequence(i64[2, 2]{1, 2, 3, 4}; axis=1)", "i64[2, 1]; i64[2, 1]"),
      ("SplitToSequence(i64[0])", ""),
      ("Optional(i64{N, 3})", "i64[2]{N, 3}"),
      ("Optional(seq(f32[2]))", "seq<f32[2]>"),
      ("Optional(optional(f32[2]))", "unknown"),
    ])
  func members(call: String, expected: String) throws {
    let call = RuleCall(call)
    let schema = try #require(Catalogue.schema(domain: call.domain, name: call.name, opset: call.opset))
    let (outputs, _) = schema.infer(
      opset: call.opset, inputs: call.inputs, attributes: call.attributes, outputCount: 1)
    let members = outputs[0].members?.map { member in
      "\(member.type)" + (member.elements.map { "{" + $0.map(\.description).joined(separator: ", ") + "}" } ?? "")
    }
    #expect((members?.joined(separator: "; ") ?? "unknown") == expected)
  }

  @Test(
    "Results",
    arguments: [
      ("SequenceInsert(seq<f32[3]>, ?)", "seq<f32[...]>"),
      ("SequenceInsert(seq<?[3]>, f32[3])", "seq<f32[3]>"),
      ("ConcatFromSequence(seq(i64{N, 3}, i64{7}); axis=0)", "i64[3]{N, 3, 7}"),
      ("ConcatFromSequence(seq(i64{{N}}, i64{{2}}); axis=0, new_axis=1)", "i64[2]{N, 2}"),
      ("ConcatFromSequence(seq(i64{{N}}, i64[]); axis=0, new_axis=1)", "i64[2]"),
      ("ConcatFromSequence(seq(i64{N, 3}, i64{7, 8}); axis=1, new_axis=1)", "i64[2, 2]"),
      ("ConcatFromSequence(seq(f32[2, 3], f32[...]); axis=0)", "f32[?, 3]"),
      ("ConcatFromSequence(seq(f32[...], f32[2, 3]); axis=0, new_axis=1)", "f32[2, 2, 3]"),
      (
        "SplitToSequence(f32[3], i64{5, -2})",
        "seq<f32[?]> !negative-size: a part has -2 elements on axis 0"
      ),
      ("OptionalHasElement(optional(f32[2]))", "bool[]{1}"),
      ("OptionalHasElement(optional())", "bool[]{0}"),
      ("OptionalGetElement(optional(i64{N, 3}))", "i64[2]{N, 3}"),
      ("OptionalGetElement(optional())", "f32[...]"),
      ("StringNormalizer(string[3])", "string[3]"),
      ("StringNormalizer(string[?])", "string[?]"),
      // Where there is no string the result has an empty one.
      ("StringNormalizer(string[0])", "string[1]"),
      ("StringNormalizer(string[1, 0])", "string[1, 1]"),
    ])
  func results(call: String, outcome: String) {
    #expect(RuleCall(call).outcome == outcome)
  }

  @Test(
    "What calls wrap again and again is soon nothing known",
    arguments: [
      ("Identity(seq<seq<seq<f32[2]>>>)", "seq<seq<seq<f32[2]>>> !type-mismatch"),
      ("Identity(seq<optional<seq<seq<f32[2]>>>>)", "? !type-mismatch"),
    ])
  func nested(call: String, start: String) {
    #expect(RuleCall(call).outcome.hasPrefix(start))
  }

  @Test("What matching takes is not known", arguments: ["RegexFullMatch", "StringNormalizer", "StringSplit"])
  func costs(name: String) {
    #expect(RuleCall("\(name)(string[N])").cost == "0 / ?")
  }
}
