package import Graphs

/// A call of an operator by the names of its formal parameters, before it is fitted to an operator set.
package struct OperatorCall: Sendable {
  package var domain: String
  package var name: String
  package var overload: String = ""
  /// Arguments in the order of the formal inputs; the rest spread over a variadic one.
  ///
  /// `nil` is an omitted input.
  package var inputs: [Value.ID?]
  /// Only what the call gives; defaults stay away.
  package var attributes: [Attribute]
  package var outputCount: Int
  /// Which results are wanted; `false` leaves an empty name, and those beyond the end are wanted.
  package var wanted: [Bool] = []
  /// Whether the node names the results that its schema requires too, though the call wants fewer.
  package var completesResults = false
  package var origin: Origin

  package init(
    domain: String = "", _ name: String, inputs: [Value.ID?], attributes: [Attribute] = [], outputCount: Int = 1,
    origin: Origin
  ) {
    self.domain = domain
    self.name = name
    self.inputs = inputs
    self.attributes = attributes
    self.outputCount = outputCount
    self.origin = origin
  }

  /// Whether the call has a result at `index` and uses it.
  func wants(_ index: Int) -> Bool { index < outputCount && (index >= wanted.count || wanted[index]) }
}
