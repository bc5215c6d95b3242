package import Semantics
package import Syntax

/// All that is known of a text at one time: its program, its models as graphs, and what is wrong with them.
package struct Analysis: Sendable {
  package let program: Program
  package let project: Project
  /// The models of the file, in its order.
  package let elaborations: [Elaboration]
  /// At the levels of the project, in no order; those of imported files among them.
  package let diagnostics: [Diagnostic]
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
    let uncalled = program.diagnoseUncalled(besides: elaborations)
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
    unusedTensors = binder.unusedTensors()
    let unused = unusedTensors.map(Diagnostic.unusedWeights) + binder.idleEntries()
    self.diagnostics = project.lint.applied(to: Self.distinct(diagnostics + unused))
    checkpoints = binder.opened
    weightsFiles = binder.files
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
