import Semantics
import Syntax

// "Inline block": a call gives way to the statements of what it calls, in a scope of the call's label; from the block's own
// name, every call does, and the block goes.

extension EditorView {
  /// The call of a block at a cursor, replaced by its body; or the block whose name is there, by all of its calls.
  ///
  /// - Parameter isUsedElsewhere: whether other files use a block of this one.
  func inlining(
    at range: Range<Int>, _ isUsedElsewhere: (String) throws -> Bool
  ) rethrows -> [RefactoringProposal] {
    let path = tree.nodes(at: range.lowerBound)
    // An editor may select the name that the cursor is on.
    guard let leaf = path.last, range.isEmpty || range.upperBound <= leaf.range.upperBound else { return [] }
    if let found = BlockCall.Found(at: range.lowerBound, in: self) {
      var proposal = RefactoringProposal(title: "Inline \(found.declaration.name)", kind: .inline, texts: [])
      do throws(RefactoringProblem) {
        let call = try BlockCall(found)
        for scope in call.scopes { proposal.texts.append(tree.source.replacing([try call.change(in: scope)])) }
      } catch {
        proposal.problem = error
      }
      return [proposal]
    }
    guard let block = path.dropLast().last, block.kind == .blockDeclaration, block.child(.name) == leaf else {
      return []
    }
    var proposal = RefactoringProposal(title: "Inline \(leaf.text) everywhere", kind: .inline, texts: [])
    if try isUsedElsewhere(leaf.text) {
      proposal.problem = RefactoringProblem(reason: "other files import it")
      return [proposal]
    }
    do throws(RefactoringProblem) {
      proposal.texts = try inliningEverywhere(block, named: leaf)
    } catch {
      proposal.problem = error
    }
    return [proposal]
  }

  /// The text without a block, each of its calls replaced by its body.
  ///
  /// - Throws: where it is used otherwise, or not at all.
  private func inliningEverywhere(_ block: Syntax, named name: Syntax) throws(RefactoringProblem) -> [[UInt8]] {
    var calls: [BlockCall] = []
    var open = [tree.root]
    while let node = open.popLast() {
      open += node.children
      guard node.kind == .name, node.text == name.text, node != name else { continue }
      guard let found = BlockCall.Found(at: node.range.lowerBound, in: self), found.declaration.syntax == block else {
        let line = file.position(of: node.range.lowerBound).line
        throw RefactoringProblem(reason: "line \(line) has the name otherwise than in a call of it that a model runs")
      }
      calls.append(try BlockCall(found))
    }
    guard !calls.isEmpty else { throw RefactoringProblem(reason: "nothing calls it") }
    var end = block.range.upperBound
    while end < tree.source.count, tree.source[end] == UInt8(ascii: "\n") { end += 1 }
    let removal = (range: block.startOfDoc..<end, text: "")
    var texts: [[UInt8]] = []
    for variant in [0, 1] {
      var changes: [(range: Range<Int>, text: String)] = []
      for call in calls { changes.append(try call.change(in: call.scopes[min(variant, call.scopes.count - 1)])) }
      let ranges = changes.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
      guard zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
        throw RefactoringProblem(reason: "a statement calls it twice")
      }
      texts.append(tree.source.replacing(changes + [removal]))
    }
    return texts[0] == texts[1] ? [texts[0]] : texts
  }
}

extension Syntax {
  /// Where the lines of a declaration's doc comment begin, or itself.
  fileprivate var startOfDoc: Int {
    let newline = UInt8(ascii: "\n")
    var start = range.lowerBound
    let doc = docComment
    for _ in 0..<(doc.isEmpty ? 0 : doc.count { $0 == "\n" } + 1) {
      guard let end = tree.source[..<start].lastIndex(of: newline) else { break }
      start = tree.source[..<end].lastIndex(of: newline).map { $0 + 1 } ?? 0
    }
    return start
  }
}

/// A call of a block in a statement.
private struct BlockCall {
  let declaration: Declaration
  /// The call with its label and with what is piped into it.
  let whole: Syntax
  let label: Syntax?
  private let statement: Syntax
  /// The names in the declaration around.
  private let outer: Set<String>
  private var tensors: [String] = []
  private var configuration: [String: String] = [:]

  /// What calls a block at an offset: the callee or the label of the call.
  struct Found {
    let declaration: Declaration
    /// The nodes around the call, and the call or its label as the one at `place`.
    fileprivate let path: [Syntax]
    fileprivate let place: Int

    /// `nil` where no call of a block is at the offset, or none that a model runs.
    init?(at offset: Int, in view: EditorView) {
      let path = view.tree.nodes(at: offset)
      for (place, node) in path.enumerated().reversed() {
        var callee = node.kind == .call ? node.firstChild : node
        if node.kind == .label, let inner = Array(node.children).last {
          callee = inner.kind == .call ? inner.firstChild : inner
        }
        guard let callee, offset <= callee.range.upperBound,
          node.kind == .label || callee.range.lowerBound <= offset,
          case .declaration(let declaration)? = view.callee(callee), declaration.kind == .block,
          declaration.body != nil
        else { continue }
        guard view.isCallee(callee) else { return nil }
        (self.declaration, self.path, self.place) = (declaration, path, place)
        return
      }
      return nil
    }
  }

  /// - Throws: where the call has no statement of its own to be replaced, or cannot be taken apart.
  init(_ found: Found) throws(RefactoringProblem) {
    declaration = found.declaration
    let path = found.path
    var place = found.place
    func parent() -> Syntax? { place > 0 ? path[place - 1] : nil }
    var whole = path[place]
    if whole.kind != .label, whole.kind != .call, let outer = parent(), outer.kind == .call, outer.firstChild == whole {
      place -= 1
      whole = outer
    }
    if whole.kind != .label, let outer = parent(), outer.kind == .label {
      place -= 1
      whole = outer
    }
    label = whole.kind == .label ? whole.firstChild : nil
    let call = label == nil ? whole : Array(whole.children).last ?? whole
    if let outer = parent(), outer.kind == .pipe, let (left, right) = outer.pair, right == whole {
      place -= 1
      tensors.append(left.text)
      whole = outer
    }
    self.whole = whole
    let around = path[..<place]
    guard let statement = around.last(where: { $0.kind == .binding || $0.kind == .returnStatement }),
      let start = around.lastIndex(of: statement),
      let owner = around.first(where: { $0.kind == .modelDeclaration || $0.kind == .blockDeclaration })
    else { throw RefactoringProblem(reason: "it is called neither in a binding nor in a `return`") }
    let holders: Set<SyntaxKind> = [.graphLiteral, .conditional, .namedArgument]
    guard !around[start...].contains(where: { holders.contains($0.kind) }) else {
      throw RefactoringProblem(
        reason: "the call is in a graph, in a branch or in an argument's value, where no statements can stand")
    }
    self.statement = statement
    outer = LocalNames.all(in: owner)
    for argument in call.child(.argumentList)?.children.map(\.self) ?? [] {
      switch argument.kind {
      case .namedArgument:
        guard let (name, value) = argument.pair else {
          throw RefactoringProblem(reason: "an argument of the call is not finished")
        }
        configuration[name.text] = value.text
      case .spread, .discard, .omitted:
        throw RefactoringProblem(reason: "the call leaves an input out, or spreads a list")
      default: tensors.append(argument.text)
      }
    }
  }

  /// The scopes that may stand for the instance: the label; without one, none, or the name that parameters get.
  var scopes: [String?] {
    if let label { return [label.text] }
    return [nil, declaration.name.lowercased()]
  }

  /// The statement of the call with the call inlined.
  ///
  /// - Throws: where that cannot be said.
  func change(in scope: String?) throws(RefactoringProblem) -> (range: Range<Int>, text: String) {
    let name = declaration.name
    let statements = declaration.body.map { Array($0.children) } ?? []
    guard let body = declaration.body, let last = statements.last, last.kind == .returnStatement else {
      throw RefactoringProblem(reason: "`\(name)` does not end with a `return`")
    }
    if statements.dropLast().contains(where: { $0.kind == .returnStatement || $0.contains(.returnStatement) }) {
      throw RefactoringProblem(reason: "`\(name)` has a `return` in a branch, which statements here cannot")
    }
    if statements.contains(where: { $0.kind == .weightsStatement || $0.contains(.weightsStatement) }) {
      throw RefactoringProblem(reason: "`\(name)` has weights of its own")
    }
    let results = last.children.filter { $0.kind != .annotation }
    let targets = targets(count: results.count)
    let (bindings, names) = try bindings(LocalNames.bound(in: body), targets)
    var lines: [String] = []
    let changes = LocalNames.renaming(names, in: body)
    if statements.count > 1 {
      let range = statements[0].range.lowerBound..<statements[statements.count - 2].range.upperBound
      lines.append(body.text(of: range, changes))
    }
    var used: [String] = []
    for (place, result) in results.enumerated() {
      let text = body.text(of: result.range, changes)
      if let targets {
        if targets[place] != text { lines.append("\(targets[place]) = \(text)") }
      } else if result.kind == .name {
        used.append(text)
      } else {
        let name = LocalNames.fresh(declaration.name.lowercased(), outer.union(names.values))
        lines.append("\(name) = \(text)")
        used.append(name)
      }
    }
    var text = lines.joined(separator: "\n")
    if let scope { text = "scope \(scope) {\n\(text)\n}" }
    // What the call is given is computed outside of the instance.
    text = (bindings + [text]).joined(separator: "\n")
    if targets == nil {
      let rest = statement.text(of: statement.range, [(whole.range, used.joined(separator: ", "))])
      text += "\n" + rest
    }
    return (statement.range, text)
  }

  /// The names that the statement binds, where it does nothing but bind what the call gives.
  private func targets(count: Int) -> [String]? {
    guard statement.kind == .binding, Array(statement.children).last == whole else { return nil }
    let targets = statement.children.filter { $0.kind == .target }
    let names = targets.compactMap { target in target.pair == nil ? target.firstName?.text : nil }
    guard names.count == targets.count, names.count == count, !statement.contains(.annotation) else { return nil }
    return names
  }

  /// Statements that give the parameters their arguments, and the new names of the block's own.
  private func bindings(
    _ bound: Set<String>, _ targets: [String]?
  ) throws(RefactoringProblem) -> (lines: [String], names: [String: String]) {
    var names: [String: String] = [:]
    var taken = outer
    let body = declaration.body.map { LocalNames.all(in: $0) } ?? []
    let defaults = declaration.parameters.compactMap(\.defaultValue).reduce(into: Set<String>()) {
      $0.formUnion(LocalNames.all(in: $1))
    }
    var needed = body.union(defaults)
    for constraint in declaration.constraints { needed.formUnion(LocalNames.all(in: constraint)) }
    var tensors = tensors[...]
    var given: [(parameter: Declaration.Parameter, text: String?)] = []
    for parameter in declaration.parameters {
      guard !parameter.isVariadic, parameter.type?.kind != .listInput else {
        throw RefactoringProblem(reason: "`\(parameter.name)` of `\(declaration.name)` takes any number of tensors")
      }
      if let text = configuration[parameter.name] {
        // One number stands for a list of one.
        let isOne = parameter.type?.kind == .listType && Int(text) != nil
        given.append((parameter, isOne ? "[\(text)]" : text))
      } else if parameter.isInput, let text = tensors.popFirst() {
        given.append((parameter, text))
      } else if parameter.defaultValue != nil {
        given.append((parameter, nil))
      } else {
        throw RefactoringProblem(reason: "the call does not give `\(parameter.name)`")
      }
    }
    guard tensors.isEmpty else {
      throw RefactoringProblem(reason: "the call gives more than `\(declaration.name)` takes")
    }
    let own = Set(declaration.parameters.map(\.name))
    func rename(_ name: String) {
      guard names[name] == nil else { return }
      let fresh = LocalNames.fresh(name, taken)
      taken.insert(fresh)
      names[name] = fresh
    }
    for (parameter, text) in given {
      let mayShare = !bound.contains(parameter.name) || targets == [parameter.name]
      if parameter.type?.text == "callee", let text {
        names[parameter.name] = text
      } else if text == parameter.name, mayShare {
        names[parameter.name] = parameter.name
      } else {
        rename(parameter.name)
      }
    }
    var captured: Set<String> = []
    for case let type? in declaration.parameters.filter(\.isInput).map(\.type) {
      captured.formUnion(LocalNames.all(in: type))
    }
    captured.subtract(own)
    for name in captured.sorted() where needed.contains(name) { rename(name) }
    for name in bound.sorted() where !(targets ?? []).contains(name) || outer.contains(name) && targets != [name] {
      rename(name)
    }
    var lines: [String] = []
    for (parameter, text) in given where !parameter.isInput && text != nil {
      if let line = line(parameter, text ?? "", names) { lines.append(line) }
    }
    for (parameter, text) in given where parameter.isInput || text == nil {
      guard needed.contains(parameter.name) || parameter.isInput else { continue }
      let value =
        text ?? parameter.defaultValue.map { $0.text(of: $0.range, LocalNames.renaming(names, in: $0)) } ?? "none"
      if parameter.isInput, let type = capturing(parameter, needed.intersection(captured), names) {
        lines.append("\(names[parameter.name] ?? parameter.name): \(type) = \(value)")
      } else if let line = line(parameter, value, names) {
        lines.append(line)
      }
    }
    return (lines, names.filter { $0.key != $0.value })
  }

  private func line(_ parameter: Declaration.Parameter, _ value: String, _ names: [String: String]) -> String? {
    let name = names[parameter.name] ?? parameter.name
    return name == value ? nil : "\(name) = \(value)"
  }

  /// The type of an input as an ascription that captures the sizes that the body needs; `nil` where it needs none.
  private func capturing(
    _ parameter: Declaration.Parameter, _ needed: Set<String>, _ names: [String: String]
  ) -> String? {
    guard let type = parameter.type, !LocalNames.all(in: type).isDisjoint(with: needed) else { return nil }
    var changes = LocalNames.renaming(names, in: type)
    // Other sizes would be those of the same name around.
    for size in type.child(.dimensions)?.children.map(\.self) ?? [] {
      let others = LocalNames.all(in: size).subtracting(needed)
      guard !others.isEmpty else { continue }
      changes.removeAll { size.range.contains($0.range.lowerBound) }
      changes.append((size.range, "?"))
    }
    return type.text(of: type.range, changes)
  }
}

extension EditorView {
  /// Whether a call was elaborated with the node as its callee.
  func isCallee(_ node: Syntax) -> Bool {
    observation(at: node.place) { if case .callee = $0 { true } else { false } } != nil
  }
}
