import Graphs

/// A model that a command works on, with what is known of where it comes from.
struct GivenModel {
  var model: Model
  /// The graph of the model with the types of all values.
  let types: Graph
  /// The ONNX file that it was read from, or that its text is one of.
  let source: String?

  /// Reads a file of either kind; where it cannot be read, the reason ends the command.
  init(_ path: String) throws {
    guard path.hasSuffix(".onnx") else {
      (model, source) = try LoadedModel.elaboratedWithSource(path, named: nil, options: nil, drawsParameters: false)
      types = model.graph
      return
    }
    (model, types) = try LoadedModel.withTypes(path)
    source = path
  }
}
