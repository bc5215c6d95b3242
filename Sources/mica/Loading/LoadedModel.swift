import ArgumentParser
import Authoring
import Graphs
import Operators
import Recipes
import Semantics
import Syntax
import Tensors
import Workspace

/// Models from files of either kind; where one cannot be read, the reason ends the command.
enum LoadedModel {
  /// A model with the types of its values.
  static func typed(_ path: String) throws -> Model {
    var (model, types) = try withTypes(path)
    model.graph = types
    return model
  }

  /// A model as its file has it, and its graph with the types of all values.
  static func withTypes(_ path: String) throws -> (model: Model, types: Graph) {
    guard path.hasSuffix(".onnx") else {
      let (model, source) = try elaboratedWithSource(path, named: nil, options: nil, drawsParameters: false)
      guard source != nil else { return (model, model.graph) }
      // The text of a file says what the file does, and what follows from that is found as for the file.
      guard let inference = ONNXConversion.inference(of: model.asRead, at: path) else { throw ExitCode(1) }
      return (model, inference.model.graph)
    }
    guard let model = ONNXConversion.read(path), let inference = ONNXConversion.inference(of: model, at: path) else {
      throw ExitCode(1)
    }
    return (model, inference.model.graph)
  }

  /// A model of either kind, and the path of the ONNX file that its weights are in, where its data files stay.
  static func any(_ path: String, named name: String? = nil) throws -> (model: Model, source: String?) {
    guard path.hasSuffix(".onnx") else {
      return try elaboratedWithSource(path, named: name, options: nil, drawsParameters: false)
    }
    guard let model = ONNXConversion.read(path) else { throw ExitCode(1) }
    return (model, path)
  }

  /// The model of a Mica file, its parameters bound to the tensors of its weights files.
  ///
  /// - Parameters:
  ///   - name: which of the file's models; needed where it has several.
  ///   - options: what the command line says of it.
  ///   - drawsParameters: whether its parameters are drawn from their initialisers instead.
  static func elaborated(
    _ path: String, named name: String? = nil, options: ModelOptions? = nil, drawsParameters: Bool = false
  ) throws -> Model {
    try elaboratedWithSource(path, named: name, options: options, drawsParameters: drawsParameters).model
  }

  /// The same, with the path of the ONNX file that the text is one of, whose data files stay where they are.
  static func elaboratedWithSource(
    _ path: String, named name: String?, options: ModelOptions?, drawsParameters: Bool
  ) throws -> (model: Model, source: String?) {
    let program = try LoadedProgram(path: path)
    let declaration = try program.model(named: name)
    let given =
      options?.options(for: declaration, of: program)
      ?? program.project.options(
        for: declaration, of: program.program, given: ElaborationOptions(), bindsDimensions: false)
    let elaboration = try bound(declaration, in: program, given, drawsParameters: drawsParameters)
    return (elaboration.model, elaboration.importedFile(ofTextAt: path))
  }

  /// The model of a recipe, its parameters bound, for the operator set that its files are written for.
  static func elaboration(of recipe: Recipe, in program: LoadedProgram) throws -> Elaboration {
    let declaration = try program.model(named: recipe.model.plainName)
    let options = program.project.options(
      for: declaration, of: program.program, given: ElaborationOptions(opset: try recipe.exportedOpset()),
      bindsDimensions: false)
    return try bound(declaration, in: program, options, drawsParameters: false)
  }

  /// A model with its parameters; where something is wrong with it, says so and ends the command.
  private static func bound(
    _ declaration: Declaration, in program: LoadedProgram, _ options: ElaborationOptions, drawsParameters: Bool
  ) throws -> Elaboration {
    var elaboration = program.elaborate(declaration, options: options)
    var diagnostics: [Diagnostic] = []
    if !drawsParameters {
      var binder = program.weightsBinder()
      binder.bind(&elaboration, requiresFiles: true)
      diagnostics = binder.unusedWeights() + binder.idleEntries()
    }
    if program.report(elaboration.diagnostics + diagnostics) { throw ExitCode(1) }
    if elaboration.model.producerName.isEmpty, !elaboration.isVerbatim {
      elaboration.model.producerName = "mica"
      elaboration.model.producerVersion = Version.current
    }
    return elaboration
  }
}

extension Model {
  /// The model with the types that its file has, and no others.
  fileprivate var asRead: Model {
    var model = self
    var known: Set<Value.ID> = []
    for region in graph.regions.indices {
      let region = graph.regions[region]
      known.formUnion(region.inputs + region.outputs + region.valueInfo + region.initializers.map(\.value))
      for (value, type) in region.recordedTypes { model.graph.values[value].type = type }
    }
    for value in graph.values.indices where !known.contains(value) { model.graph.values[value].type = .unknown }
    return model
  }
}
