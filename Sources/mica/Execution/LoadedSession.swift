import ArgumentParser
import Execution
import Formats
import Graphs

/// Models of either kind, loaded into ONNX Runtime; where that cannot be, the reason ends the command.
enum LoadedSession {
  /// The runtime.
  static func runtime() throws -> Runtime {
    do {
      return try Runtime.shared()
    } catch {
      Console.error("error[no-onnxruntime]: \(error)")
      throw ExitCode(1)
    }
  }

  /// The file at `path` as one that the runtime can load: itself, or for a Mica file the model in it.
  static func file(_ path: String) throws -> RunnableModel {
    if path.hasSuffix(".onnx") { return RunnableModel(path: path) }
    return try written(try LoadedModel.elaborated(path), for: path)
  }

  /// A model that is made from the file at `path`, written to where temporary files are.
  static func written(_ model: Model, for path: String) throws -> RunnableModel {
    do {
      return try RunnableModel(model)
    } catch {
      try fail(path, "\(error)")
    }
  }

  static func session(_ model: RunnableModel, _ path: String, _ runtime: Runtime) throws -> Session {
    do {
      return try model.session(SessionOptions(), runtime)
    } catch {
      try fail(path, "\(error)")
    }
  }

  /// Says why a file cannot be run, and ends the command.
  static func fail(_ path: String, _ message: String) throws -> Never {
    Console.error(Console.escaped("\(path):1:1: error[cannot-run]: \(message)", keepsNewlines: false))
    throw ExitCode(1)
  }
}
