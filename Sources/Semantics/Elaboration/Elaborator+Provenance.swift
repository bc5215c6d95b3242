import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// How many problems of a model are told with where their sizes come from.
  private static let explanationLimit = 16
  /// How many calls may be inferred again for one of them.
  private static let explanationBudget = 2000

  /// Where the two sizes come from that a problem is about: the arguments in the text that decided them.
  mutating func origins(of problem: OperatorProblem, _ values: [Value.ID?]) -> [Diagnostic.Related] {
    guard let sizes = problem.differing, explainedProblems < Self.explanationLimit else { return [] }
    explainedProblems += 1
    var provenance = SizeProvenance(builder, budget: Self.explanationBudget)
    let trace = ArgumentTrace(program, builder.graph)
    return [sizes.left, sizes.right].compactMap { size in
      for value in values.compactMap(\.self) {
        for (axis, other) in (builder.known(value).type.shape?.dimensions ?? []).enumerated() where other == size {
          if let found = Self.origin(of: SizeReference(value, .axis(axis)), size, &provenance, trace) { return found }
        }
      }
      return nil
    }
  }

  /// The argument that decided a size, of an operator's call or of the tensor that it is the size of.
  private static func origin(
    of reference: SizeReference, _ size: Dimension, _ provenance: inout SizeProvenance, _ trace: ArgumentTrace
  ) -> Diagnostic.Related? {
    let origin = provenance.origin(of: reference)
    guard let step = provenance.step(of: origin) else {
      guard case .axis(let axis) = origin.part, provenance.isStored(origin.value),
        let found = trace.places(ofAxis: axis, of: origin.value).last, let argument = found.argument
      else { return nil }
      return Diagnostic.Related("`\(size)` comes from `\(argument)`", at: found.place)
    }
    let found = step.attributes.filter(\.changesSize).compactMap { use in
      trace.places(ofAttribute: use.attribute.name, of: step.node).last.map { found in
        (place: found.place, name: found.argument ?? use.attribute.name)
      }
    }
    guard let first = found.first else { return nil }
    let names = found.filter { $0.place.file == first.place.file }.map { "`\($0.name)`" }
    let formula = step.formulaText(\.description).map { " is `\($0)` and" } ?? ""
    let rule = step.formula?.symbol != nil || step.sources.isEmpty ? "" : formula
    return Diagnostic.Related("`\(size)`\(rule) comes from \(names.joined(separator: ", "))", at: first.place)
  }
}
