import ArgumentParser
import Authoring
import Formats
import Glibc
import Graphs
import Operators
import Semantics
import Syntax
import Tensors
import Workspace

/// One ONNX file written as Mica text, which is read and compared before it takes its place.
enum TextConversion {
  /// Writes `input` as `output`, and gives the model; `nil` where a problem was printed that kept it from that.
  ///
  /// - Parameter operators: whether a statement is to stand for each node.
  static func run(_ input: String, _ output: String, operators: Bool) -> Model? {
    guard let model = ONNXConversion.read(input) else { return nil }
    do {
      let formatted = try proven(model, at: output, weights: weightsPath(of: input, from: output), operators: operators)
      let file = try OutputFile(path: output)
      try file.write(formatted)
      try file.commit()
    } catch let error as FileError {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      return nil
    } catch {
      Console.error(
        Console.escaped("\(input):1:1: error[inexpressible-model]: this model \(error)", keepsNewlines: false))
      return nil
    }
    return model
  }

  /// The text of a model that reads back as it: the one that reads best.
  private static func proven(
    _ model: Model, at path: String, weights: String, operators: Bool
  ) throws -> [UInt8] {
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
    return source.hasPrefix(prefix) ? String(source.dropFirst(prefix.utf8.count)) : source
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
