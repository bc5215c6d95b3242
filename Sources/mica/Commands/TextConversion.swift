import Formats
import Graphs
import Tensors
import Workspace

/// One ONNX file written as Mica text, which is read and compared before it takes its place.
enum TextConversion {
  /// Writes `input` as `output`, and gives the model; `nil` where a problem was printed that kept it from that.
  ///
  /// - Parameter operators: whether a statement is to stand for each node.
  static func run(_ input: String, _ output: String, operators: Bool) -> Model? {
    guard let model = ONNXConversion.read(input) else { return nil }
    do {
      let text = try ModelText.text(of: model, in: input, at: output, operators: operators)
      let file = try OutputFile(path: output)
      try file.write(text)
      try file.commit()
    } catch let error as FileError {
      Console.error("\(output):1:1: error[unwritable-file]: \(error)")
      return nil
    } catch {
      Console.error(
        Console.escaped("\(input):1:1: error[inexpressible-model]: this model \(error)", keepsNewlines: false))
      return nil
    }
    return model
  }
}
