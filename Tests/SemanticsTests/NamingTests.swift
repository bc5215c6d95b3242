import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// Names in the exported file, and everything else that must hold of a graph.
@Suite struct NamingTests {
  @Test(arguments: Project.files(in: "Examples", ending: ".mica"))
  func publishedExamplesAreSound(path: String) throws {
    let program = Program(SourceFile(path: path, source: try Project.bytes(path), number: 0))
    try #require(!program.models.isEmpty)
    for model in program.models {
      let elaboration = program.elaborate(model)
      #expect(elaboration.diagnostics.map(\.message) == [])
      #expect(GraphSoundness(elaboration).problems == [])
    }
  }

  @Test(arguments: Example.all)
  func testProgramsAreSound(example: Example) {
    let elaborated = Elaborated(example.source, options: example.options)
    for elaboration in elaborated.elaborations where !elaboration.hasErrors {
      #expect(GraphSoundness(elaboration).problems == [])
    }
  }

  /// The names of torchvision's state dictionary, but for `num_batches_tracked`.
  @Test func resnet18HasTheNamesOfTorchvision() throws {
    func norm(_ path: String) -> [String] {
      ["weight", "bias", "running_mean", "running_var"].map { "\(path).\($0)" }
    }
    var expected = ["conv1.weight"] + norm("bn1") + ["fc.weight", "fc.bias"]
    for layer in 1...4 {
      for block in 0...1 {
        let path = "layer\(layer).\(block)"
        for unit in 1...2 { expected += ["\(path).conv\(unit).weight"] + norm("\(path).bn\(unit)") }
        if layer > 1, block == 0 { expected += ["\(path).downsample.0.weight"] + norm("\(path).downsample.1") }
      }
    }
    #expect(expected.count == 102)
    let program = Program(
      SourceFile(path: "resnet18.mica", source: try Project.bytes("Examples/resnet18.mica"), number: 0))
    let graph = program.elaborate(program.models[0]).model.graph
    let names = graph.regions[graph.body].initializers.filter { $0.role != .constant }.map {
      graph.values[$0.value].name
    }
    #expect(names.sorted() == expected.sorted())
  }

  /// Names of nodes, the operator, and what they come apart into; `nil` where the naming rule did not make them.
  @Test(
    arguments: [
      ("/Relu", "Relu", [], 0), ("/Relu_3", "Relu", [], 3), ("/a/b.0/Conv_12", "Conv", ["a", "b.0"], 12),
      ("/a\\/b\\\\/Relu", "Relu", ["a/b\\"], 0), ("//Relu", "Relu", [""], 0), ("Relu", "Relu", nil, 0),
      ("/a/Relu", "Tanh", nil, 0), ("/Relu_0", "Relu", nil, 0), ("/Relu_x", "Relu", nil, 0), ("/Relu_", "Relu", nil, 0),
      ("/Relu\\", "Relu", nil, 0), ("", "Relu", nil, 0), ("/Relu_-1", "Relu", nil, 0), ("/Relu_01", "Relu", nil, 0),
      ("/Relu_+1", "Relu", nil, 0), ("/a\\b/Relu", "Relu", nil, 0),
    ] as [(String, String, [String]?, Int)])
  func nodeNamesComeApart(name: String, operatorType: String, labels: [String]?, number: Int) throws {
    let parts = NodeName(name, operatorType: operatorType)
    guard let labels else {
      #expect(parts == nil)
      return
    }
    let found = try #require(parts)
    #expect(found.labels == labels)
    #expect(found.number == number)
    #expect(found.name(operatorType: operatorType) == name)
  }

  /// An operator may be called as the second node of another one would be.
  @Test(
    arguments: [
      (["Relu", "acme.Relu_1", "Relu", "acme.Relu_1"], ["/Relu", "/Relu_1", "/Relu_2", "/Relu_1_1"]),
      (["Relu", "Relu", "acme.Relu_1", "Relu"], ["/Relu", "/Relu_1", "/Relu_1_1", "/Relu_2"]),
    ])
  func numbersMeetOperators(operators: [String], names: [String]) {
    let calls = operators.map { "  x = \($0)(x)\n" }.joined()
    let graph = Elaborated(
      "operator acme.Relu_1(x: f32[N]) -> f32[N]\nmodel m(x: f32[N]) -> (y: f32[N]) {\n\(calls)  return x\n}\n"
    ).graph
    #expect(graph.nodes.indices.map { graph.nodes[$0].name } == names)
  }

  /// Seeds come from names: the same text gives the same numbers, and each parameter others.
  @Test func seedsAreTheNames() {
    let source = "model m(x: f32[N, 4]) {\n  return x |> a: Linear(out_features=4) |> b: Linear(out_features=4)\n}\n"
    func seeds() -> [String: UInt64] {
      let graph = Elaborated(source).graph
      var found: [String: UInt64] = [:]
      for initializer in graph.regions[graph.body].initializers {
        if case .generated(_, let seed) = initializer.tensor.storage {
          found[graph.values[initializer.value].name] = seed
        }
      }
      return found
    }
    #expect(seeds() == seeds())
    #expect(Set(seeds().values).count == 4)
    // FNV-1a of "a.bias", by the published constants.
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in "a.bias".utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    #expect(seeds()["a.bias"] == hash)
  }
}
