package import Graphs

/// The facts of one version of an operator, as its schema states them.
package struct OperatorSchema: Sendable {
  package enum Arity: Sendable {
    case single, optional, variadic
  }

  /// A formal input or output.
  package struct Parameter: Sendable {
    package var name: String
    /// A type variable such as `T`, or a type of its own such as `tensor(int64)`, as the schema writes it.
    package var type: String
    package var arity: Arity
    /// For variadic parameters: whether all arguments have one type.
    package var isHomogeneous: Bool
    /// The least number of arguments of a variadic parameter.
    package var minimumArity: Int
  }

  package enum AttributeKind: UInt8, Sendable {
    case float, int, string, tensor, graph, sparseTensor, type
    case floats, ints, strings, tensors, graphs, sparseTensors, types
  }

  package struct AttributeFact: Sendable {
    package var name: String
    package var kind: AttributeKind
    package var isRequired: Bool
    package var defaultValue: Attribute.Value?
  }

  package var domain: String
  package var name: String
  package var sinceVersion: Int
  package var isDeprecated: Bool
  package var inputs: [Parameter]
  package var outputs: [Parameter]
  package var attributes: [AttributeFact]
  /// What each type variable may be, as the schema writes types (`tensor(float)`, `seq(tensor(float))`).
  package var typeConstraints: [String: [String]]
}
