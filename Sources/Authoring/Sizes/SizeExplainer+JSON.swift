import Graphs
package import JSON
package import Operators
import Semantics
import Syntax
import Tensors

extension SizeExplainer {
  /// A derivation: the size that was asked for, where it was made, and the steps.
  package func json(of derivation: SizeDerivation) -> JSONValue {
    var object = members(of: derivation.reference)
    object["size"] = .string(sizeText(derivation.size))
    object["origin"] = .object(members(of: derivation.origin))
    object["steps"] = .array(derivation.steps.map(json))
    object["complete"] = .bool(derivation.isComplete)
    return .object(object)
  }

  /// A step: the size, its formula over the sources' symbols (`null` where it comes from the arguments as a whole), the
  /// sources and the attributes.
  package func json(of step: SizeStep) -> JSONValue {
    let node = graph.nodes[step.node]
    var object = members(of: step.reference)
    object["size"] = .string(sizeText(step.size))
    object["operator"] = .string(node.domain.isEmpty ? node.operatorType : "\(node.domain).\(node.operatorType)")
    if !node.name.isEmpty { object["node"] = .string(node.name) }
    object["formula"] = step.formula.map { .string($0.description) } ?? .null
    object["sources"] = .array(
      step.sources.map { source in
        var member = members(of: source.reference)
        member["symbol"] = .string(source.symbol)
        member["size"] = .string(sizeText(source.size))
        if source.origin != source.reference { member["origin"] = .object(members(of: source.origin)) }
        return .object(member)
      })
    object["attributes"] = .array(step.attributes.map { json(of: $0, step.node) })
    if let place = trace?.place(of: node.origin).flatMap(location) { object["place"] = .string(place) }
    return .object(object)
  }

  private func json(of use: SizeStep.AttributeUse, _ node: Node.ID) -> JSONValue {
    var object: JSONObject = [
      "name": .string(use.attribute.name), "value": .string(use.attribute.value.spelling),
      "changesSize": .bool(use.changesSize),
    ]
    if let trace {
      object["arguments"] = .array(
        trace.places(ofAttribute: use.attribute.name, of: node).compactMap { found in
          guard let place = location(found.place) else { return nil }
          return ["place": .string(place), "text": found.argument.map(JSONValue.string) ?? .null]
        })
    }
    return .object(object)
  }

  private func members(of reference: SizeReference) -> JSONObject {
    var object: JSONObject = ["value": .string(graph.values[reference.value].name)]
    switch reference.part {
    case .axis(let axis): object["axis"] = .integer(Int64(axis))
    case .element(let index): object["element"] = .integer(Int64(index))
    }
    return object
  }
}
