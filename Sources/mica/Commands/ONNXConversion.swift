import ArgumentParser
import Formats
import Glibc
import Graphs
import Operators
import Semantics
import Tensors
import Workspace

/// One ONNX file written anew, on request with the types of its values.
struct ONNXConversion {
  var infersShapes: Bool
  /// Whether a contradiction keeps the file from being written.
  var isStrict: Bool

  /// Writes `input` as `output`, and gives the model; `nil` where a problem was printed that kept it from that.
  func run(_ input: String, _ output: String) -> Model? {
    guard var model = Self.read(input) else { return nil }
    if infersShapes {
      guard let inference = Self.inference(of: model, at: input) else { return nil }
      // What must be equal is `mica check`'s to tell: nothing is wrong with the file that is written.
      let problems = inference.problems.filter { $0.severity != .assumption }
      ONNXReport.print(problems, of: input, contradiction: isStrict ? "error" : "warning")
      if isStrict, inference.problems.contains(where: { $0.severity == .contradiction }) { return nil }
      model = inference.model
    }
    do {
      var options = ONNXWriter.Options()
      options.externalData = .asRead(from: input)
      try ONNXWriter.write(model, to: output, options: options)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      return nil
    }
    return model
  }

  /// The name of a file beside a model that declares operators.
  private static let declarationsName = "operators.mica"

  /// The types of a model's values, with the operators that `operators.mica` beside it declares; where that file has
  /// errors, prints them and gives `nil`.
  ///
  /// - Parameter namesOpenSizes: whether sizes that the inputs leave open have names in the result.
  static func inference(of model: Model, at path: String, namesOpenSizes: Bool = false) -> ModelInference? {
    guard let declarations = try? declarations(beside: path) else { return nil }
    return ModelInference(of: model, namesOpenSizes: namesOpenSizes, declarations: declarations)
  }

  /// The operators that `operators.mica` beside a file declares, none where it is not there; where that file has errors,
  /// prints them and ends the command.
  static func declarations(beside path: String) throws -> OperatorDeclarations {
    let declarations = ImportedFiles.folder(of: path) + declarationsName
    guard access(declarations, F_OK) == 0 else { return { _ in nil } }
    let program = try LoadedProgram(path: declarations)
    if program.report(program.program.diagnostics) { throw ExitCode(1) }
    let operators = DeclaredOperators(program.program)
    return { operators.results(of: $0) }
  }

  /// The model in the file at `path`; where it cannot be read, says so and gives `nil`.
  static func read(_ path: String) -> Model? {
    do {
      return try ONNXReader.read(path)
    } catch {
      Console.error("\(path):1:1: error[unreadable-file]: \(error)")
      return nil
    }
  }
}

/// A list of files to convert: a line each, the input, a tab, the output.
struct ConversionList {
  private(set) var pairs: [(input: String, output: String)] = []
  /// The lines that are no such pair; each has been reported.
  private(set) var malformedCount = 0

  /// The list in the file at `path`; where it cannot be read, says so and gives `nil`.
  static func read(_ path: String) -> ConversionList? {
    let bytes: [UInt8]
    do {
      bytes = try MappedFile.contents(of: path)
    } catch {
      Console.error("\(path):1:1: error[unreadable-file]: \(error)")
      return nil
    }
    var list = ConversionList()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      let parts = line.split(separator: "\t")
      if parts.count == 2 {
        list.pairs.append((String(parts[0]), String(parts[1])))
      } else {
        list.malformedCount += 1
        Console.error(
          Console.escaped(
            "\(path):\(number + 1):1: error[malformed-list]: a line is IN, a tab, and OUT, but this one is "
              + "`\(line.prefix(shownLength))`", keepsNewlines: false))
      }
    }
    return list
  }

  /// Converts each pair and says how many were written; fails where one was not, or a line was no pair.
  ///
  /// - Parameter convert: whether it has written the output; it has said why where not.
  func run(_ convert: (_ input: String, _ output: String) -> Bool) throws {
    let written = pairs.count { convert($0.input, $0.output) }
    Console.output("wrote \(written) of \(pairs.count + malformedCount) files")
    if written < pairs.count + malformedCount { throw ExitCode(1) }
  }

  /// Characters of a malformed line that are shown.
  private static let shownLength = 200
}
