import ArgumentParser
import Execution

/// `mica install onnxruntime`.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Fetch ONNX Runtime, which running and comparing models needs, into the cache of the user.")

  enum Package: String, ExpressibleByArgument, CaseIterable {
    case onnxruntime
  }

  @Argument(help: "What to fetch: onnxruntime.")
  var package: Package

  func run() throws {
    if let library = RuntimeInstallation.library {
      Console.output("ONNX Runtime \(RuntimeInstallation.version) is there already: \(library)")
      return
    }
    do {
      let library = try RuntimeInstallation.install { Console.output("running \($0)") }
      let runtime = try Runtime(path: library)
      Console.output("installed ONNX Runtime \(runtime.version): \(library)")
    } catch {
      Console.error("error[not-installed]: \(error)")
      throw ExitCode(1)
    }
  }
}
