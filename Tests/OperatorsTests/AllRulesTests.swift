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

  @Test("Each operator that has rules is one of its domain", arguments: OperatorRules.all)
  func operatorsExist(rules: OperatorRules) {
    #expect(Catalogue.newestSchema(domain: rules.domain, name: rules.name) != nil)
  }

  /// Operators that run subgraphs: what a round takes is known of its nodes, and the rounds are the caller's to count.
  private static let running = ["If", "Loop", "Scan", "SequenceMap"]

  @Test("Each operator with a shape rule has a cost", arguments: OperatorRules.all.filter { !running.contains($0.name) })
  func costs(rules: OperatorRules) {
    #expect(rules.infer != nil)
    #expect(rules.cost != nil)
  }
}
