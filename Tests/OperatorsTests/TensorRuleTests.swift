import Testing

/// Calls with the types of their results, elements that flow through shapes, and problems.
///
/// Shapes of sound calls were compared, with numbers for the symbols, with what ONNX Runtime 1.32 gives, also for the
/// operators without a model in the ONNX backend tests (MaxRoiPool, Multinomial, the random ones); operators that it
/// lacks have models there.
@Suite("Rules: signals, quantized products, losses, caches, regions")
struct TensorRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("BitCast(f32[N, 3]; to=i32)", "i32[N, 3]"),
      ("BitCast(f32[N, 3]; to=i64)", "i64[N, 3] !type-mismatch: i64 has 64 bits, but the input's f32 has 32"),
      ("BitCast(f32{1.0, 2.0}; to=i32)", "i32[2]{1065353216, 1073741824}"),
      ("BitCast(i64{N, 3}; to=i64)", "i64[2]{N, 3}"),
      (
        "CausalConvWithState(f32[N, C, L], f32[C, 1, K], f32[C], f32[N, C, P]) : 2",
        "f32[N, C, L], f32[N, C, P]"
          + " !undetermined-size: `P` and `K - 1` are not known to be equal; add `where P == K - 1`"
      ),
      (
        "CausalConvWithState(f32[N, 4, L], f32[5, 1, 3]) : 2",
        "f32[N, ?, L], f32[N, ?, 2]"
          + " !shape-mismatch: the weight has 5 channels, but the input 4"
      ),
      (
        #"CausalConvWithState(f32[N, 4, L], f32[4, 1, 3]; activation="relu") : 2"#,
        "f32[N, 4, L], f32[N, 4, 2]"
          + #" !invalid-attribute: `activation` of CausalConvWithState is "relu", but must be none, silu or swish"#
      ),
      ("CausalConvWithState(f32[N, ?, L], f32[4, 1, 3]) : 2", "f32[N, 4, L], f32[N, 4, 2]"),
      ("Col2Im(f32[N, 12, L], i64{H, W}, i64{2, 2})", "f32[N, 3, H, W]"),
      (
        "Col2Im(f32[N, 10, L], i64{8, 8}, i64{2, 2})",
        "f32[N, ?, 8, 8]"
          + " !shape-mismatch: axis 1 is 10, which is not a multiple of the block's 4 elements"
      ),
      ("Col2Im(f32[N, 12, L], i64[2], i64[2])", "f32[N, ?, ?, ?]"),
      ("Col2Im(f32[N, 12, L], i64[K], i64[K]; strides=[1, 1, 1])", "f32[N, ?, ?, ?, ?]"),
      ("Col2Im(f32[N, 12, L], i64[K], i64[K])", "f32[...]"),
      ("Compress(f32[N, 4], bool{1, 0, 1}; axis=1)", "f32[N, 2]"),
      ("Compress(f32[N, 4], bool{1, 0, 1})", "f32[2]"),
      ("Compress(f32[N, 4], bool{1, 0, 1}; axis=0)", "f32[?, 4]"),
      ("Compress(f32[N, 4], bool{1, 0, 0}; axis=0)", "f32[1, 4]"),
      ("Compress(i64{N, 4, M}, bool{1, 0, 1}; axis=0)", "i64[2]{N, M}"),
      ("Compress(f32[N, 4], bool[3]; axis=1)", "f32[N, ?]"),
      ("Compress(f32[N, 4], bool[3])", "f32[?]"),
      (
        "Compress(f32[N, 4], bool[5]; axis=1)",
        "f32[N, ?]"
          + " !shape-mismatch: the condition has 5 elements, but axis 1 is only 4"
      ),
      ("Compress(f32[...], bool[3])", "f32[?]"),
      ("ConvInteger(u8[N, 3, H, W], i8[8, 3, 3, 3], u8[]; pads=[1, 1, 1, 1])", "i32[N, 8, H, W]"),
      ("CumProd(i64{2, N, 3}, i64{{0}})", "i64[3]{2, 2*N, 6*N}"),
      ("CumProd(i64{2, N, 3}, i64{{0}}; reverse=1, exclusive=1)", "i64[3]{3*N, 3, 1}"),
      ("CumSum(i64{2, N, 3}, i64{{0}}; reverse=1)", "i64[3]{N + 5, N + 3, 3}"),
      ("CumSum(i64{2, N, 3}, i64{{0}}; exclusive=1)", "i64[3]{0, 2, N + 2}"),
      ("DFT@17(f32[N, L, 1]; onesided=1)", "f32[N, L/2 + 1, 2]"),
      ("DFT@20(f32[N, L, 1], i64{{16}}; onesided=1)", "f32[N, 9, 2]"),
      ("DFT@20(f32[N, L, W, 2], _, i64[])", "f32[N, L, W, 2]"),
      ("DFT@20(f32[N, L, W, 2], i64[], i64[])", "f32[?, ?, ?, 2]"),
      (
        "DFT@20(f32[N, L, 2], _, i64{{2}})",
        "f32[...]"
          + " !axis-out-of-range: axis 2 is the last one, which holds the parts of each number"
      ),
      (
        "DFT@20(f32[N, L, 3])",
        "f32[N, L, 2]"
          + " !shape-mismatch: the last axis must be 1 for real or 2 for complex numbers, but is 3"
      ),
      ("DFT@20(f32[N, L, 1], _, i64[]; onesided=1)", "f32[?, ?, 2]"),
      ("STFT(f32[N, 1024, 1], i64{{256}}, f32[512])", "f32[N, 3, 257, 2]"),
      ("STFT(f32[N, L, 1], i64{{4}}, _, i64{{16}}; onesided=0)", "f32[N, L/4 - 3, 16, 2]"),
      ("STFT(f32[N, L, 1], i64[], f32[512])", "f32[N, ?, 257, 2]"),
      (
        "STFT(f32[N, 16, 1], i64{{4}}, f32[32])",
        "f32[N, ?, 17, 2]"
          + " !negative-size: a frame has 32 samples, but the signal only 16"
      ),
      (
        "STFT(f32[N, 16, 1], i64{{0}}, f32[8])",
        "f32[N, ?, 5, 2]"
          + " !invalid-attribute: `frame_step` is 0, but must be positive"
      ),
      ("DeformConv(f32[N, 8, 6, 6], f32[4, 8, 3, 3], f32[N, 18, 4, 4])", "f32[N, 4, 4, 4]"),
      (
        "DeformConv(f32[N, 8, 6, 6], f32[4, 8, 3, 3], f32[N, 16, 4, 4])",
        "f32[N, 4, 4, 4]"
          + " !shape-mismatch: axis 1 of `offset` is 16, but must be 18"
      ),
      ("DeformConv(f32[N, 8, ?, ?], f32[4, 8, 3, 3], f32[N, 18, H, W])", "f32[N, 4, H, W]"),
      ("Det(f32[N, 3, 3])", "f32[N]"),
      ("Det(f32[N, 3, 4])", "f32[N] !shape-mismatch: a determinant needs square matrices, but these are 3 by 4"),
      ("Det(f32[3])", "f32[...] !rank-mismatch: the input must have at least 2 axes, but [3] has 1"),
      ("DynamicQuantizeLinear(f32[N, 4]) : 3", "u8[N, 4], f32[], u8[]"),
      ("EyeLike(f32[N, 4]; dtype=i64)", "i64[N, 4]"),
      ("EyeLike(f32[N])", "?[...] !rank-mismatch: the input must have 2 axes, but [N] has 1"),
      ("GridSample(f32[N, 3, H, W], f32[N, P, Q, 2])", "f32[N, 3, P, Q]"),
      (
        "GridSample(f32[N, 3, H, W], f32[N, P, Q, 3])",
        "f32[N, 3, P, Q]"
          + " !shape-mismatch: a place of the grid has 3 coordinates, but the input has 2 axes behind its channels"
      ),
      ("GridSample(f32[...], f32[N, P, Q, 2])", "f32[N, ?, P, Q]"),
      (
        "LinearAttention(f32[N, T, 64], f32[N, T, 32], f32[N, T, 48], _, f32[N, T, 4], f32[N, T, 4]; q_num_heads=8, kv_num_heads=4) : 2",
        "f32[N, T, 96], f32[N, 4, 8, 12]"
      ),
      (
        "LinearAttention(f32[N, T, 64], f32[N, T, 32], f32[N, T, 48]; q_num_heads=8, kv_num_heads=3) : 2",
        "f32[...], ?[...]"
          + " !shape-mismatch: 8 query heads cannot share 3 key heads: the one is no multiple of the other"
      ),
      (
        "LinearAttention(f32[N, T, 62], f32[N, T, 32], f32[N, T, 48]; q_num_heads=8, kv_num_heads=4) : 2",
        "f32[N, T, 96], f32[N, 4, 8, 12]"
          + " !shape-mismatch: axis 2 is 62, which 8 heads do not share equally"
      ),
      ("MatMulInteger(u8[N, 4], i8[4, 5])", "i32[N, 5]"),
      (
        "MatMulInteger(u8[N, 4], i8[3, 5])",
        "i32[N, 5]"
          + " !shape-mismatch: [N, 4] and [3, 5] do not multiply: the left has 4 columns, the right 3 rows"
      ),
      ("QLinearMatMul(u8[N, 4], f32[], u8[], i8[4, 5], f32[], i8[], f32[], u8[])", "u8[N, 5]"),
      (
        "QLinearConv(u8[N, 3, 8, 8], f32[], u8[], i8[4, 3, 3, 3], f32[4], i8[4], f32[], u8[], i32[4])",
        "u8[N, 4, 6, 6]"
      ),
      ("MaxRoiPool(f32[N, 8, H, W], f32[R, 5]; pooled_shape=[7, 7])", "f32[R, 8, 7, 7]"),
      (
        "MaxRoiPool(f32[N, 8, H, W], f32[R, 4]; pooled_shape=[7, 7])",
        "f32[R, 8, 7, 7]"
          + " !shape-mismatch: a region must have 5 numbers, its image and 2 corners, but has 4"
      ),
      ("RoiAlign(f32[N, 8, H, W], f32[R, 4], i64[R]; output_height=7, output_width=5)", "f32[R, 8, 7, 5]"),
      (
        "RoiAlign(f32[N, 8, H, W], f32[R, 5], i64[R]; output_height=7, output_width=5)",
        "f32[R, 8, 7, 5]"
          + " !shape-mismatch: a region must have 4 numbers, but has 5"
      ),
      ("MaxUnpool(f32[N, 8, H, W], i64[N, 8, H, W]; kernel_shape=[2, 2], strides=[2, 2])", "f32[N, 8, 2*H, 2*W]"),
      (
        "MaxUnpool(f32[N, 8, H, W], i64[N, 8, H, W], i64{N, 8, P, Q}; kernel_shape=[2, 2], strides=[2, 2])",
        "f32[N, 8, P, Q]"
      ),
      ("MaxUnpool(f32[N, 8, H, W], i64[N, 8, H, W], i64[4]; kernel_shape=[2, 2])", "f32[?, ?, ?, ?]"),
      ("MeanVarianceNormalization(f32[N, 8, H, W])", "f32[N, 8, H, W]"),
      (
        "MeanVarianceNormalization(f32[N, 8])",
        "f32[N, 8]"
          + " !axis-out-of-range: axis 2 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
      ("MelWeightMatrix(i64{{8}}, i64{{16}}, i64[], f32[], f32[])", "f32[9, 8]"),
      ("MelWeightMatrix(i64[], i64{{F}}, i64[], f32[], f32[]; output_datatype=f16)", "f16[F/2 + 1, ?]"),
      ("Multinomial(f32[N, 10]; sample_size=4)", "i32[N, 4]"),
      ("Multinomial(f32[N, 10]; sample_size=4, dtype=i64)", "i64[N, 4]"),
      ("Multinomial(f32[N]; sample_size=4)", "i32[...] !rank-mismatch: the input must have 2 axes, but [N] has 1"),
      ("NegativeLogLikelihoodLoss(f32[N, 5, H], i64[N, H])", "f32[]"),
      (
        #"NegativeLogLikelihoodLoss(f32[N, 5, H], i64[N, H], f32[4]; reduction="none")"#,
        "f32[N, H]"
          + " !shape-mismatch: the weight has 4 elements, but the scores' axis 1 has 5"
      ),
      (
        #"SoftmaxCrossEntropyLoss(f32[N, 5], i64[M]; reduction="none") : 2"#,
        "f32[N], f32[N, 5]"
          + " !undetermined-size: `N` and `M` are not known to be equal; add `where N == M`"
      ),
      (
        #"SoftmaxCrossEntropyLoss(f32[N, 5], i64[N]; reduction="most") : 2"#,
        "f32[...], f32[N, 5]"
          + #" !invalid-attribute: `reduction` of SoftmaxCrossEntropyLoss is "most", but must be none, sum or mean"#
      ),
      ("NonZero(f32[N, 4])", "i64[2, ?]"),
      ("NonZero(f32[...])", "i64[?, ?]"),
      ("NonZero(f32[])", "i64[?, ?]"),
      ("NonZero(i64{N, 0, 3})", "i64[1, 2]{0, 2}"),
      ("RandomNormal(; shape=[3, 4])", "f32[3, 4]"),
      ("RandomUniform(; shape=[3, 4], dtype=f16)", "f16[3, 4]"),
      ("RandomUniform(; shape=[3, -4])", "f32[...] !negative-size: `shape` is [3, -4], but no size may be negative"),
      ("RandomNormalLike(i64[N, 4])", "i64[N, 4]"),
      ("RandomUniformLike(i64[N, 4]; dtype=f64)", "f64[N, 4]"),
      ("ReverseSequence(f32[T, N, 4], i64[N])", "f32[T, N, 4]"),
      (
        "ReverseSequence(f32[T, N, 4], i64[3]; batch_axis=0, time_axis=1)",
        "f32[T, N, 4]"
          + " !undetermined-size: `T` and `3` are not known to be equal; add `where T == 3`"
      ),
      (
        "ReverseSequence(f32[5, 4], i64[3])",
        "f32[5, 4]"
          + " !shape-mismatch: the vector of lengths has 3 elements, but the batch has 4"
      ),
      (
        "ReverseSequence(f32[5, 4], i64[5]; batch_axis=0, time_axis=2)",
        "f32[5, 4]"
          + " !invalid-attribute: batch and time must be the axes 0 and 1, but are 0 and 2"
      ),
      ("Scatter(i64{N, 2, 3}, i64{1}, i64{M})", "i64[3]{N, M, 3}"),
      ("ScatterElements(i64{N, 2, 3}, i64{1, -1}, i64{M, 4})", "i64[3]{N, M, 4}"),
      (#"ScatterElements(i64{N, 2, 3}, i64{0}, i64{5}; reduction="mul")"#, "i64[3]{5*N, 2, 3}"),
      ("ScatterElements(i64{N, 2, 3}, i64[1], i64{5})", "i64[3]{?, ?, ?}"),
      ("ScatterElements(i64{N, 2, 3}, i64{1, 1}, i64{5, 6})", "i64[3]{N, ?, 3}"),
      ("ScatterND(i64{N, 2, 3}, i64{1}, i64{{M}})", "i64[3]{N, M, 3}"),
      ("Swish(f32[N, 4])", "f32[N, 4]"),
      ("SwiGLU(f32[N, 4], f32[N, 5])", "f32[N, ?] !shape-mismatch: axis 1 of `A` is 4, but 5 of `B`"),
      ("SwiGLU(f32[N, ?], f32[?, 4])", "f32[N, 4]"),
      ("TensorScatter(f32[N, 8, 128, 64], f32[N, 8, S, 64], i64[N])", "f32[N, 8, 128, 64]"),
      (
        "TensorScatter(f32[N, 8, 128, 64], f32[N, 8, 200, 64])",
        "f32[N, 8, 128, 64]"
          + " !shape-mismatch: `update` has 200 entries, but the cache holds only 128"
      ),
      (
        "TensorScatter(f32[N, 8]; axis=0)",
        "f32[N, 8]"
          + " !missing-input: TensorScatter needs its input `update`"
          + " !axis-out-of-range: `axis` is that of the batch, which a cache keeps"
      ),
      (
        "TensorScatter(f32[N, 8], f32[N, 8]; axis=0)",
        "f32[N, 8]"
          + " !axis-out-of-range: `axis` is that of the batch, which a cache keeps"
      ),
      ("Unique(f32[N, 4]) : 4", "f32[?], i64[?], i64[4*N], i64[?]"),
      ("Unique(f32[N, 4]; axis=1) : 4", "f32[N, ?], i64[?], i64[4], i64[?]"),
      ("Unique(f32[...]; axis=1) : 4", "f32[...], i64[?], i64[?], i64[?]"),
      ("Unique(i64{3, 1, 3, 2}) : 4", "i64[3]{1, 2, 3}, i64[3]{1, 3, 0}, i64[4]{2, 0, 2, 1}, i64[3]{1, 1, 2}"),
      (
        "Unique(i64{3, 1, 3, 2}; sorted=0) : 4",
        "i64[3]{3, 1, 2}, i64[3]{0, 1, 3}, i64[4]{0, 1, 0, 2}, i64[3]{2, 1, 1}"
      ),
      ("Unique(f32[1, 1]) : 4", "f32[1], i64[1], i64[1], i64[1]"),
      (
        #"Upsample@7(f32[N, 3, H, W]; mode="nearest")"#,
        "f32[?, ?, ?, ?]"
          + " !missing-attribute: Upsample needs the attribute `scales`, a list of floats"
      ),
      ("Upsample@9(f32[N, 3, H, W], f32{1.0, 1.0, 2.0, 1.5})", "f32[N, 3, 2*H, W + W/2]"),
      ("Upsample@9(f32[N, 3, H, W], f32[4])", "f32[?, ?, ?, ?]"),
      ("Upsample@9(f32[...], f32[4])", "f32[?, ?, ?, ?]"),
      ("Upsample@9(f32[N, 3], f32{1.0, 2.0, 3.0})", "f32[...] !shape-mismatch: `scales` has 3 elements for 2 axes"),
      ("ImageDecoder(u8[L])", "u8[?, ?, 3]"),
      (#"ImageDecoder(u8[L]; pixel_format="Grayscale")"#, "u8[?, ?, 1]"),
      ("ai.onnx.preview.FlexAttention(f32[N, 8, S, 64], f32[N, 2, T, 64], f32[N, 2, T, 32])", "f32[N, 8, S, 32]"),
      (
        "ai.onnx.preview.FlexAttention(f32[N, 8, S, 64], f32[N, 3, T, 64], f32[N, 3, T, 32])",
        "f32[N, 8, S, 32]"
          + " !shape-mismatch: 8 query heads cannot share 3 key heads"
      ),
      ("DFT@17(f32[N, 64, 1])", "f32[N, 64, 2]"),
      ("DFT@17(f32[N, 64, 1], i64{{32}}; onesided=1)", "f32[N, 17, 2]"),
      ("DFT@20(f32[N, 64, W, 2], _, i64[])", "f32[N, 64, W, 2]"),
      (
        "RoiAlign(f32[N, 8, H, W], f32[R, 4], i64[R]; output_height=7, output_width=5, sampling_ratio=2)",
        "f32[R, 8, 7, 5]"
      ),
      ("SoftmaxCrossEntropyLoss(f32[N, 5], i64[N], f32[5]) : 2", "f32[], f32[N, 5]"),
      (
        #"CausalConvWithState(f32[N, 4, L], f32[4, 1, 3], f32[4]; activation="silu") : 2"#,
        "f32[N, 4, L], f32[N, 4, 2]"
      ),
      ("Swish(f32[N, 4]; alpha=0.5)", "f32[N, 4]"),
    ])
  func calls(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }

  @Test(
    "Costs, worked out by hand from the formulas in the rules' documentation",
    arguments: [
      ("CausalConvWithState(f32[N, ?, L], f32[4, 1, 3]) : 2", "12*L*N / 24*L*N"),
      ("Col2Im(f32[N, 12, L], i64{H, W}, i64{2, 2})", "0 / 12*L*N"),
      ("ConvInteger(u8[N, 3, H, W], i8[8, 3, 3, 3], u8[]; pads=[1, 1, 1, 1])", "216*H*N*W / 435*H*N*W"),
      ("CumProd(i64{2, N, 3}, i64{{0}})", "0 / 3"),
      ("CumSum(i64{2, N, 3}, i64{{0}}; reverse=1)", "0 / 3"),
      ("DFT@20(f32[N, L, 1], i64{{16}}; onesided=1)", "0 / 320*N"),
      ("STFT(f32[N, 1024, 1], i64{{256}}, f32[512])", "0 / 70656*N"),
      ("STFT(f32[N, L, 1], i64{{4}}, _, i64{{16}}; onesided=0)", "0 / 320*N*(L/4) - 960*N"),
      ("DeformConv(f32[N, 8, 6, 6], f32[4, 8, 3, 3], f32[N, 18, 4, 4])", "4608*N / 18432*N"),
      ("DeformConv(f32[N, 8, ?, ?], f32[4, 8, 3, 3], f32[N, 18, H, W])", "288*H*N*W / 1152*H*N*W"),
      ("Det(f32[N, 3, 3])", "5*N / 15*N"),
      ("DynamicQuantizeLinear(f32[N, 4]) : 3", "0 / 16*N"),
      ("GridSample(f32[N, 3, H, W], f32[N, P, Q, 2])", "0 / 28*N*P*Q"),
      (
        "LinearAttention(f32[N, T, 64], f32[N, T, 32], f32[N, T, 48], _, f32[N, T, 4], f32[N, T, 4]; q_num_heads=8, kv_num_heads=4) : 2",
        "1536*N*T / 3456*N*T"
      ),
      ("MatMulInteger(u8[N, 4], i8[4, 5])", "20*N / 40*N"),
      ("QLinearMatMul(u8[N, 4], f32[], u8[], i8[4, 5], f32[], i8[], f32[], u8[])", "20*N / 54*N + 20"),
      (
        "QLinearConv(u8[N, 3, 8, 8], f32[], u8[], i8[4, 3, 3, 3], f32[4], i8[4], f32[], u8[], i32[4])",
        "3888*N / 8400*N + 108"
      ),
      ("MeanVarianceNormalization(f32[N, 8, H, W])", "0 / 40*H*N*W"),
      ("MelWeightMatrix(i64{{8}}, i64{{16}}, i64[], f32[], f32[])", "0 / 288"),
      ("Multinomial(f32[N, 10]; sample_size=4)", "0 / 40*N"),
      ("NegativeLogLikelihoodLoss(f32[N, 5, H], i64[N, H])", "0 / H*N"),
      ("NonZero(f32[N, 4])", "0 / 4*N"),
      ("NonZero(f32[])", "0 / 1"),
      ("NonZero(i64{N, 0, 3})", "0 / 3"),
      ("RandomNormal(; shape=[3, 4])", "0 / 36"),
      ("RandomUniform(; shape=[3, 4], dtype=f16)", "0 / 36"),
      ("RandomNormalLike(i64[N, 4])", "0 / 12*N"),
      ("RandomUniformLike(i64[N, 4]; dtype=f64)", "0 / 12*N"),
      (#"ScatterElements(i64{N, 2, 3}, i64{0}, i64{5}; reduction="mul")"#, "0 / 1"),
      ("Swish(f32[N, 4])", "0 / 8*N"),
      ("SwiGLU(f32[N, ?], f32[?, 4])", "0 / 12*N"),
      ("Unique(f32[N, 4]; axis=1) : 4", "0 / 8*N"),
      ("Unique(i64{3, 1, 3, 2}) : 4", "0 / 8"),
      ("ai.onnx.preview.FlexAttention(f32[N, 8, S, 64], f32[N, 2, T, 64], f32[N, 2, T, 32])", "768*N*S*T / 1576*N*S*T"),
      ("DFT@17(f32[N, 64, 1])", "0 / 1920*N"),
      ("DFT@17(f32[N, 64, 1], i64{{32}}; onesided=1)", "0 / 800*N"),
      (
        "RoiAlign(f32[N, 8, H, W], f32[R, 4], i64[R]; output_height=7, output_width=5, sampling_ratio=2)",
        "0 / 10080*R"
      ),
      ("SoftmaxCrossEntropyLoss(f32[N, 5], i64[N], f32[5]) : 2", "0 / 27*N"),
      (#"CausalConvWithState(f32[N, 4, L], f32[4, 1, 3], f32[4]; activation="silu") : 2"#, "12*L*N / 36*L*N"),
      ("Swish(f32[N, 4]; alpha=0.5)", "0 / 12*N"),
    ])
  func costs(call: String, expected: String) {
    #expect(RuleCall(call).cost == expected)
  }
}
