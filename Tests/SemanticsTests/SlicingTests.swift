import Testing

/// Subscripts of tensors.
@Suite struct SlicingTests {
  static let examples: [Example] = [
    Example(
      "every form", inputs: "x: f32[N, 8, 10], i: i64[5], j: i64[2, 3]",
      """
      a = x[:, 0]  //: f32[N, 10]
      a = x[0]  //: f32[8, 10]
      a = x[:, -1, :]  //: f32[N, 10]
      a = x[:, 1:3]  //: f32[N, 2, 10]
      a = x[:, :3, 4:]  //: f32[N, 3, 6]
      a = x[:, -3:, :-4]  //: f32[N, 3, 6]
      a = x[:, 0::2]  //: f32[N, 4, 10]
      a = x[:, ::3, ::-1]  //: f32[N, 3, 10]
      a = x[:, 6:1:-2]  //: f32[N, 3, 10]
      a = x[..., 0]  //: f32[N, 8]
      a = x[..., 0:4]  //: f32[N, 8, 4]
      a = x[0, ..., 1]  //: f32[8]
      a = x[..., :]
      a = x[:, 0, ..., 1:3]  //: f32[N, 2]
      a = x[none]  //: f32[1, N, 8, 10]
      a = x[:, none, 0]  //: f32[N, 1, 10]
      a = x[0, none, :, none]  //: f32[1, 8, 1, 10]
      a = x[..., none]  //: f32[N, 8, 10, 1]
      a = x[i]  //: f32[5, 8, 10]
      a = x[:, j]  //: f32[N, 2, 3, 10]
      a = x[:, j, 0]  //: f32[N, 2, 3]
      a = x[0, i, none]  //: f32[5, 1, 10]
      a = x[0, 0, 0]  //: f32[]
      a = x[:, 100:200]  //: f32[N, 0, 10]
      a = x[:, 2:100]  //: f32[N, 6, 10]
      a = (x * 2)[:, 0]  //: f32[N, 10]
      """),
    Example(
      "bounds of sizes", inputs: "x: f32[N, S, 10]",
      """
      a = x[:, 0:S]
      a = x[:, 1:]  //: f32[N, S - 1, 10]
      a = x[:, 1:S]  //: f32[N, S - 1, 10]
      a = x[:, S - 1]  //: f32[N, 10]
      a = x[:, :-1]  //: f32[N, S - 1, 10]
      n = 3
      a = x[..., n:2 * n]  //: f32[N, S, 3]
      """),
    Example(
      "a part of a part", inputs: "x: f32[4, 6]",
      """
      a = x[1:3][0][2:]  //: f32[4]
      """),
    Example(
      "too many indices", inputs: "x: f32[N, 8]",
      """
      a = x[0, 0, 0]  //~ rank-mismatch: 3, 2
      a = x[:, :, :]  //~ rank-mismatch: 3, 2
      a = x[..., 0, ...]  //~ rank-mismatch
      """),
    Example(
      "what is no index", inputs: "x: f32[N, 8]",
      """
      a = x[0.5]  //~ wrong-kind: an index, a fraction
      a = x["a"]  //~ wrong-kind: an index, a string
      a = x[0.5:]  //~ wrong-kind: an integer, a fraction
      a = x[:x]  //~ wrong-kind: an integer, a tensor
      a = x[:, ::0]  //~ invalid-attribute: 0
      a = x[:, 8]  //~ index-out-of-range: 8
      """),
    Example(
      "an ellipsis of unknown rank", inputs: "x: f32[...]",
      """
      a = x[..., 0]  //~ rank-mismatch: rank
      a = x[0]  //: f32[...]
      """),
    Example(
      "a constant", inputs: "x: f32[N, 8]",
      """
      const k: i64[3] = [1, 2, 3]
      a = k[0:2]  //: i64[2]
      a = k[0]  //: i64[]
      """),
  ]

  @Test(arguments: examples)
  func meetsItsExpectations(_ example: Example) { example.check() }
}
