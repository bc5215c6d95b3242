import Graphs
package import Semantics
package import Syntax
import Tensors

/// An analysis as an editor looks at it: with sizes to show, and what places in the file mean.
///
/// Every feature of an editor is an extension of this: a function of it and of byte offsets.
package struct EditorView: Sendable {
  package let analysis: Analysis
  /// How each model is shown, by its name.
  private let settings: [String: Setting]
  /// Where the observations of each elaboration begin.
  let observedStarts: [Lazy<[UInt32]>]
  /// Where the sizes of each model come from, by its name, as far as it was asked.
  let sizeMemories: [String: SizeMemory]
  /// The instances that were chosen to be shown.
  var shown: [ShownInstance] = []
  /// What the text itself declares, where the analysis is of an earlier one.
  private var written: Lazy<Module>?

  private struct Setting: Sendable {
    var sizes: PreviewSizes
    var openSizes: Lazy<[String: Int]>

    init(_ sizes: PreviewSizes, _ elaboration: Elaboration) {
      self.sizes = sizes
      openSizes = Lazy { elaboration.model.graph.openSizes(sizes.values) }
    }
  }

  package init(_ analysis: Analysis) {
    let source = analysis.program.file.tree.source
    let project = analysis.project
    let settings = analysis.elaborations.map { elaboration in
      let name = elaboration.declaration.name
      let sizes = PreviewSizes(
        source, project: project.dimensions.merging(project.models[name]?.dimensions ?? [:]) { $1 })
      return (name, Setting(sizes, elaboration))
    }
    self.init(analysis, Dictionary(settings, uniquingKeysWith: { first, _ in first }))
  }

  private init(_ analysis: Analysis, _ settings: [String: Setting]) {
    self.analysis = analysis
    self.settings = settings
    sizeMemories = Dictionary(
      analysis.elaborations.map { ($0.declaration.name, SizeMemory()) }, uniquingKeysWith: { first, _ in first })
    observedStarts = analysis.elaborations.map { elaboration in
      Lazy { elaboration.observations.map { UInt32(truncatingIfNeeded: $0.place.range.lowerBound) } }
    }
  }

  /// The view of another text of the file that declares the same, with one model's statements executed again.
  func revised(_ file: SourceFile, by revised: RevisedElaboration) -> EditorView {
    EditorView(analysis.revised(file, by: revised), settings)
  }

  /// The view with another elaboration of one of its models, some of which comes from another text of the file.
  func replacing(_ elaboration: Elaboration, knowing file: SourceFile) -> EditorView {
    var settings = settings
    settings[elaboration.declaration.name] = Setting(sizes(of: elaboration), elaboration)
    return EditorView(analysis.replacing(elaboration, knowing: file), settings)
  }

  /// The view of another text of the file, whose models are the same, and of which something else was observed.
  func revised(_ file: SourceFile, elaborations: [Elaboration]) -> EditorView {
    var view = EditorView(analysis.revised(file, elaborations: elaborations, diagnostics: []), settings)
    view.written = Lazy { Module(file) }
    return view
  }

  /// What the file declares, by its names.
  var ownDeclarationsByName: [String: Declaration] {
    written?.value.declarations ?? analysis.program.main.declarations
  }

  package var file: SourceFile { analysis.program.file }
  package var tree: SyntaxTree { file.tree }

  /// The sizes that a model is shown with.
  package func sizes(of elaboration: Elaboration) -> PreviewSizes {
    settings[elaboration.declaration.name]?.sizes ?? PreviewSizes([])
  }

  /// What a model's parts amount to.
  package func figures(of elaboration: Elaboration) -> ModelFigures {
    let sizes = sizes(of: elaboration).values
    return ModelFigures(
      elaboration, sizes: sizes,
      openSizes: settings[elaboration.declaration.name]?.openSizes
        ?? Lazy { elaboration.model.graph.openSizes(sizes) })
  }

  /// What a place means, and where: in the first model that has it, in the instance that is shown, or in the first.
  package func observation(
    at place: Place, where isWanted: (Observation.Meaning) -> Bool = { _ in true }
  ) -> (elaboration: Elaboration, observation: Observation)? {
    let shown = shownInstance(at: place)
    var first: (elaboration: Elaboration, observation: Observation)?
    for (elaboration, starts) in zip(analysis.elaborations, observedStarts) {
      for index in starts.value.indices(of: place.range.lowerBound) {
        let found = elaboration.observations[index]
        guard found.place == place, isWanted(found.meaning) else { continue }
        guard let shown, !isShown(found.instance, in: elaboration, shown) else { return (elaboration, found) }
        first = first ?? (elaboration, found)
      }
    }
    return first
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

extension [UInt32] {
  /// Where the offsets of observations are one offset.
  func indices(of offset: Int) -> [Int] {
    withUnsafeBufferPointer { offsets in
      offsets.indices.filter { offsets[$0] == offset }
    }
  }
}
