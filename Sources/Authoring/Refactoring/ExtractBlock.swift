import Graphs
import Semantics
import Syntax
import Tensors

// "Extract block": statements become the body of a new block, and a call stands where they were.

extension EditorView {
  /// The selected statements, or the scope at a cursor, as a block of their own.
  func extraction(of range: Range<Int>) -> [RefactoringProposal] {
    guard let (statements, declaration) = SelectedStatements.chosen(by: range, in: self) else { return [] }
    var proposal = RefactoringProposal(title: "Extract block", kind: .extract, texts: [])
    do throws(RefactoringProblem) {
      let selection = try SelectedStatements(statements, of: declaration, in: self)
      for variant in selection.variants { proposal.texts.append(try selection.extracted(as: variant)) }
      proposal.explanation = selection.reasonOfLabels
    } catch {
      proposal.problem = error
    }
    return [proposal]
  }
}

/// Statements of one body that are selected.
struct SelectedStatements {
  /// How the call of the block is labelled, and which labels lose what begins them.
  struct Variant {
    var label: String?
    /// The parts of the label that the labels in the statements begin with.
    var prefix: String?
    /// Whether the statements are what stands in the one scope that is selected.
    var isScope = false
  }

  let view: EditorView
  let statements: [Syntax]
  let declaration: Syntax
  /// The bytes of the statements.
  let range: Range<Int>
  let uses: [(name: String, term: Term, elaboration: Elaboration)]
  let outputs: [String]

  /// The statements that a selection touches, or the scope whose head is at a cursor, with the declaration around; `nil` where
  /// there are none.
  static func chosen(by selected: Range<Int>, in view: EditorView) -> (statements: [Syntax], declaration: Syntax)? {
    let path = view.tree.nodes(at: selected.lowerBound)
    guard
      let declaration = path.first(where: { $0.kind == .modelDeclaration || $0.kind == .blockDeclaration })
    else { return nil }
    if selected.isEmpty {
      guard let scope = path.last(.scopeStatement), let body = scope.child(.body),
        selected.lowerBound <= body.range.lowerBound
      else { return nil }
      return ([scope], declaration)
    }
    guard let body = body(around: selected, in: declaration) else { return nil }
    let chosen = body.children.filter {
      $0.range.lowerBound < selected.upperBound && selected.lowerBound < $0.range.upperBound
    }
    return chosen.isEmpty ? nil : (chosen, declaration)
  }

  /// `nil` where no block can have what is selected.
  init?(selected: Range<Int>, in view: EditorView) {
    guard let (statements, declaration) = Self.chosen(by: selected, in: view),
      let selection = try? SelectedStatements(statements, of: declaration, in: view)
    else { return nil }
    self = selection
  }

  /// Other statements of the same declaration.
  init?(_ statements: [Syntax], beside selection: SelectedStatements) {
    guard let other = try? SelectedStatements(statements, of: selection.declaration, in: selection.view) else {
      return nil
    }
    self = other
  }

  /// - Throws: where no block can have the statements.
  init(_ chosen: [Syntax], of declaration: Syntax, in view: EditorView) throws(RefactoringProblem) {
    let movable: Set<SyntaxKind> = [
      .binding, .constStatement, .repeatStatement, .ifStatement, .scopeStatement, .requireStatement,
      .parameterStatement, .bufferStatement,
    ]
    if chosen.contains(where: { $0.kind == .returnStatement || $0.contains(.returnStatement) }) {
      throw RefactoringProblem(reason: "a `return` gives the results of what it stands in")
    }
    if chosen.contains(where: { $0.kind == .weightsStatement || $0.contains(.weightsStatement) }) {
      throw RefactoringProblem(reason: "`weights` names the file of what it stands in")
    }
    guard let first = chosen.first, let last = chosen.last, chosen.allSatisfy({ movable.contains($0.kind) }) else {
      throw RefactoringProblem(reason: "what `layer` declares is shared with what stands outside")
    }
    self.view = view
    self.declaration = declaration
    statements = chosen
    range = first.range.lowerBound..<last.range.upperBound
    (uses, outputs) = try Self.flow(through: range, of: declaration, in: view)
    if outputs.isEmpty {
      throw RefactoringProblem(reason: "nothing of it is used behind it, so that a block would give nothing")
    }
  }

  /// The innermost body that has all of a selection in its statements.
  private static func body(around selected: Range<Int>, in declaration: Syntax) -> Syntax? {
    var found: Syntax?
    var open = [declaration]
    while let node = open.popLast() {
      guard node.range.lowerBound <= selected.lowerBound, selected.upperBound <= node.range.upperBound else { continue }
      if node.kind == .body { found = node }
      open += node.children
    }
    return found
  }

  /// What statements use of what stands outside, and what of theirs is used there.
  ///
  /// - Throws: where a block cannot have it.
  private static func flow(
    through range: Range<Int>, of declaration: Syntax, in view: EditorView
  ) throws(RefactoringProblem) -> (uses: [(name: String, term: Term, elaboration: Elaboration)], outputs: [String]) {
    var uses: [(name: String, term: Term, elaboration: Elaboration)] = []
    var known: Set<String> = []
    var outputs: [(name: String, place: Int)] = []
    let source = view.tree.source
    func text(_ place: Place) -> String { String(decoding: source[place.range], as: UTF8.self) }
    for elaboration in view.analysis.elaborations {
      for observation in elaboration.observations where observation.place.file == view.file.number {
        guard declaration.range.contains(observation.place.range.lowerBound),
          case .use(let term, let definition?) = observation.meaning, definition.file == view.file.number
        else { continue }
        let isInside = range.contains(observation.place.range.lowerBound)
        let name = text(observation.place)
        switch (isInside, range.contains(definition.range.lowerBound)) {
        case (true, false):
          guard name.isPlainName else {
            throw RefactoringProblem(reason: "it uses \(name), which is no plain name")
          }
          if known.insert(name).inserted { uses.append((name, term, elaboration)) }
        case (false, true):
          guard name.isPlainName else {
            throw RefactoringProblem(reason: "\(name) is used behind it, and is no plain name")
          }
          guard term.isValue else {
            throw RefactoringProblem(reason: "`\(name)` is used behind it, and a block gives tensors alone")
          }
          if !outputs.contains(where: { $0.name == name }) { outputs.append((name, definition.range.lowerBound)) }
        default: continue
        }
      }
    }
    return (uses, outputs.sorted { $0.place < $1.place }.map(\.name))
  }

  /// The ways to label the call: not at all; as the scope; as all labels in the statements begin.
  var variants: [Variant] {
    var variants: [Variant] = []
    if statements.count == 1, statements[0].kind == .scopeStatement, let path = statements[0].firstPath {
      variants.append(Variant(label: path.text, isScope: true))
    }
    variants.append(Variant())
    if let prefix = commonPrefix { variants.append(Variant(label: prefix, prefix: prefix)) }
    return variants
  }

  /// Why a block would change the paths of parameters; `nil` where none of the statements has a label.
  var reasonOfLabels: String? {
    guard !(statements.count == 1 && statements[0].kind == .scopeStatement),
      let label = labelPaths.min(by: { $0.range.lowerBound < $1.range.lowerBound })?.text
    else { return nil }
    return "`\(label)` would stand behind the path of the block in the names of parameters and nodes; "
      + "a `scope` can become a block as a whole"
  }

  /// What all labels of the statements begin with, before a dot.
  private var commonPrefix: String? {
    let labels = labelPaths.map(\.text)
    guard let first = labels.first else { return nil }
    let parts = first.split(separator: ".", omittingEmptySubsequences: false)
    for count in stride(from: parts.count - 1, to: 0, by: -1) {
      let prefix = parts[..<count].joined(separator: ".")
      if labels.allSatisfy({ $0.hasPrefix(prefix + ".") }) { return prefix }
    }
    return nil
  }

  /// The paths of labels, scopes and parameters that count from the statements' own frame.
  private var labelPaths: [Syntax] {
    var paths: [Syntax] = []
    var open = statements
    while let node = open.popLast() {
      switch node.kind {
      case .label, .scopeStatement, .parameterStatement, .bufferStatement:
        if let path = node.firstPath { paths.append(path) }
      default: break
      }
      if node.kind != .scopeStatement { open += node.children }
    }
    return paths
  }

  /// The parameters of a block of the statements, and the names that a call gives them.
  ///
  /// - Throws: where a block cannot have one.
  func signature() throws(RefactoringProblem) -> (
    parameters: [String], arguments: (tensors: [String], configuration: [String])
  ) {
    let inputs = uses.filter { $0.term.isValue }
    let types = inputs.map { input -> ValueType in
      guard case .tensor(let value) = input.term else { return .unknown }
      return input.elaboration.model.graph.values[value].type
    }
    var sizes: Set<String> = []
    for use in uses {
      if case .integer(let size) = use.term, size.symbol == use.name { sizes.insert(use.name) }
    }
    var parameters: [String] = []
    var captured: Set<String> = []
    let areAlike = Set(types.map(\.element)).count == 1
    for (input, type) in zip(inputs, types) {
      guard let shape = type.shape, let element = type.element else {
        parameters.append("\(input.name): ?")
        continue
      }
      let dimensions = shape.dimensions.map { size -> String in
        guard let name = size.symbol, sizes.contains(name) else { return "?" }
        captured.insert(name)
        return name
      }
      let spelling = areAlike ? "T" : element.spelling
      parameters.append("\(input.name): \(spelling)[\(dimensions.joined(separator: ", "))]")
    }
    var configuration: [String] = []
    for use in uses where !use.term.isValue && !captured.contains(use.name) {
      guard let type = use.term.configurationType else {
        throw RefactoringProblem(
          reason: "it uses `\(use.name)`, \(use.term.kindDescription), which no parameter can be")
      }
      parameters.append("\(use.name): \(type)")
      configuration.append(use.name)
    }
    return (parameters, (inputs.map(\.name), configuration))
  }

  /// The whole text with the statements in a block.
  func extracted(as variant: Variant) throws(RefactoringProblem) -> [UInt8] {
    let (parameters, arguments) = try signature()
    let given = arguments.tensors + arguments.configuration.map { "\($0)=\($0)" }
    let name = blockName(variant)
    let results = outputs.joined(separator: ", ")
    let block = "block \(name)(\(parameters.joined(separator: ", "))) {\n\(content(variant))\nreturn \(results)\n}\n\n"
    let label = variant.label.map { $0 + ": " } ?? ""
    let call = "\(results) = \(label)\(name)(\(given.joined(separator: ", ")))"
    return source.replacing([(start..<start, block), (range, call)])
  }

  /// The statements as they stand in the block.
  private func content(_ variant: Variant) -> String {
    if variant.isScope, let body = statements[0].child(.body) {
      let inner = Array(body.children)
      guard let first = inner.first, let last = inner.last else { return "" }
      return body.text(of: first.range.lowerBound..<last.range.upperBound)
    }
    guard let prefix = variant.prefix else { return declaration.text(of: range) }
    return declaration.text(
      of: range,
      labelPaths.map { ($0.range.lowerBound..<$0.range.lowerBound + prefix.utf8.count + 1, "") })
  }

  /// Where the block is put: before the declaration and its comment.
  var start: Int {
    let source = view.tree.source
    var start = declaration.range.lowerBound
    while let end = source[..<start].lastIndex(of: UInt8(ascii: "\n")) {
      let line = source[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      guard source[line..<end].starts(with: Array("//".utf8)), line < start else { break }
      start = line
    }
    return start
  }

  /// A name that nothing in the file has: after the label, or else `Part`.
  private func blockName(_ variant: Variant) -> String {
    let words = (variant.label ?? "").split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "_") }
    let word = words.last { $0.first?.isLetter ?? false } ?? "part"
    let stem = word.prefix(1).uppercased() + word.dropFirst()
    return freshBlockName(stem)
  }

  /// A name like `stem` that nothing in the file has, nor the library.
  func freshBlockName(_ stem: String) -> String { LocalNames.fresh(stem, takenNames.union(Library.declarations.keys)) }

  /// Every name of the file.
  var takenNames: Set<String> { LocalNames.all(in: view.tree.root) }

  /// The text of the file.
  var source: [UInt8] { view.tree.source }

  /// All statements of the body that the statements stand in.
  var siblings: [Syntax] {
    Self.body(around: range, in: declaration).map { Array($0.children) } ?? []
  }

  /// The names that the statements bind, and those that they take from outside.
  var variables: Set<String> {
    statements.reduce(into: Set(uses.map(\.name))) { $0.formUnion(LocalNames.bound(in: $1)) }
  }
}

extension Syntax {
  /// The path that a label, a scope or a parameter begins with.
  fileprivate var firstPath: Syntax? { children.first { $0.kind != .annotation } }
}

extension Term {
  /// Whether it is a value of the graph.
  fileprivate var isValue: Bool {
    if case .tensor = self { true } else { false }
  }

  /// The type of configuration that holds the term; `nil` where none does.
  fileprivate var configurationType: String? {
    switch self {
    case .integer: "int"
    case .float: "float"
    case .boolean: "bool"
    case .text: "string"
    case .element: "dtype"
    case .callee: "callee"
    case .list(let elements): elements.first?.configurationType.map { "[\($0)]" }
    default: nil
    }
  }
}

extension String {
  /// Whether it is one identifier.
  fileprivate var isPlainName: Bool {
    !isEmpty
      && utf8.allSatisfy {
        $0 == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
      }
  }
}
