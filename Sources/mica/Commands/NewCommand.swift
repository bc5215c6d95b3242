import ArgumentParser
import Authoring
import Glibc
import Semantics
import Tensors
import Workspace

/// The command `mica new NAME`.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a file to start from, and a mica.json where there is none.",
    discussion: """
      With --weights, the file is a model for that checkpoint: blocks and layers by the names and sizes of its tensors,
      each bound to its own. What a checkpoint does not say (connections, strides, activations) is for you to complete.
      """)

  @Argument(help: "The model's name; the file is NAME.mica in this folder.")
  var name: String

  @Option(
    help: ArgumentHelp("Write the model of this checkpoint, as far as its tensors tell.", valueName: "file"),
    completion: .file())
  var weights: String?

  /// The model's name, given as such or as the file's.
  private var model: String { name.hasSuffix(".mica") ? String(name.dropLast(5)) : name }

  func validate() throws {
    if let reason = StartingFile.objection(to: model) { throw ValidationError(reason) }
  }

  func run() throws {
    let path = model + ".mica"
    var status = stat()
    guard lstat(path, &status) != 0 else {
      Console.error(
        "\(path):1:1: error[unwritable-file]: there is one already; choose another name, or remove it first")
      throw ExitCode(1)
    }
    let text = try text(at: path)
    let needsProject = ProjectFile.nearestPath(toFolderOf: path) == nil
    do {
      let file = try OutputFile(path: path)
      try file.write(text)
      if needsProject {
        let project = try OutputFile(path: Project.fileName)
        try project.write(Array(StartingFile.project.utf8))
        try project.commit()
      }
      try file.commit()
    } catch {
      Console.error("\(path):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
    Console.output("wrote \(path)\(needsProject ? " and \(Project.fileName)" : "")\n\nNext:")
    let commands = [
      ("mica check \(path)", "what is wrong, place by place"),
      ("mica summary \(path)", "the layers with their sizes, parameters and cost"),
      ("mica convert \(path) \(model).onnx", "the model as ONNX, its weights \(weights ?? "drawn by seeds")"),
    ]
    let width = commands.map(\.0.count).max() ?? 0
    for (command, effect) in commands {
      Console.output("  \(command)\(String(repeating: " ", count: width - command.count))   \(effect)")
    }
  }

  /// The file to start from, or that of the checkpoint; where it cannot be read, the reason ends the command.
  private func text(at path: String) throws -> [UInt8] {
    guard let weights else { return Array(StartingFile.text(model: model).utf8) }
    do {
      return try CheckpointText.text(ofWeights: weights, model: model, at: path)
    } catch {
      let identifier = error.isMissing ? "weights-file-missing" : "weights-file-unreadable"
      Console.error(
        Console.escaped("\(weights):1:1: error[\(identifier)]: \(error.message)", keepsNewlines: false))
      throw ExitCode(1)
    }
  }
}
