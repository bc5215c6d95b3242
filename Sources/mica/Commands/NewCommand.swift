import ArgumentParser
import Authoring
import Glibc
import Tensors
import Workspace

/// The command `mica new NAME`.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a file to start from, and a mica.json where there is none.")

  @Argument(help: "The model's name; the file is NAME.mica in this folder.")
  var name: String

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
    let needsProject = ProjectFile.nearestPath(toFolderOf: path) == nil
    do {
      let file = try OutputFile(path: path)
      try file.write(Array(StartingFile.text(model: model).utf8))
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
      ("mica convert \(path) \(model).onnx", "the model as ONNX, its weights drawn by seeds"),
    ]
    let width = commands.map(\.0.count).max() ?? 0
    for (command, effect) in commands {
      Console.output("  \(command)\(String(repeating: " ", count: width - command.count))   \(effect)")
    }
  }
}
