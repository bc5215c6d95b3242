import Graphs
import Operators
import Semantics
package import Syntax
import Tensors

extension EditorView {
  /// Where the text decides the size of an axis of what a statement makes: an argument such as `stride=2`, a declared size,
  /// or the call that makes it.
  ///
  /// - Parameters:
  ///   - result: which of the statement's tensors.
  ///   - statement: the offset at which the statement begins.
  package func sizePlace(ofAxis axis: Int, ofResult result: Int, at statement: Int) -> Place? {
    guard let node = tree.nodes(at: statement).last(.binding, .returnStatement) else { return nil }
    var tensors: [(elaboration: Elaboration, value: Value.ID)] = []
    for place in node.resultPlaces {
      guard let found = observation(at: place, where: \.isResult) else { continue }
      let terms: [Term] =
        switch found.observation.meaning {
        case .binding(let term): [term]
        case .results(let terms): terms
        case .use, .callee: []
        }
      for case .tensor(let value) in terms { tensors.append((found.elaboration, value)) }
    }
    guard tensors.indices.contains(result) else { return nil }
    let (elaboration, value) = tensors[result]
    guard axis < elaboration.model.graph.values[value].type.shape?.rank ?? 0 else { return nil }
    return (sizeMemories[elaboration.declaration.name] ?? SizeMemory()).with(elaboration) { provenance in
      provenance.allow(SizeMemory.budget)
      var explainer = SizeExplainer(
        provenance, elaboration, of: analysis.program, location: { _ in "" }, sizeText: \.description)
      defer { provenance = explainer.provenance }
      return explainer.place(of: explainer.derivation(of: SizeReference(value, .axis(axis)), limit: 6))
    }
  }
}

extension SizeExplainer {
  /// Where the text decides a size: at what its first step is decided by, or where its origin is declared.
  fileprivate func place(of derivation: SizeDerivation) -> Place? {
    if let step = derivation.steps.first { return place(of: step, step.attributes.filter(\.changesSize)) }
    guard case .axis(let axis) = derivation.origin.part else { return nil }
    return trace?.places(ofAxis: axis, of: derivation.origin.value).last?.place
  }
}

extension Observation.Meaning {
  fileprivate var isResult: Bool {
    switch self {
    case .binding, .results: true
    case .use, .callee: false
    }
  }
}
