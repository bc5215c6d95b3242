import Testing

/// Calls whose axes, bounds, sizes or scales come at run time, with all that holds whatever they are.
@Suite("Rules: what run-time arguments leave open")
struct OpenRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("Squeeze(f32[1, 3, 4, 5], i64[1])", "f32[3, 4, 5]"),
      ("Squeeze(f32[1, 3, 1, 5], i64[1])", "f32[?, ?, 5]"),
      ("Squeeze(f32[N, 3, 1, 5], i64[2])", "f32[...]"),
      ("Squeeze(f32[3, 4], i64[1])", "f32[...]"),
      ("Squeeze(f32[?, 4], i64[1])", "f32[4]"),
      ("ReduceSum(f32[3, 3, 5], i64[1]; keepdims=0)", "f32[3, ?]"),
      ("ReduceSum(f32[3, 3, 3], i64[2]; keepdims=0)", "f32[...]"),
      ("ReduceSum(f32[3, 3, 5], i64[K]; keepdims=0)", "f32[...]"),
      ("AffineGrid(f32[N, 2, 3], i64[4])", "f32[N, ?, ?, 2]"),
      ("AffineGrid(f32[N, 3, 4], i64[K])", "f32[N, ?, ?, ?, 3]"),
      (
        "AffineGrid(f32[N, 2, 3], i64{M, 3, H, W})",
        "f32[M, H, W, 2]"
          + " !undetermined-size: `M` and `N` are not known to be equal; add `where M == N`"
      ),
      ("Split(f32[0], i64[3]) : 3", "f32[0], f32[0], f32[0]"),
      ("Split(f32[N, 4], i64[1]; axis=0) : 1", "f32[N, 4]"),
      ("Split(f32[N, 10], i64{3, ?, 4}; axis=1) : 3", "f32[N, 3], f32[N, 3], f32[N, 4]"),
      ("Slice(f32[0, 4], i64[1], i64[1])", "f32[0, 4]"),
      ("Resize(f32[1, 1, 10], _, f32{1.0, 1.0, 0.7})", "f32[1, 1, ?]"),
      ("Resize(f32[1, 1, 10], _, f32{1.0, 1.0, 0.6})", "f32[1, 1, 6]"),
      (
        #"Resize(f32[1, 1, 10], f32[6], f32{1.0, 1.0, 2.0}; coordinate_transformation_mode="tf_crop_and_resize")"#,
        "f32[?, ?, ?]"
      ),
    ])
  func calls(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }
}
