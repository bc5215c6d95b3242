import Authoring
import Formats
import Graphs
import JSON
import Rewriting
import Semantics

/// `simplify()`: the same results with fewer nodes.
@Sendable func simplifyStep(_ run: inout RecipeRun, _ call: RecipeCall) throws(RecipeError) -> StepReport {
  let before = run.model
  let simplified: Simplification
  do throws(SimplificationError) {
    simplified = try Simplification(of: before, foldsConstants: true)
  } catch {
    throw RecipeError("cannot-simplify", "\(error)", at: call.place)
  }
  run.model = simplified.model
  let counts = [before, simplified.model].map { $0.graph.regions[$0.graph.body].nodes.count }
  return StepReport(
    "simplify", "\(counts[1]) of \(counts[0]) nodes", details: simplified.changes.lines,
    json: [
      "nodes": ["before": .integer(Int64(counts[0])), "after": .integer(Int64(counts[1]))],
      "changes": .array(simplified.changes.lines.map { .string($0) }),
    ])
}
