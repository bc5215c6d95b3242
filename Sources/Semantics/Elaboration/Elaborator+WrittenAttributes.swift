import Graphs
import Operators
import Syntax
import Tensors

// Attributes of the kinds in which the text writes them.

extension Elaborator {
  /// The value of an attribute as the text writes it; `nil` after a report, and for `none`.
  mutating func writtenAttribute(_ value: Syntax, of argument: Syntax) -> Attribute.Value? {
    switch value.kind {
    case .graphLiteral: return graphLiteral(value, of: argument).map { .graph($0) }
    case .weightReference: return attributeTensor(value)
    case .emptyList: return emptyAttribute(value)
    case .list where value.children.contains(where: { $0.kind == .graphLiteral || $0.kind == .weightReference }):
      return writtenList(value, of: argument)
    default: break
    }
    let term = evaluate(attribute: value)
    guard !term.isNone, !term.isUnknown else { return nil }
    return attribute("", term, at: value.place)?.value
  }

  /// The value of an attribute's expression; `inf` and `nan` are numbers there, whatever else a verbatim model calls so.
  mutating func evaluate(attribute value: Syntax) -> Term {
    guard isVerbatim, calls.isEmpty, value.kind != .graphLiteral else { return evaluate(value) }
    let outer = frame.locals
    for (name, number) in [("inf", Double.infinity), ("nan", Double.nan)] {
      if case .tensor? = local(name)?.term { setLocal(name, Frame.Local(term: .float(number))) }
    }
    defer { frame.locals = outer }
    return evaluate(value)
  }

  /// A list of graphs, or of tensors some of which a file has.
  private mutating func writtenList(_ list: Syntax, of argument: Syntax) -> Attribute.Value? {
    var graphs: [Region.ID] = []
    var tensors: [NamedTensor] = []
    var sparseTensors: [SparseTensor] = []
    var count = 0
    for element in list.children {
      count += 1
      switch writtenAttribute(element, of: argument) {
      case .graph(let region)?: graphs.append(region)
      case .tensor(let tensor)?: tensors.append(tensor)
      case .sparseTensor(let tensor)?: sparseTensors.append(tensor)
      case nil: return nil
      default: break
      }
    }
    if graphs.count == count { return .graphs(graphs) }
    if tensors.count == count { return .tensors(tensors) }
    if sparseTensors.count == count { return .sparseTensors(sparseTensors) }
    report(.mixedAttributeList(at: list.place))
    return nil
  }

  /// `ints []` and its like.
  private func emptyAttribute(_ value: Syntax) -> Attribute.Value {
    switch value.firstTokenText {
    case "floats": .floats([])
    case "strings": .strings([])
    case "tensors": .tensors([])
    case "graphs": .graphs([])
    case "types": .types([])
    case "sparse_tensors": .sparseTensors([])
    default: .ints([])
    }
  }

  /// The attribute of the function around that an argument of a verbatim model passes on, or what `@attribute` is to say
  /// of one whose value is `_`; `nil` for other arguments.
  func passedAttribute(_ value: Syntax) -> Attribute.Value? {
    guard isVerbatim, calls.isEmpty else { return nil }
    if value.kind == .discard { return .reference("", kind: 0) }
    guard frame.isFunction, let name = value.plainName,
      let parameter = model.parameters.first(where: { $0.name == name && !$0.isInput })
    else { return nil }
    return .reference(name, kind: Self.attributeKinds[parameter.type?.text ?? ""] ?? 0)
  }

  /// The numbers of AttributeProto.AttributeType by what the configuration of an operator is called.
  private static let attributeKinds = [
    "float": 1, "int": 2, "string": 3, "tensor": 4, "graph": 5, "[float]": 6, "[int]": 7, "[string]": 8, "[tensor]": 9,
    "[graph]": 10, "sparse_tensor": 11, "[sparse_tensor]": 12, "type": 13, "[type]": 14,
  ]
}

extension Diagnostic {
  fileprivate static func mixedAttributeList(at place: Place) -> Diagnostic {
    Diagnostic("wrong-kind", "a list here is one of graphs, or one of tensors", at: place)
  }
}
