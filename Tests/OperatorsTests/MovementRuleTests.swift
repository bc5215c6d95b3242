import Testing

/// Operators that move elements, and the integers that flow through them: calls with the types of their results, elements that flow through shapes, and problems.
///
/// Rows of constant sizes, and rows of symbols with numbers put in, were compared with `onnx.shape_inference` 1.23.2
/// (strict, with data propagation); problems that it does not report were derived from the operator's documentation.
@Suite("Rules: Operators that move elements, and the integers that flow through them")
struct MovementRuleTests {
  @Test(
    "Calls",
    arguments: [
      ("Reshape(f32[N, 3, 4], i64{0, -1})", "f32[N, 12]"),
      ("Reshape(f32[N, 3, 4], i64{-1, 6})", "f32[2*N, 6]"),
      ("Reshape(f32[?, 3, 4], i64{0, -1})", "f32[?, 12]"),
      ("Reshape(f32[?, 3, 4], i64{-1, 4})", "f32[?, 4]"),
      ("Reshape(f32[N, S, 768], i64{0, 0, 12, 64})", "f32[N, S, 12, 64]"),
      ("Reshape(f32[N, S, 768], i64{N, S, 12, -1})", "f32[N, S, 12, 64]"),
      ("Reshape(f32[N, S, 768], i64{N*S, -1})", "f32[N*S, 768]"),
      ("Reshape(f32[N, S, 768], i64{0, ?, 12, 64})", "f32[N, S, 12, 64]"),
      ("Reshape(f32[2, 3], i64{7})", "f32[7] !element-count-mismatch: [2, 3] has 6 elements, but [7] has 7"),
      (
        "Reshape(f32[2, 3], i64{4, -1})",
        "f32[4, ?]"
          + " !element-count-mismatch: [2, 3] has 6 elements, which [4, -1] cannot hold: 4 does not divide 6"
      ),
      (
        "Reshape(f32[N, 4], i64{N, 5})",
        "f32[N, 5]"
          + " !element-count-mismatch: [N, 4] has 4*N elements, but [N, 5] has 5*N"
      ),
      ("Reshape(f32[2, 3], i64{-1, -1})", "f32[?, ?] !invalid-attribute: the shape has more than one −1"),
      (
        "Reshape(f32[2, 3], i64{1, 2, 0})",
        "f32[?, ?, ?]"
          + " !axis-out-of-range: element 2 of the shape is 0, but [2, 3] has no axis 2 to copy"
      ),
      (
        "Reshape(f32[2, 3], i64{-2, 3})",
        "f32[?, ?]"
          + " !invalid-attribute: element 0 of the shape is -2, but only −1 may stand for a size that is open"
      ),
      ("Reshape(f32[0, 3], i64{3, 0}; allowzero=1)", "f32[3, 0]"),
      ("Reshape(f32[2, 3], i64[3])", "f32[?, ?, ?]"),
      ("Reshape(f32[2, 3], i64[K])", "f32[...]"),
      ("Reshape(f32[...], i64{0, 5, -1})", "f32[?, 5, ?]"),
      ("Reshape(i64{N, 3}, i64{1, 2})", "i64[1, 2]{N, 3}"),
      ("Reshape(i64{{N}}, i64{1})", "i64[1]{N}"),
      ("Flatten(f32[N, 3, H, W])", "f32[N, 3*H*W]"),
      ("Flatten(f32[N, 3, H, W]; axis=0)", "f32[1, 3*H*N*W]"),
      ("Flatten(f32[N, 3, H, W]; axis=-1)", "f32[3*H*N, W]"),
      ("Flatten(f32[N, 3]; axis=3)", "f32[?, ?] !axis-out-of-range: axis 3 is out of range: [N, 3] has 2 axes"),
      ("Transpose(f32[N, S, 12, 64]; perm=[0, 2, 1, 3])", "f32[N, 12, S, 64]"),
      ("Transpose(f32[N, S])", "f32[S, N]"),
      ("Transpose(f32[N, S]; perm=[0])", "f32[...] !rank-mismatch: `perm` has 1 axis, but [N, S] has 2"),
      (
        "Transpose(f32[N, S]; perm=[0, 0])",
        "f32[...]"
          + " !invalid-attribute: `perm` is [0, 0], but must hold each axis from 0 to 1 once"
      ),
      ("Squeeze(f32[N, 1, 3, 1], i64{1})", "f32[N, 3, 1]"),
      ("Squeeze(f32[1, 3, 1])", "f32[3]"),
      ("Squeeze(f32[N, 3, 1])", "f32[...]"),
      ("Squeeze(f32[N + 1, 3, 1])", "f32[N + 1, 3]"),
      (
        "Squeeze(f32[N, 3], i64{1})",
        "f32[N]"
          + " !shape-mismatch: axis 1 of [N, 3] is 3; only axes of size 1 can be squeezed"
      ),
      ("Squeeze(f32[N, 1, 3], i64[1])", "f32[?, 3]"),
      ("Squeeze(i64{N}, i64{0})", "i64[]{N}"),
      ("Unsqueeze(f32[N, 3], i64{0, -1})", "f32[1, N, 3, 1]"),
      (
        "Unsqueeze(f32[N, 3], i64{4})",
        "f32[...]"
          + " !axis-out-of-range: axis 4 is out of range: the tensor has 3 axes (-3 to 2)"
      ),
      ("Unsqueeze(i64{{N}}, i64{0})", "i64[1]{N}"),
      ("Unsqueeze(f32[N, 3], i64[2])", "f32[?, ?, ?, ?]"),
      ("Concat(f32[N, 3, H], f32[N, 5, H]; axis=1)", "f32[N, 8, H]"),
      ("Concat(f32[N, P, 64], f32[N, S, 64]; axis=1)", "f32[N, P + S, 64]"),
      (
        "Concat(f32[N, 3], f32[N, 4]; axis=0)",
        "f32[2*N, ?]"
          + " !shape-mismatch: axis 1 is 4 in argument 2, but 3 before: only axis 0 may differ"
      ),
      (
        "Concat(f32[N, 3], f32[M, 3]; axis=1)",
        "f32[N, 6]"
          + " !undetermined-size: `N` and `M` are not known to be equal; add `where N == M`"
      ),
      ("Concat(f32[N, 3], f32[N]; axis=1)", "f32[...] !rank-mismatch: argument 2 must have 2 axes, but [N] has 1"),
      ("Concat(f32[N, ?], f32[?, 4]; axis=0)", "f32[?, 4]"),
      ("Concat(i64{N}, i64{2, ?}, i64[1]; axis=0)", "i64[4]{N, 2, ?, ?}"),
      ("Split(f32[N, 7]; axis=1, num_outputs=4) : 4", "f32[N, 2], f32[N, 2], f32[N, 2], f32[N, 1]"),
      ("Split@13(f32[N, 6]; axis=1) : 3", "f32[N, 2], f32[N, 2], f32[N, 2]"),
      (
        "Split@13(f32[N, 7]; axis=1) : 3",
        "f32[N, ?], f32[N, ?], f32[N, ?]"
          + " !shape-mismatch: axis 1 is 7, which 3 equal parts do not make up"
      ),
      ("Split(f32[N, H]; axis=1, num_outputs=2) : 2", "f32[N, (H + 1)/2], f32[N, H - (H + 1)/2]"),
      ("Split(f32[N, 2*H]; axis=1, num_outputs=2) : 2", "f32[N, H], f32[N, H]"),
      ("Split(f32[N, 7], i64{3, 4}; axis=1) : 2", "f32[N, 3], f32[N, 4]"),
      (
        "Split(f32[N, 7], i64{3, 5}; axis=1) : 2",
        "f32[N, 3], f32[N, 5]"
          + " !shape-mismatch: `split` adds up to 8, but axis 1 is 7"
      ),
      ("Split(f32[N, 7], i64[2]; axis=1) : 2", "f32[N, ?], f32[N, ?]"),
      (
        "Split(f32[N, 7]; axis=1, num_outputs=3) : 2",
        "f32[N, ?], f32[N, ?]"
          + " !invalid-attribute: `num_outputs` is 3, but the call has 2 results"
      ),
      (
        "Split(f32[5]; num_outputs=4) : 4",
        "f32[?], f32[?], f32[?], f32[?]"
          + " !negative-size: axis 0 is 5: in 4 parts of 2 the last would have -1"
      ),
      ("Split(i64{N, 2, 3}, i64{1, 2}) : 2", "i64[1]{N}, i64[2]{2, 3}"),
      ("Slice(f32[N, S, 64], i64{1}, i64{9223372036854775807}, i64{1})", "f32[N, S - 1, 64]"),
      ("Slice(f32[N, S, 64], i64{1}, i64{2147483647}, i64{1})", "f32[N, S - 1, 64]"),
      ("Slice(f32[N, S, 64], i64{0}, i64{-1}, i64{1})", "f32[N, S - 1, 64]"),
      ("Slice(f32[N, S, 64], i64{-1}, i64{9223372036854775807}, i64{1})", "f32[N, 1, 64]"),
      ("Slice(f32[N, S, 64], i64{0}, i64{S - 1}, i64{1})", "f32[N, S - 1, 64]"),
      ("Slice(f32[S], i64{1}, i64{-1}, i64{0})", "f32[max(S - 2, 0)]"),
      ("Slice(f32[S], i64{-3}, i64{-1}, i64{0})", "f32[min(S - 1, 2)]"),
      ("Slice(f32[S], i64{2}, i64{5}, i64{0})", "f32[max(min(S, 5) - 2, 0)]"),
      ("Slice(f32[N, S, 64], i64{0}, i64{5}, i64{1})", "f32[N, min(S, 5), 64]"),
      (
        "Slice(f32[N, S, 64], i64{0}, i64{5, 5}, i64{1})",
        "f32[?, ?, ?]"
          + " !shape-mismatch: starts, ends, axes and steps must be as long as each other, but have 1, 2, 1 and "
          + "1 elements"
      ),
      ("Slice(f32[10, 20], i64{2, -5}, i64{8, 100}, i64{0, 1}, i64{2, 3})", "f32[3, 2]"),
      (
        "Slice(f32[10, S], i64{-1, -1}, i64{-9223372036854775807, -2147483648}, i64{0, 1}, i64{-1, -2})",
        "f32[10, (S + 1)/2]"
      ),
      ("Slice(f32[10, S], i64[1], i64{5}, i64{0})", "f32[?, S]"),
      (
        "Slice(f32[10, S], i64{0}, i64{5}, i64{3})",
        "f32[?, ?]"
          + " !axis-out-of-range: axis 3 is out of range: the tensor has 2 axes (-2 to 1)"
      ),
      ("Slice(f32[10, S], i64{0}, i64{5}, i64{1}, i64{0})", "f32[?, ?] !invalid-attribute: a step is 0"),
      ("Slice(f32[10, S], i64{0}, i64{?}, i64{1})", "f32[10, ?]"),
      ("Slice(f32[1, 512], i64{0}, i64{S}, i64{1})", "f32[1, min(S, 512)]"),
      ("Slice(f32[1, S + 512], i64{P}, i64{P + S}, i64{1})", "f32[1, max(min(P + S, S + 512) - min(P, S + 512), 0)]"),
      ("Slice(i64{N, 3, H, W}, i64{2}, i64{9223372036854775807}, i64{0})", "i64[2]{H, W}"),
      ("Slice(i64{N, 3, H, W}, i64{-1}, i64{-9223372036854775807}, i64{0}, i64{-1})", "i64[4]{W, H, 3, N}"),
      ("Gather(f32[V, D], i64[N, S])", "f32[N, S, D]"),
      ("Gather(f32[N, S, D], i64{{0}}; axis=1)", "f32[N, D]"),
      ("Gather(i64{N, 3, H}, i64{{-1}})", "i64[]{H}"),
      ("Gather(i64{N, 3, H}, i64{2, 0})", "i64[2]{H, N}"),
      ("Gather(f32[3, 4], i64{5})", "f32[1, 4] !index-out-of-range: index 5 is out of range: axis 0 is 3"),
      ("GatherElements(f32[N, 4], i64[N, 2]; axis=1)", "f32[N, 2]"),
      (
        "GatherElements(f32[N, 4], i64[N]; axis=1)",
        "f32[...]"
          + " !rank-mismatch: `indices` must have 2 axes, but [N] has 1"
      ),
      ("Expand(f32[1, 3], i64{N, 1, 1})", "f32[N, 1, 3]"),
      ("Expand(f32[N, 1], i64{1, H})", "f32[N, H]"),
      (
        "Expand(f32[2], i64{3})",
        "f32[?]"
          + " !shape-mismatch: [2] and [3] do not broadcast: axis 0 is 2 on the left and 3 on the right, and "
          + "neither is 1"
      ),
      ("Expand(f32[N, 1], i64[2])", "f32[?, ?]"),
      ("Expand(i64{{N}}, i64{3})", "i64[3]{N, N, N}"),
      ("Tile(f32[N, 3], i64{2, M})", "f32[2*N, 3*M]"),
      ("Tile(f32[N, 3], i64{2})", "f32[...] !rank-mismatch: `repeats` has 1 element, but [N, 3] has 2 axes"),
      ("Tile(i64{N}, i64{2})", "i64[2]{N, N}"),
      ("Pad(f32[N, 3, H, W], i64{0, 0, 1, 2, 0, 0, 3, 4})", "f32[N, 3, H + 4, W + 6]"),
      ("Pad(f32[N, 3, H, W], i64{1, 1, 2, 2}, _, i64{2, 3})", "f32[N, 3, H + 3, W + 3]"),
      ("Pad(f32[N, 3], i64{0, -2, 0, -2})", "f32[N, ?] !negative-size: axis 1 would have the size -1"),
      ("Pad(f32[N, 3], i64{0, 1})", "f32[...] !shape-mismatch: `pads` must have 4 elements for 2 axes, but has 2"),
      ("Pad(f32[N, 3], i64[4])", "f32[?, ?]"),
      ("Shape(f32[N, 3, ?])", "i64[3]{N, 3, ?}"),
      ("Shape(f32[N, 3, H, W]; start=-2)", "i64[2]{H, W}"),
      ("Shape(f32[N, 3, H, W]; start=1, end=-1)", "i64[2]{3, H}"),
      ("Shape(f32[...])", "i64[?]"),
      ("Size(f32[N, 3, H])", "i64[]{3*H*N}"),
      ("Identity(i64{N, 2})", "i64[2]{N, 2}"),
      ("Constant(; value=i64{2, 3})", "i64[2]{2, 3}"),
      ("Constant(; value_int=4)", "i64[]{4}"),
      ("Constant(; value_ints=[4, -1])", "i64[2]{4, -1}"),
      ("Constant(; value_float=0.5)", "f32[]{0.5}"),
      ("Constant(; value=f32{1.0})", "f32[1]{1.0}"),
      ("ConstantOfShape(i64{N, 3})", "f32[N, 3]"),
      ("ConstantOfShape(i64{3}; value=i64{7})", "i64[3]{7, 7, 7}"),
      ("ConstantOfShape(i64{-1})", "f32[...] !negative-size: a size of the result is -1"),
      ("ConstantOfShape(i64[2])", "f32[?, ?]"),
      ("Range(i64{{0}}, i64{{S}}, i64{{1}})", "i64[S]"),
      ("Range(i64{{2}}, i64{{11}}, i64{{3}})", "i64[3]{2, 5, 8}"),
      ("Range(i64{{5}}, i64{{0}}, i64{{-2}})", "i64[3]{5, 3, 1}"),
      ("Range(i64{{5}}, i64{{0}}, i64{{1}})", "i64[0]{}"),
      ("Range(i64{{0}}, i64{{5}}, i64{{0}})", "i64[?] !invalid-attribute: `delta` is 0: the range never ends"),
      ("Range(i64{{P}}, i64{{P + S}}, i64{{1}})", "i64[S]"),
      ("Range(f32{{0.0}}, f32{{1.0}}, f32{{0.25}})", "f32[4]"),
      ("Range(i64[], i64[], i64[])", "i64[?]"),
      ("Dropout(f32[N, 3]) : 2", "f32[N, 3], bool[N, 3]"),
      ("Resize(f32[N, 3, H, W], _, f32{1.0, 1.0, 2.0, 2.0})", "f32[N, 3, 2*H, 2*W]"),
      ("Resize(f32[N, 3, H, W], _, f32{1.0, 1.0, 0.5, 1.5})", "f32[N, 3, H/2, W + W/2]"),
      ("Resize(f32[N, 3, 7, 7], _, f32{1.0, 1.0, 0.6, 1.3})", "f32[N, 3, 4, 9]"),
      ("Resize(f32[N, 3, H, W], _, _, i64{N, 3, 64, 2*W})", "f32[N, 3, 64, 2*W]"),
      ("Resize(f32[N, 3, H, W], _, f32{2.0, 2.0})", "f32[...] !shape-mismatch: `scales` has 2 elements for 4 axes"),
      ("Resize(f32[N, 3, H, W], _, f32{2.0, 2.0}; axes=[2, 3])", "f32[N, 3, 2*H, 2*W]"),
      ("Resize(f32[N, 3, H, W], _, f32[4])", "f32[?, ?, ?, ?]"),
      ("DepthToSpace(f32[N, 12, H, W]; blocksize=2)", "f32[N, 3, 2*H, 2*W]"),
      (
        "DepthToSpace(f32[N, 10, H, W]; blocksize=2)",
        "f32[N, 2, 2*H, 2*W]"
          + " !shape-mismatch: axis 1 is 10, which is not a multiple of 4"
      ),
      ("SpaceToDepth(f32[N, 3, H, W]; blocksize=2)", "f32[N, 12, H/2, W/2]"),
      ("OneHot(i64[N], i64{{10}}, f32[2])", "f32[N, 10]"),
      ("OneHot(i64[N, S], i64[], f32[2]; axis=1)", "f32[N, ?, S]"),
      ("Trilu(f32[N])", "f32[...] !rank-mismatch: the input must have at least 2 axes, but [N] has 1"),
      ("Trilu(f32[S, S])", "f32[S, S]"),
      (#"Einsum(f32[B, I, K], f32[B, K, J]; equation="bik,bkj->bij")"#, "f32[B, I, J]"),
      (#"Einsum(f32[N, 4, I, K], f32[K, J]; equation="...ik,kj->...ij")"#, "f32[N, 4, I, J]"),
      (#"Einsum(f32[I, K], f32[K, J]; equation="ik,kj")"#, "f32[I, J]"),
      (
        #"Einsum(f32[I, 3], f32[4, J]; equation="ik,kj->ij")"#,
        "f32[I, J]"
          + " !shape-mismatch: an axis is 4 in argument 2, but 3 before"
      ),
      (
        #"Einsum(f32[I, 3]; equation="ik,kj->ij")"#,
        "f32[...]"
          + #" !invalid-attribute: `equation` is "ik,kj->ij": it must name the axes of 1 argument"#
      ),
      (
        #"Einsum(f32[I]; equation="ii->i")"#,
        "f32[...]"
          + " !rank-mismatch: argument 1 has 1 axis, but the equation names others"
      ),
      ("ScatterND(f32[N, 3], i64[2, 1], f32[2, 3])", "f32[N, 3]"),
      (
        "ScatterElements(f32[N, 3], i64[2], f32[2, 3])",
        "f32[N, 3]"
          + " !rank-mismatch: `indices` must have 2 axes, but [2] has 1"
      ),
      ("QuantizeLinear(f32[N, 8], f32[], i8[])", "i8[N, 8]"),
      ("QuantizeLinear(f32[N, 8], f32[])", "u8[N, 8]"),
      ("QuantizeLinear@21(f32[N, 8], f32[]; output_dtype=5)", "i16[N, 8]"),
      (
        "QuantizeLinear(f32[N, 8], f32[7], i8[7])",
        "i8[N, 8]"
          + " !shape-mismatch: the scale has 7 elements, but axis 1 is 8"
      ),
      ("DequantizeLinear(i8[N, 8], f32[8], i8[8])", "f32[N, 8]"),
      ("DequantizeLinear(i8[N, 8], f16[], i8[])", "f16[N, 8]"),
    ])
  func outcome(call: String, expected: String) {
    #expect(RuleCall(call).outcome == expected)
  }
}
