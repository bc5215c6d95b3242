package import Graphs
package import Syntax
import Tensors

/// An expression of the user's text whose value a size of the graph is, or the default of a library block's parameter
/// that a call in the user's text does not give.
package struct ArgumentSite: Hashable, Sendable {
  package var expression: Syntax
  /// The instance of the block, or of the model, that the expression was evaluated for.
  package var frame: Instance.ID
  /// The block that was called with it, or the model whose default it is; `nil` where an operator was called, or a parameter
  /// declared.
  package var call: Instance.ID?
  /// The name of the parameter whose default it is, in the library; the frame is the block that has the parameter.
  package var parameter: String?
}

extension ArgumentTrace {
  /// The expressions that the size of an axis of a parameter or buffer is, from the innermost block outwards; none where it
  /// is computed, or no one's argument.
  ///
  /// A default of the library's comes last, where nothing in the text says the size.
  package func sites(ofAxis axis: Int, of value: Value.ID) -> [ArgumentSite] {
    let origin = graph.values[value].origin
    guard let source = origin.source, let instance = origin.instance else { return [] }
    let rank = graph.values[value].type.shape?.rank ?? 0
    let sizes = node(at: Place(source)) { $0.declaredSizes != nil }?.declaredSizes
    guard let sizes, sizes.count == rank, sizes.indices.contains(axis) else { return [] }
    // A size that a block takes from its inputs is as it comes.
    if let name = sizes[axis].plainName, let declaration = sizes[axis].declaration,
      declaration.formalParameter(named: name).map(\.isInput) ?? true, declaration.binding(of: name) == nil
    {
      return []
    }
    return sites(of: sizes[axis], in: instance)
  }

  /// The expressions that an attribute is, or an element of one that is a list.
  package func sites(ofAttribute name: String, element: Int?, of node: Node.ID) -> [ArgumentSite] {
    let origin = graph.nodes[node].origin
    guard let source = origin.source, let instance = origin.instance,
      let value = call(at: Place(source))?.argument(named: name)?.pair?.1
    else { return [] }
    guard let element else { return sites(of: value, in: instance) }
    let elements = value.kind == .list ? value.children.map(\.self) : []
    return elements.indices.contains(element) ? sites(of: elements[element], in: instance) : []
  }

  /// The expressions that an element is of a list of so many numbers among the arguments of a node, or a number that an
  /// input is.
  package func sites(ofElement element: Int, of count: Int, input: Int, in node: Node.ID) -> [ArgumentSite] {
    let origin = graph.nodes[node].origin
    guard let source = origin.source, let instance = origin.instance,
      let arguments = call(at: Place(source))?.child(.argumentList)?.children
    else { return [] }
    let lists = arguments.map { $0.kind == .namedArgument ? $0.pair?.1 ?? $0 : $0 }.filter { argument in
      argument.kind == .list && argument.children.reduce(0) { count, _ in count + 1 } == count
    }
    let inputs = arguments.filter { $0.kind != .namedArgument }
    if lists.isEmpty, count == 1, inputs.count == graph.nodes[node].inputs.count, inputs.indices.contains(input) {
      return sites(of: inputs[input], in: instance)
    }
    guard lists.count == 1, let expression = lists[0].children.dropFirst(element).first(where: { _ in true }) else {
      return []
    }
    return sites(of: expression, in: instance)
  }

  /// The expressions that a condition is.
  package func sites(of decision: Decision) -> [ArgumentSite] { sites(of: decision.condition, in: decision.instance) }

  /// Follows an expression from block to block outwards, for as long as it is a name and no more.
  private func sites(of expression: Syntax, in instance: Instance.ID) -> [ArgumentSite] {
    var expression = expression
    var instance = frame(of: instance)
    var call: Instance.ID?
    var found: [ArgumentSite] = []
    // Calls are at most 64 deep, and a block binds few names in turn.
    for _ in 0..<256 {
      while expression.kind == .parenthesized, let inner = expression.firstChild { expression = inner }
      let isLibrary = Library.contains(expression.place.file)
      let site = ArgumentSite(expression: expression, frame: instance, call: call)
      if !isLibrary, found.last != site { found.append(site) }
      guard let declaration = expression.declaration else { return found }
      guard let outer = graph.instances[instance].call, let parent = graph.instances[instance].parent,
        let given = callee(at: Place(outer))
      else {
        guard graph.instances[instance].kind == .model, let name = expression.plainName,
          !givenConfiguration.contains(name), let parameter = declaration.formalParameter(named: name),
          !parameter.isInput, let value = parameter.defaultValue, declaration.binding(of: name) == nil
        else { return found }
        // It is evaluated once, whatever uses it.
        expression = value
        call = instance
        continue
      }
      if isLibrary, expression.kind == .binary, let (part, divisor) = expression.pair, let name = divisor.plainName,
        given.argument(named: name) == nil, declaration.formalParameter(named: name)?.defaultValue?.text == "1"
      {
        // Over 1: `out_channels / groups` without groups.
        expression = part
        continue
      }
      if isLibrary, let name = expression.nameOrElse {
        expression = name
        continue
      }
      guard let name = expression.plainName else { return found }
      if let parameter = declaration.formalParameter(named: name), !parameter.isInput {
        guard let value = (given.argument(named: name) ?? given.layerCall?.argument(named: name))?.pair?.1 else {
          if let value = parameter.defaultValue, isLibrary, !Library.contains(outer.file) {
            found.append(ArgumentSite(expression: value, frame: instance, parameter: name))
          }
          return found
        }
        expression = value
        call = instance
        instance = frame(of: parent)
      } else {
        guard let bound = declaration.binding(of: name) else { return found }
        expression = bound
      }
    }
    return found
  }

  /// The call at a place, or the name that stands there for one.
  private func callee(at place: Place) -> Syntax? {
    call(at: place) ?? node(at: place) { $0.kind == .name || $0.kind == .member }
  }

  /// The instance of a block or model that an instance is, or that its scope is in.
  package func frame(of instance: Instance.ID) -> Instance.ID {
    var instance = instance
    while graph.instances[instance].kind == .scope, let parent = graph.instances[instance].parent { instance = parent }
    return instance
  }
}

extension Syntax {
  /// The declaration that a node stands in.
  fileprivate var declaration: Syntax? {
    tree.root.children.first { $0.range.lowerBound <= range.lowerBound && range.upperBound <= $0.range.upperBound }
  }

  /// The name in `if name == none { … } else { name }`.
  fileprivate var nameOrElse: Syntax? {
    guard kind == .conditional else { return nil }
    let parts = Array(children)
    guard parts.count == 3, let name = parts[2].plainName, parts[0].kind == .binary, parts[0].operatorKind == .equal,
      let (left, right) = parts[0].pair, left.plainName == name, right.kind == .none
    else { return nil }
    return parts[2]
  }

  /// A parameter of a declaration.
  fileprivate func formalParameter(named name: String) -> Declaration.Parameter? {
    child(.parameterList)?.children.lazy.compactMap(Declaration.Parameter.init).first { $0.name == name }
  }

  /// What the `layer` statement says that declares what is called here: `Linear(out_features=8)`.
  package var layerCall: Syntax? {
    let name = (kind == .call ? firstChild ?? self : self).text
    var open = declaration?.child(.body).map { [$0] } ?? []
    while let node = open.popLast() {
      for statement in node.children {
        switch statement.kind {
        case .layerStatement:
          let parts = statement.children.filter { $0.kind != .annotation }
          if parts.count == 2, parts[0].text == name { return parts[1] }
        case .repeatStatement, .ifStatement, .scopeStatement, .body: open.append(statement)
        default: break
        }
      }
    }
    return nil
  }

  /// What the only binding of a name in a declaration's own body binds it to.
  package func binding(of name: String) -> Syntax? {
    let bound = child(.body)?.children.filter { statement in
      statement.kind == .binding && statement.child(.target)?.firstChild?.plainName == name
    }
    guard let bound, bound.count == 1, let (_, value) = bound[0].pair else { return nil }
    return value
  }
}
