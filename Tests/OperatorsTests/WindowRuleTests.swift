import Testing

/// Convolution and pooling: calls with the types of their results, elements that flow through shapes, and problems.
///
/// Rows of constant sizes, and rows of symbols with numbers put in, were compared with `onnx.shape_inference` 1.23.2
/// (strict, with data propagation); problems that it does not report were derived from the operator's documentation.
@Suite("Rules: Convolution and pooling")
struct WindowRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("Conv(f32[N, 3, 224, 224], f32[64, 3, 7, 7]; strides=[2, 2], pads=[3, 3, 3, 3])", "f32[N, 64, 112, 112]"),
      ("Conv(f32[N, 3, H, W], f32[64, 3, 3, 3]; pads=[1, 1, 1, 1])", "f32[N, 64, H, W]"),
      (
        "Conv(f32[N, 3, H, W], f32[64, 3, 3, 3]; strides=[2, 2], pads=[1, 1, 1, 1])",
        "f32[N, 64, (H + 1)/2, (W + 1)/2]"
      ),
      (
        "Conv(f32[N, 32, 8, 8], f32[64, 64, 3, 3])",
        "f32[N, 64, 6, 6]"
          + " !shape-mismatch: the weight takes 64 input channels (its axis 1 times group 1), but the input has "
          + "32 (its axis 1)"
      ),
      ("Conv(f32[N, 32, 8, 8], f32[64, 16, 3, 3]; group=2)", "f32[N, 64, 6, 6]"),
      (
        "Conv(f32[N, 32, 8, 8], f32[63, 16, 3, 3]; group=2)",
        "f32[N, 63, 6, 6]"
          + " !shape-mismatch: group 2 does not divide the 63 output channels (the weight's axis 0)"
      ),
      (
        "Conv(f32[N, 32, 8, 8], f32[64, 32, 3, 3], f32[63])",
        "f32[N, 64, 6, 6]"
          + " !shape-mismatch: the bias has 63 elements, but the weight's axis 0 gives 64"
      ),
      (
        "Conv(f32[N, 3, 4, 4], f32[8, 3, 7, 7])",
        "f32[N, 8, ?, ?]"
          + " !negative-size: the window does not fit: it covers 7 on axis 2, which has 4 with its padding"
          + " !negative-size: the window does not fit: it covers 7 on axis 3, which has 4 with its padding"
      ),
      (
        "Conv(f32[N, C, 8, 8], f32[8, 3, 3, 3])",
        "f32[N, 8, 6, 6]"
          + " !undetermined-size: `C` and `3` are not known to be equal; add `where C == 3`"
      ),
      ("Conv(f32[...], f32[8, 3, 3, 3])", "f32[?, 8, ?, ?]"),
      ("Conv(f32[N, 3, H], f32[...])", "f32[N, ?, ?]"),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3])",
        "f32[...]"
          + " !rank-mismatch: the weight must have 4 axes, but [8, 3, 3] has 3"
      ),
      (
        "Conv(f32[N, 3], f32[8, 3])",
        "f32[...]"
          + " !rank-mismatch: the input must have at least 3 axes, but [N, 3] has 2"
      ),
      (
        #"Conv(f32[N, 3, H, W], f32[8, 3, 3, 3]; auto_pad="SAME_UPPER", strides=[2, 2])"#,
        "f32[N, 8, (H + 1)/2, (W + 1)/2]"
      ),
      (#"Conv(f32[N, 3, H, W], f32[8, 3, 3, 3]; auto_pad="VALID")"#, "f32[N, 8, H - 2, W - 2]"),
      (
        #"Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; auto_pad="SAME")"#,
        "f32[N, 8, ?, ?]"
          + #" !invalid-attribute: `auto_pad` of Conv is "SAME", but must be NOTSET, SAME_UPPER, SAME_LOWER or VALID"#
      ),
      ("Conv(f32[N, 3, 16, 16], f32[8, 3, 3, 3]; dilations=[2, 2])", "f32[N, 8, 12, 12]"),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; strides=[0, 1])",
        "f32[N, 8, ?, ?]"
          + " !invalid-attribute: `strides` is [0, 1], but its values must be positive"
      ),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; strides=[1])",
        "f32[N, 8, ?, ?]"
          + " !invalid-attribute: `strides` has 1 value, but the window needs 2"
      ),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; pads=[1, 1])",
        "f32[N, 8, ?, ?]"
          + " !invalid-attribute: `pads` has 2 values, but the window needs 4"
      ),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; kernel_shape=[5, 3])",
        "f32[N, 8, ?, 6]"
          + " !shape-mismatch: `kernel_shape` is 5 on axis 0, but the weight's axis 2 is 3"
      ),
      (
        "Conv(f32[N, 3, 8, 8], f32[8, 3, 3, 3]; group=0)",
        "f32[...]"
          + " !invalid-attribute: `group` is 0, but must be positive"
      ),
      ("Conv(f32[N, 3, ?, 8], f32[8, 3, 3, 3])", "f32[N, 8, ?, 6]"),
      ("ConvTranspose(f32[N, 64, H, W], f32[64, 32, 2, 2]; strides=[2, 2])", "f32[N, 32, 2*H, 2*W]"),
      (#"ConvTranspose(f32[N, 4, H, W], f32[4, 2, 2, 3]; strides=[3, 3], auto_pad="SAME_UPPER")"#, "f32[N, 2, ?, 3*W]"),
      (
        "ConvTranspose(f32[N, 64, 7, 7], f32[64, 16, 3, 3]; group=2, strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])",
        "f32[N, 32, 14, 14]"
      ),
      (
        "ConvTranspose(f32[N, 32, 7, 7], f32[64, 16, 3, 3])",
        "f32[N, 16, 9, 9]"
          + " !shape-mismatch: the weight takes 64 input channels (its axis 0), but the input has 32 (its axis 1)"
      ),
      ("ConvTranspose(f32[N, 3, 7, 7], f32[3, 4, 3, 3]; output_shape=[20, 20], strides=[3, 3])", "f32[N, 4, 20, 20]"),
      (
        "ConvTranspose(f32[N, 3, 1], f32[3, 4, 1]; pads=[1, 1])",
        "f32[N, 4, ?]"
          + " !negative-size: axis 2 of the result would have the size -1"
      ),
      ("MaxPool(f32[N, 64, 112, 112]; kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])", "f32[N, 64, 56, 56]"),
      (
        "MaxPool(f32[N, 64, H, W]; kernel_shape=[2, 2], strides=[2, 2]) : 2",
        "f32[N, 64, H/2, W/2], i64[N, 64, H/2, W/2]"
      ),
      ("MaxPool(f32[N, 64, H, W]; kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)", "f32[N, 64, H/2, W/2]"),
      ("MaxPool(f32[N, 64, 5, 6]; kernel_shape=[1, 1], strides=[2, 2], ceil_mode=1)", "f32[N, 64, 3, 3]"),
      (
        "MaxPool(f32[N, 64, 5]; kernel_shape=[3, 3])",
        "f32[...]"
          + " !rank-mismatch: the input must have 4 axes, but [N, 64, 5] has 3"
      ),
      ("AveragePool(f32[...]; kernel_shape=[2, 2])", "f32[?, ?, ?, ?]"),
      (
        "AveragePool(f32[1, 8, 2, 2]; kernel_shape=[3, 3])",
        "f32[1, 8, ?, ?]"
          + " !negative-size: the window does not fit: it covers 3 on axis 2, which has 2 with its padding"
          + " !negative-size: the window does not fit: it covers 3 on axis 3, which has 2 with its padding"
      ),
      ("GlobalAveragePool(f32[N, C, H, W])", "f32[N, C, 1, 1]"),
      ("GlobalLpPool(f32[N, C, H, W]; p=1)", "f32[N, C, 1, 1]"),
      ("GlobalMaxPool(f32[N])", "f32[...] !rank-mismatch: the input must have at least 2 axes, but [N] has 1"),
    ])
  func outcome(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }
}
