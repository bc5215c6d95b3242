import Testing

/// Sequences and optionals, whose members may be known one by one, and what the node tests do not have of the rest.
///
/// What runs says the same: the oracle tests run the operators in ONNX Runtime.
@Suite("Rules: Sequences, optionals, strings and machine learning")
struct SequenceRuleTests {
  @Test(
    "Sequences",
    arguments: [
      ("SequenceConstruct(f32[N, 3], f32[N, 3])", "seq<f32[N, 3]>"),
      ("SequenceConstruct(f32[N, 3], f32[M, 3])", "seq<f32[?, 3]>"),
      ("SequenceConstruct(f32[3], f32[3, 3])", "seq<f32[...]>"),
      ("SequenceEmpty()", "seq<f32[...]>"),
      ("SequenceEmpty(; dtype=i64)", "seq<i64[...]>"),
      ("SequenceEmpty(; dtype=9223372036854775807)", "?"),
      ("SequenceInsert(seq<f32[N]>, f32[N])", "seq<f32[N]>"),
      ("SequenceInsert(seq<f32[N]>, f32[M])", "seq<f32[?]>"),
      ("SequenceInsert(seq<f32[...]>, f32[M])", "seq<f32[...]>"),
      ("SequenceInsert(seq(), f32[M, 2])", "seq<f32[M, 2]>"),
      ("SequenceInsert(seq(f32[2]), f32[3], i64[])", "seq<f32[?]>"),
      ("SequenceInsert(seq(f32[2]), f32[2], i64{{1}})", "seq<f32[2]>"),
      (
        "SequenceInsert(seq(f32[2]), f32[2], i64{{2}})",
        "seq<f32[2]> !index-out-of-range: position 2 is out of range: the sequence has 1 member"
      ),
      ("SequenceErase(seq<f32[N]>)", "seq<f32[N]>"),
      ("SequenceErase(seq(f32[2], f32[3]))", "seq<f32[2]>"),
      ("SequenceErase(seq(f32[2], f32[3]), i64{{-2}})", "seq<f32[3]>"),
      ("SequenceErase(seq(f32[2], f32[3]), i64[])", "seq<f32[?]>"),
      ("SequenceErase(seq())", "seq<f32[...]>"),
      ("SequenceAt(seq<f32[N]>, i64{{5}})", "f32[N]"),
      ("SequenceAt(seq(f32[2], f32[3, N]), i64{{1}})", "f32[3, N]"),
      ("SequenceAt(seq(f32[2], f32[3, N]), i64{{-2}})", "f32[2]"),
      ("SequenceAt(seq(f32[2], f32[3]), i64[])", "f32[?]"),
      ("SequenceAt(seq(i64{N}, i64{7}), i64{{1}})", "i64[1]{7}"),
      (
        "SequenceAt(seq(f32[2], f32[3]), i64{{2}})",
        "f32[?] !index-out-of-range: position 2 is out of range: the sequence has 2 members"
      ),
      ("SequenceLength(seq<f32[N]>)", "i64[]"),
      ("SequenceLength(seq(f32[2], f32[3]))", "i64[]{2}"),
      ("SequenceLength(seq())", "i64[]{0}"),
      ("Identity(seq(f32[2], f32[3]))", "seq<f32[?]>"),
      ("Identity(optional<f32[N]>)", "optional<f32[N]>"),
    ])
  func sequences(call: String, outcome: String) {
    #expect(RuleCall(call).outcome == outcome)
  }

  @Test(
    "From tensors to sequences and back",
    arguments: [
      ("SplitToSequence(f32[6, 3])", "seq<f32[1, 3]>"),
      ("SplitToSequence(f32[N, 3]; keepdims=0)", "seq<f32[3]>"),
      ("SplitToSequence(f32[N, 3]; axis=-1, keepdims=0)", "seq<f32[N]>"),
      ("SplitToSequence(f32[6, 3], i64{{2}})", "seq<f32[2, 3]>"),
      ("SplitToSequence(f32[7, 3], i64{{2}})", "seq<f32[?, 3]>"),
      ("SplitToSequence(f32[2*N, 3], i64{{2}}; keepdims=0)", "seq<f32[2, 3]>"),
      ("SplitToSequence(f32[N, 3], i64{{2}})", "seq<f32[?, 3]>"),
      ("SplitToSequence(f32[N, 3], i64[])", "seq<f32[?, 3]>"),
      ("SplitToSequence(f32[N, 3], i64[...])", "seq<f32[?, 3]>"),
      ("SplitToSequence(f32[6, 3], i64{3, 3}; keepdims=0)", "seq<f32[3, 3]>"),
      ("SplitToSequence(f32[6, 3], i64{2, 4})", "seq<f32[?, 3]>"),
      ("SplitToSequence(f32[6, 3], i64[2])", "seq<f32[?, 3]>"),
      (
        "SplitToSequence(f32[6, 3], i64{2, 3})",
        "seq<f32[?, 3]> !shape-mismatch: `split` adds up to 5, but axis 0 is 6"
      ),
      (
        "SplitToSequence(f32[6, 3], i64{{0}})",
        "seq<f32[?, 3]> !invalid-attribute: parts must have 1 element or more, not 0"
      ),
      ("SplitToSequence(f32[...])", "seq<f32[...]>"),
      ("ConcatFromSequence(seq<f32[N, 3]>; axis=0)", "f32[?, 3]"),
      ("ConcatFromSequence(seq<f32[N, 3]>; axis=-1, new_axis=1)", "f32[N, 3, ?]"),
      ("ConcatFromSequence(seq(f32[2, 3], f32[N, 3]); axis=0)", "f32[N + 2, 3]"),
      ("ConcatFromSequence(seq(f32[2, 3], f32[2, ?]); axis=0, new_axis=1)", "f32[2, 2, 3]"),
      (
        "ConcatFromSequence(seq(f32[2], f32[2, 3]); axis=0)",
        "f32[...] !rank-mismatch: member 1 must have 1 axis, but [2, 3] has 2"
      ),
      ("ConcatFromSequence(seq(); axis=0)", "f32[...]"),
      (
        "ConcatFromSequence(seq(f32[2, 3], f32[2, 4]); axis=0)",
        "f32[4, ?] !shape-mismatch: axis 1 is 4 in member 1, but 3 before"
      ),
      (
        "ConcatFromSequence(seq<f32[N, 3]>; axis=2)",
        "f32[...] !axis-out-of-range: axis 2 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
    ])
  func parts(call: String, outcome: String) {
    #expect(RuleCall(call).outcome == outcome)
  }

  @Test(
    "Optionals",
    arguments: [
      ("Optional(f32[N])", "optional<f32[N]>"),
      ("Optional(seq<f32[N]>)", "optional<seq<f32[N]>>"),
      ("OptionalHasElement()", "bool[]{0}"),
      ("OptionalHasElement(f32[N])", "bool[]{1}"),
      ("OptionalHasElement@15(f32[N])", "bool[]"),
      ("OptionalHasElement(optional<f32[N]>)", "bool[]"),
      ("OptionalGetElement(optional<f32[N]>)", "f32[N]"),
      ("OptionalGetElement(optional<seq<f32[N]>>)", "seq<f32[N]>"),
      ("OptionalGetElement(i64{N, 3})", "i64[2]{N, 3}"),
    ])
  func optionals(call: String, outcome: String) {
    #expect(RuleCall(call).outcome == outcome)
  }

  @Test(
    "Strings, machine learning and training",
    arguments: [
      ("StringConcat(string[N, 1], string[3])", "string[N, 3]"),
      ("StringSplit(string[N]) : 2", "string[N, ?], i64[N]"),
      (#"StringNormalizer(string[N]; stopwords=["a"])"#, "string[?]"),
      (#"StringNormalizer(string[1, N]; stopwords=["a"])"#, "string[1, ?]"),
      (#"StringNormalizer(string[M, N])"#, "string[1, N]"),
      ("RegexFullMatch(string[N, 3])", "bool[N, 3]"),
      (
        #"TfIdfVectorizer(i64[N, C]; max_gram_length=1, max_skip_count=0, min_gram_length=1, mode="TF", ngram_counts=[0], ngram_indexes=[4, 0])"#,
        "f32[N, 5]"
      ),
      (
        #"TfIdfVectorizer(i64[N, C]; max_gram_length=1, max_skip_count=0, min_gram_length=1, mode="TF", ngram_counts=[0], ngram_indexes=[9223372036854775807])"#,
        "f32[N, ?]"
      ),
      ("ai.onnx.ml.ArrayFeatureExtractor(f32[N, C], i64[1, K])", "f32[N, K]"),
      ("ai.onnx.ml.ArrayFeatureExtractor(f32[C], i64[K])", "f32[1, K]"),
      (#"ai.onnx.ml.CastMap(map<i64, f32[]>; map_form="SPARSE", max_map=7)"#, "f32[1, 7]"),
      (#"ai.onnx.ml.CastMap(map<i64, f32[]>; cast_to="TO_STRING")"#, "string[1, ?]"),
      ("ai.onnx.ml.CategoryMapper(string[N])", "i64[N]"),
      ("ai.onnx.ml.DictVectorizer(map<string, i64[]>)", "i64[...]"),
      ("ai.onnx.ml.FeatureVectorizer(f32[N, 3], f32[N, 4]; inputdimensions=[3, 5])", "f32[N, 8]"),
      (
        "ai.onnx.ml.FeatureVectorizer(f32[N, 3], f32[N, 4]; inputdimensions=[9223372036854775807, 9223372036854775807])",
        "f32[N, ?]"
      ),
      ("ai.onnx.ml.LabelEncoder@1(i64[N])", "string[N]"),
      (
        "ai.onnx.ml.LinearClassifier(f32[N, 3]; coefficients=[0.5, 0.5], intercepts=[0.0], classlabels_ints=[0, 1]) : 2",
        "i64[N], f32[N, 2]"
      ),
      (
        "ai.onnx.ml.LinearClassifier(f32[N, 3]; coefficients=[0.5, 0.5], classlabels_ints=[0, 1]) : 2",
        "i64[N], f32[N, ?]"
      ),
      ("ai.onnx.ml.LinearRegressor(f32[3]; targets=2)", "f32[...]"),
      ("ai.onnx.ml.LinearRegressor(f32[...]; targets=2)", "f32[...]"),
      ("ai.onnx.ml.LinearRegressor(f32[N, 3]; targets=-2)", "f32[N, ?]"),
      (#"ai.onnx.ml.OneHotEncoder(string[N]; cats_strings=["a", "b"])"#, "f32[N, 2]"),
      ("ai.onnx.ml.SVMClassifier(f32[N, 3]; classlabels_ints=[0, 1, 2]) : 2", "i64[N], f32[N, 3]"),
      ("ai.onnx.ml.SVMClassifier(f32[N, 3]; classlabels_ints=[0, 1, 2, 3]) : 2", "i64[N], f32[N, ?]"),
      ("ai.onnx.ml.SVMRegressor(f64[N, 3])", "f32[N, 1]"),
      ("ai.onnx.ml.TreeEnsembleClassifier@3(f32[N, 3]; classlabels_int64s=[4, 5]) : 2", "i64[N], f32[N, 2]"),
      ("ai.onnx.ml.TreeEnsembleRegressor@3(f32[N, 3]; n_targets=2)", "f32[N, 2]"),
      (#"ai.onnx.ml.ZipMap(f32[N, 2]; classlabels_strings=["a", "b"])"#, "seq<map<string, f32[...]>>"),
      (
        #"ai.onnx.preview.training.Gradient(f32[N, 3], i64[M], f64[]; xs=["a", "b"], y="c") : 2"#, "f32[N, 3], ?[M]"
      ),
      (
        #"ai.onnx.preview.training.Adagrad(f32[], i64[], f32[N], f32[N]) : 2"#,
        "?[...], ?[...] !missing-input: Adagrad takes parameters, gradients and states in groups of 3, not 2 tensors"
      ),
      ("Split(f32[0, 3], i64[2]) : 2", "f32[0, 3], f32[0, 3]"),
      ("Squeeze(f32[1, 3, N], i64[1])", "f32[?, ?]"),
      ("Squeeze(f32[1, 3, N + 1], i64[1])", "f32[3, N + 1]"),
      ("Squeeze(f32[1, 3], i64{})", "f32[...]"),
      ("Squeeze(f32[2, 3], i64{})", "f32[2, 3]"),
    ])
  func others(call: String, outcome: String) {
    #expect(RuleCall(call).outcome == outcome)
  }

  @Test(
    "Costs",
    arguments: [
      ("SequenceAt(seq<f32[N]>, i64[])", "0 / 0"),
      ("ai.onnx.ml.Scaler(f32[N, 3])", "0 / 6*N"),
      ("ai.onnx.ml.LinearRegressor(f32[N, 3]; coefficients=[0.5, 0.5, 0.5])", "3*N / 6*N"),
      ("ai.onnx.preview.training.Adam(f32[], i64[], f32[N], f32[N], f32[N], f32[N]) : 3", "0 / 15*N"),
      (
        #"ai.onnx.preview.training.Momentum(f32[], i64[], f32[N], f32[M], f32[N], f32[M], f32[N], f32[M]; mode="nesterov") : 4"#,
        "0 / 9*M + 9*N"
      ),
    ])
  func costs(call: String, cost: String) {
    #expect(RuleCall(call).cost == cost)
  }
}
