import Operators
import Testing

/// Calls of operators of com.microsoft that ONNX Runtime has no kernel for on a CPU, by hand from what its schemas say.
///
/// The others are run by `Tests/Oracles/test_contrib_operators.py`.
@Suite("Rules: com.microsoft")
struct MicrosoftRuleTests {
  @Test(
    "Results",
    arguments: [
      ("BiasAdd(f32[N, S, 8], f32[8], f32[N, S, 8])", "f32[N, S, 8]"),
      ("BiasSplitGelu(f32[N, S, 2*D], f32[2*D])", "f32[N, S, D]"),
      ("BiasDropout(f16[N, 8], f16[8]) : 2", "f16[N, 8], bool[N, 8]"),
      ("BitmaskDropout(f32[N, 8]) : 2", "f32[N, 8], u32[(N + 3)/4]"),
      ("BitmaskBiasDropout(f32[5, 8], f32[8]) : 2", "f32[5, 8], u32[2]"),
      ("BiasSoftmax(f32[N, H, S, S], f32[N, 1, 1, S]; is_inner_broadcast=0)", "f32[N, H, S, S]"),
      ("SwiGLU(f16[N, S, 64])", "f16[N, S, 32]"),
      ("SwiGLU(f16[N, S, 64], f16[N, S, 64])", "f16[N, S, 64]"),
      ("IsAllFinite(f32[N], f32[...])", "bool[]"),
      ("FusedMatMulActivation(f32[N, 4], f32[5, 4]; transB=1, activation=\"Relu\")", "f32[N, 5]"),
      ("GemmFastGelu(f32[N, S, 4], f32[4, 5], f32[5])", "f32[N, S, 5]"),
      ("GemmFloat8(f8e4m3fn[N, 4], f8e4m3fn[5, 4]; transB=1, dtype=f16)", "f16[N, 5]"),
      ("MatMulFpQ4(f32[N, S, 64], u8[2048], i64{64, 32})", "f32[N, S, 32]"),
      ("MatMulFpQ4(f32[N, S, 64], u8[2048], i64[2])", "f32[N, S, ?]"),
      ("MatMulPacked(f16[N, S, 64], u8[32, 36]; K=64, N=32, packed_type=2)", "f16[N, S, 32]"),
      ("MatMulBlockQuantizedFp4Weight(f16[N, 64], u8[32, 32], u8[32, 4], f32[])", "f16[N, 32]"),
      ("MatMulBlockQuantizedFp8Weight(bf16[N, 64], f8e4m3fn[32, 64], f32[32, 1])", "bf16[N, 32]"),
      ("MulInteger(u8[N, 1, 5], u8[], u8[3, 1])", "i32[N, 3, 5]"),
      ("ReduceSumInteger(u8[N, 3, 5]; axes=[1], keepdims=0)", "?[N, 5]"),
      ("QLinearReduceMean(u8[N, 3, 5], f32[], u8[], f32[], u8[]; axes=[1], keepdims=1)", "u8[N, 1, 5]"),
      ("NhwcConv(f16[N, 8, 9, 4], f16[5, 3, 3, 4]; kernel_shape=[3, 3])", "f16[N, 6, 7, 5]"),
      ("NhwcConv(f16[N, 8, 9, 4], f16[5, 3, 3, 4])", "f16[N, ?, ?, 5]"),
      ("NhwcFusedConv(f32[N, 8, 9, 4], f32[5, 4, 3, 3]; strides=[2, 1])", "f32[N, 3, 7, 5]"),
      ("GroupNorm(f16[N, 8, 9, 4], f32[4], f32[4]; groups=2, activation=1)", "f16[N, 8, 9, 4]"),
      (
        "SkipGroupNorm(f16[N, 8, 9, 4], f32[4], f32[4], f16[N, 4]; groups=2, activation=0) : 2",
        "f16[N, 8, 9, 4], f16[N, 8, 9, 4]"
      ),
      ("TorchEmbedding(f32[1000, 64], i64[N, S])", "f32[N, S, 64]"),
      ("ComplexMul(f32[N, 3, 2], f32[3, 2])", "f32[N, 3, 2]"),
      ("ComplexMulConj(f32[N, 1, 2], f32[3, 2])", "f32[N, 3, 2]"),
      ("Rfft(f32[N, 3, 16]; signal_ndim=1)", "f32[N, 3, 9, 2]"),
      ("Rfft(f32[N, 3, 16]; signal_ndim=2)", "f32[...]"),
      ("Irfft(f32[N, 3, 9, 2]; signal_ndim=1)", "f32[N, 3, 16]"),
      (
        "GemmaRotaryEmbedding(f32[N, S, 8], f16[N, 4, S, 8], f16[N, 4, S, 8], f16[N, 2, S, 8], f16[N, 2, S, 8]) : 2",
        "f16[N, 4, S, 8], f16[N, 2, S, 8]"
      ),
      ("RelativePositionBias(f32[32, 4], i64{{S}}, i64{{S}}; max_distance=128)", "f32[1, 4, S, S]"),
      (
        "GatedRelativePositionBias(f32[N, S, 32], f32[32], f32[1, 4, S, S], f32[8, 8], f32[8], "
          + "f32[1, 4, 1, 1]; num_heads=4)",
        "f32[N, 4, S, S]"
      ),
      ("RemovePadding(f32[N, S, 8], i32[N]) : 4", "f32[?, 8], i32[N, S], i32[N + 1], i32[1]"),
      ("RestorePadding(f32[T, 8], i32[N, S])", "f32[N, S, 8]"),
      ("PackedAttention(f32[T, 8], f32[8, 24], f32[24], i32[N, S], i32[N + 1]; num_heads=2)", "f32[T, 8]"),
      ("PackedMultiHeadAttention(f32[T, 2, 3, 4], _, _, _, i32[N, S], i32[N + 1]; num_heads=2)", "f32[T, 8]"),
      ("PackedMultiHeadAttention(f32[T, 8], f32[T, 8], f32[T, 6], _, i32[N, S], i32[N + 1]; num_heads=2)", "f32[T, 6]"),
      (
        "LongformerAttention(f32[N, S, 8], f32[8, 24], f32[24], f32[N, S], f32[8, 24], f32[24], "
          + "i32[N, S]; num_heads=2, window=2)",
        "f32[N, S, 8]"
      ),
      (
        "DecoderAttention(f32[S, N, 8], f32[L, N, 8], f32[8, 8], f32[8, 16], f32[24], _, _, _, "
          + "bool[], bool[], bool[], bool[]; num_heads=2) : 3",
        "f32[S, N, 8], f32[N, 2, ?, 4], f32[N, 2, ?, 4]"
      ),
      (
        "DecoderMaskedSelfAttention(f32[N, 1, 8], f32[8, 24], f32[24], _, f32[2, N, 2, M, 4], _, "
          + "i32[]; num_heads=2, past_present_share_buffer=1) : 2",
        "f32[N, 1, 8], f32[2, N, 2, M, 4]"
      ),
      ("MultiHeadAttention(f32[N, S, 3, 3, 4]; num_heads=3)", "f32[N, S, 12]"),
      ("MultiHeadAttention(f32[N, S, 12], f32[N, L, 3, 2, 4]; num_heads=3)", "f32[N, S, 12]"),
      (
        "MultiHeadAttention(f32[N, S, 12], f32[N, L, 12], f32[N, L, 6], _, _, _, f32[N, 3, P, 4], "
          + "f32[N, 3, P, 2]; num_heads=3) : 3",
        "f32[N, S, 6], f32[N, 3, L + P, 4], f32[N, 3, L + P, 2]"
      ),
      (
        "MultiHeadAttention(f32[N, S, 12], f32[N, L, 12], f32[N, L, 6], _, _, _, f32[N, 3, P, 4], "
          + "f32[N, 3, P, 2], i32[]; num_heads=3) : 3",
        "f32[N, S, 6], f32[N, 3, P, 4], f32[N, 3, P, 2]"
      ),
      (
        "SparseAttention(f16[N, S, 64], _, _, f16[N, 1, M, 16], f16[N, 1, M, 16], i32[1, 5], i32[1, "
          + "9], i32[], i32[N]; num_heads=2, kv_num_heads=1, sparse_block_size=64) : 3",
        "f16[N, S, 32], f16[N, 1, M, 16], f16[N, 1, M, 16]"
      ),
      (
        "PagedAttention(f16[T, 32], f16[T, 16], f16[T, 16], f16[P, 16, 1, 16], f16[P, 16, 1, 16], "
          + "i32[N + 1], i32[N], i32[N, B]; num_heads=2, kv_num_heads=1) : 3",
        "f16[T, 32], f16[P, 16, 1, 16], f16[P, 16, 1, 16]"
      ),
      (
        "GroupQueryAttention(f16[N, S, 64], _, _, u8[N, 1, P, 8], u8[N, 1, P, 8], i32[N], "
          + "i32{{P}}; num_heads=2, kv_num_heads=1, k_quant_type=\"PER_TENSOR\", sliding_window_cache=1) : 3",
        "f16[N, S, 32], u8[N, 1, P, 8], u8[N, 1, P, 8]"
      ),
      (
        "LinearAttention(f16[N, S, 12], f16[N, S, 12], f16[N, S, 9], f32[4, N, 3, 4, 3], f16[N, S, 3], f16[N, S, 3]; "
          + "q_num_heads=3, kv_num_heads=3, state_window=4) : 2",
        "f16[N, S, 9], f32[4, N, 3, 4, 3]"
      ),
      ("LinearAttentionGate(f16[N, S, 4], f32[4], f32[4], f16[N, S, 4]) : 2", "f16[N, S, 4], f16[N, S, 4]"),
      ("QOrderedGelu(i8[N, S, 8], f32[], f32[])", "i8[N, S, 8]"),
      ("QOrderedLayerNormalization(i8[N, S, 8], f32[], f16[8], f16[8], f32[])", "i8[N, S, 8]"),
      (
        "MatMulNBitsMlp(f16[N, 32], _, _, u8[8, 1, 16], f16[8], _, u8[8, 1, 16], f16[8]; "
          + "K=32, N=8, block_size=32, activation=\"silu\") : 2",
        "f16[N, 8], f16[N, 32]"
      ),
      (
        "MatMulNBitsQkv(f16[N, 32], _, f16[32], u8[8, 1, 16], f16[8], _, u8[4, 1, 16], f16[4], _, u8[4, 1, 16], f16[4]; "
          + "K=32, Nq=8, Nkv=4, block_size=32) : 3",
        "f16[N, 8], f16[N, 4], f16[N, 4]"
      ),
      ("EPContext(f32[N]) : 2", "?[...], ?[...]"),
    ])
  func results(call: String, expected: String) {
    let outcome = RuleCall("com.microsoft." + call).outcome
    #expect(outcome == expected)
  }

  @Test(
    "Costs",
    arguments: [
      ("FastGelu(f32[N, 8], f32[8])", "0 / 16*N"),
      ("FusedMatMul(f32[4, N], f32[4, 5]; transA=1)", "20*N / 40*N"),
      ("MatMulNBits(f32[N, 32], u8[8, 1, 16], f32[8]; K=32, N=8, block_size=32)", "256*N / 512*N"),
      ("QGemm(u8[N, 4], f32[], u8[], u8[4, 5], f32[], u8[], i32[5])", "20*N / 50*N"),
      // The projections take 8 · 24 MACs a token, the two products S scores of 8 elements each.
      ("Attention(f32[1, S, 8], f32[8, 24], f32[24]; num_heads=2)", "16*S**2 + 192*S / 42*S**2 + 384*S"),
      ("MultiHeadAttention(f32[1, 5, 12], f32[1, 7, 12], f32[1, 7, 6]; num_heads=3)", "630 / 1785"),
      (
        "GroupQueryAttention(f32[1, 1, 32], f32[1, 1, 16], f32[1, 1, 16], f32[1, 2, 4, 8], f32[1, "
          + "2, 4, 8], i32{4}, i32{{5}}; num_heads=4, kv_num_heads=2) : 3",
        "320 / 740"
      ),
      // Two of the experts, each of 6 · 8 weights to the inside and as many back.
      ("MoE(f32[N, 8], f32[N, 3], f32[3, 6, 8], _, f32[3, 8, 6]; k=2)", "192*N / 384*N"),
      (
        "QMoE(f32[N, 8], f32[N, 3], u8[3, 12, 4], f32[3, 12], _, u8[3, 8, 3], f32[3, 8]; k=2, swiglu_fusion=1)",
        "288*N / 576*N"
      ),
      ("SkipLayerNormalization(f32[N, 8], f32[N, 8], f32[8], f32[8])", "0 / 64*N"),
      ("Rfft(f32[N, 16]; signal_ndim=1)", "? / ?"),
    ])
  func costs(call: String, expected: String) {
    let cost = RuleCall("com.microsoft." + call).cost
    #expect(cost == expected)
  }

  @Test(
    "Mistakes",
    arguments: [
      ("Attention(f32[N, S, 8], f32[8, 24]; num_heads=0) : 2", "invalid-attribute"),
      ("FusedMatMul(f32[N, 4], f32[5, 6])", "shape-mismatch"),
      ("QLinearAdd(u8[3], f32[], u8[], u8[4], f32[], u8[], f32[])", "shape-mismatch"),
      ("UnfoldTensor(f32[N, 3]; size=4)", "negative-size"),
      ("MultiHeadAttention(f32[N, 4]; num_heads=2)", "rank-mismatch"),
    ])
  func mistakes(call: String, identifier: String) {
    let outcome = RuleCall("com.microsoft." + call).outcome
    #expect(outcome.contains("!\(identifier)"), "\(outcome)")
  }

  @Test("A mistake in an argument is told of the argument's place in this call")
  func placesOfMistakes() throws {
    let call = RuleCall(
      "com.microsoft.QLinearConcat(f32[], u8[], u8[2, 3], f32[], u8[], u8[4, 3], f32[], u8[]; axis=1)")
    let outcome = call.problems
    #expect(outcome.map(\.subject) == [.input(5)])
  }
}
