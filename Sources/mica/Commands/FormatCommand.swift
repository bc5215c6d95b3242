import ArgumentParser
import Authoring
import Glibc
import Semantics
import Syntax
import Tensors

/// `mica format FILE…`.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format", abstract: "Write Mica files in the one layout of the language.",
    discussion: """
      Statements with a syntax error keep their bytes; the errors are reported, with exit code 1, and the rest is \
      formatted.
      """)

  @Argument(help: "Mica files, folders to search for them, or - for standard input and output.", completion: .texts)
  var files: [String]

  @Flag(help: "Change nothing; name the files that would change, with exit code 1.")
  var check = false

  func run() throws {
    var hasProblems = false
    for path in files {
      if path == "-" {
        hasProblems = formatStandardInput() || hasProblems
      } else {
        for file in MicaFiles.find(at: path) { hasProblems = format(file) || hasProblems }
      }
    }
    if hasProblems { throw ExitCode(1) }
  }

  /// Formats a file in place; `true` where there is a problem, which a change is for `--check`.
  private func format(_ path: String) -> Bool {
    let file: SourceFile
    do {
      let source = try MappedFile.contents(of: path)
      file = SourceFile(path: path, source: source, number: 0)
    } catch {
      Console.error("\(path):1:1: error[unreadable-file]: \(error)")
      return true
    }
    let formatted = file.tree.formatted()
    let hasProblems = report(file, formatted)
    guard formatted.isChanged, !check else { return hasProblems }
    do {
      let output = try OutputFile(path: path)
      try output.write(formatted.text)
      try output.commit()
    } catch {
      Console.error("\(path):1:1: error[unwritable-file]: \(error)")
      return true
    }
    return hasProblems
  }

  private func formatStandardInput() -> Bool {
    let file = SourceFile(path: "<stdin>", source: Self.standardInput(), number: 0)
    let formatted = file.tree.formatted()
    if !check { Console.output(formatted.text) }
    return report(file, formatted)
  }

  /// Prints the syntax errors of a file, and for `--check` its path where it would change.
  private func report(_ file: SourceFile, _ formatted: FormattedText) -> Bool {
    DiagnosticPrinter([file]).print(file.tree.diagnostics)
    if check, formatted.isChanged { Console.output(file.path) }
    return !file.tree.diagnostics.isEmpty || (check && formatted.isChanged)
  }

  private static func standardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
