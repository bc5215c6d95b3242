import Graphs
import Operators
import Semantics
import Syntax
import Tensors

extension EditorView {
  /// How the sizes of values come about that are not simply an input's: a line each; `nil` where there are none.
  ///
  /// - Parameter location: how a place in the text is told.
  func sizes(of values: [Value.ID], in elaboration: Elaboration, location: @escaping (Place) -> String?) -> String? {
    let lines = explained(elaboration, location) { Self.lines(of: values, &$0) }
    guard !lines.isEmpty else { return nil }
    return "Sizes:\n"
      + lines.map { line in
        let axes = line.axes.map { "\($0)" }.joined(separator: ", ")
        return "- \(line.axes.count > 1 ? "axes" : "axis") \(axes): \(line.text)"
      }.joined(separator: "\n")
  }

  /// How the size of one axis of a value comes about; `nil` where it is simply an input's.
  func size(
    ofAxis axis: Int, of value: Value.ID, in elaboration: Elaboration, location: @escaping (Place) -> String?
  ) -> String? {
    explained(elaboration, location) { explainer in
      explainer.line(of: explainer.derivation(of: SizeReference(value, .axis(axis)), limit: 6))
    }
  }

  /// What an explainer says that knows what was asked before.
  private func explained<Result: Sendable>(
    _ elaboration: Elaboration, _ location: @escaping (Place) -> String?, _ explain: (inout SizeExplainer) -> Result
  ) -> Result {
    let sizes = sizes(of: elaboration).values.mapValues { Dimension($0) }
    return (sizeMemories[elaboration.declaration.name] ?? SizeMemory()).with(elaboration) { provenance in
      provenance.allow(SizeMemory.budget)
      var explainer = SizeExplainer(
        provenance, elaboration, of: analysis.program, location: location,
        sizeText: { $0.substituting(sizes).description })
      defer { provenance = explainer.provenance }
      return explain(&explainer)
    }
  }

  /// A line for each derivation, with the axes whose sizes come about so.
  private static func lines(
    of values: [Value.ID], _ explainer: inout SizeExplainer
  ) -> [(text: String, axes: [Int])] {
    var lines: [(text: String, axes: [Int])] = []
    for value in values.prefix(4) {
      let rank = explainer.graph.values[value].type.shape?.rank ?? 0
      for axis in 0..<min(rank, 8) {
        let derivation = explainer.derivation(of: SizeReference(value, .axis(axis)), limit: 6)
        guard let text = explainer.line(of: derivation) else { continue }
        if let index = lines.firstIndex(where: { $0.text == text }) {
          if !lines[index].axes.contains(axis) { lines[index].axes.append(axis) }
        } else {
          lines.append((text, [axis]))
        }
      }
    }
    return lines
  }
}

extension SizeExplainer {
  /// A derivation in one line of Markdown; `nil` where it is an input's size alone.
  fileprivate func line(of derivation: SizeDerivation) -> String? {
    guard let first = derivation.steps.first else {
      if case .initializer = graph.values[derivation.origin.value].definition {
        return brief(derivation.origin, derivation.size)
      }
      return nil
    }
    let steps = Set(derivation.steps.map(\.reference))
    var text = brief(first)
    var told: Set<SizeReference> = []
    for (index, step) in derivation.steps.enumerated() {
      if index > 0 { text += ", \(brief(step))" }
      guard step.formula?.symbol == nil else { continue }
      for source in step.sources where !steps.contains(source.origin) && told.insert(source.origin).inserted {
        // The weights' own sizes are in the formula.
        if case .input = graph.values[source.origin.value].definition {
          text += ", \(brief(source.origin, source.size))"
        }
      }
    }
    return derivation.isComplete ? text : text + ", …"
  }

  /// `` `56` = `(112 + 1)/2` by `strides=[2, 2]` (`stride=2`, line 30) ``.
  private func brief(_ step: SizeStep) -> String {
    var text = "`\(sizeText(step.size))`"
    if step.formula?.symbol != nil, let source = step.sources.first {
      // A number that stands in the text needs no other name.
      if !provenance.isStored(source.reference.value) { text = brief(source.reference, source.size) }
    } else if !step.sources.isEmpty, let formula = step.formulaText(sizeText) {
      text += " = `\(formula)`"
    }
    let deciding = step.attributes.filter(\.changesSize)
    let node = graph.nodes[step.node]
    text += deciding.isEmpty || node.inputs.isEmpty ? " by \(node.operatorType)" : " by "
    if !node.inputs.isEmpty {
      text += deciding.map { use in
        "`\(use.attribute.name)=\(use.attribute.value.spelling)`"
      }.joined(separator: ", ")
    }
    if let place = place(of: step, deciding).flatMap(location) { text += ", \(place)" }
    return text
  }

  /// Where the user's text says what decides a step.
  func place(of step: SizeStep, _ deciding: [SizeStep.AttributeUse]) -> Place? {
    let found = deciding.lazy.compactMap { use in
      trace?.places(ofAttribute: use.attribute.name, of: step.node).last { $0.argument != nil }?.place
    }.first
    return found ?? trace?.place(of: graph.nodes[step.node].origin)
  }

  private func brief(_ reference: SizeReference, _ size: Dimension) -> String {
    let value = graph.values[reference.value]
    let name = value.name.isEmpty ? "" : " `\(value.name)`"
    var kind = ""
    if value.name.isEmpty, case .result(let node, _) = value.definition {
      kind = " the result of \(graph.nodes[node].operatorType)"
    }
    var text = "`\(sizeText(size))` of\(kind)\(name)"
    if case .initializer = value.definition, case .axis(let axis) = reference.part,
      let found = trace?.places(ofAxis: axis, of: reference.value).last, let place = location(found.place)
    {
      text += found.argument.map { " by `\($0)`, \(place)" } ?? ", \(place)"
    }
    return text
  }
}
