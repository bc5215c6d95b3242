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

  private func items(_ marked: String) -> [CompletionItem] {
    let edited = EditedText(marked)
    return edited.view.completions(at: edited.offset).items
  }

  /// Behind `name=` come the values that the operator takes, or that the block compares it with.
  @Test(arguments: [
    ("Conv(image, image, auto_pad=‸)", ["\"NOTSET\"", "\"SAME_UPPER\"", "\"SAME_LOWER\"", "\"VALID\""]),
    ("Conv(image, image, auto_pad=\"‸\")", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]),
    ("Conv(image, image, auto_pad=\"SA‸", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]),
    ("Linear(image, bias=‸)", ["true", "false"]), ("Linear(image, bias=tr‸)", ["true", "false"]),
    ("image |> fc: Linear(out_features=3, bias=‸", ["true", "false"]),
    ("Gelu(image, approximate=‸)", ["\"none\"", "\"tanh\""]), ("Linear(image, out_features=‸)", []),
    ("Own(image, mode=‸)", ["\"a\"", "\"b\"", "\"c\""]), ("Own(image, mode='‸')", ["a", "b", "c"]),
    ("Own(image, name=\"‸\")", []),
  ])
  func valuesThatAreKnownAreOffered(call: String, expected: [String]) {
    let text =
      "use onnx 21\nblock Own(x: T[N, D], mode: string = \"a\", name: string = none) -> T[N, D] {\n"
      + "    require mode == \"a\" || \"b\" == mode\n    if mode != \"c\" { x = Relu(x) }\n    return x\n}\n"
      + "model net(image: f32[N, 8]) -> (y: f32[...]) {\n    y = \(call)\n}\n"
    #expect(items(text).filter { $0.kind == .value }.map(\.label) == expected)
  }

  @Test func elementTypesAreOfferedWhereTheyAreNumbers() {
    for call in ["Cast(image, to=‸)", "RandomNormal(dtype=‸", "EyeLike(image, dtype=f‸)", "Embedding(image, dtype=‸)"] {
      let labels = labels("    y = \(call)", .value)
      #expect(labels.contains("f32") && labels.contains("i64") && !labels.contains("true"), "\(call)")
    }
  }

  /// In comments and in texts stands what a person writes.
  @Test(arguments: [
    "// y = ‸", "y = Relu(image) // im‸", "@doc(\"‸\")\n    y = Relu(image)", "y = image @ ‸\"a\"",
    "require N > 1, \"wh‸",
    "`a‸b` = Relu(image)",
  ])
  func nothingIsOfferedInTexts(statement: String) {
    #expect(labels("    \(statement)").isEmpty == !statement.contains("@ ‸"), "\(statement)")
  }

  @Test func identifiersAreOfferedWhereACommentIgnoresThem() {
    #expect(labels("    y = image // mica:ignore(un‸").contains("unused-value"))
    #expect(labels("    y = image // mica:ignore(unreachable) ‸").isEmpty)
  }

  @Test(arguments: [
    ("use ‸", ["onnx", "com.microsoft"], ["Relu", "true"]), ("use onnx ‸", ["23", "13"], ["24", "Relu"]),
    ("use onnx 2‸", ["23", "13"], ["Relu"]), ("use com.microsoft ‸", ["1"], ["21"]),
    ("import ‸", ["std.vision", "std.text", "std.audio"], ["Relu"]),
    ("import std.‸", ["std.vision"], ["weight"]), ("import std.vision as ‸", [], ["std.vision"]),
    ("@‸", ["doc", "producer"], ["position", "Relu"]), ("@do‸\nmodel m(x: f32[N]) { return x }", ["doc"], ["model"]),
    ("model m(x: f32[N]) {\n    @‸\n    y = Relu(x)\n    return y\n}", ["name", "meta"], ["producer", "Relu"]),
    ("model m(@‸ x: f32[N]) { return x }", ["denotation", "doc"], ["name", "x"]),
    ("model m(x: f32[N, N]) {\n    return x @ ‸\n}", ["x", "Relu"], ["doc"]),
    ("model m(x: f32[N, N]) {\n    return x @‸\n}", ["x", "Relu"], ["doc"]),
    ("recipe r for m {\n    ‸\n}", ["prune", "quantize", "export"], ["Relu", "param", "m"]),
    ("recipe r for m {\n    prune(‸\n}", ["by=", "ratio=", "granularity="], ["Relu", "prune", "type="]),
    ("recipe r for m {\n    prune(ratio=0.3, ‸)\n}", ["by="], ["ratio="]),
    ("recipe r for m {\n    prune(ratio=0.3, by=‸)\n}", ["\"l1\"", "\"wanda\""], ["by=", "Relu"]),
    ("recipe r for m {\n    prune(by=\"‸\")\n}", ["l1", "wanda"], ["Relu"]),
    ("recipe r for m {\n    quantize(type=‸)\n}", ["i8", "f16"], ["Relu", "type="]),
    ("recipe r for m {\n    quantize(type=i8, per_channel=‸)\n}", ["true", "false"], ["Relu"]),
  ])
  func linesDecideWhatIsOffered(text: String, offered: [String], others: [String]) {
    let labels = Set(items(text).map(\.label))
    #expect(labels.isSuperset(of: offered), "\(text)")
    #expect(labels.isDisjoint(with: others), "\(text)")
    #expect(!offered.isEmpty || labels.isEmpty)
  }

  /// What a statement binds, and what a model returns, has no meaning in the statement.
  @Test func namesThatAreNotBoundYetAreNotOffered() {
    let names = labels("    h = Relu(image)\n    late, z = Split(h‸, axis=1)\n    more = h")
    #expect(names.contains("h") && names.contains("image"))
    #expect(Set(names).isDisjoint(with: ["y", "z", "late", "more"]))
    #expect(labels("    image = ‸").contains("image"))
    #expect(!labels("    h = ‸").contains("h"))
    #expect(labels("    repeat i in 0..<2 {\n        a = image\n        b = ‸\n    }").contains("a"))
    #expect(!labels("    repeat i in 0..<‸ {\n        a = image\n    }").contains("i"))
    let graph =
      "    z = If(image, then_branch={\n        a = image\n        return ‸\n    }, else_branch={ return image })"
    #expect(labels(graph).contains("a") && !labels(graph).contains("z"))
  }

  @Test func calleesComeFirstBehindAPipe() throws {
    for line in ["y = image |> ‸", "y = image |> Re‸", "y = image |> fc: ‸"] {
      let edited = EditedText("use onnx 21\nmodel net(image: f32[N, 8]) -> (y: f32[...]) {\n    \(line)\n}\n")
      let items = edited.view.completions(at: edited.offset).items
      let relu = try #require(items.first { $0.label == "Relu" })
      let name = try #require(items.first { $0.label == "image" })
      #expect(relu.rank < name.rank, "\(line)")
    }
  }

  @Test(
    arguments: [
      ("y = ‸", "Conv2d", "Conv2d(${1:x}, out_channels=$2, kernel_size=$3)$0"),
      ("y = image |> ‸", "Conv2d", "Conv2d(out_channels=$1, kernel_size=$2)$0"),
      ("y = image |> conv: ‸", "Conv2d", "Conv2d(out_channels=$1, kernel_size=$2)$0"),
      ("layer conv = ‸", "Conv2d", "Conv2d(out_channels=$1, kernel_size=$2)$0"),
      ("y = ‸", "MatMul", "MatMul(${1:A}, ${2:B})$0"), ("y = image |> ‸", "MatMul", "MatMul(${1:B})$0"),
      ("y = image |> ‸", "Relu", nil), ("y = ‸", "Relu", "Relu(${1:X})$0"), ("y = ‸(image)", "Relu", nil),
      ("y = Cast(image, to=f16) |> ‸", "Cast", "Cast(to=$1)$0"),
      ("‸", "repeat", "repeat ${1:i} in 0..<${2:n} {\n    $0\n}"), ("‸", "return", nil),
    ] as [(String, String, String?)])
  func calleesAndKeywordsAreSnippets(line: String, label: String, expected: String?) throws {
    let edited = EditedText("use onnx 21\nmodel net(image: f32[N, 8]) -> (y: f32[...]) {\n    \(line)\n}\n")
    let item = try #require(edited.view.completions(at: edited.offset).items.first { $0.label == label })
    #expect(item.snippet == expected)
    #expect(!item.insertion.contains("$"))
  }

  /// Comments between parameters are no part of a signature.
  @Test func signaturesHaveNoComments() throws {
    let edited = EditedText("model m(x: f32[N, 4, 8, 8]) {\n    return ‸\n}")
    let item = try #require(edited.view.completions(at: edited.offset).items.first { $0.label == "BatchNorm2d" })
    #expect(item.detail.contains("momentum: float = 0.1, affine") && !item.detail.contains("//"), "\(item.detail)")
  }

  /// Of very many names those that stand nearest are offered, and those that begin as what is typed.
  @Test func namesOfLongBodies() {
    let lines = (0..<2_000).map { "    v\($0) = Relu(\($0 == 0 ? "x" : "v\($0 - 1)"))\n" }.joined()
    func names(_ typed: String) -> [String] {
      let edited = EditedText(
        "model m(x: f32[N, 4]) -> (y: f32[N, 4]) {\n\(lines)    y = Relu(\(typed)‸)\n    return y\n}")
      return edited.view.completions(at: edited.offset).items.filter { $0.kind == .variable }.map(\.label)
    }
    let all = names("")
    #expect((500..<510).contains(all.count) && all.contains("v1999") && all.contains("x") && !all.contains("v42"))
    #expect(Set(["v42", "v420", "v429", "v1999"]).isSubset(of: names("v42")))
  }
}
