import Formats
import Graphs
import Rewriting
import Tensors

/// One file written simplified.
enum ModelSimplification {
  /// Writes `input` as `output`, and says what was done; where a problem kept it from that, prints it and gives `nil`.
  ///
  /// The file is never larger than the one that was read: where that cannot be, it is a copy.
  static func run(_ input: String, _ output: String, _ bindings: [String: Int]) -> SimplificationReport? {
    guard let (model, source) = read(input) else { return nil }
    let own = input.hasSuffix(".onnx") && !model.hasExternalData(besides: input) ? try? MappedFile(path: input) : nil
    let limit = own?.count ?? ONNXWriter.byteCount(of: model)
    do {
      let (simplified, changes, bytes) = try smallest(model, bindings, limit: limit)
      if bytes > limit, bindings.isEmpty {
        let written = try write(output.hasSuffix(".onnx") ? own : nil, or: model, input, source, to: output)
        return SimplificationReport(before: model, after: model, bytes: (limit, limit), Changes(), written: written)
      }
      let written = try write(nil, or: simplified, input, source, to: output)
      return SimplificationReport(before: model, after: simplified, bytes: (limit, bytes), changes, written: written)
    } catch let error as SimplificationError {
      Console.error(Console.escaped("\(input):1:1: error[cannot-simplify]: \(error)", keepsNewlines: false))
    } catch let error as FileError {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
    } catch {
      // It has been told already.
    }
    return nil
  }

  /// A model, and the ONNX file that it comes from; where it cannot be read, says so and gives `nil`.
  private static func read(_ path: String) -> (model: Model, source: String?)? {
    if path.hasSuffix(".onnx") { return ONNXConversion.read(path).map { ($0, path) } }
    return try? LoadedModel.elaboratedWithSource(path, named: nil, options: nil, drawsParameters: false)
  }

  /// The model simplified by all rules, or if that makes it larger than `limit`, by those that store no results.
  private static func smallest(
    _ model: Model, _ bindings: [String: Int], limit: Int
  ) throws(SimplificationError) -> (model: Model, changes: Changes, bytes: Int) {
    let all = try Simplification(of: model, bindings: bindings)
    let bytes = ONNXWriter.byteCount(of: all.model)
    if bytes <= limit { return (all.model, all.changes, bytes) }
    let fewer = try Simplification(of: model, bindings: bindings, foldsConstants: false)
    let fewerBytes = ONNXWriter.byteCount(of: fewer.model)
    return fewerBytes < bytes ? (fewer.model, fewer.changes, fewerBytes) : (all.model, all.changes, bytes)
  }

  private static func write(
    _ copied: MappedFile?, or model: Model, _ input: String, _ source: String?, to output: String
  ) throws -> String {
    guard let copied else { return try ModelOutput(output, inputs: [input], source: source).write(model) }
    let file = try OutputFile(path: output)
    try copied.withBytes { bytes throws(FileError) in try file.write(bytes) }
    try file.commit()
    return output
  }
}
extension Model {
  /// Whether a tensor is in another file than the one at `path`.
  fileprivate func hasExternalData(besides path: String) -> Bool {
    graph.regions.indices.contains { region in
      graph.regions[region].initializers.contains { initializer in
        if case .mapped(let file, _) = initializer.tensor.storage { file.path != path } else { false }
      }
    }
  }
}
