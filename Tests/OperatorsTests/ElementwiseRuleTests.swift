import Testing

/// Elementwise operators and matrix products: calls with the types of their results, elements that flow through shapes, and problems.
///
/// Rows of constant sizes, and rows of symbols with numbers put in, were compared with `onnx.shape_inference` 1.23.2
/// (strict, with data propagation); problems that it does not report were derived from the operator's documentation.
@Suite("Rules: Elementwise operators and matrix products")
struct ElementwiseRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("Relu(f32[N, 3])", "f32[N, 3]"),
      ("Relu(f32[...])", "f32[...]"),
      ("Abs(i64{-3, N, ?})", "i64[3]{3, N, ?}"),
      ("Neg(i64{2, N})", "i64[2]{-2, -N}"),
      ("Sign(i64{N, -4, 0})", "i64[3]{1, -1, 0}"),
      ("Not(bool[N])", "bool[N]"),
      ("IsNaN(f32[N, 4])", "bool[N, 4]"),
      ("Add(f32[N, 1, 5], f32[7, 5])", "f32[N, 7, 5]"),
      (
        "Add(f32[2, 3, 5], f32[2, 3, 7])",
        "f32[2, 3, ?]"
          + " !shape-mismatch: [2, 3, 5] and [2, 3, 7] do not broadcast: axis 2 is 5 on the left and 7 on the "
          + "right, and neither is 1"
      ),
      (
        "Add(f32[2, 3, 5], f32[7])",
        "f32[2, 3, ?]"
          + " !shape-mismatch: [2, 3, 5] and [7] do not broadcast: axis -1 is 5 on the left and 7 on the right, "
          + "and neither is 1"
      ),
      (
        "Add(f32[N, 4], f32[M, 4])",
        "f32[?, 4]"
          + " !undetermined-broadcast: `N` and `M` are not known to be equal; add `where N == M`"
      ),
      (
        "Add(f32[N, 4], f32[3, 4])",
        "f32[3, 4]"
          + " !undetermined-broadcast: `N` and `3` are not known to be equal; add `where N == 3`"
      ),
      (
        "Add(f32[N + 1, 4], f32[M, 4])",
        "f32[N + 1, 4]"
          + " !undetermined-broadcast: `N + 1` and `M` are not known to be equal; add `where N + 1 == M`"
      ),
      ("Add(f32[N, 4], f32[N, 1])", "f32[N, 4]"),
      ("Add(f32[?, 4], f32[3, ?])", "f32[3, 4]"),
      ("Add(f32[?, 4], f32[N, 4])", "f32[?, 4]"),
      ("Add(f32[...], f32[3])", "f32[...]"),
      ("Add(f32[], f32[N])", "f32[N]"),
      ("Add(f32[0, 4], f32[1, 4])", "f32[0, 4]"),
      (
        "Add(f32[0, 4], f32[3, 4])",
        "f32[?, 4]"
          + " !shape-mismatch: [0, 4] and [3, 4] do not broadcast: axis 0 is 0 on the left and 3 on the right, "
          + "and neither is 1"
      ),
      ("Add(f32[2*N, H/2], f32[N + N, H/2])", "f32[2*N, H/2]"),
      ("Max(f32[N, 1], f32[3], f32[N, 3])", "f32[N, 3]"),
      (
        "Max(f32[2], f32[2], f32[3])",
        "f32[?]"
          + " !shape-mismatch: [2] and [3] do not broadcast: axis 0 is 2 before and 3 in argument 3, and neither "
          + "is 1"
      ),
      ("Add(i64{N, 2}, i64{{3}})", "i64[2]{N + 3, 5}"),
      ("Sub(i64{N, 2}, i64{3, 5})", "i64[2]{N - 3, -3}"),
      ("Mul(i64{N, 2}, i64{3, M})", "i64[2]{3*N, 2*M}"),
      ("Div(i64{N, -7, 7, -7}, i64{2, 2, -2, -2})", "i64[4]{N/2, -3, -3, 3}"),
      ("Div(i64{?, N - 5}, i64{2, 2})", "i64[2]{?, ?}"),
      ("Div(i64{4}, i64{0})", "i64[1]{?} !division-by-zero: an integer is divided by 0"),
      ("Mod(i64{N, -7, 7}, i64{2, 3, -3})", "i64[3]{N % 2, 2, -2}"),
      ("Mod(i64{N, -7, 7}, i64{2, 3, -3}; fmod=1)", "i64[3]{N % 2, -1, 1}"),
      ("Min(i64{N, 2}, i64{3, 5})", "i64[2]{min(N, 3), 2}"),
      ("Max(i64{N, 2}, i64{1, 5}, i64{0, 9})", "i64[2]{N, 9}"),
      ("Equal(i64{N, 2, N, N}, i64{N, 3, M, 0})", "bool[4]{1, 0, ?, 0}"),
      ("Less(i64{2, N, N}, i64{3, N, 0})", "bool[3]{1, 0, 0}"),
      ("GreaterOrEqual(i64{N, N, 2}, i64{1, N, 3})", "bool[3]{1, 1, 0}"),
      ("Greater(i64{N, M}, i64{0, N})", "bool[2]{1, ?}"),
      ("LessOrEqual(i64{N, 1}, i64{N, N})", "bool[2]{1, 1}"),
      ("And(bool{1, 0}, bool{1, 1})", "bool[2]{1, 0}"),
      ("Where(bool{1, 0, ?, ?}, i64{N, N, N, N}, i64{2, 2, 2, N})", "i64[4]{N, 2, ?, N}"),
      ("Where(bool[N, 1], f32[3], f32[])", "f32[N, 3]"),
      ("Clip(f32[N], f32[], f32[2])", "f32[N] !rank-mismatch: `max` must be a scalar, but is [2]"),
      ("PRelu(f32[N, 8, H, W], f32[8, 1, 1])", "f32[N, 8, H, W]"),
      (
        "PRelu(f32[N, 8, H, W], f32[7, 1, 1])",
        "f32[N, ?, H, W]"
          + " !shape-mismatch: the slope [7, 1, 1] does not broadcast to [N, 8, H, W]: 7 is not 8"
      ),
      ("Cast(i64{N, 300, -1}; to=i32)", "i32[3]{N, 300, -1}"),
      ("Cast(i64{N, 300, -1, 5}; to=u8)", "u8[4]{?, ?, ?, 5}"),
      ("Cast(i64{N, 0}; to=bool)", "bool[2]{1, 0}"),
      ("Cast(i64{N, 0}; to=f32)", "f32[2]"),
      ("Cast(f32[3]; to=i64)", "i64[3]"),
      ("Cast(f32[3]; to=99)", "?[3] !invalid-attribute: `to` is 99, which is no element type"),
      ("CastLike(f32[N], f16[])", "f16[N]"),
      ("MatMul(f32[N, S, 64], f32[64, 128])", "f32[N, S, 128]"),
      (
        "MatMul(f32[N, S, 64], f32[32, 128])",
        "f32[N, S, 128]"
          + " !shape-mismatch: [N, S, 64] and [32, 128] do not multiply: the left has 64 columns, the right 32 "
          + "rows"
      ),
      ("MatMul(f32[K], f32[K])", "f32[]"),
      ("MatMul(f32[K], f32[N, K, 3])", "f32[N, 3]"),
      ("MatMul(f32[N, 4, K], f32[K])", "f32[N, 4]"),
      ("MatMul(f32[N, 1, S, d], f32[heads, d, T])", "f32[N, heads, S, T]"),
      (
        "MatMul(f32[N, S], f32[T, 8])",
        "f32[N, 8]"
          + " !undetermined-size: `S` and `T` are not known to be equal; add `where S == T`"
      ),
      ("MatMul(f32[], f32[3])", "f32[...] !rank-mismatch: the left matrix must have at least 1 axis, but [] has 0"),
      ("Gemm(f32[N, 64], f32[10, 64], f32[10]; transB=1)", "f32[N, 10]"),
      (
        "Gemm(f32[N, 64], f32[10, 64], f32[10])",
        "f32[N, 64]"
          + " !shape-mismatch: `A` has 64 columns, but `B` has 10 rows (after transposition)"
          + " !shape-mismatch: the bias `C` [10] does not broadcast to [N, 64]: 10 is not 64"
      ),
      (
        "Gemm(f32[N, 64], f32[64, 10], f32[9])",
        "f32[N, 10]"
          + " !shape-mismatch: the bias `C` [9] does not broadcast to [N, 10]: 9 is not 10"
      ),
      ("Gemm(f32[N, 64, 1], f32[64, 10])", "f32[...] !rank-mismatch: `A` must have 2 axes, but [N, 64, 1] has 3"),
      ("Gemm(f32[...], f32[64, 10])", "f32[?, 10]"),
    ])
  func outcome(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }
}
