package import Graphs
package import Syntax
import Tensors

/// Finds in the user's text what an attribute or a size that stands in a block was given by.
///
/// An attribute's expression uses names of the block around; those that the block's call gives are followed to the call,
/// and from there outwards, for as long as the call's own arguments use configuration of the block around it.
package struct ArgumentTrace {
  let program: Program
  package let graph: Graph
  /// The model's configuration that its text does not decide.
  let givenConfiguration: Set<String>

  /// A place in the user's text that has to do with a size.
  package struct Found: Hashable, Sendable {
    /// The argument, as in `stride=2`; the whole call where it is not known which argument.
    package var place: Place
    /// The text of the argument; `nil` for a whole call.
    package var argument: String?

    package init(place: Place, argument: String?) {
      self.place = place
      self.argument = argument
    }
  }

  /// - Parameter givenConfiguration: the model's configuration that the options gave, not the text.
  package init(_ program: Program, _ graph: Graph, givenConfiguration: Set<String> = []) {
    self.program = program
    self.graph = graph
    self.givenConfiguration = givenConfiguration
  }

  /// What gave an attribute of a node: places in the user's text, from the call that is nearest to the node outwards.
  package func places(ofAttribute name: String, of node: Node.ID) -> [Found] {
    let origin = graph.nodes[node].origin
    guard let source = origin.source else { return [] }
    return places(ofAttribute: name, ofCallAt: Place(source), in: origin.instance)
  }

  /// The same of a call that is no node yet.
  func places(ofAttribute name: String, ofCallAt place: Place, in instance: Instance.ID?) -> [Found] {
    let argument = call(at: place)?.argument(named: name)
    return follow(argument.map { [$0] } ?? [], at: place, in: instance, attribute: name)
  }

  /// The place that decides, of places from the innermost outwards: a name hands on what it was given, and whatever else
  /// stands for an argument makes something of it.
  func deciding(_ found: [Found]) -> Found? {
    guard var deciding = found.first else { return nil }
    for next in found.dropFirst() {
      guard isHandedOn(deciding) else { break }
      deciding = next
    }
    return deciding
  }

  private func isHandedOn(_ found: Found) -> Bool {
    guard found.argument != nil, let node = node(at: found.place, where: { _ in true }) else { return true }
    let value = node.kind == .namedArgument ? node.pair?.1 : node
    return value?.plainName != nil
  }

  /// What gave the size of an axis of a parameter, buffer or input that the text declares.
  package func places(ofAxis axis: Int, of value: Value.ID) -> [Found] {
    let origin = graph.values[value].origin
    guard let source = origin.source else { return [] }
    let rank = graph.values[value].type.shape?.rank ?? 0
    let size = node(at: Place(source)) { $0.declaredSizes != nil }?.declaredSizes.flatMap { sizes in
      sizes.count == rank && sizes.indices.contains(axis) ? sizes[axis] : nil
    }
    return follow(size.map { [$0] } ?? [], at: Place(source), in: origin.instance, attribute: nil)
  }

  /// The nearest place in the user's text around what comes from `origin`.
  package func place(of origin: Origin) -> Place? {
    guard let source = origin.source else { return nil }
    return follow([], at: Place(source), in: origin.instance, attribute: nil).first?.place
  }

  /// - Parameters:
  ///   - arguments: expressions, or named arguments, that stand in `place`.
  ///   - instance: the one that `place` was elaborated for.
  private func follow(
    _ arguments: [Syntax], at place: Place, in instance: Instance.ID?, attribute: String?
  ) -> [Found] {
    var (arguments, place, instance) = (arguments, place, instance)
    var found: [Found] = []
    // Calls are at most 64 deep.
    for _ in 0..<64 {
      if !Library.contains(place.file) {
        if arguments.isEmpty {
          if found.isEmpty { found.append(Found(place: place, argument: nil)) }
          return found
        }
        found += arguments.map { Found(place: $0.place, argument: $0.text) }
      }
      while let inner = instance, graph.instances[inner].kind == .scope { instance = graph.instances[inner].parent }
      guard let block = instance, graph.instances[block].kind == .block, let outer = graph.instances[block].call else {
        return found
      }
      let names = tree(place.file)?.configuration(of: arguments, around: place) ?? []
      var given = call(at: Place(outer))?.arguments(named: names) ?? []
      if let attribute {
        let alike = given.filter { $0.firstChild?.plainName?.sharesBeginning(with: attribute) ?? false }
        if !alike.isEmpty { given = alike }
      }
      if given.isEmpty, !found.isEmpty {
        return found + (tree(place.file)?.defaults(of: names, around: place) ?? [])
      }
      (arguments, place, instance) = (given, Place(outer), graph.instances[block].parent)
    }
    return found
  }

  package func tree(_ file: UInt32) -> SyntaxTree? {
    (program.modules[file] ?? Library.modules[file])?.file.tree
  }

  func node(at place: Place, where isWanted: (Syntax) -> Bool) -> Syntax? {
    var node = tree(place.file)?.root
    while let current = node {
      if current.range == place.range, isWanted(current) { return current }
      node = current.children.first { child in
        child.range.lowerBound <= place.range.lowerBound && place.range.upperBound <= child.range.upperBound
      }
    }
    return nil
  }

  package func call(at place: Place) -> Syntax? { node(at: place) { $0.kind == .call } }
}

extension Place {
  init(_ source: SourceRange) {
    self.init(file: source.file, range: Int(source.start)..<Int(source.end))
  }
}

extension String {
  /// Whether two names of the same thing in two libraries may begin alike: `strides` and `stride`, `pads` and `padding`.
  fileprivate func sharesBeginning(with other: String) -> Bool { zip(self, other).prefix { $0 == $1 }.count >= 3 }
}

extension Syntax {
  /// The named argument of a call.
  package func argument(named name: String) -> Syntax? { arguments(named: [name]).first }

  func arguments(named names: Set<String>) -> [Syntax] {
    child(.argumentList)?.children.filter { argument in
      argument.kind == .namedArgument && argument.firstChild?.plainName.map(names.contains) ?? false
    } ?? []
  }

  /// The sizes of the type that a parameter, buffer or input is declared with; `nil` where they are not one for an axis.
  var declaredSizes: [Syntax]? {
    guard kind == .parameterStatement || kind == .bufferStatement || kind == .parameter,
      let sizes = child(.tensorType)?.child(.dimensions)?.children.map(\.self),
      !sizes.contains(where: { $0.kind == .ellipsis })
    else { return nil }
    return sizes
  }

  /// Adds the names that an expression uses, those of conditions left out.
  fileprivate func collectNames(_ names: inout Set<String>) {
    switch kind {
    case .name, .quotedName:
      if let plainName { names.insert(plainName) }
    case .namedArgument: pair?.1.collectNames(&names)
    case .conditional: children.dropFirst().forEach { $0.collectNames(&names) }
    case .call: child(.argumentList)?.collectNames(&names)
    default: children.forEach { $0.collectNames(&names) }
    }
  }

  /// Adds the expressions that statements bind to each name.
  fileprivate func collectBindings(_ bindings: inout [String: [Syntax]]) {
    for statement in children {
      switch statement.kind {
      case .binding:
        let parts = Array(statement.children)
        for target in parts.dropLast() where target.kind == .target {
          if let name = target.nameChild?.plainName, let last = parts.last { bindings[name, default: []].append(last) }
        }
      case .constStatement:
        let parts = Array(statement.children)
        if let name = parts.first?.plainName, let last = parts.last { bindings[name, default: []].append(last) }
      case .repeatStatement, .ifStatement, .scopeStatement, .body: statement.collectBindings(&bindings)
      default: break
      }
    }
  }
}

extension SyntaxTree {
  private func declaration(around place: Place) -> Syntax? {
    root.children.first {
      $0.range.lowerBound <= place.range.lowerBound && place.range.upperBound <= $0.range.upperBound
    }
  }

  /// The parameters of the declaration around a place that have defaults and one of the names.
  fileprivate func defaults(of names: Set<String>, around place: Place) -> [ArgumentTrace.Found] {
    let parameters = declaration(around: place)?.child(.parameterList)?.children.compactMap(Declaration.Parameter.init)
    return (parameters ?? []).filter { names.contains($0.name) && $0.defaultValue != nil }.map { parameter in
      ArgumentTrace.Found(place: parameter.syntax.place, argument: parameter.syntax.text)
    }
  }

  /// The configuration, by name, of the declaration around a place that expressions there use, directly or through
  /// names that the body binds.
  fileprivate func configuration(of expressions: [Syntax], around place: Place) -> Set<String> {
    guard let declaration = declaration(around: place), !expressions.isEmpty else { return [] }
    var bindings: [String: [Syntax]] = [:]
    declaration.child(.body)?.collectBindings(&bindings)
    var used: Set<String> = []
    for expression in expressions { expression.collectNames(&used) }
    var open = Array(used)
    while let name = open.popLast() {
      var more: Set<String> = []
      for expression in bindings[name] ?? [] { expression.collectNames(&more) }
      for name in more where used.insert(name).inserted { open.append(name) }
    }
    let parameters = declaration.child(.parameterList)?.children.compactMap { Declaration.Parameter($0) } ?? []
    return used.intersection(parameters.filter { !$0.isInput }.map(\.name))
  }
}
