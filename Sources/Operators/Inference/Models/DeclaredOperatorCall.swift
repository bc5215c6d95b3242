package import Graphs

/// A call of an operator that is none of the catalogue's, with what is known of its arguments.
package struct DeclaredOperatorCall {
  package var domain: String
  package var name: String
  package var overload: String
  /// `nil` is an omitted input.
  package var inputs: [InferredValue?]
  package var attributes: [Attribute]
}

/// Finds what a call of an operator gives that a text declares, and what is wrong with it; `nil` where none does.
package typealias OperatorDeclarations = (DeclaredOperatorCall) -> (
  outputs: [InferredValue], problems: [OperatorProblem]
)?
