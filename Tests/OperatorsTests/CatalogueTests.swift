import Graphs
import Operators
import Testing

struct CatalogueTests {
  @Test func convHasItsFacts() throws {
    let conv = try #require(Catalogue.schema(name: "Conv", opset: 21))
    #expect(conv.sinceVersion == 11)
    #expect(conv.inputs.map(\.name) == ["X", "W", "B"])
    #expect(conv.inputs.map(\.arity) == [.single, .single, .optional])
    #expect(conv.attributes.map(\.name) == ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])
    #expect(conv.attribute("auto_pad")?.defaultValue?.text == "NOTSET")
    #expect(conv.attribute("group")?.defaultValue?.int == 1)
    #expect(conv.attribute("pads")?.defaultValue == nil)
    #expect(conv.typeConstraints["T"] == ["tensor(double)", "tensor(float)", "tensor(float16)"])
    #expect(Catalogue.schema(name: "Conv", opset: 22)?.typeConstraints["T"]?.contains("tensor(bfloat16)") == true)
  }

  @Test(arguments: [
    ("Clip", 7, 6), ("Clip", 11, 11), ("Clip", 12, 12), ("Clip", 23, 13), ("ReduceMean", 17, 13),
    ("ReduceMean", 18, 18), ("LayerNormalization", 17, 17), ("Relu", 13, 13), ("Relu", 14, 14),
  ])
  func versionIsTheNewestOfTheOpset(name: String, opset: Int, since: Int) {
    #expect(Catalogue.schema(name: name, opset: opset)?.sinceVersion == since)
  }

  @Test func axesOfReductionsMovedAt18() {
    #expect(Catalogue.schema(name: "ReduceMean", opset: 17)?.attribute("axes")?.kind == .ints)
    #expect(Catalogue.schema(name: "ReduceMean", opset: 17)?.inputs.count == 1)
    #expect(Catalogue.schema(name: "ReduceMean", opset: 18)?.attribute("axes") == nil)
    #expect(Catalogue.schema(name: "ReduceMean", opset: 18)?.inputs.map(\.type) == ["T", "tensor(int64)"])
  }

  @Test func defaultsAreExact() {
    let clip = Catalogue.schema(name: "Clip", opset: 7)
    #expect(clip?.attribute("max")?.defaultValue?.float == Float.greatestFiniteMagnitude)
    #expect(clip?.attribute("min")?.defaultValue?.float == -Float.greatestFiniteMagnitude)
    let selu = Catalogue.schema(name: "Selu", opset: 13)
    #expect(selu?.attribute("alpha")?.defaultValue?.float?.bitPattern == 0x3FD6_2D7D)
    #expect(selu?.attribute("gamma")?.defaultValue?.float?.bitPattern == 0x3F86_7D5F)
    guard
      case .strings(let activations) = Catalogue.schema(name: "RNN", opset: 14)?.attribute("activations")?.defaultValue
    else {
      Issue.record("RNN has default activations")
      return
    }
    #expect(activations == [Array("Tanh".utf8), Array("Tanh".utf8)])
    let mvn = Catalogue.schema(name: "MeanVarianceNormalization", opset: 13)
    #expect(mvn?.attribute("axes")?.defaultValue?.ints == [0, 2, 3])
  }

  @Test func requiredAttributesAndVariadicInputsAreMarked() {
    #expect(Catalogue.schema(name: "Cast", opset: 21)?.attribute("to")?.isRequired == true)
    #expect(Catalogue.schema(name: "Cast", opset: 21)?.attribute("saturate")?.isRequired == false)
    let concat = Catalogue.schema(name: "Concat", opset: 21)?.inputs.first
    #expect(concat?.arity == .variadic && concat?.isHomogeneous == true && concat?.minimumArity == 1)
    let loop = Catalogue.schema(name: "Loop", opset: 21)?.inputs.last
    #expect(loop?.arity == .variadic && loop?.isHomogeneous == false && loop?.minimumArity == 0)
  }

  @Test func nestedTypesAreWrittenAsSchemasWriteThem() {
    #expect(
      Catalogue.schema(name: "SequenceAt", opset: 11)?.typeConstraints["S"]?.contains("seq(tensor(float))") == true)
    let optional = Catalogue.schema(name: "OptionalGetElement", opset: 18)?.typeConstraints["O"]
    #expect(optional?.contains("optional(seq(tensor(int64)))") == true)
    let vectorizer = Catalogue.schema(domain: "ai.onnx.ml", name: "DictVectorizer", opset: 1)?.typeConstraints["T1"]
    #expect(vectorizer?.contains("map(string, int64)") == true)
  }

  @Test func absenceHasAReason() {
    #expect(Catalogue.availability(name: "Gelu", opset: 17) == .tooNew(since: 20))
    #expect(Catalogue.availability(name: "Gelu", opset: 20) == .available)
    #expect(Catalogue.availability(name: "Upsample", opset: 13) == .removed(at: 10))
    #expect(Catalogue.availability(name: "GroupNormalization", opset: 18) == .tooNew(since: 21))
    #expect(Catalogue.availability(name: "Gleu", opset: 20) == .unknown)
    #expect(Catalogue.schema(name: "Upsample", opset: 13) == nil)
    #expect(Catalogue.newestSchema(name: "Upsample")?.sinceVersion == 9)
  }

  @Test func domainsAndTheirSynonym() {
    #expect(Catalogue.schema(domain: "ai.onnx", name: "Relu", opset: 21)?.domain == "")
    #expect(
      Catalogue.domains == [
        "", "ai.onnx.ml", "ai.onnx.preview", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.nchwc",
      ])
    #expect(Catalogue.newestOpset(domain: "ai.onnx") == 28)
    #expect(Catalogue.newestOpset(domain: "com.example") == nil)
    #expect(Catalogue.names().count == 204 && Catalogue.names() == Catalogue.names().sorted())
    #expect(Catalogue.versions(name: "Relu") == [6, 13, 14])
  }

  @Test func operatorsOfONNXRuntimeStandBeside() throws {
    let attention = try #require(Catalogue.schema(domain: "com.microsoft", name: "Attention", opset: 1))
    #expect(attention.inputs.map(\.name).prefix(3) == ["input", "weights", "bias"])
    #expect(attention.attribute("num_heads")?.isRequired == true)
    #expect(attention.attribute("unidirectional")?.defaultValue?.int == 0)
    #expect(Catalogue.schema(name: "Attention", opset: 23)?.inputs.first?.name == "Q")
    #expect(Catalogue.names(domain: "com.microsoft").count == 150)
    #expect(Catalogue.newestOpset(domain: "com.microsoft") == 1)
    let concat = Catalogue.schema(domain: "com.microsoft", name: "QLinearConcat", opset: 1)?.inputs.last
    #expect(concat?.arity == .variadic && concat?.isHomogeneous == false && concat?.minimumArity == 1)
    let sparse = Catalogue.schema(domain: "com.microsoft", name: "SparseToDenseMatMul", opset: 1)
    #expect(sparse?.typeConstraints["T"]?.contains("sparse_tensor(float)") == true)
    #expect(Catalogue.schema(name: "SimplifiedLayerNormalization", opset: 21)?.sinceVersion == 1)
  }

  @Test func everySchemaIsWhole() throws {
    for domain in Catalogue.domains {
      for name in Catalogue.names(domain: domain) {
        for version in Catalogue.versions(domain: domain, name: name) {
          guard let schema = Catalogue.schema(domain: domain, name: name, opset: version) else { continue }
          #expect(schema.sinceVersion == version && !schema.outputs.isEmpty, "\(name) \(version)")
          for parameter in schema.inputs + schema.outputs {
            let isKnown = schema.typeConstraints[parameter.type] != nil || parameter.type.contains("(")
            #expect(isKnown, "\(name) \(version): \(parameter.name) is \(parameter.type)")
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("axes", "axis"), ("Gelo", "Gelu"), ("guel", nil), ("gleu", "Gelu"), ("kernel_size", "kernel_shape"), ("zzz", nil),
  ])
  func nearestName(name: String, expected: String?) {
    #expect(Catalogue.nearest(to: name, in: ["axis", "Gelu", "kernel_shape", "auto_pad"]) == expected)
  }

  @Test(arguments: [
    ("conv", "conv", 0), ("Conv", "cONV", 0), ("stride", "strides", 1), ("kernel", "kenrel", 1), ("abcd", "badc", 2),
    ("padding", "pad", 4), ("", "axis", 4), ("abc", "xyz", 3), ("abxcd", "abcd", 1), ("ca", "abc", 3),
  ])
  func distancesOfNames(left: String, right: String, distance: Int) {
    for (a, b) in [(left, right), (right, left)] {
      for limit in 0..<8 {
        #expect(editDistance(Array(a.utf8), Array(b.utf8), within: limit) == (distance <= limit ? distance : nil))
      }
    }
  }
}
