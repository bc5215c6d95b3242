import Authoring
import Formats
import JSON
import Semantics

/// `export("build/net.onnx", opset=21)`: the model as it is then, in a file beside the text.
@Sendable func exportStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let path = call.text("path") ?? ""
  guard path.hasSuffix(".onnx"), !path.hasSuffix("/.onnx"), path != ".onnx" else {
    throw RecipeError(
      "wrong-configuration", "'\(path)': this version exports .onnx files", at: call.place(of: "path"))
  }
  try run.export(to: path.hasPrefix("/") ? path : run.folder + path, call)
  let bytes = ONNXWriter.byteCount(of: run.model)
  return StepReport("export", "\(path), \(Quantity.bytes(bytes))", json: ["bytes": .integer(Int64(bytes))])
}
