import Authoring
import Syntax
import Testing

/// What an editor shows of the place under the cursor.
@Suite struct HoverTests {
  private func hover(_ marked: String) -> Hover? {
    let edited = EditedText(marked)
    return edited.view.hover(at: edited.offset)
  }

  private func model(_ body: String) -> String {
    "use onnx 21\nmodel net(x: f32[2, 3, 8, 8]) -> (y: f32[...]) {\n    weights \"net.safetensors\"\n\(body)\n}\n"
  }

  @Test func aLayerTellsItsParametersAndItsShare() throws {
    let body = """
          x = x |> conv: ‸Conv2d(out_channels=4, kernel_size=3, padding=1)
          return fc: Linear(Flatten(x), out_features=2)
      """
    let hover = try #require(self.hover(model(body)))
    #expect(hover.title.hasPrefix("block Conv2d(x: T[N, C, H, W], out_channels: int"))
    #expect(
      hover.lines.prefix(4) == [
        "Gives `f32[2, 4, 8, 8]`.", "**112 parameters**, 17.9 % of net · 13,824 MACs", "Output memory 2.05 kB.",
        "Weights f32 from `net.safetensors`.",
      ])
  }

  /// Figures that depend on an open size say what it is taken for, and a layer tells the memory of all that it computes.
  @Test func figuresTellTheSizesThatTheyAreOf() throws {
    let text = """
      use onnx 21
      block Twice(x: T[N, D]) -> T[N, D] {
          return x |> a: Linear(out_features=256) |> Relu |> b: Linear(out_features=D)
      }
      model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
          return t: ‸Twice(x)
      }
      """
    let hover = try #require(self.hover(text))
    #expect(
      hover.lines.prefix(3) == [
        "Gives `f32[N, 8]`.", "**4,360 parameters**, all of net · 4,096 MACs at N=1",
        "Output memory 32 B, activations 2.08 kB in all at N=1.",
      ])
    let lens = EditedText(text).view.codeLenses().map(\.title)
    #expect(lens.first == "used once in net · 4,360 parameters each · 4,096 MACs each at N=1")
  }

  @Test func aLabelTellsItsPath() throws {
    let body = """
          repeat i in 0..<2 {
              x = stage‸[i]: Conv2d(x, out_channels=3, kernel_size=1)
          }
          return x
      """
    let hover = try #require(self.hover(model(body)))
    #expect(hover.title == "stage[i]: Conv2d")
    #expect(hover.lines.contains("**12 parameters** × 2, all of net · 1,152 MACs × 2"))
    #expect(hover.lines.last == "`stage.0` and 1 more of this statement.")
  }

  @Test func anOperatorTellsItsInputsAndAttributes() throws {
    let hover = try #require(self.hover(model("    return Soft‸max(x, axis=1)")))
    #expect(hover.title == "Softmax(input: T, axis: int = -1) -> (output: T)")
    #expect(hover.lines.contains("Attributes: `axis: int = -1`"))
  }

  @Test func aNameTellsItsType() throws {
    let hover = try #require(self.hover(model("    y = Relu(x)\n    return Sigmoid(‸y)")))
    #expect(hover.title == "y: f32[2, 3, 8, 8]")
    #expect(hover.lines.first == "Output memory 1.54 kB.")
  }

  @Test func configurationTellsItsValue() throws {
    let signature = "model net(x: f32[N, 8], depth: int = 3) -> (y: f32[N, 8])"
    let text = "use onnx 21\n\(signature) {\n    d = 2 * depth\n    return x * ‸d\n}\n"
    #expect(try #require(self.hover(text)).title == "d = 6")
  }

  private static let openSize =
    "`N` is an open size of `net`, which each run decides: axis 0 of `x`, line 8; axis -2 of `other` (`2*N`), line 8."

  private static let instances = """
    use onnx 21
    block Layer(x: T[N, D], width: int, hidden: int = 4 * D) -> T[N, width] {
        param scale: f32[D]
        half = hidden / 2
        y = a: Linear(x * scale, out_features=half)
        return b: Linear(y, out_features=width)
    }
    model net(x: f32[N, 8], other: f32[..., 2*N, 3], base: int = 8) -> (y: f32[N, 9]) {
        repeat i, k in [[0, 1], [1, 2], [2, 2]] {
            x = layers[i]: Layer(x, width=base * k)
        }
        m = base + 1
        return c: Linear(x, out_features=m)
    }
    """

  /// A size tells its expression, the expression with the values of the names in it, its value, and the same of these names;
  /// in a block, what it is in each instance.
  @Test(arguments: [
    (
      "out_features=h‸alf", "half = 16",
      [
        "Comes about:\n- `half` = `hidden / 2` = `32 / 2` = `16`, line 4\n"
          + "- `hidden` = `4 * D` = `4 * 8` = `32` by default, line 2\n- `D` = `8`, axis 1 of `x`",
        "In its instances:\n- `16` × 2: `layers.0`, `layers.1`\n- `32`: `layers.2`",
      ]
    ),
    (
      "‸width: int", "width = 8",
      [
        "Comes about:\n- `width` = `base * k` = `8 * 1` = `8`, line 10\n- `base` = `8` by default, line 8",
        "In its instances:\n- `8`: `layers.0`\n- `16` × 2: `layers.1`, `layers.2`",
      ]
    ),
    (
      "T[N, ‸D]", "D = 8",
      [
        "Comes about:\n- `D` = `8`, axis 1 of `x`",
        "In its instances:\n- `8` × 2: `layers.0`, `layers.1`\n- `16`: `layers.2`",
      ]
    ),
    (
      "out_features=‸m", "m = 9",
      ["Comes about:\n- `m` = `base + 1` = `8 + 1` = `9`, line 12\n- `base` = `8` by default, line 8"]
    ),
    ("‸k in", "k = 1", ["In its rounds:\n- `1`\n- `2`"]),
    (
      "x: f32[‸N, 8]", "N",
      [openSize]
    ),
    (
      "x: T[‸N, D]", "N",
      [
        "Comes about:\n- `N` = `N`, axis 0 of `x`",
        openSize,
      ]
    ),
  ])
  func aSizeTellsHowItComesAbout(marked: String, title: String, lines: [String]) throws {
    let text = Self.instances.replacing(marked.replacing("‸", with: ""), with: marked, maxReplacements: 1)
    let hover = try #require(self.hover(text))
    #expect(hover.title == title)
    #expect(hover.lines == lines)
  }

  /// What is not the same in all instances is said of each.
  @Test(arguments: [
    ("scale: f32[‸D]", "- `8`"), ("param sc‸ale", "- `f32[8]` × 2: `layers.0`, `layers.1`\n- `f32[16]`: `layers.2`"),
    ("‸y = a", "- `f32[N, 16]` × 2: `layers.0`, `layers.1`\n- `f32[N, 32]`: `layers.2`"),
    ("b: ‸Linear", "- `f32[N, 8]`, 136 parameters: `layers.0.b`\n"),
    (
      "block ‸Layer",
      "- `f32[N, 8]`, 288 parameters: `layers.0`\n- `f32[N, 16]`, 424 parameters: `layers.1`\n- `f32[N, 16]`, 1,088 parameters: `layers.2`"
    ),
    ("block ‸Layer", "used 3 times in net · 288 to 1,088 parameters · 256 to 1,024 MACs"),
    (": ‸Layer(x", "**1,800 parameters** in 3 calls, 92.2 % of net · 1,664 MACs in 3 calls"),
    ("‸layers[i]", "- `f32[N, 8]`, 288 parameters: `layers.0`\n"),
  ])
  func instancesThatDifferAreTold(marked: String, line: String) throws {
    let text = Self.instances.replacing(marked.replacing("‸", with: ""), with: marked, maxReplacements: 1)
    let hover = try #require(self.hover(text))
    #expect(hover.lines.contains { $0.contains(line) }, "\(hover.lines)")
  }

  /// What is assumed of an open size, and what it is shown as, is told where it is declared and where it is used.
  @Test func anOpenSizeTellsWhatIsAssumed() throws {
    let text = """
      // mica: H=64
      use onnx 21
      model net(x: f32[N, 3, H, W]) -> (y: f32[...]) where H % 32 == 0, W > 2, N < W {
          return Reshape(x, [N, 3, H * ‸W])
      }
      """
    let hover = try #require(self.hover(text))
    #expect(hover.title == "W")
    #expect(
      hover.lines == [
        "`W` is an open size of `net`, which each run decides: axis 3 of `x`, line 3. Assumed: `W > 2`, `N < W`."
      ])
    let other = try #require(self.hover(text.replacing("‸", with: "").replacing("[N, 3, H,", with: "[N, 3, ‸H,")))
    #expect(other.title == "H = 64")
    #expect(other.lines.last?.hasSuffix("Assumed: `H % 32 == 0`. Shown as 64.") ?? false, "\(other.lines)")
  }

  /// What an operator gives is that of the first instance and round, and the others where they differ.
  @Test(arguments: [
    ("‸Relu(half)", "Gives `f32[N, 4]`.", "In its instances:\n- `f32[N, 4]`: `a`\n- `f32[N, 8]`: `b`"),
    ("act: ‸Tanh", "Gives `f32[N, 4]`.", "In its instances:\n- `f32[N, 4]`: `a.act`\n- `f32[N, 8]`: `b.act`"),
    ("x = ‸Concat(x", "Gives `f32[2*N, 8]`.", "In its rounds:\n- `f32[2*N, 8]`\n- `f32[4*N, 8]`"),
    ("‸Neg", "Gives `f32[4*N, 8]`.", nil),
  ])
  func anOperatorTellsWhatItGivesInEachInstance(marked: String, gives: String, instances: String?) throws {
    let source = """
      use onnx 17
      block Half(x: T[N, D]) -> T[N, D / 2] {
          half, _ = Split(x, axis=1)
          half = Relu(half)
          return half |> act: Tanh
      }
      model net(x: f32[N, 8]) -> (y: f32[...], z: f32[...]) {
          p = a: Half(x)
          q = b: Half(Concat(x, x, axis=1))
          repeat i in 0..<2 {
              x = Concat(x, x, axis=0)
          }
          return Neg(x), p
      }
      """
    let text = source.replacing(marked.replacing("‸", with: ""), with: marked, maxReplacements: 1)
    let hover = try #require(self.hover(text))
    #expect(hover.lines.first == gives)
    #expect(hover.lines.first { $0.hasPrefix("In its") } == instances)
  }

  /// What a project sets does not come of the text's default.
  @Test func aSizeThatIsSetOutsideHasNoDefault() throws {
    var project = Project()
    project.models["net", default: Project.ModelSettings()].configuration = ["base": "16"]
    let edited = EditedText(Self.instances.replacing("base + 1", with: "‸base + 1"), project: project)
    let hover = try #require(edited.view.hover(at: edited.offset))
    #expect(hover.title == "base = 16" && hover.lines.isEmpty)
  }

  @Test func anArgumentTellsItsParameter() throws {
    let hover = try #require(self.hover(model("    return Conv2d(x, out_channels=4, ker‸nel_size=3)")))
    #expect(hover.title.hasPrefix("kernel_size:"))
    #expect(hover.lines == ["Of `Conv2d`."])
  }

  @Test(arguments: ["    return Relu(x) ‸ // text", "    return ‸(x)", "    return Nowhere‸(x)"])
  func nothingIsSaidWhereNothingIsKnown(body: String) {
    #expect(hover(model(body)) == nil)
  }
}
