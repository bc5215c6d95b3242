/// Whole texts without a mistake, which together use every form of the language.
enum ExampleTexts {
  static let all = [classifier, transformer, imported, decoder, recurrent, custom, function]

  static let classifier = """
    use onnx 21

    /// Two convolutions around a shortcut.
    block Residual(x: T[N, C, H, W], channels: int, stride: int = 1) -> T[N, channels, ?, ?] {
        y = x |> conv1: Conv2d(out_channels=channels, kernel_size=3, stride=stride, padding=1, bias=false) |> Relu
        y = y |> conv2: Conv2d(out_channels=channels, kernel_size=3, padding=1)
        if stride != 1 || C != channels {
            x = x |> shortcut[0]: Conv2d(out_channels=channels, kernel_size=1) |> shortcut[1]: BatchNorm2d
        } else if C == 1 {
            x = -x
        } else {
            x = x   // nothing to do
        }
        return Relu(x + y)
    }

    model small(image: f32[N, 3, 32, 32], widths: [int] = [8, 16,]) -> (logits: f32[N, 10]) where N >= 1 {
        weights "small.safetensors" (prefix="net.", rename={"head": 'fc'}, ignore=["*.num_batches_tracked"])
        x = image
        repeat i in 0..<len(widths) {
            x = x |> layers[i]: Residual(channels=widths[i], stride=if i == 0 { 1 } else { 2 })
        }
        @name("/pool") @doc("global")
        x = x |> GlobalAveragePool
              |> Flatten
        return fc: Linear(x, out_features=10)
    }

    recipe edge for small {
        prune(granularity="channel", ratio=0.4, keep=[fc, layers[0]])
        quantize(type=i8, calibration="calibration/*.npy", per_channel=true)
        export("small.onnx", opset=21)
    }
    """

  static let function = #"""
    @verbatim
    model m(x: f32[N]) -> (a: f32[N]) {
        a, (@doc("the second") b) = my.F(x, table={"a": 1, "b": 2,})
        return a
    }

    operator my.F(x: ?, table: any, body: graph = (i: f32[N]) {
        return Relu(i)
    }, other: graph = { return x }) -> (y: ?, z: ?) {
        return x, x
    }
    """#

  static let transformer = """
    use onnx 21
    import "./blocks.mica" as b
    import std.text

    /// Attention over heads.
    ///
    /// Scaled by the width of a head.
    block Attention(x: T[N, S, D], mask: T[N, 1, 1, S] = none, heads: int) -> (y: T[N, S, D], a: T[...])
        where D % heads == 0 {
        require heads > 0, "no heads"
        d = D / heads
        q = x |> query: Linear(out_features=D) |> Reshape([N, S, heads, d]) |> Transpose(perm=[0, 2, 1, 3])
        k, v = kv: Split(x, axis=-1, num_outputs=2)
        a = q @ k * d ** -0.5
        if mask != none { a = a + mask }
        a = Where(a >= 0 && !(a == inf), a, -1e30)
        return out: Linear(Softmax(a, axis=-1) @ v, out_features=D), a[:, 0, ..., 1:3]
    }

    model encoder(ids: i64[N, S], depth: int = 12) -> (y: f32[N, S, 384]) {
        scope embeddings {
            x = word: Embedding(ids, num_embeddings=30522, embedding_dim=384)
                + position: Embedding(Range(0, S, 1), num_embeddings=512, embedding_dim=384)
        }
        repeat i in 0..<depth {
            x, _ = `layer{i + 1}`.attn: Attention(x, heads=12)
        }
        tied = x @ Transpose(embeddings.word.weight)
        return tied[..., none, ::2]
    }
    """

  static let imported = #"""
    use onnx 17
    use com.microsoft 1

    @producer("exporter", "2.1") @ir_version(8) @meta("key", "value")
    model `main graph`(`input:0`: f32[`batch size`, 4], flag: bool[], trips: i64[], w: f32[64] = $w)
        -> (`out:0`: f32[?, 4], ys: optional<seq<f32[?, 4]>>) {
        @name("/enc/Constant")
        k = Constant(value=f32[5]{0.1, 0.2, -0.0, 1e-45, 3.0})
        h = MatMul(`input:0`, $`enc.weight:0`)
        c = Clip(h, _, max=6.0)
        @recorded(type f32[2, 2])
        d, _ = Dropout(h)
        y = If(flag, then_branch={
            t = h + k[:4]
            return t
        }, else_branch={ return Neg(h) })
        s, ys = Loop(trips, none, y, body=(i: i64[], go: bool[], s: f32[?, 4]) {
            a = s + h
            return go, a, a
        })
        u = `com.my-co`.`aten::relu`(s, strs=["a", b"\xff"], empty=ints [], type=type map<i64, f32[]>)
        v = my.domain.Fused~v2(u, to=bf16, x=0x1p-126, many=[{ return u }, (q: ?) { return q }])
        z = Constant(sparse_value=sparse f32[5, 5]{[0, 1]: 1.0, [2, 2]: -1.0})
        return v, z
    }
    """#

  static let decoder = """
    use onnx 21
    block Layer(x: T[N, S, D], k: T[N, P, D]) -> (y: T[N, S, D], k: T[N, P + S, D]) {
        layer shared = Linear(out_features=D)
        *parts = Split(shared(x), axis=1, num_outputs=3)
        return Concat(*parts, axis=1), Concat(k, shared(x), axis=1)
    }
    model decoder(x: f32[N, S, 64], past: [(`past.{i}.key`: f32[N, P, 64]); i in 0..<depth], depth: int = 2)
        -> (y: f32[N, S, 64], present: [`present.{i}`: f32[N, ?, 64]; i in 0..<depth]) {
        present = []
        repeat i in 0..<depth {
            x, k = h[i]: Layer(x, past[i])
            present = present + [k]
        }
        repeat t, c, _ in [[1, 2, 3], [4, 5, 6]] { x = x * T(0.5) + t - c }
        return x, present
    }
    """

  static let recurrent = """
    use onnx 21
    block Cell(x: T[N, I], hidden: int, layers: int = 1, bias: bool = true, act: callee = Tanh) {
        repeat k in 0..<layers {
            param `weight_ih_l{k}`: T[4 * hidden, I] = uniform(bound=hidden ** -0.5)
            param `bias_ih_l{k}`: T[4 * hidden] = zeros if bias
        }
        buffer state: sparse f32[N, hidden] = zeros
        const shape: i64[2] = [0, -1]
        y: T[N, 4 * hidden] = act(x @ Transpose(`weight_ih_l{0}`))
        require hidden % 2 == 0
        return Reshape(y, shape)
    }
    """

  static let custom = """
    use com.acme 2
    operator com.acme.RoiPool(x: T[N, C, H, W], rois: f32[R, 5], *rest: T[...], scale: f32[] = none, size: [int] = [7, 7])
        -> (y: T[R, C, size[0], size[1]], index: i64[R]) where R > 0
        macs = R * C * size[0] * size[1]
    operator com.acme.Twice(x: T[N]) -> T[N] {
        return x + x
    }
    """
}
