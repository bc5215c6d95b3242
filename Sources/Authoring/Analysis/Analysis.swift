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
    self.diagnostics = project.lint.applied(to: Self.distinct(diagnostics + binder.unusedWeights()))
    checkpoints = binder.opened
  }

  /// What executing some statements of a model again says of them.
  func revised(_ file: SourceFile, by revised: RevisedElaboration) -> Analysis {
    self.revised(
      file, elaborations: [revised.elaboration], diagnostics: project.lint.applied(to: revised.elaboration.diagnostics))
  }

  /// The analysis of another text of the file that declares the same.
  func revised(_ file: SourceFile, elaborations: [Elaboration], diagnostics: [Diagnostic]) -> Analysis {
    Analysis(
      program: program.revised(file), project: project, elaborations: elaborations, diagnostics: diagnostics,
      checkpoints: checkpoints)
  }

  private init(
    program: Program, project: Project, elaborations: [Elaboration], diagnostics: [Diagnostic],
    checkpoints: [Checkpoint]
  ) {
    self.program = program
    self.project = project
    self.elaborations = elaborations
    self.diagnostics = diagnostics
    self.checkpoints = checkpoints
  }

  /// Each problem once: an elaboration tells the program's own too.
  private static func distinct(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return diagnostics.filter { seen.insert($0).inserted }
  }
}
