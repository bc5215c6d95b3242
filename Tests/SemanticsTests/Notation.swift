import Graphs
import Semantics
import Syntax
import Tensors
import Testing

/// What the comments of a program expect.
///
/// `//~ shape-mismatch: 4, 6` expects one diagnostic of that identifier that begins on the line and whose message has all
/// the facts; several are separated by `//~`. `//: f32[N, 8]` expects the value that a statement ending on the line binds or returns to be of the
/// type; the results of a call are separated by `;`, and those of a line in several instances of a block by `|`. In a
/// `repeat` the last time counts.
/// Everything that is reported must be expected.
struct Notation {
  struct ExpectedDiagnostic {
    var line: Int
    var identifier: String
    var facts: [String]
  }

  var diagnostics: [ExpectedDiagnostic] = []
  var types: [Int: String] = [:]

  init(_ source: String) {
    for (index, text) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for comment in text.split(separator: "//").dropFirst() {
        let content = comment.dropFirst().drop { $0 == " " }.trimmingSuffix { $0 == " " }
        if comment.hasPrefix("~") {
          diagnostics.append(ExpectedDiagnostic(content, line: index + 1))
        } else if comment.hasPrefix(":") {
          types[index + 1] = String(content)
        }
      }
    }
  }
}

extension Notation.ExpectedDiagnostic {
  init(_ text: Substring, line: Int) {
    self.line = line
    let colon = text.firstIndex(of: ":")
    identifier = String(text[..<(colon ?? text.endIndex)])
    facts = []
    guard let colon else { return }
    var fact = ""
    var depth = 0
    for character in text[text.index(after: colon)...] {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth == 0 {
        facts.append(fact)
        fact = ""
      } else if !(fact.isEmpty && character == " ") {
        fact.append(character)
      }
    }
    facts.append(fact)
  }

  func fits(_ diagnostic: Diagnostic, line: Int) -> Bool {
    line == self.line && diagnostic.identifier == identifier && facts.allSatisfy { diagnostic.message.hasFact($0) }
  }
}

extension String {
  /// Whether the text has the words, and not as parts of longer ones.
  func hasFact(_ fact: String) -> Bool {
    func isWord(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber || byte == 0x5F
    }
    let text = Array(utf8)
    let pattern = Array(fact.utf8)
    guard !pattern.isEmpty, pattern.count <= text.count else { return false }
    return (0...(text.count - pattern.count)).contains { start in
      let end = start + pattern.count
      guard Array(text[start..<end]) == pattern else { return false }
      let before = start > 0 ? text[start - 1] : nil
      let after = end < text.count ? text[end] : nil
      return !(isWord(before) && isWord(pattern.first)) && !(isWord(after) && isWord(pattern.last))
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}

// MARK: - Elaborated

/// A program with everything that came of it.
struct Elaborated {
  let program: Program
  let elaborations: [Elaboration]
  /// What is reported, each problem once.
  let diagnostics: [Diagnostic]

  init(_ source: String, options: ElaborationOptions = ElaborationOptions()) {
    let program = Program(SourceFile(path: "test.mica", source: Array(source.utf8), number: 0))
    self.program = program
    elaborations = program.models.map { program.elaborate($0, options: options) }
    var diagnostics = program.diagnostics
    for diagnostic in elaborations.flatMap(\.diagnostics) where !diagnostics.contains(diagnostic) {
      diagnostics.append(diagnostic)
    }
    self.diagnostics = diagnostics
  }

  /// The graph of the program's first model.
  var graph: Graph { elaborations[0].model.graph }

  func line(of place: Place) -> Int {
    place.file == 0 ? program.file.position(of: place.range.lowerBound).line : 0
  }

  /// `line: identifier: message`.
  func describe(_ diagnostic: Diagnostic) -> String {
    "\(line(of: diagnostic.place)): \(diagnostic.identifier): \(diagnostic.message)"
  }
}

extension Example {
  /// Elaborates the program and compares with what its comments expect.
  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let elaborated = Elaborated(source, options: options)
    let notation = Notation(source)
    var unexpected = elaborated.diagnostics
    for expected in notation.diagnostics {
      let found = unexpected.firstIndex { expected.fits($0, line: elaborated.line(of: $0.place)) }
      if let found {
        unexpected.remove(at: found)
      } else {
        let facts = expected.facts.isEmpty ? "" : ": " + expected.facts.joined(separator: ", ")
        Issue.record(
          "line \(expected.line) does not report \(expected.identifier)\(facts)", sourceLocation: sourceLocation)
      }
    }
    for diagnostic in unexpected {
      Issue.record("not expected: line \(elaborated.describe(diagnostic))", sourceLocation: sourceLocation)
    }
    for (line, type) in notation.types.sorted(by: { $0.key < $1.key }) {
      let found = elaborated.elaborations.flatMap { BoundValues($0, elaborated.program).types(onLine: line) }
      #expect(found.uniqued.joined(separator: " | ") == type, "line \(line)", sourceLocation: sourceLocation)
    }
  }
}

extension [String] {
  fileprivate var uniqued: [String] {
    reduce(into: []) { unique, element in
      if !unique.contains(element) { unique.append(element) }
    }
  }
}

// MARK: - The values that a line binds

/// Finds values by the place of the expression that made them.
struct BoundValues {
  let graph: Graph
  let program: Program

  init(_ elaboration: Elaboration, _ program: Program) {
    graph = elaboration.model.graph
    self.program = program
  }

  /// The types of what the statement on a line binds or returns, once for each instance of its block.
  func types(onLine line: Int) -> [String] {
    var statement: Syntax?
    func search(_ node: Syntax) {
      for child in node.children {
        let isStatement = child.kind == .binding || child.kind == .returnStatement
        if isStatement, statement == nil, program.file.position(of: child.range.upperBound).line == line {
          statement = child
        }
        search(child)
      }
    }
    search(program.file.tree.root)
    guard let statement,
      let expression = statement.children.first(where: { $0.kind != .target && $0.kind != .annotation })
    else { return ["nothing is bound"] }
    return results(of: expression).map { values in
      values.map { "\(graph.values[$0].type)" }.joined(separator: "; ")
    }
  }

  /// The results of an expression, once for each instance of its block.
  private func results(of expression: Syntax) -> [[Value.ID]] {
    switch expression.kind {
    case .parenthesized: return expression.firstChild.map(results) ?? []
    case .pipe, .label: return Array(expression.children).last.map(results) ?? []
    case .conditional: return expression.children.dropFirst().flatMap(results)
    default: break
    }
    let place = expression.place
    var blocks: [Instance.ID?: Instance.ID] = [:]
    for id in graph.instances.indices where graph.instances[id].call?.place == place {
      if graph.instances[id].kind == .block { blocks[graph.instances[id].parent] = id }
    }
    if !blocks.isEmpty { return blocks.values.sorted().map { graph.instances[$0].outputs } }
    // One call can take several nodes; its result is the last one's.
    var nodes: [Instance.ID?: Node.ID] = [:]
    for id in graph.nodes.indices where graph.nodes[id].origin.source?.place == place {
      nodes[graph.nodes[id].origin.instance] = id
    }
    return nodes.values.sorted().map { graph.nodes[$0].outputs.compactMap(\.self) }
  }
}
