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
      guard
        let text = try? ModelLifter.text(
          of: model, weights: weights, qualified: qualified, implied: .catalogued(model.opsetImports), style: style),
        let proven = try? proven(text, at: path, is: model)
      else { continue }
      return proven
    }
    return try proven(
      MicaPrinter.text(of: model, weights: weights, qualified: qualified), at: path, is: model)
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
    return (try? prove(kept, at: path, is: model)) == nil ? fresh : kept
  }

  /// A text in the layout of `mica format`, where elaborating it makes the model that it is of.
  private static func proven(_ text: String, at path: String, is model: Model) throws -> [UInt8] {
    let formatted = SyntaxTree.parse(Array(text.utf8), file: 0).formatted().text
    try prove(formatted, at: path, is: model)
    return formatted
  }

  /// Elaborates a text and compares what it makes with the model that it is of.
  private static func prove(_ text: [UInt8], at path: String, is model: Model) throws {
    let file = SourceFile(path: path, source: text, number: 0)
    let files = try ProgramFiles(file)
    guard let declaration = files.program.models.first else {
      throw InexpressibleModel("its text has no model")
    }
    var options = ElaborationOptions(maximumSteps: .max)
    options.weightsOpener = files.weightsOpener
    let elaboration = files.program.elaborate(declaration, options: options)
    if let error = elaboration.diagnostics.first(where: { $0.severity == .error }) {
      let position = file.position(of: error.place.range.lowerBound)
      throw InexpressibleModel("line \(position.line) of its text would be wrong: \(error.message)")
    }
    if let difference = ModelDifference.first(model, elaboration.model) {
      throw InexpressibleModel("\(difference) would come back otherwise")
    }
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
