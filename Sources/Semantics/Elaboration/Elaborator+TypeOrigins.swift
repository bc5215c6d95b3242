import Graphs
import Operators
import Syntax
import Tensors

// Where element types come from that do not go together, and what would make them fit.

extension Elaborator {
  /// How many calls may hand a type on.
  private static let typePassages = 10_000

  /// Where the element types of the arguments come from that a problem is about.
  func typeOrigins(of problem: OperatorProblem, _ values: [Value.ID?]) -> SizeOrigins {
    var origins = SizeOrigins()
    for input in problem.typed {
      guard let value = values[safe: input].flatMap({ $0 }), let related = typeOrigin(of: value),
        !origins.related.contains(related)
      else { continue }
      origins.related.append(related)
    }
    return origins
  }

  /// What gave a value its element type: the declaration of a tensor, or a call whose result does not have its arguments' type.
  func typeOrigin(of value: Value.ID) -> Diagnostic.Related? {
    guard let element = builder.known(value).type.element else { return nil }
    let trace = ArgumentTrace(program, builder.graph)
    var value = value
    for _ in 0..<Self.typePassages {
      guard case .result(let node, let index) = trace.graph.values[value].definition else { break }
      guard let source = typeSource(ofResult: index, of: trace.graph.nodes[node]),
        builder.known(source).type.element == element
      else {
        return trace.place(of: trace.graph.nodes[node].origin).map { place in
          Diagnostic.Related("`\(element.spelling)` comes from \(trace.graph.nodes[node].operatorType)", at: place)
        }
      }
      value = source
    }
    let origin = trace.graph.values[value].origin
    guard let place = trace.place(of: origin) else { return nil }
    let declared = trace.node(at: place) { [.parameter, .parameterStatement, .bufferStatement].contains($0.kind) }
    let type = declared?.child(.tensorType)?.firstChild?.place
    let name = trace.declaredName(of: value).map { "`\($0)`" } ?? "this"
    return Diagnostic.Related("`\(element.spelling)` is the type of \(name)", at: type ?? place)
  }

  /// The first argument of a node that has the type of a result by the operator's schema.
  private func typeSource(ofResult index: Int, of node: Node) -> Value.ID? {
    guard
      let schema = Catalogue.schema(
        domain: node.domain, name: node.operatorType, opset: builder.opsets[node.domain] ?? 1)
    else { return nil }
    for (position, argument) in node.arguments.enumerated() where schema.givesType(position, toResult: index) {
      if let argument { return argument }
    }
    return nil
  }

  /// Casts of the tensor that an expression is to the types that it may have, the first of them.
  func casts(to elements: [ElementType], at place: Place) -> [Fix] {
    guard let source = program.modules[place.file]?.file.tree.source else { return [] }
    let text = String(decoding: source[place.range], as: UTF8.self)
    return elements.prefix(4).map { element in
      Fix(
        "Insert Cast to \(element.spelling) for `\(text)`",
        [Fix.Edit(place, "Cast(\(text), to=\(element.spelling))")])
    }
  }
}
