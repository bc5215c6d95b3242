import Authoring
import Syntax
import Testing

/// What may be written at the cursor, and the signature shown meanwhile.
@Suite struct CompletionTests {
  private func labels(_ body: String, _ kind: CompletionItem.Kind? = nil) -> [String] {
    let edited = EditedText(
      "use onnx 21\nblock Own(x: T[N, D]) -> T[N, D] { return x }\n"
        + "model net(image: f32[N, 8]) -> (y: f32[...]) {\n\(body)\n}\n")
    return edited.view.completions(at: edited.offset).items.filter { kind == nil || $0.kind == kind }.map(\.label)
  }

  @Test func calleesComeFromTheFileTheLibraryAndTheOperators() {
    let labels = labels("    y = ‸")
    #expect(labels.contains("Own") && labels.contains("Conv2d") && labels.contains("MatMul"))
    // The operators of a newer set cannot be called.
    #expect(!labels.contains("Swish"))
  }

  @Test func argumentsAreThoseNotYetGiven() {
    let labels = labels("    y = Linear(image, out_features=4, ‸)", .argument)
    #expect(labels == ["bias="])
    #expect(self.labels("    y = Linear(out_features=4, ‸)", .argument) == ["x=", "bias="])
  }

  /// What a pipe gives is not asked for again, and neither is what stands by position.
  @Test(arguments: [
    ("image |> fc: Linear(‸)", ["out_features=", "bias="]), ("image |> Linear(‸)", ["out_features=", "bias="]),
    ("image |> Clip(‸)", ["min=", "max="]), ("image |> Clip(max=1.0, ‸)", ["min="]),
    ("image |> Clip(image, ‸)", ["max="]), ("image |> Sum(‸)", []), ("Clip(‸, image)", ["min=", "max="]),
    ("image |> Clip(Clip(‸))", ["input=", "min=", "max="]),
  ])
  func inputsAreOfferedOnce(call: String, expected: [String]) {
    #expect(labels("    y = \(call)", .argument) == expected)
  }

  @Test(
    arguments: [
      ("image |> Clip(‸)", "min: T = none"), ("Clip(‸)", "input: T"),
      ("image |> Clip(min=1.0, ‸image)", "min: T = none"),
      ("Sum(image, image, ‸image)", "*data_0: T"), ("image |> Relu(‸)", nil), ("image |> Clip(Clip(‸", "input: T"),
    ] as [(String, String?)])
  func theParameterAtTheCursorIsTold(call: String, expected: String?) throws {
    let edited = EditedText("use onnx 21\nmodel net(image: f32[N, 8]) -> (y: f32[...]) {\n    y = \(call)\n}\n")
    let help = try #require(edited.view.signatureHelp(at: edited.offset))
    #expect(help.active.map { help.parameters[$0] } == expected)
  }

  @Test func attributesOfOperatorsAreArguments() {
    #expect(labels("    y = Gemm(image, image, tr‸)", .argument).contains("transB="))
  }

  @Test func valuesAreNoArguments() {
    #expect(labels("    y = Linear(image, out_features=‸)", .argument).isEmpty)
  }

  @Test func namesAndDimensionsBeforeTheCursor() {
    let body = "    h = Relu(image)\n    z = ‸\n    later = Relu(h)"
    let names = labels(body, .variable) + labels(body, .dimension)
    #expect(Set(["h", "image", "N"]).isSubset(of: names))
    #expect(!names.contains("later"))
  }

  @Test func pathsBehindADot() {
    let body = "    x = enc.a: Linear(image, out_features=8)\n    return Transpose(enc.‸)"
    #expect(labels(body) == ["a"])
    #expect(labels(body.replacing("enc.‸", with: "enc.a.‸")) == ["bias", "weight"])
  }

  @Test func aSignatureFollowsTheArguments() throws {
    let edited = EditedText(
      "use onnx 21\nmodel net(x: f32[N, 8]) -> (y: f32[...]) {\n    return x |> Linear(out_features=‸4)\n}\n")
    let help = try #require(edited.view.signatureHelp(at: edited.offset))
    #expect(help.label.hasPrefix("block Linear(x: T[..., I], out_features: int"))
    #expect(help.active.map { help.parameters[$0] } == "out_features: int")
    #expect(help.parameters.allSatisfy { help.label.contains($0) })
  }
}
