import Operators
import Testing

/// The list of rules against the folder that they are in.
@Suite("The list of rules")
struct AllRulesTests {
  @Test("Each file of the folder is in the list once, under the name of its operator")
  func filesAreListed() throws {
    let files = try RulesFolder.operatorNames()
    #expect(files.count > 90)
    #expect(OperatorRules.all.map(\.name) == files.sorted())
  }

  @Test("Each file of the folder of com.microsoft is in its list once")
  func filesOfMicrosoftAreListed() throws {
    let files = try RulesFolder.operatorNames(in: "Microsoft", prefix: "Microsoft")
    #expect(files.count > 100)
    #expect(MicrosoftRules.all.map(\.name) == files.sorted())
    #expect(MicrosoftRules.all.allSatisfy { $0.domain == "com.microsoft" })
  }

  @Test("Each operator of com.microsoft that has rules exists, and has a cost", arguments: MicrosoftRules.all)
  func operatorsOfMicrosoft(rules: OperatorRules) {
    #expect(Catalogue.newestSchema(domain: rules.domain, name: rules.name) != nil)
    #expect(rules.infer != nil && rules.cost != nil)
  }

  @Test(
    "Each file of a folder for another domain is in its list once",
    arguments: [("MachineLearning", MachineLearningRules.all), ("Training", TrainingRules.all)])
  func filesOfOtherDomainsAreListed(folder: String, rules: [OperatorRules]) throws {
    #expect(try RulesFolder.operatorNames(in: folder).sorted() == rules.map(\.name).sorted())
    for rule in rules { #expect(Catalogue.rules(domain: rule.domain, name: rule.name)?.infer != nil) }
  }

  @Test("Each rule whose file computes elements is known to, and no other")
  func shapeData() throws {
    for name in try RulesFolder.operatorNames() {
      let text = try RulesFolder.text(of: name)
      let computes = ["elements: ", "setMoved(", " data: ", "fold(", "foldElements(", "foldReshaped("]
        .contains { text.contains($0) }
      if computes { #expect(OperatorRules.shapeDataNames.contains(name), "\(name)") }
    }
    for name in OperatorRules.shapeDataNames { #expect(Catalogue.rules(domain: "", name: name)?.infer != nil) }
    #expect(!OperatorRules.shapeDataNames.contains("Relu"))
  }

  /// The rules of the domains that ONNX has.
  static let standard = OperatorRules.all + MachineLearningRules.all + TrainingRules.all

  @Test("Each operator that has rules is one of its domain", arguments: standard)
  func operatorsExist(rules: OperatorRules) {
    #expect(Catalogue.newestSchema(domain: rules.domain, name: rules.name) != nil)
  }

  /// Operators that run subgraphs: what a round takes is known of its nodes, and the rounds are the caller's to count.
  ///
  /// What a gradient takes is known of the nodes that it goes through.
  private static let running = ["If", "Loop", "Scan", "SequenceMap", "Gradient"]

  @Test("Each operator with a shape rule has a cost", arguments: standard.filter { !running.contains($0.name) })
  func costs(rules: OperatorRules) {
    #expect(rules.infer != nil)
    #expect(rules.cost != nil)
  }
}
