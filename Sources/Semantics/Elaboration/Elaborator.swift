import Graphs
import Operators
import Syntax
import Tensors

/// Runs a model's text at compile time: blocks are inlined, loops unrolled, and every operator call lands in the graph.
///
/// Nothing here throws. A mistake becomes a diagnostic, its result `Term.unknown`, and everything else goes on.
struct Elaborator: Sendable {
  var program: Program
  let model: Declaration
  let options: ElaborationOptions
  /// Whether the file is to say what the text says and no more: names, recorded types, operator sets (`@verbatim`).
  let isVerbatim: Bool
  /// Whether it is to say the rest as the file says it that the text was imported from (`@imported`).
  let isImported: Bool
  /// The types that the signature of such a model gives its outputs.
  var verbatimOutputs: [(value: Value.ID, type: ValueType)] = []
  /// Names that nothing has defined so far, with the graph that says so, and what came to have such a name.
  var undefinedValues: [String: (value: Value.ID, region: Region.ID)] = [:]
  var resolvedValues: [Value.ID: Value.ID] = [:]
  /// What stands in the places of nodes whose order in the file is another than that of the text.
  var nodePositions: [Node.ID: Int] = [:]
  /// Operator sets that a function of a verbatim model is written for otherwise than the model.
  var ownOpsets: [OpsetImport] = []
  /// Tensors that were taken from a model's file by their places, or sparse ones by their names.
  var placedReferences: [String: Value.ID] = [:]
  /// Where sparse initialisers stand among those of their file.
  var sparsePositions: [Value.ID: Int] = [:]
  /// Nodes whose names annotations say.
  var namedNodes: Set<Node.ID> = []
  /// Where the types that the text records stand among those of the file.
  var recordedPositions: [Value.ID: Int] = [:]
  /// Values whose types regions of the file record once more, by their places there.
  var repeatedRecords: [Region.ID: [Int: Value.ID]] = [:]
  /// The weights files that `$name` was looked for in.
  var openedWeights: [WeightsStatement.Key: OpenedWeights] = [:]
  var builder: GraphBuilder
  var frame: Frame
  /// The names that were met so far.
  var names = Names()
  /// The calls around the current statement, outermost first.
  var calls: [ActiveCall] = []
  var diagnostics: [Diagnostic] = []
  /// The layers of the user's text that have parameters and no label, each once.
  var unnamedLayers: [Diagnostic] = []
  var weights: [WeightsStatement] = []
  /// What `where` says of the model's dimensions.
  var assumptions = Assumptions()
  var facts = SizeFacts()
  /// The model's configuration, with its places among the parameters.
  var modelConfiguration: [(offset: Int, element: Declaration.Parameter)] = []
  /// How many problems have been told with where their sizes come from.
  var explainedProblems = 0
  /// For how many calls values were guessed that they lack.
  var guessedCalls = 0
  /// What calls of operators cost that the catalogue does not know.
  var costs: [Node.ID: Cost] = [:]
  /// The functions that operators with a body make, those that others call first.
  var functions: [KeptFunction] = []
  /// Tensors that the text takes from a weights file by their own names, by those names.
  var references: [String: TensorReference] = [:]
  /// Inputs with a value of their own: `w: f32[64] = $w`.
  var overridableInputs: [(input: Value.ID, reference: Syntax)] = []
  /// The blocks and operators whose bodies have been run.
  var calledDeclarations: Set<Syntax> = []
  /// Names that annotations give to values.
  var givenNames: [Value.ID: Annotation] = [:]
  /// What may be an edit's mistake in an imported text, or be so in its file.
  var doubts: [Doubt] = []
  /// What names of callees mean in each file, and the operators that its text means, as far as they were called.
  var knownCallees: [CalleeKey: Callee] = [:]
  var knownOperators: [OperatorKey: OperatorSchema] = [:]
  /// The calls of operators that the builder wrote.
  var memory = CallMemory()
  /// The names of the model's inputs and outputs, with where they are declared.
  var ports: [String: Place] = [:]
  /// What places of the text mean, where the caller wants to know.
  var observations: [Observation] = []
  /// What conditions of the user's text came to, likewise.
  var decisions: [Decision] = []
  /// What the statements of the model's own body left behind, likewise.
  var trail: Trail?
  /// Statements and rounds of `repeat` so far.
  private var steps = 0
  /// The dimensions that the model's signature leaves open.
  var declaredDimensions: Set<String> = []
  /// How many expressions are around the current one, through blocks.
  var depth = 0
  /// How often an error was found, told or not.
  private(set) var errorCount = 0
  /// Problems inside this many calls, and more, are the consequence of one that was told: a call that breaks its block's
  /// contract is told as such, and nothing of what follows from it in the body.
  var mutedCalls = Int.max
  private var reported: Set<ReportKey> = []

  /// A call whose body is being elaborated.
  struct ActiveCall {
    var declaration: Declaration
    var place: Place
  }

  /// One problem in one place is reported once, however many instances have it.
  private struct ReportKey: Hashable {
    var identifier: String
    var place: Place
  }

  /// Blocks may be nested this deep.
  static let maximumCallDepth = 64
  /// Expressions may be nested this deep, through blocks: the stack is finite.
  static let maximumExpressionDepth = 1_000
  /// A list or a string may have this many elements.
  static let maximumElements = 1_000_000
  /// As many elements of lists are copied in the time of a step.
  static let elementsPerStep = 64
  /// A `repeat` may run this often.
  static let maximumRepetitions = 100_000

  /// - Parameter ownOpsets: those of a function of a verbatim model, where they are not the file's.
  init(
    _ program: Program, _ model: Declaration, _ options: ElaborationOptions, isVerbatim: Bool = false,
    ownOpsets: [OpsetImport] = []
  ) {
    self.program = program
    self.model = model
    self.options = options
    self.isVerbatim = isVerbatim || model.isVerbatim
    isImported = model.isImported
    self.ownOpsets = ownOpsets
    var opsets = program.opsets
    if let opset = options.opset { opsets[""] = opset }
    for opset in ownOpsets { opsets[Catalogue.canonical(opset.domain)] = Int(opset.version) }
    builder = GraphBuilder(graphName: model.name, opsets: opsets)
    // A long body has about a node a line, and binds about a name.
    let lineCount = model.body.map { model.file.lines.count(in: $0.range) } ?? 0
    let capacity = lineCount + model.parameters.count + 8
    builder.reserveCapacity(nodes: capacity)
    names.reserveCapacity(capacity)
    let root = builder.addInstance(
      Instance(.model, parent: nil, label: nil, callee: model.name, call: nil))
    frame = Frame(model, instance: root)
    frame.locals.reserveCapacity(capacity)
  }

  /// The version of an operator set that the text at hand is written for.
  func declaredOpset(_ domain: String) -> Int? {
    if frame.declaration.isLibrary, domain.isEmpty { return Catalogue.newestOpset() }
    if let own = ownOpsets.last(where: { Catalogue.canonical($0.domain) == domain }) { return Int(own.version) }
    return program.declaredOpset(domain, in: frame.declaration.file.number) ?? Catalogue.newestOpset(domain: domain)
  }

  /// The schema of an operator in the set that the text at hand is written for; `nil` where that has none.
  mutating func declaredSchema(_ name: String, of domain: String) -> OperatorSchema? {
    let key = OperatorKey(domain: domain, name: name, file: frame.declaration.file.number)
    if let known = knownOperators[key] { return known }
    let schema = Catalogue.schema(domain: domain, name: name, opset: declaredOpset(domain) ?? 1)
    knownOperators[key] = schema
    return schema
  }

  func origin(_ place: Place) -> Origin { Origin(place, instance: frame.instance) }
}

extension Origin {
  /// A place of the text, for an instance.
  init(_ place: Place, instance: Instance.ID) {
    self.init(source: SourceRange(place), instance: instance)
  }
}

extension SourceRange {
  /// The range of a place in a text.
  init(_ place: Place) {
    self.init(
      file: place.file, start: UInt32(clamping: place.range.lowerBound), end: UInt32(clamping: place.range.upperBound))
  }
}

// MARK: - Bounds

/// An operator with the file whose operator sets it is looked for in.
struct OperatorKey: Hashable {
  var domain: String
  var name: String
  var file: UInt32
}

extension Elaborator {
  /// True once the model has taken more steps than one may: nothing more is executed, nor said.
  var isExhausted: Bool { steps > options.maximumSteps }

  /// Counts a statement or a round; the one too many is reported.
  mutating func countStep() { countSteps(1) }

  /// Counts what takes as long as several statements.
  mutating func countSteps(_ count: Int) {
    guard !isExhausted, count > 0 else { return }
    steps += count
    if isExhausted { diagnostics.append(.tooManySteps(model, limit: options.maximumSteps)) }
  }
}

// MARK: - Problems

extension Elaborator {
  /// Reports a problem.
  ///
  /// One inside the standard library is the caller's: it is told at the call in the user's text.
  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errorCount += 1 }
    if isExhausted || calls.count >= mutedCalls { return }
    var diagnostic = diagnostic
    if isLibrary(diagnostic.place), let call = calls.last(where: { !isLibrary($0.place) }) {
      let inside = calls.last?.declaration.name ?? frame.declaration.name
      diagnostic.related.append(Diagnostic.Related("in the library's \(inside)", at: diagnostic.place))
      diagnostic.place = call.place
      diagnostic.fixes = []
    } else {
      for call in calls.reversed() where !isLibrary(call.place) {
        diagnostic.related.append(Diagnostic.Related("in this call of \(call.declaration.name)", at: call.place))
      }
    }
    guard !program.isBroken(diagnostic.place) else { return }
    // What a `where` says that cannot be read is not known.
    guard !diagnostic.identifier.hasPrefix("undetermined-") || !hasBrokenHead(model) else { return }
    guard reported.insert(ReportKey(identifier: diagnostic.identifier, place: diagnostic.place)).inserted else {
      return
    }
    diagnostics.append(diagnostic)
  }

  /// Lets every problem be told again.
  mutating func forgetReports() { reported = [] }

  private func isLibrary(_ place: Place) -> Bool { Library.contains(place.file) }

  /// Whether a mistake has been told.
  var hasErrors: Bool {
    diagnostics.contains { $0.severity == .error } || program.diagnostics.contains { $0.severity == .error }
  }

  /// Reports a problem and gives the term that keeps the rest quiet about it.
  mutating func unknown(_ diagnostic: Diagnostic) -> Term {
    report(diagnostic)
    return .unknown
  }

  /// The fix of all that is not known to be equal in a call; none where something else is wrong with it as well.
  private func assumptions(for problems: [OperatorProblem]) -> [Fix] {
    let pairs = problems.compactMap { problem in problem.undetermined.map { (left: $0.left, right: $0.right) } }
    return pairs.count == problems.count ? assuming(pairs) : []
  }

  /// The fix that writes the string that is meant, where a string stands in the text.
  private func spelling(_ meant: String?, at place: Place) -> [Fix] {
    guard let meant, let source = program.modules[place.file]?.file.tree.source,
      source[place.range].first == UInt8(ascii: "\"")
    else { return [] }
    return [Fix("Replace by `\"\(meant)\"`", [Fix.Edit(place, "\"\(meant)\"")])]
  }

  /// Reports what an operator's rules found, at the argument that is at fault.
  mutating func report(
    _ problems: [OperatorProblem], of call: Place, inputs: [Place?], attributes: [String: Place],
    values: [Value.ID?] = []
  ) {
    // One mistake is told once: a definite problem rather than a doubt.
    let definite = problems.first { $0.identifier != "undetermined-broadcast" }
    // A text that says what a file says has no say in the names of its sizes; and the file is as it is.
    if let problem = isVerbatim ? definite : definite ?? problems.first {
      let place =
        switch problem.subject {
        case .call: call
        case .input(let index): (inputs.indices.contains(index) ? inputs[index] : nil) ?? call
        case .attribute(let name): attributes[name] ?? call
        }
      let origins = origins(of: problem, values, call: call)
      var diagnostic = Diagnostic(
        problem.identifier, problem.message, at: place,
        severity: isVerbatim || problem.isWarning ? .warning : .error, related: origins.related,
        fixes: assumptions(for: problems) + (place == call ? [] : spelling(problem.meant, at: place)))
      diagnostic.candidates =
        origins.candidates + (place == call ? [] : casts(to: problem.wantedElements, at: place))
      report(diagnostic)
      guard isVerbatim, !problem.isWarning else { return }
      diagnostic.severity = .error
      doubt(diagnostic, of: call, isOfCallAlone: false)
    }
  }
}
