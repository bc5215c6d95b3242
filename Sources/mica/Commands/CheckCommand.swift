import ArgumentParser
import Operators
import Semantics
import Syntax
import Workspace

/// `mica check FILE…`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report what is wrong with Mica files, weights included, and with ONNX files.")

  @Argument(help: "Mica files, folders to search for them, or ONNX files.", completion: .models)
  var files: [String]

  @OptionGroup var model: ModelOptions

  func run() throws {
    var broken = 0
    var projects: Set<String> = []
    let paths = files.flatMap { MicaFiles.find(at: $0) }
    if paths.isEmpty {
      Console.error("\(files[0]):1:1: error[unreadable-file]: there is no .mica file in this folder")
      throw ExitCode(1)
    }
    for path in paths {
      guard !path.hasSuffix(".onnx") else {
        if !checkONNX(path) { broken += 1 }
        continue
      }
      guard let program = try? LoadedProgram(path: path) else {
        broken += 1
        continue
      }
      let isNew = (program.files.project?.path).map { projects.insert($0).inserted } ?? false
      if program.report(model.diagnose(program), printsProject: isNew, isComplete: true) { broken += 1 }
    }
    if paths.count > 1, Console.errorIsTerminal {
      Console.error(broken == 0 ? "\(paths.count) files, no errors" : "\(broken) of \(paths.count) files have errors")
    }
    if broken > 0 { throw ExitCode(1) }
  }

  /// Prints what is wrong with an ONNX file; whether it contradicts itself nowhere.
  private func checkONNX(_ path: String) -> Bool {
    guard let model = ONNXConversion.read(path),
      let problems = ONNXConversion.inference(of: model, at: path)?.problems
    else { return false }
    ONNXReport.print(problems, of: path, contradiction: "error")
    return !problems.contains { $0.severity == .contradiction }
  }
}
