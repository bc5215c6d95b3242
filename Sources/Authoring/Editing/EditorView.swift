import Graphs
package import Semantics
package import Syntax
import Tensors

/// An analysis as an editor looks at it: with sizes to show, and what places in the file mean.
///
/// Every feature of an editor is an extension of this: a function of it and of byte offsets.
package struct EditorView: Sendable {
  package let analysis: Analysis
  /// Sizes by model; a model of the project may have its own.
  private let sizes: [String: PreviewSizes]

  package init(_ analysis: Analysis) {
    self.analysis = analysis
    let source = analysis.program.file.tree.source
    sizes = Dictionary(
      analysis.elaborations.map { elaboration in
        let name = elaboration.declaration.name
        let project = analysis.project
        let values = project.dimensions.merging(project.models[name]?.dimensions ?? [:]) { $1 }
        return (name, PreviewSizes(source, project: values))
      }, uniquingKeysWith: { first, _ in first })
  }

  package var file: SourceFile { analysis.program.file }
  package var tree: SyntaxTree { file.tree }

  /// The sizes that a model is shown with.
  package func sizes(of elaboration: Elaboration) -> PreviewSizes {
    sizes[elaboration.declaration.name] ?? PreviewSizes([])
  }

  /// What a model's parts amount to.
  package func figures(of elaboration: Elaboration) -> ModelFigures {
    ModelFigures(elaboration, sizes: sizes(of: elaboration).values)
  }

  /// What a place means, and where: in the first model that has it, in the first instance.
  package func observation(
    at place: Place, where isWanted: (Observation.Meaning) -> Bool = { _ in true }
  ) -> (elaboration: Elaboration, observation: Observation)? {
    for elaboration in analysis.elaborations {
      if let found = elaboration.observations.first(where: { $0.place == place && isWanted($0.meaning) }) {
        return (elaboration, found)
      }
    }
    return nil
  }

  /// A term in the words of the language: the type of a tensor, the value of configuration.
  package func description(of term: Term, in elaboration: Elaboration) -> String? {
    let sizes = sizes(of: elaboration)
    switch term {
    case .tensor(let value):
      let type = elaboration.model.graph.values[value].type
      return type == .unknown ? nil : sizes.applied(to: type).description
    case .literal(let tensor): return "\(tensor.element.spelling)\(Shape(tensor.sizes.map { Dimension($0) }))"
    case .sparse(let tensor): return "sparse \(tensor.values.tensor.element.spelling)\(tensor.sizes)"
    case .integer(let value):
      return value.isUnknown ? nil : value.substituting(sizes.values.mapValues { Dimension($0) }).description
    case .list(let elements):
      let texts = elements.map { description(of: $0, in: elaboration) ?? "?" }
      return texts.count <= 8 ? "[\(texts.joined(separator: ", "))]" : "a list of \(texts.count)"
    case .unknown: return nil
    default: return term.description
    }
  }
}
