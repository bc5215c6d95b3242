import Operators
import Testing

/// Editors have a sentence to show for each operator.
@Suite struct OperatorSummaryTests {
  @Test func everyOperatorHasASentence() {
    let missing = Catalogue.domains.flatMap { domain in
      Catalogue.names(domain: domain).filter { Catalogue.summary(domain: domain, name: $0) == nil }.map {
        "\(domain).\($0)"
      }
    }
    #expect(missing == [])
    #expect(Catalogue.domains.contains("") && Catalogue.names().count > 150)
  }

  @Test func sentencesAreShortAndEnd() {
    for domain in Catalogue.domains {
      for name in Catalogue.names(domain: domain) {
        let sentence = Catalogue.summary(domain: domain, name: name) ?? ""
        #expect(sentence.count <= 120 && sentence.hasSuffix("."), "\(domain).\(name): \(sentence)")
      }
    }
  }
}
