package import Graphs
package import Tensors

/// What a decomposition may do: write nodes into the graph that is being built, with types inferred at once.
package protocol NodeWriter {
  /// The version of the ai.onnx operator set that is being written.
  var opset: Int { get }

  /// What is known of a value.
  func known(_ value: Value.ID) -> InferredValue

  /// Writes a call of an ai.onnx operator, fitted to the operator set, and gives its results.
  mutating func write(
    _ name: String, _ inputs: [Value.ID?], attributes: [Attribute], outputCount: Int
  ) -> [Value.ID]

  /// Writes a small constant.
  mutating func constant(_ tensor: Tensor) -> Value.ID
}

/// What a decomposition sees of a call, and where it puts the values that take the place of its results.
package struct DecompositionContext {
  package let call: OperatorCall
  /// The newest schema of the operator, whose attribute defaults the call means.
  package let schema: OperatorSchema
  package var writer: any NodeWriter
  /// As many as the call has results, where the decomposition succeeds.
  package var results: [Value.ID] = []

  package init(call: OperatorCall, schema: OperatorSchema, writer: any NodeWriter) {
    self.call = call
    self.schema = schema
    self.writer = writer
  }
}
