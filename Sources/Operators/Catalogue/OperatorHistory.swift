import Graphs
import Tensors

/// A version of an operator: the operator set that brought it, and how it differs from the version before.
package struct OperatorVersion: Hashable, Sendable {
  package var since: Int
  /// The differences of the schemas, in words with `code` in backquotes; empty where they have none, or one is not known.
  package var changes: [String]
}

extension Catalogue {
  /// The versions of an operator, ascending; of ai.onnx those before 7 too, without what they changed.
  package static func history(domain: String = "", name: String) -> [OperatorVersion] {
    let known = versions(domain: domain, name: name)
    let earlier = earlierVersions(domain: domain, name: name).map { OperatorVersion(since: $0, changes: []) }
    var last: OperatorSchema?
    return earlier
      + known.map { version in
        guard let schema = schema(domain: domain, name: name, opset: version) else {
          last = nil
          return OperatorVersion(since: version, changes: ["removed"])
        }
        defer { last = schema }
        return OperatorVersion(since: version, changes: last.map { schema.changes(since: $0) } ?? [])
      }
  }
}

extension OperatorSchema {
  /// How the schema differs from an older one.
  fileprivate func changes(since old: OperatorSchema) -> [String] {
    var changes: [String] = []
    let (oldInputs, oldAttributes) = (Set(old.inputs.map(\.name)), Set(old.attributes.map(\.name)))
    // An input may have another name where it was.
    let added = inputs.enumerated().filter { !oldInputs.contains($1.name) && $0 >= old.inputs.count }.map(
      \.element.name)
    for name in added {
      changes.append(oldAttributes.contains(name) ? "`\(name)` is an input instead of an attribute" : "input `\(name)`")
    }
    for index in inputs.indices where index < old.inputs.count && inputs[index].arity != old.inputs[index].arity {
      if inputs[index].arity == .optional { changes.append("`\(inputs[index].name)` may be left out") }
    }
    for fact in attributes {
      guard let before = old.attributes.first(where: { $0.name == fact.name }) else {
        changes.append("attribute `\(fact.name)`")
        continue
      }
      let isSame = fact.defaultValue.map { $0.isSame(as: before.defaultValue) } ?? (before.defaultValue == nil)
      if !isSame { changes.append("another default of `\(fact.name)`") }
      let choices = fact.choices.filter { !before.choices.contains($0) }
      if !before.choices.isEmpty, !choices.isEmpty {
        changes.append("`\(fact.name)=` " + choices.map { "`\"\($0)\"`" }.joined(separator: ", "))
      }
    }
    let names = Set(attributes.map(\.name) + inputs.map(\.name))
    let gone = old.attributes.map(\.name).filter { !names.contains($0) }
    if !gone.isEmpty { changes.append("no " + gone.map { "`\($0)`" }.joined(separator: ", ")) }
    if outputs.count > old.outputs.count {
      changes += outputs[old.outputs.count...].map { "output `\($0.name)`" }
    } else if outputs.count < old.outputs.count {
      changes += old.outputs[outputs.count...].map { "no output `\($0.name)`" }
    }
    let types = elementTypes.subtracting(old.elementTypes)
    if !types.isEmpty {
      let spelled = ElementType.allCases.filter(types.contains).map { "`\($0.spelling)`" }
      changes.append("takes " + spelled.joined(separator: ", "))
    }
    return changes
  }

  /// The element types of tensors that some argument or result may have.
  private var elementTypes: Set<ElementType> {
    Set(
      typeConstraints.values.joined().compactMap { name in
        name.hasPrefix("tensor(") ? ElementType(schemaName: name.dropFirst(7).dropLast()) : nil
      })
  }
}
