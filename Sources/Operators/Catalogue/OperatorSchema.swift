package import Graphs

/// The facts of one version of an operator, as its schema states them.
///
/// There is one object for each version, which calls hand on by reference.
package final class OperatorSchema: Sendable {
  package enum Arity: Sendable {
    case single, optional, variadic
  }

  /// A formal input or output.
  package struct Parameter: Sendable {
    package let name: String
    /// A type variable such as `T`, or a type of its own such as `tensor(int64)`, as the schema writes it.
    package let type: String
    package let arity: Arity
    /// For variadic parameters: whether all arguments have one type.
    package let isHomogeneous: Bool
    /// The least number of arguments of a variadic parameter.
    package let minimumArity: Int
    /// The place of the type among the schema's constraints.
    var constraint = 0
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
    /// The only strings that it may be; empty where it may be any.
    package var choices: [String] = []

    /// Whether its number is that of an element type.
    package var isElementType: Bool { kind == .int && Self.elementTypes.contains(name) }

    private static let elementTypes: Set<String> = ["dtype", "output_dtype", "softmax_precision", "stash_type", "to"]
  }

  package let domain: String
  package let name: String
  package let sinceVersion: Int
  package let isDeprecated: Bool
  package let inputs: [Parameter]
  package let outputs: [Parameter]
  package let attributes: [AttributeFact]
  /// The attributes that a call must give.
  let requiredAttributes: [AttributeFact]
  /// What each type variable may be, as the schema writes types (`tensor(float)`, `seq(tensor(float))`).
  package let typeConstraints: [String: [String]]
  /// The same for each type that a parameter has, variable or not, in the form that inference reads.
  let constraints: [TypeConstraint]
  /// What is known beyond the schema.
  let rules: OperatorRules?

  init(
    domain: String, name: String, sinceVersion: Int, isDeprecated: Bool, inputs: [Parameter], outputs: [Parameter],
    attributes: [AttributeFact], typeConstraints: [String: [String]]
  ) {
    self.domain = domain
    self.name = name
    self.sinceVersion = sinceVersion
    self.isDeprecated = isDeprecated
    self.attributes = attributes
    self.typeConstraints = typeConstraints
    requiredAttributes = attributes.filter(\.isRequired)
    rules = Catalogue.rules(domain: domain, name: name)
    var types: [String] = []
    func placed(_ parameter: Parameter) -> Parameter {
      var parameter = parameter
      parameter.constraint = types.firstIndex(of: parameter.type) ?? types.count
      if parameter.constraint == types.count { types.append(parameter.type) }
      return parameter
    }
    self.inputs = inputs.map(placed)
    self.outputs = outputs.map(placed)
    constraints = types.map { TypeConstraint($0, typeConstraints[$0]) }
  }
}
