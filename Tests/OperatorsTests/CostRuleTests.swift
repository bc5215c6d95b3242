import Testing

/// What calls cost, as `MACs / FLOPs`: worked out by hand from the formulas in the rules' documentation.
@Suite("Rules: costs")
struct CostRuleTests {
  @Test(
    "Costs",
    arguments: [
      ("Relu(f32[N, 8])", "0 / 8*N"),
      ("Add(f32[N, 1], f32[4])", "0 / 4*N"),
      ("Max(f32[N, 4], f32[4], f32[4])", "0 / 8*N"),
      ("MatMul(f32[N, S, 64], f32[64, 128])", "8192*N*S / 16384*N*S"),
      ("MatMul(f32[7], f32[7])", "7 / 14"),
      ("Gemm(f32[N, 64], f32[64, 10], f32[10])", "640*N / 1290*N"),
      ("Gemm(f32[64, 5], f32[10, 64]; transA=1, transB=1)", "3200 / 6400"),
      // The first layer of ResNet-18: 112² · 64 results of 3 · 7² products each.
      ("Conv(f32[1, 3, 224, 224], f32[64, 3, 7, 7]; strides=[2, 2], pads=[3, 3, 3, 3])", "118013952 / 236027904"),
      ("Conv(f32[1, 32, 8, 8], f32[32, 1, 3, 3], f32[32]; group=32)", "10368 / 21888"),
      ("ConvTranspose(f32[1, 8, 4, 4], f32[8, 3, 2, 2]; strides=[2, 2])", "1536 / 3072"),
      ("MaxPool(f32[1, 8, 4, 4]; kernel_shape=[2, 2], strides=[2, 2])", "0 / 128"),
      ("GlobalAveragePool(f32[N, 8, 7, 7])", "0 / 392*N"),
      ("BatchNormalization(f32[N, 8, 2, 2], f32[8], f32[8], f32[8], f32[8])", "0 / 64*N"),
      ("LayerNormalization(f32[N, 64], f32[64], f32[64])", "0 / 448*N"),
      ("LayerNormalization(f32[N, 64], f32[64])", "0 / 384*N"),
      ("RMSNormalization@23(f32[N, 64], f32[64])", "0 / 256*N"),
      ("Softmax(f32[N, 10])", "0 / 50*N"),
      ("ReduceMean(f32[N, 8], i64{1})", "0 / 9*N"),
      ("ReduceL2(f32[4, 8], i64{1})", "0 / 68"),
      (#"Einsum(f32[B, I, K], f32[B, K, J]; equation="bik,bkj->bij")"#, "B*I*J*K / 2*B*I*J*K"),
      (#"Einsum(f32[4, 5]; equation="ij->i")"#, "0 / 20"),
      ("Reshape(f32[N, 4], i64{-1})", "0 / 0"),
      ("Transpose(f32[N, 4])", "0 / 0"),
      ("QuantizeLinear(f32[N, 8], f32[], i8[])", "0 / 16*N"),
      (#"Resize(f32[1, 1, 2, 2], _, f32{1.0, 1.0, 2.0, 2.0}; mode="linear")"#, "0 / 128"),
      ("Resize(f32[1, 1, 2, 2], _, f32{1.0, 1.0, 2.0, 2.0})", "0 / 0"),
      ("Conv(f32[...], f32[8, 3, 3, 3])", "? / ?"),
      ("Relu(f32[...])", "0 / ?"),
    ])
  func cost(call: String, expected: String) {
    #expect(RuleCall(call).cost == expected)
  }
}
