import Authoring
import Formats
import JSON
import Semantics

/// `export("build/net.onnx", opset=21)`: the model as it is then, in a file beside the text.
@Sendable func exportStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let path: String
  do throws(RecipeProblem) { path = try ExportSettings(call).path } catch { throw RecipeError(error) }
  try run.export(to: run.path(path), call)
  let bytes = ONNXWriter.byteCount(of: run.model)
  return StepReport("export", "\(path), \(Quantity.bytes(bytes))", json: ["bytes": .integer(Int64(bytes))])
}
