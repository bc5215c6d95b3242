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
