import Authoring
import Formats
import Glibc
package import Graphs
import Operators
package import Semantics
package import Syntax

/// ONNX models as Mica text, each proved by reading it back.
package enum ModelText {
  /// The text of a model that reads back as it: the one that reads best.
  ///
  /// - Parameters:
  ///   - source: the path of the model's file.
  ///   - path: where the text is going to be; the file is named as it is seen from there.
  ///   - operators: whether a statement is to stand for each node.
  /// - Throws: `InexpressibleModel` where no text reads back as the model.
  package static func text(
    of model: Model, in source: String, at path: String, operators: Bool = false
  ) throws -> [UInt8] {
    // What no file can hold has no text either: it would not come back.
    switch ONNXWriter.problem(of: model) {
    case nil: break
    case .unnamedValue(_, let user)?: throw InexpressibleModel("a value without a name, which \(user) uses")
    case let problem?: throw InexpressibleModel("\(problem)")
    }
    let weights = weightsPath(of: source, from: path)
    let qualified = Set(Library.declarations.keys)
    let styles: [ModelLifter.Style] = operators ? [] : [.full, .repetitions, .plainNumbers, []]
    for style in styles {
      if let text = lifted(model, weights, qualified, style, at: path) { return text }
    }
    return try proven(
      MicaPrinter.text(of: model, weights: weights, qualified: qualified), at: path, is: model)
  }

  /// So often nodes that do not read back are written more plainly.
  private static let attempts = 6

  /// A text for reading that reads back as the model; the nodes that would not are written out in it, the others are not.
  ///
  /// - Returns: `nil` where that does not help.
  private static func lifted(
    _ model: Model, _ weights: String, _ qualified: Set<String>, _ style: ModelLifter.Style, at path: String
  ) -> [UInt8]? {
    let implied = ImpliedAttributes.catalogued(model.opsetImports)
    var plain: [Node.ID: ModelLifter.Plainness] = [:]
    for _ in 0..<(style == .full ? attempts : 1) {
      guard
        let text = try? ModelLifter.text(
          of: model, weights: weights, qualified: qualified, implied: implied, style: style, plain: plain),
        let reading = try? Reading(formatted(text), at: path)
      else { return nil }
      guard reading.problem(of: model) != nil else { return reading.file.tree.source }
      let failed = reading.nodesThatDiffer(from: model.graph, implied: implied).filter { plain[$0] != .alone }
      guard !failed.isEmpty else { return nil }
      for node in failed { plain[node] = plain[node] == nil ? .spelled : .alone }
    }
    return nil
  }

  /// The text of a model that comes from another one: the other's text, which only takes its weights from elsewhere, where that
  /// reads back as the model; else a new one of the same kind, with the comments that stand at the same results.
  ///
  /// - Parameters:
  ///   - source: the path of the model's file.
  ///   - path: where the text is going to be.
  ///   - old: the text of the model that it comes from.
  ///   - declaration: that model, in `old`.
  package static func text(
    of model: Model, in source: String, at path: String, after old: SyntaxTree, _ declaration: Declaration
  ) throws -> [UInt8] {
    let weights = weightsPath(of: source, from: path)
    let statements = declaration.body?.children.filter { $0.kind == .weightsStatement } ?? []
    if statements.count == 1, let literal = statements[0].child(.string)?.range {
      var text = old.source
      text.replaceSubrange(literal, with: Array(MicaString.quoted(weights).utf8))
      if (try? prove(text, at: path, is: model)) != nil { return text }
    }
    let fresh = try text(of: model, in: source, at: path, operators: !declaration.isImported)
    let kept = KeptComments.text(fresh, keeping: old.source)
    return old.lineEnd.applied(to: (try? prove(kept, at: path, is: model)) == nil ? fresh : kept)
  }

  /// A text in the layout of `mica format`.
  private static func formatted(_ text: String) -> [UInt8] {
    SyntaxTree.parse(Array(text.utf8), file: 0).formatted().text
  }

  /// A text in the layout of `mica format`, where elaborating it makes the model that it is of.
  private static func proven(_ text: String, at path: String, is model: Model) throws -> [UInt8] {
    let formatted = formatted(text)
    try prove(formatted, at: path, is: model)
    return formatted
  }

  /// Elaborates a text and compares what it makes with the model that it is of.
  private static func prove(_ text: [UInt8], at path: String, is model: Model) throws {
    if let problem = try Reading(text, at: path).problem(of: model) { throw problem }
  }

  /// The path of the model's file as seen from the text's folder: its name where they are in one folder.
  private static func weightsPath(of input: String, from output: String) -> String {
    let folder = ImportedFiles.folder(of: output)
    guard let source = resolved(input), let target = resolved(folder.isEmpty ? "." : folder) else { return input }
    let prefix = target.hasSuffix("/") ? target : target + "/"
    return source.hasPrefix(prefix) ? String(source.utf8.dropFirst(prefix.utf8.count)) ?? source : source
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// What a text turns out to be when it is read back.
private struct Reading {
  let file: SourceFile
  private let elaboration: Elaboration

  init(_ text: [UInt8], at path: String) throws {
    file = SourceFile(path: path, source: text, number: 0)
    let files = try ProgramFiles(file)
    guard let declaration = files.program.models.first else {
      throw InexpressibleModel("its text has no model")
    }
    var options = ElaborationOptions(maximumSteps: .max)
    options.weightsOpener = files.weightsOpener
    elaboration = files.program.elaborate(declaration, options: options)
  }

  /// Why it is not the text of a model; `nil` where it is.
  func problem(of model: Model) -> InexpressibleModel? {
    if let error = elaboration.diagnostics.first(where: { $0.severity == .error }) {
      let position = file.position(of: error.place.range.lowerBound)
      return InexpressibleModel("line \(position.line) of its text would be wrong: \(error.message)")
    }
    return ModelDifference.first(model, elaboration.model).map {
      InexpressibleModel("\($0) would come back otherwise")
    }
  }

  /// The nodes of a graph that the text does not make, or calls otherwise, though it has what they are given.
  func nodesThatDiffer(from graph: Graph, implied: ImpliedAttributes) -> [Node.ID] {
    let own = elaboration.model.graph
    let alignment = GraphAlignment(own, graph, implied: implied)
    let calls = (
      own: UseHashes(own, leaves: alignment.leaves.left, implied: implied).calls,
      others: UseHashes(graph, leaves: alignment.leaves.right, implied: implied).calls
    )
    var made: Set<Node.ID> = []
    var same: Set<Node.ID> = []
    for (node, twin) in alignment.nodes {
      made.insert(twin)
      if calls.own[node.index] == calls.others[twin.index] { same.insert(twin) }
    }
    return graph.nodes.indices.filter { node in
      guard !same.contains(node), graph.nodes[node].constant == nil else { return false }
      return graph.nodes[node].arguments.allSatisfy { value in
        guard let value, case .result(let producer, _) = graph.values[value].definition else { return true }
        return made.contains(producer) || graph.nodes[producer].constant != nil
      }
    }
  }
}
