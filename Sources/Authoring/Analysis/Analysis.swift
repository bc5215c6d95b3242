package import Semantics
package import Syntax

/// All that is known of a text at one time: its program, its models as graphs, and what is wrong with them.
package struct Analysis: Sendable {
  package let program: Program
  package let project: Project
  /// The models of the file, in its order.
  package let elaborations: [Elaboration]
  /// At the levels of the project, in no order; those of imported files among them, and no remarks.
  package let diagnostics: [Diagnostic]
  /// What the file binds and declares without using it.
  package let unused: Lazy<UnusedNames>
  /// The layers of the file that have parameters and no label.
  package let unnamedLayers: [Diagnostic]
  /// The weights files that the models name, as far as they can be read.
  package let checkpoints: [Checkpoint]
  /// The tensors of these files that no model takes.
  package let unusedTensors: [UnusedTensors]
  /// The paths of all weights files that were read or looked for.
  package let weightsFiles: Set<String>

  /// Elaborates every model of a program and binds its weights.
  ///
  /// - Parameters:
  ///   - given: the caller's own options, which win over the project's.
  ///   - opener: opens the weights files that the text names.
  package init(
    _ program: Program, project: Project = Project(), given: ElaborationOptions = ElaborationOptions(),
    opener: @escaping @Sendable (WeightsStatement) -> Result<Checkpoint, WeightsError>
  ) {
    var binder = WeightsBinder(open: opener)
    var diagnostics = program.diagnostics
    var elaborations: [Elaboration] = []
    for model in program.models {
      var options = project.options(for: model, of: program, given: given, bindsDimensions: false)
      options.weightsOpener = opener
      var elaboration = program.elaborate(model, options: options)
      binder.bind(&elaboration, requiresFiles: false)
      diagnostics += elaboration.diagnostics
      elaborations.append(elaboration)
    }
    diagnostics.removeAll { Self.isForCallers($0, among: elaborations) }
    let (uncalled, unnamed) = program.diagnoseUncalled(besides: elaborations)
    if !uncalled.isEmpty {
      let known = Set(diagnostics)
      diagnostics += uncalled.filter { !known.contains($0) }
    }
    if diagnostics.isEmpty, program.file.tree.root.children.allSatisfy({ $0.kind == .useDeclaration }) {
      let start = Place(file: program.file.number, range: 0..<0)
      diagnostics.append(
        Diagnostic(
          "nothing-declared", "the file declares nothing: no model, no block, no operator", at: start, severity: .hint))
    }
    self.program = program
    self.project = project
    self.elaborations = elaborations
    unused = Lazy { UnusedNames(of: program.main) }
    unnamedLayers = Self.distinct(unnamed + elaborations.flatMap(\.unnamedLayers), in: program.file)
    unusedTensors = binder.unusedTensors()
    let unused = unusedTensors.map(Diagnostic.unusedWeights) + binder.idleEntries()
    self.diagnostics = project.lint.applied(to: Self.distinct(diagnostics + unused))
    checkpoints = binder.opened
    weightsFiles = binder.files
  }

  /// All that is there to say of the text.
  package var allDiagnostics: [Diagnostic] {
    diagnostics + project.lint.applied(to: remarks.certain(besides: diagnostics, in: program.file.tree))
  }

  /// What could be better in a text that is not wrong.
  package var remarks: [Diagnostic] {
    unnamedLayers + unused.value.facts.map(\.diagnostic) + program.unusedImports
  }

  /// Whether a problem is that a model lacks configuration by itself, which other models that call it give.
  private static func isForCallers(_ diagnostic: Diagnostic, among elaborations: [Elaboration]) -> Bool {
    guard diagnostic.identifier == "missing-argument" else { return false }
    return elaborations.contains { elaboration in
      let model = elaboration.declaration
      return model.parameters.contains { !$0.isInput && $0.syntax.place == diagnostic.place }
        && elaborations.contains {
          $0.declaration.syntax != model.syntax && $0.calledDeclarations.contains(model.syntax)
        }
    }
  }

  /// Each of the file's once, as the model has it that has more reason to say it.
  private static func distinct(_ layers: [Diagnostic], in file: SourceFile) -> [Diagnostic] {
    let own = layers.filter { $0.place.file == file.number }
    let warned = Set(own.filter { $0.severity == .warning }.map(\.place))
    var seen: Set<Place> = []
    return own.filter { ($0.severity == .warning || !warned.contains($0.place)) && seen.insert($0.place).inserted }
  }

  /// What executing some statements of a model again says of them.
  func revised(_ file: SourceFile, by revised: RevisedElaboration) -> Analysis {
    self.revised(
      file, elaborations: [revised.elaboration], diagnostics: project.lint.applied(to: revised.elaboration.diagnostics))
  }

  /// The same analysis with another elaboration of one of its models, some of which comes from another text of the file.
  func replacing(_ elaboration: Elaboration, knowing file: SourceFile) -> Analysis {
    let elaborations = elaborations.map { $0.declaration.syntax == elaboration.declaration.syntax ? elaboration : $0 }
    return Analysis(self, program: program.knowing(file), elaborations: elaborations, diagnostics: diagnostics)
  }

  /// The analysis of another text of the file that declares the same.
  func revised(_ file: SourceFile, elaborations: [Elaboration], diagnostics: [Diagnostic]) -> Analysis {
    Analysis(self, program: program.revised(file), elaborations: elaborations, diagnostics: diagnostics)
  }

  private init(_ old: Analysis, program: Program, elaborations: [Elaboration], diagnostics: [Diagnostic]) {
    self.program = program
    self.elaborations = elaborations
    self.diagnostics = diagnostics
    project = old.project
    unused = old.unused
    unnamedLayers = old.unnamedLayers
    checkpoints = old.checkpoints
    unusedTensors = old.unusedTensors
    weightsFiles = old.weightsFiles
  }

  /// Each problem once: an elaboration tells the program's own too.
  private static func distinct(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return diagnostics.filter { seen.insert($0).inserted }
  }
}
