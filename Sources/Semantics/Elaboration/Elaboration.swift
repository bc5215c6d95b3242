package import Graphs
package import Operators
package import Syntax

/// A model turned into a graph: every size known as far as the text tells it, every problem with its place.
package struct Elaboration: Sendable {
  package var model: Model
  package var declaration: Declaration
  package var diagnostics: [Diagnostic]
  /// The files that parameters are to be read from.
  package var weights: [WeightsStatement]
  /// Which version of each operator set the graph is written for.
  package var opsets: [String: Int]
  /// What calls of operators cost that the text declares.
  package var costs: [Node.ID: Cost] = [:]
  /// Tensors that the text takes from a weights file by their own names.
  package var references: [String: TensorReference] = [:]

  /// The blocks and operators whose bodies the model runs.
  package var calledDeclarations: Set<Syntax> = []

  /// The layers of the user's text that have parameters and no label, each once.
  package var unnamedLayers: [Diagnostic] = []

  /// What the weights files have for the model's parameters; `nil` before they are bound, and where no file names them.
  package var weightsUse: WeightsUse?

  /// What the names in the user's text mean, in the order of elaboration, where the options asked for it.
  package var observations: [Observation] = []

  /// What conditions of the user's text came to, in the order of elaboration, where the options asked for it.
  package var decisions: [Decision] = []

  /// What executes some statements again after an edit, likewise.
  package var resumption: Resumption?

  /// The model's configuration that the options gave, by its names: its defaults say nothing here.
  package var givenConfiguration: Set<String> = []

  /// Whether the text says all that the file is to say.
  package var isVerbatim: Bool { declaration.isVerbatim }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// A `weights "file" (…)` statement.
package struct WeightsStatement: Sendable {
  package var path: String
  /// What stands before every name in the file.
  package var prefix: String
  /// Names in the file, or parts of them, by what the model calls them instead.
  package var renames: [(inFile: String, inModel: String)]
  /// Patterns of tensors that are left alone; `*` stands for any text.
  package var ignored: [String]
  /// Patterns of matrices, by their names in the file, that the model has transposed.
  package var transposed: [String] = []
  package var place: Place
  /// Where more of a collection is written, and what stands around it there.
  package var slots: [Collection: Slot] = [:]
  /// Where a prefix is written.
  package var prefixSlot: Slot?
  /// The entries of the collections, as they stand in the text.
  package var entries: [Entry] = []

  /// One of them: of `rename`, what is in the file.
  package struct Entry: Sendable {
    package var collection: Collection
    package var text: String
    package var place: Place
  }

  /// A named argument that holds several.
  package enum Collection: String, CaseIterable, Sendable {
    case rename, ignore, transpose
  }

  package struct Slot: Sendable {
    package var place: Place
    package var before: String
    package var after: String
  }

  /// Which file it names: the same path in files of different folders is not the same.
  package struct Key: Hashable, Sendable {
    var path: String
    var file: UInt32
  }

  package var key: Key { Key(path: path, file: place.file) }
}

/// What a caller of the elaborator decides.
package struct ElaborationOptions: Sendable {
  /// The ai.onnx operator set to write for; the text's own where `nil`.
  package var opset: Int?
  /// Configuration of the model, by name, as Mica expressions.
  package var configuration: [String: String] = [:]
  /// Sizes of dimensions that the model leaves open.
  package var bindings: [String: Int] = [:]
  /// Statements and rounds of `repeat` that the model may take, so that blocks within blocks cannot grow beyond bounds.
  package var maximumSteps = 300_000
  /// Whether to keep what the names in the text mean.
  package var observes = false
  /// Whether to keep what conditions came to.
  package var keepsDecisions = false
  /// Whether an imported model takes its names, and all else that the text leaves out, from its file; who shows the text alone
  /// has no use for them.
  package var adoptsFile = true
  /// Whether nodes and their results get names, and files types to record; who asks what is wrong has no use for them.
  package var namesNodes = true
  /// Opens a weights file, for `$name`; without it such tensors are unknown.
  package var weightsOpener: (@Sendable (WeightsStatement) -> Result<Checkpoint, WeightsError>)?

  package init(
    opset: Int? = nil, configuration: [String: String] = [:], bindings: [String: Int] = [:],
    maximumSteps: Int = 300_000
  ) {
    self.opset = opset
    self.configuration = configuration
    self.bindings = bindings
    self.maximumSteps = maximumSteps
  }
}

extension Program {
  /// Elaborates one of the program's models.
  package func elaborate(_ model: Declaration, options: ElaborationOptions = ElaborationOptions()) -> Elaboration {
    var elaborator = Elaborator(self, model, options)
    return elaborator.run()
  }
}
