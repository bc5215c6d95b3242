import ArgumentParser
import Authoring
import Formats
import Rendering
import Semantics
import Syntax
import Tensors
import Workspace

/// `mica view FILE -o OUT`.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Draw a model: .svg, .html to look around in, .dot for Graphviz or .mmd for Mermaid.")

  @Argument(help: "A Mica file, or an ONNX file, of which the text is shown that `mica convert` makes of it.")
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write: .svg, .html, .dot or .mmd.", valueName: "OUT"))
  var output: String

  @Option(help: ArgumentHelp("What parts are coloured by: parameters, macs or memory.", valueName: "MEASURE"))
  var by = Measure.parameters

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How deep blocks are opened, in files that cannot be opened further: 1 by default.", valueName: "N"))
  var depth: Int?

  @Flag(help: "Draw a treemap of the measure by layers, as .svg.")
  var treemap = false

  @Option(help: ArgumentHelp("The model, where the file has several.", valueName: "NAME"))
  var model: String?

  @OptionGroup var options: ModelOptions

  func validate() throws {
    guard let format = PictureFormat(path: output) else {
      throw ValidationError("\(output): view writes \(PictureFormat.endings) files")
    }
    if let depth, depth < 1 { throw ValidationError("--depth takes 1 and more, and this is \(depth)") }
    if depth != nil, format == .html {
      throw ValidationError("--depth is for files that cannot be opened further, unlike .html")
    }
    if treemap, format != .svg {
      throw ValidationError("\(output): --treemap writes .svg files; an .html file has it beside")
    }
    if file.hasSuffix(".onnx"), model != nil || !options.settings.isEmpty || options.opset != nil {
      throw ValidationError("\(file): --model, --opset and --set are for Mica files")
    }
  }

  func run() throws {
    guard let format = PictureFormat(path: output) else { return }
    let program = try file.hasSuffix(".onnx") ? LoadedProgram(textOf: file) : LoadedProgram(path: file)
    let declaration = try program.model(named: model)
    let given = options.options(for: declaration, of: program, bindsDimensions: true)
    let elaboration = program.elaborate(declaration, options: given)
    let errors = elaboration.diagnostics.count { $0.severity == .error }
    let hasErrors = program.report(elaboration.diagnostics)
    if errors > 0, !options.settings.isEmpty {
      // A text with mistakes is drawn; what nobody can have meant by --set is not.
      var others = given
      for setting in options.settings { others.configuration[setting.name] = nil }
      let errorsWithout = program.elaborate(declaration, options: others).diagnostics.count { $0.severity == .error }
      if errorsWithout < errors { throw ExitCode(1) }
    }
    var drawing = PictureOptions(measure: by, depth: depth ?? 1)
    if errors > 0 { drawing.note = PictureOptions.note(errors: errors) }
    let picture = ModelPicture(
      elaboration, bindings: options.bindings.filter { declaration.dimensionNames.contains($0.key) },
      files: program.program.files, drawing)
    do {
      try ModelOutput.checkDistinct(output, from: program.program.files.map(\.path) + [file])
      let content = try treemap ? picture.treemap(depth: depth) : picture.content(as: format)
      let file = try OutputFile(path: output)
      try file.write(Array(content.utf8))
      try file.commit()
    } catch GraphvizProblem.missing {
      Console.error("\(output):1:1: error[no-graphviz]: \(GraphvizProblem.missing)")
      throw ExitCode(1)
    } catch let problem as GraphvizProblem {
      Console.error("\(output):1:1: error[graphviz-failed]: \(problem)")
      throw ExitCode(1)
    } catch {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
    Console.output("wrote \(output)")
    if hasErrors { throw ExitCode(1) }
  }
}

extension Measure: ExpressibleByArgument {}
