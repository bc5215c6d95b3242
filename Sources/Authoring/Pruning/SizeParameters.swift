import Graphs
import Semantics
import Syntax

/// Gives expressions of a text values of their own wherever they are evaluated: as a number, as a table that a `repeat`
/// goes through, or as a parameter of the block around, which its calls give.
struct SizeParameters {
  let graph: Graph
  let tree: SyntaxTree
  let file: UInt32
  /// Where the blocks stand that other models of the text call, for which they must stay what they are.
  let othersBlocks: Set<Range<Int>>
  private(set) var revision: TextRevision
  private var names: Set<String>

  /// What cannot be written, in words for the user.
  struct Problem: Error {
    var text: String
  }

  typealias Entry = (frame: Instance.ID, order: Int, text: String)

  init(_ graph: Graph, _ tree: SyntaxTree, othersBlocks: Set<Range<Int>>, _ revision: TextRevision) {
    (self.graph, self.tree, self.othersBlocks, self.revision) = (graph, tree, othersBlocks, revision)
    file = tree.file
    var names: Set<String> = []
    var open = [tree.root]
    while let node = open.popLast() {
      if let name = node.plainName { names.insert(name) }
      open += node.children
    }
    self.names = names
  }

  /// Gives the sites of one declaration that say the same their values.
  mutating func set(_ sites: [SizeSites.Site]) throws(Problem) {
    guard let first = sites.first, !sites.contains(where: \.isContradictory) else {
      throw Problem(text: "one expression would have to be two sizes at once")
    }
    if let parameter = first.parameter {
      let type = first.kind == .size ? "int" : "bool"
      return try give(parameter, sites.flatMap(\.entries), type)
    }
    guard let declaration = declaration(around: first.expression.range) else {
      throw Problem(text: "it stands in another file")
    }
    // Calls of a block that evaluate the same expression in several places share a parameter.
    var shared: [Instance.ID: String] = [:]
    let type = first.kind == .size ? "int" : "bool"
    let isShared = sites.allSatisfy { site in
      site.entries.allSatisfy { entry in
        let known = shared[entry.frame] ?? entry.text
        shared[entry.frame] = known
        return known == entry.text
      }
    }
    let isConstant = Set(shared.values).count == 1
    let isOthers = othersBlocks.contains(declaration.range)
    if isShared, !isConstant || isOthers, declaration.kind == .blockDeclaration {
      let entries = shared.map { (frame: $0.key, order: $0.key.index, text: $0.value) }.sorted { $0.order < $1.order }
      return try setParameter(of: declaration, sites.map(\.expression), entries, type: type)
    }
    if isOthers { throw Self.calledByOthers }
    for site in sites {
      let text = try value(
        of: site.entries, at: site.expression, in: declaration, like: name(for: site.expression), type)
      revision.replace(site.expression.range, by: text)
      if case .binary = site.expression.kind, isShared {
        replaceSizes(like: site.expression, in: declaration, by: text)
      }
    }
  }

  private static let calledByOthers = Problem(text: "another model of the text calls the block that says so")

  // MARK: - Values

  /// What stands in the place of an expression that has these values in turn.
  private mutating func value(
    of entries: [Entry], at expression: Syntax, in declaration: Syntax, like name: String, _ type: String
  ) throws(Problem) -> String {
    guard let first = entries.first else { throw Problem(text: "it is never evaluated") }
    if othersBlocks.contains(declaration.range) { throw Self.calledByOthers }
    if entries.allSatisfy({ $0.text == first.text }) { return first.text }
    var frames: [(frame: Instance.ID, texts: [String])] = []
    for entry in entries {
      if let place = frames.firstIndex(where: { $0.frame == entry.frame }) {
        frames[place].texts.append(entry.text)
      } else {
        frames.append((entry.frame, [entry.text]))
      }
    }
    if frames.allSatisfy({ $0.texts == frames[0].texts }) {
      return try element(
        of: "[\(frames[0].texts.joined(separator: ", "))]", at: expression, in: declaration, like: name)
    }
    guard declaration.kind == .blockDeclaration else { throw Problem(text: "it is evaluated in several models") }
    let parameter = fresh(name)
    if frames.allSatisfy({ Set($0.texts).count == 1 }) {
      let entries = frames.map { (frame: $0.frame, order: $0.frame.index, text: $0.texts[0]) }
      try add(parameter, type, to: declaration, nil, entries)
      return parameter
    }
    let entries = frames.map {
      (frame: $0.frame, order: $0.frame.index, text: "[\($0.texts.joined(separator: ", "))]")
    }
    try add(parameter, "[\(type)]", to: declaration, nil, entries)
    return try element(of: nil, at: expression, in: declaration, like: parameter)
  }

  /// An element of a list that is gone through while the expression is evaluated again and again.
  ///
  /// - Parameter list: the list, which gets a name; `nil` for one that is called `name`.
  private mutating func element(
    of list: String?, at expression: Syntax, in declaration: Syntax, like name: String
  ) throws(Problem) -> String {
    let around = statements(around: expression.range, in: declaration)
    let rounds = around.filter { $0.kind == .repeatStatement }
    guard let outer = rounds.first, let inner = around.last else {
      throw Problem(text: "it is evaluated several times outside of a `repeat`")
    }
    let table: String
    if let list {
      table = fresh(name.hasSuffix("s") ? "\(name)_list" : "\(name)s")
      revision.insert("\(table) = \(list)\n\(tree.indentation(of: outer))", at: outer.range.lowerBound)
    } else {
      table = name
    }
    if rounds.count == 1, !around.contains(where: { $0.kind == .ifStatement }), let index = outer.countingVariable {
      return "\(table)[\(index)]"
    }
    let next = fresh("next_\(name)")
    revision.insert("\(next) = 0\n\(tree.indentation(of: outer))", at: outer.range.lowerBound)
    revision.insert("\n\(tree.indentation(of: inner))\(next) = \(next) + 1", at: inner.range.upperBound)
    return "\(table)[\(next)]"
  }

  // MARK: - Parameters

  private mutating func setParameter(
    of declaration: Syntax, _ expressions: [Syntax], _ entries: [Entry], type: String
  ) throws(Problem) {
    guard let expression = expressions.first else { return }
    let isOthers = othersBlocks.contains(declaration.range)
    if !isOthers, let (name, bound) = declaration.bindingStatement(of: expression) {
      // What the block works out is given to it instead, under the same name.
      try add(name, type, to: declaration, nil, entries)
      revision.replace(tree.lines(of: bound), by: "")
      if let value = bound.pair?.1 { replaceSizes(like: value, in: declaration, by: name) }
      return
    }
    let parameter = fresh(name(for: expression))
    // A condition that still depends on sizes would keep parameters that nothing else takes.
    var known = Set(declaration.configurationParameters.compactMap(\.firstName?.text))
    // The calls of others give nothing: what they get is what was there.
    if isOthers { known.formUnion(declaration.inputSizes) }
    let isDefault = type == "int" && known.isSuperset(of: expression.allNames)
    if isOthers, !isDefault { throw Self.calledByOthers }
    try add(parameter, type, to: declaration, isDefault ? expression.text : nil, entries)
    for expression in expressions { revision.replace(expression.range, by: parameter) }
    if expression.kind == .binary { replaceSizes(like: expression, in: declaration, by: parameter) }
  }

  /// Gives a block a parameter, and its calls the values for it.
  private mutating func add(
    _ name: String, _ type: String, to declaration: Syntax, _ defaultValue: String?, _ entries: [Entry]
  ) throws(Problem) {
    guard let parameters = declaration.child(.parameterList) else { throw Problem(text: "its block takes nothing") }
    let text = "\(name): \(type)" + (defaultValue.map { " = \($0)" } ?? "")
    let last = Array(parameters.children).last
    revision.insert(
      last == nil ? text : ", \(text)", at: last?.range.upperBound ?? parameters.range.upperBound - 1)
    try give(name, complete(entries), type)
  }

  /// Gives the calls of a block the values for one of its parameters, which none of them has.
  private mutating func give(_ name: String, _ entries: [Entry], _ type: String) throws(Problem) {
    var calls: [Range<Int>: [Entry]] = [:]
    for entry in entries {
      guard let call = graph.instances[entry.frame].call, call.file == file,
        let parent = graph.instances[entry.frame].parent
      else { throw Problem(text: "its block is called from another file") }
      var outer = parent
      while graph.instances[outer].kind == .scope, let next = graph.instances[outer].parent { outer = next }
      calls[Int(call.start)..<Int(call.end), default: []].append((outer, entry.order, entry.text))
    }
    for (range, entries) in calls.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      guard let call = node(at: range), let caller = self.declaration(around: range) else {
        throw Problem(text: "its block is called in a way that takes no arguments")
      }
      let value = try value(
        of: entries.sorted { $0.order < $1.order }, at: call, in: caller, like: name, type)
      let configured = call.layerCall ?? call
      guard let arguments = configured.child(.argumentList) else {
        revision.insert("(\(name)=\(value))", at: configured.range.upperBound)
        continue
      }
      let last = Array(arguments.children).last
      revision.insert(
        (last == nil ? "" : ", ") + "\(name)=\(value)", at: last?.range.upperBound ?? arguments.range.upperBound - 1)
    }
  }

  /// The entries with more for the calls that do not evaluate the expression, but take the parameter: what the next one does.
  private func complete(_ entries: [Entry]) -> [Entry] {
    guard let first = entries.first else { return entries }
    let given = Dictionary(entries.map { ($0.frame, $0) }) { first, _ in first }
    var text = first.text
    let callee = graph.instances[first.frame].callee
    return graph.instances.indices.compactMap { id in
      let instance = graph.instances[id]
      guard instance.kind == .block, !instance.isLibrary, instance.callee == callee else { return nil }
      if let entry = given[id] { text = entry.text }
      return (id, given[id]?.order ?? id.index, text)
    }
  }

  /// Writes a name in the place of an expression in the sizes of a block's signature.
  private mutating func replaceSizes(like expression: Syntax, in declaration: Syntax, by text: String) {
    guard expression.kind == .binary else { return }
    for size in declaration.signatureSizes where size.text == expression.text { revision.replace(size.range, by: text) }
  }

  // MARK: - Names and places

  private mutating func fresh(_ name: String) -> String {
    let fresh = LocalNames.fresh(name, names)
    names.insert(fresh)
    return fresh
  }

  /// What a value is called that stands in the place of an expression: by the label of the call that takes it, or that
  /// depends on it.
  private func name(for expression: Syntax) -> String {
    var label = ""
    var argument = expression.plainName ?? "size"
    var open = tree.root
    while let inner = open.children.first(where: {
      $0.range.lowerBound <= expression.range.lowerBound && expression.range.upperBound <= $0.range.upperBound
    }), inner != expression {
      if inner.kind == .ifStatement || inner.kind == .conditional,
        inner.children.first(where: { $0.kind != .annotation }) == expression
      {
        let word = word(of: inner.firstLabel ?? "")
        return word.isEmpty ? "condition" : "has_\(word)"
      }
      if inner.kind == .label, let path = inner.firstChild { label = path.text }
      if inner.kind == .call, let callee = inner.firstChild?.plainName, label.isEmpty { label = callee.lowercased() }
      if inner.kind == .namedArgument, let name = inner.firstChild?.plainName { argument = name }
      open = inner
    }
    let word = word(of: label)
    return word.isEmpty || argument.hasPrefix(word) ? argument : "\(word)_\(argument)"
  }

  /// The name in a label: `self.query`, `double_conv[i]` and `` `up{i}` `` are query, double_conv and up.
  private func word(of label: String) -> String {
    let last = label.split(separator: ".").last ?? ""
    return String(last.drop { !$0.isLetter }.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
  }

  private func declaration(around range: Range<Int>) -> Syntax? {
    tree.root.children.first { $0.range.lowerBound <= range.lowerBound && range.upperBound <= $0.range.upperBound }
  }

  /// The smallest call or name that stands in exactly this range.
  private func node(at range: Range<Int>) -> Syntax? {
    var found: Syntax?
    var open = tree.root
    while let inner = open.children.first(where: {
      $0.range.lowerBound <= range.lowerBound && range.upperBound <= $0.range.upperBound
    }) {
      if inner.range == range, inner.kind == .call || inner.kind == .name {
        found = found?.kind == .call ? found : inner
      }
      open = inner
    }
    return found
  }

  /// The statements around a range, outermost first.
  private func statements(around range: Range<Int>, in declaration: Syntax) -> [Syntax] {
    var found: [Syntax] = []
    var open = declaration
    while let inner = open.children.first(where: {
      $0.range.lowerBound <= range.lowerBound && range.upperBound <= $0.range.upperBound
    }) {
      if open.kind == .body { found.append(inner) }
      open = inner
    }
    return found
  }
}

extension Syntax {
  /// The variable of a `repeat i in 0..<n`, which counts its rounds.
  fileprivate var countingVariable: String? {
    let parts = children.filter { $0.kind != .body && $0.kind != .annotation }
    guard parts.count == 2, let name = parts[0].plainName, parts[1].kind == .range,
      parts[1].firstChild?.integerValue == 0
    else { return nil }
    return name
  }

  /// The statement of a declaration's own body that binds a name to an expression, where no other binds it.
  fileprivate func bindingStatement(of expression: Syntax) -> (name: String, statement: Syntax)? {
    guard let body = child(.body),
      let bound = body.children.first(where: { $0.kind == .binding && $0.pair?.1 == expression }),
      let name = bound.child(.target)?.firstChild?.plainName
    else { return nil }
    var count = 0
    var open = [body]
    while let node = open.popLast() {
      if node.kind == .target, node.firstChild?.plainName == name { count += 1 }
      open += node.children
    }
    return count == 1 ? (name, bound) : nil
  }

  /// The parameters of a declaration that are configuration.
  var configurationParameters: [Syntax] {
    (child(.parameterList).map { Array($0.children) } ?? []).filter { parameter in
      parameter.children.contains { $0.kind == .configurationType || $0.kind == .listType }
    }
  }

  /// The names of sizes that a declaration takes from its inputs.
  fileprivate var inputSizes: [String] {
    let types = child(.parameterList)?.children.compactMap { $0.child(.tensorType)?.child(.dimensions) } ?? []
    return types.flatMap { $0.children.compactMap(\.plainName) }
  }

  /// The first label of a call in a statement.
  fileprivate var firstLabel: String? {
    kind == .label ? firstChild?.text : children.lazy.compactMap(\.firstLabel).first
  }

  fileprivate var allNames: Set<String> {
    if let plainName { return [plainName] }
    return children.reduce(into: []) { $0.formUnion($1.allNames) }
  }

  /// The sizes that a block's signature declares.
  var signatureSizes: [Syntax] {
    var found: [Syntax] = []
    var open = children.filter { $0.kind == .parameterList || $0.kind == .resultList }
    while let node = open.popLast() {
      if node.kind == .dimensions { found += node.children } else { open += node.children }
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}

extension SyntaxTree {
  /// The whole lines of a statement, the end of the last one included.
  func lines(of statement: Syntax) -> Range<Int> {
    let newline = UInt8(ascii: "\n")
    let start = source[..<statement.range.lowerBound].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = source[statement.range.upperBound...].firstIndex(of: newline).map { $0 + 1 } ?? source.count
    return start..<end
  }

  /// The spaces before a statement on its line.
  fileprivate func indentation(of statement: Syntax) -> String {
    let newline = UInt8(ascii: "\n")
    let start = source[..<statement.range.lowerBound].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let spaces = source[start..<statement.range.lowerBound].prefix {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
    }
    return String(decoding: spaces, as: UTF8.self)
  }
}
