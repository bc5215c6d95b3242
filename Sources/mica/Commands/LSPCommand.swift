import ArgumentParser
import Glibc
import LanguageServer

/// `mica lsp`.
struct LSPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp", abstract: "Serve an editor: the Language Server Protocol on standard input and output.")

  @Flag(help: "Use standard input and output, as always; for editors that ask.")
  var stdio = false

  @Option(
    help: ArgumentHelp("Record the traffic in this file, a JSON object a line.", valueName: "FILE"),
    completion: .file())
  var trace: String?

  @Option(
    help: ArgumentHelp(
      "What goes to standard error: off, error, info or debug. (default: what MICA_LOG says, or else error)",
      valueName: "LEVEL"))
  var log: LanguageServer.Options.LogLevel?

  private static let environmentVariable = "MICA_LOG"

  func run() throws {
    var options = LanguageServer.Options(version: Version.current)
    options.tracePath = trace
    options.logLevel = log ?? Self.levelOfEnvironment ?? options.logLevel
    Console.exit(LanguageServer(options: options).run())
  }

  /// The level that the environment names; one that there is not is told and ignored.
  private static var levelOfEnvironment: LanguageServer.Options.LogLevel? {
    guard let name = getenv(environmentVariable).map({ String(cString: $0) }), !name.isEmpty else { return nil }
    let level = LanguageServer.Options.LogLevel(argument: name)
    if level == nil {
      Console.error(
        "mica lsp: \(environmentVariable) takes off, error, info or debug, and not \"\(name)\"; it is ignored")
    }
    return level
  }
}

extension LanguageServer.Options.LogLevel: ExpressibleByArgument {
  public init?(argument: String) {
    guard let level = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = level
  }
}
