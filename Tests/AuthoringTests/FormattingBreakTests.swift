import Testing

/// What has no room on its line.
///
/// Each text is the layout of itself, and of itself on one line.
@Suite struct FormattingBreakTests {
  @Test(arguments: [
    // Pipes: one stage a line.
    """
    y = image
        |> conv1: Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3, bias=false)
        |> bn1: BatchNorm2d
        |> Relu
    """,
    // Operators: one operand a line, behind its operator.
    """
    x = word_embeddings: Embedding(input_ids, num_embeddings=30522, embedding_dim=384)
        + position_embeddings: Embedding(Range(0, S, 1), num_embeddings=512, embedding_dim=384)
        - token_type_embeddings: Embedding(token_type_ids, num_embeddings=2, embedding_dim=384)
    """,
    // A line may not begin with `@`.
    """
    x = projection_of_the_queries @ projection_of_the_keys_and_the_values @ another_projection_of_them
        * scale_of_the_attention
    """,
    // The last operand's bracket opens on the line where that is what breaks.
    """
    return x + (
        x
        |> final_layer_norm: LayerNorm
        |> fc1: Linear(out_features=4 * D)
        |> Gelu
        |> fc2: Linear(out_features=D)
    )
    """,
    // Arguments: all on a line of their own, …
    """
    x, k, v = `model`.layers[i]: Layer(
        x, cos, sin, cache[i, 0], cache[i, 1], heads=heads, hidden=hidden, theta=theta
    )
    """,
    // … or one a line; names and numbers together.
    """
    return onnx.Conv(
        x, weight, bias,
        kernel_shape=[kh, kw],
        strides=[stride[0], stride[-1]],
        pads=[ph, pw, ph, pw],
        dilations=[dilation[0], dilation[-1]],
        group=groups,
    )
    """,
    // Lists of lists a row a line, of numbers as many as fit.
    """
    table = [
        [1, 16, 1, 1, 1000],
        [6, 24, 2, 2, 1000],
        [6, 32, 3, 2, 1000],
        [6, 64, 4, 2, 1000],
        [6, 96, 3, 1, 1000],
    ]
    """,
    """
    kernel = [
        0.0001, 0.0002, 0.0003, 0.0004, 0.0005, 0.0006, 0.0007, 0.0008, 0.0009, 0.0010, 0.0011,
        0.0012, 0.0013, 0.0014,
    ]
    """,
    """
    y = Concat([
        embeddings.word_embeddings.weight, embeddings.position_embeddings.weight, last_hidden_state
    ])
    """,
    """
    scale = if elementwise_affine_is_wanted && weight_of_the_layer != none {
        weight_of_the_layer
    } else {
        Expand(one, [D])
    }
    """,
    // A subscript breaks last.
    """
    q = Reshape(
        projected_queries_keys_and_values_of_all_heads, [N, S, 3, heads, width_of_one_head]
    )[:, :, 0]
    """,
  ])
  func longStatements(text: String) {
    #expect(formatted(body: text) == text)
    let oneLine = text.replacing("\n", with: " ").replacing("    ", with: "")
    #expect(formatted(body: oneLine) == text)
  }

  @Test(arguments: [
    // A graph of several statements hangs on its call, …
    """
    s, ys = Loop(trips, _, s0, body=(i: i64[], go: bool[], s: f32[N]) {
        t = s + i
        return go, t, t
    })
    """,
    // … and several graphs stand one below the other.
    """
    y = If(
        flag,
        then_branch={
            t = h + k[:4]
            return t
        },
        else_branch={ return Neg(h) },
    )
    """,
  ])
  func graphs(text: String) {
    #expect(formatted(body: text) == text)
  }

  @Test func listsOfInputs() {
    let text = """
      block B(
          x: T[N, S, D],
          past: [(
              `past_key_values.{i}.key`: f32[N, K, P, d], `past_key_values.{i}.value`: f32[N, K, P, d]
          ); i in 0..<depth],
      ) {}

      """
    #expect(formatted(text) == text)
  }

  /// Line breaks of the source do not matter where a line has room.
  @Test func whatHasRoomIsJoined() {
    #expect(
      formatted(body: "y = x\n    |> Relu\n    |> Tanh\nz = f(\n  x,\n  a=1,\n)")
        == "y = x |> Relu |> Tanh\nz = f(x, a=1)")
  }

  /// Neither strings nor names break, and a line that has nothing else may be longer than 100 columns.
  @Test func whatCannotBreak() {
    let name = String(repeating: "n", count: 120)
    #expect(formatted(body: "\(name) = `\(name) {a + b}`") == "\(name) = `\(name) {a + b}`")
  }
}
