package import Graphs
package import Tensors

/// What a cost rule sees: a call with the types of its arguments and results.
package struct CostContext {
  package let schema: OperatorSchema
  package let inputs: [ValueType?]
  package let outputs: [ValueType?]
  package let attributes: [Attribute]

  package init(
    schema: OperatorSchema, inputs: [ValueType?], outputs: [ValueType?], attributes: [Attribute]
  ) {
    self.schema = schema
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }

  /// The sizes of argument `index`, or `nil` where it is omitted or of unknown rank.
  package func input(_ index: Int) -> [Dimension]? {
    inputs.indices.contains(index) ? inputs[index]?.shape?.dimensions : nil
  }

  /// The sizes of result `index`, or `nil` where it is left out or of unknown rank.
  package func output(_ index: Int = 0) -> [Dimension]? {
    outputs.indices.contains(index) ? outputs[index]?.shape?.dimensions : nil
  }

  /// The number of elements of result `index`; unknown where its rank is.
  package func outputCount(_ index: Int = 0) -> Dimension {
    output(index)?.reduce(1) { $0 * $1 } ?? .unknown
  }

  /// The number of elements of argument `index`; unknown where its rank is.
  package func inputCount(_ index: Int = 0) -> Dimension {
    input(index)?.reduce(1) { $0 * $1 } ?? .unknown
  }

  package func attribute(_ name: String) -> Attribute.Value? {
    attributes.first { $0.name == name }?.value
      ?? schema.attributes.first { $0.name == name }?.defaultValue
  }
}
