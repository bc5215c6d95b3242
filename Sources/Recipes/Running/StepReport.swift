package import JSON

/// What a step of a recipe did, or would do.
package struct StepReport: Sendable {
  /// The step's name, such as `quantize`.
  package let step: String
  /// A line for people.
  package let summary: String
  /// Further lines.
  package let details: [String]
  /// The same for programs.
  package let json: JSONValue

  init(_ step: String, _ summary: String, details: [String] = [], json: JSONValue) {
    (self.step, self.summary, self.details, self.json) = (step, summary, details, json)
  }
}
