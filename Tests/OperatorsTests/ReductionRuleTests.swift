import Testing

/// Normalisation and reduction: calls with the types of their results, elements that flow through shapes, and problems.
///
/// Rows of constant sizes, and rows of symbols with numbers put in, were compared with `onnx.shape_inference` 1.23.2
/// (strict, with data propagation); problems that it does not report were derived from the operator's documentation.
@Suite("Rules: Normalisation and reduction")
struct ReductionRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("BatchNormalization(f32[N, 8, H, W], f32[8], f32[8], f32[8], f32[8])", "f32[N, 8, H, W]"),
      (
        "BatchNormalization(f32[N, 8, H, W], f32[8], f32[7], f32[8], f32[8])",
        "f32[N, 8, H, W]"
          + " !shape-mismatch: the bias has 7 elements, but the input's axis 1 has 8"
      ),
      ("LayerNormalization(f32[N, S, 64], f32[64], f32[64]) : 3", "f32[N, S, 64], f32[N, S, 1], f32[N, S, 1]"),
      (
        "LayerNormalization(f32[N, S, 64], f32[32])",
        "f32[N, S, 64]"
          + " !shape-mismatch: the scale [32] does not broadcast to [N, S, 64]: 32 is not 64"
      ),
      (
        "LayerNormalization(f32[N, S, 64], f32[64]; axis=5)",
        "f32[N, S, 64]"
          + " !axis-out-of-range: axis 5 is out of range: the tensor has 3 axes (-3 to 2)"
      ),
      ("LayerNormalization(f16[N, S, D], f16[D]; axis=1) : 2", "f16[N, S, D], f32[N, 1, 1]"),
      ("RMSNormalization@23(f32[N, S, 64], f32[64])", "f32[N, S, 64]"),
      ("InstanceNormalization(f32[N, 8, L], f32[8], f32[8])", "f32[N, 8, L]"),
      ("GroupNormalization@21(f32[N, 32, H, W], f32[32], f32[32]; num_groups=8)", "f32[N, 32, H, W]"),
      (
        "GroupNormalization@21(f32[N, 30, H, W], f32[30], f32[30]; num_groups=8)",
        "f32[N, 30, H, W]"
          + " !shape-mismatch: num_groups 8 does not divide the 30 channels (the input's axis 1)"
      ),
      (
        "Softmax(f32[N, 10]; axis=2)",
        "f32[N, 10]"
          + " !axis-out-of-range: axis 2 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
      ("LogSoftmax(f32[N, 10])", "f32[N, 10]"),
      ("ReduceMean@18(f32[N, C, H, W], i64{2, 3})", "f32[N, C, 1, 1]"),
      ("ReduceMean@13(f32[N, C, H, W]; axes=[2, 3])", "f32[N, C, 1, 1]"),
      ("ReduceMean@13(f32[N, C, H, W]; axes=[-1], keepdims=0)", "f32[N, C, H]"),
      ("ReduceSum(f32[N, C], i64[2])", "f32[?, ?]"),
      ("ReduceSum(f32[N, C, 1], i64[1])", "f32[?, ?, 1]"),
      ("ReduceSum(f32[N, C, 1], i64[1]; keepdims=0)", "f32[?, ?]"),
      ("ReduceSum(f32[N, C, 1], i64[K]; keepdims=0)", "f32[...]"),
      ("ReduceSum(f32[N, C])", "f32[1, 1]"),
      ("ReduceSum(f32[N, C]; noop_with_empty_axes=1)", "f32[N, C]"),
      ("ReduceSum(f32[N, C], i64{}; keepdims=0)", "f32[]"),
      (
        "ReduceSum(f32[N, C], i64{2})",
        "f32[...]"
          + " !axis-out-of-range: axis 2 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
      ("ReduceSum(f32[N, C], i64{0, -2})", "f32[...] !invalid-attribute: axis 0 is given twice"),
      ("ReduceProd(i64{N, 3, M}; keepdims=0)", "i64[]{3*M*N}"),
      ("ReduceProd(i64{N, 3}, i64{0})", "i64[1]{3*N}"),
      ("ReduceMax(i64{N, 0, 7}; keepdims=0)", "i64[]{max(N, 7)}"),
      ("ReduceSum(i64{N, 3}; keepdims=0)", "i64[]{N + 3}"),
      ("ArgMax(f32[N, 10]; axis=1, keepdims=0)", "i64[N]"),
      (
        "ArgMax(f32[N, 10]; axis=2)",
        "i64[...]"
          + " !axis-out-of-range: axis 2 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
      ("TopK(f32[N, 10], i64{3}) : 2", "f32[N, 3], i64[N, 3]"),
      ("TopK(f32[N, 10], i64{30}) : 2", "f32[N, 30], i64[N, 30] !shape-mismatch: `K` is 30, but axis 1 is only 10"),
      ("TopK(f32[N, 10], i64[1]; axis=0) : 2", "f32[?, 10], i64[?, 10]"),
      (
        "CumSum(f32[N, 3], i64{{5}})",
        "f32[N, 3]"
          + " !axis-out-of-range: axis 5 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
    ])
  func outcome(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }
}
