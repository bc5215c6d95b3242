import Semantics
import Syntax

// "Inline block": a call gives way to the statements of what it calls, in a scope of the call's label; from the block's own
// name, every call does, and the block goes.

extension EditorView {
  /// The call of a block at a cursor, replaced by its body.
  func inlining(at range: Range<Int>) -> [RefactoringProposal] {
    guard range.isEmpty else { return [] }
    if let call = BlockCall(at: range.lowerBound, in: self) {
      let texts = call.scopes.compactMap { call.change(in: $0).map { tree.source.replacing([$0]) } }
      guard !texts.isEmpty else { return [] }
      return [RefactoringProposal(title: "Inline \(call.declaration.name)", kind: .inline, texts: texts)]
    }
    let path = tree.nodes(at: range.lowerBound)
    guard let name = path.last, let block = path.dropLast().last, block.kind == .blockDeclaration,
      block.child(.name) == name
    else { return [] }
    let texts = inliningEverywhere(block, named: name)
    guard !texts.isEmpty else { return [] }
    return [RefactoringProposal(title: "Inline \(name.text) everywhere", kind: .inline, texts: texts)]
  }

  /// The text without a block, each of its calls replaced by its body; none where it is used otherwise, or not at all.
  private func inliningEverywhere(_ block: Syntax, named name: Syntax) -> [[UInt8]] {
    var calls: [BlockCall] = []
    var open = [tree.root]
    while let node = open.popLast() {
      open += node.children
      guard node.kind == .name, node.text == name.text, node != name else { continue }
      guard let call = BlockCall(at: node.range.lowerBound, in: self), call.declaration.syntax == block else {
        return []
      }
      calls.append(call)
    }
    var end = block.range.upperBound
    while end < tree.source.count, tree.source[end] == UInt8(ascii: "\n") { end += 1 }
    let removal = (range: block.startOfDoc..<end, text: "")
    let texts = [0, 1].compactMap { variant -> [UInt8]? in
      let changes = calls.compactMap { $0.change(in: $0.scopes[min(variant, $0.scopes.count - 1)]) }
      let ranges = changes.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
      guard !changes.isEmpty, changes.count == calls.count,
        zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound })
      else { return nil }
      return tree.source.replacing(changes + [removal])
    }
    return texts.count == 2 && texts[0] == texts[1] ? [texts[0]] : texts
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

  /// `nil` where no call of a block is at the offset, or one that has no statement of its own to be replaced.
  init?(at offset: Int, in view: EditorView) {
    let path = view.tree.nodes(at: offset)
    var found: (place: Int, callee: Syntax, declaration: Declaration)?
    for (place, node) in path.enumerated().reversed() {
      let callee = node.kind == .call ? node.firstChild : node
      guard let callee, callee.range.lowerBound <= offset, offset <= callee.range.upperBound || node.kind == .label,
        case .declaration(let declaration)? = view.callee(callee), declaration.kind == .block,
        declaration.body != nil
      else {
        // On the label of a call.
        if node.kind == .label, let inner = Array(node.children).last,
          let callee = inner.kind == .call ? inner.firstChild : inner,
          offset <= callee.range.upperBound, case .declaration(let declaration)? = view.callee(callee),
          declaration.kind == .block, declaration.body != nil
        {
          found = (place, callee, declaration)
          break
        }
        continue
      }
      found = (place, callee, declaration)
      break
    }
    guard let found, view.isCallee(found.callee) else { return nil }
    declaration = found.declaration
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
      !around[start...].contains(where: {
        $0.kind == .graphLiteral || $0.kind == .conditional || $0.kind == .namedArgument
      }),
      let owner = around.first(where: { $0.kind == .modelDeclaration || $0.kind == .blockDeclaration })
    else { return nil }
    self.statement = statement
    outer = LocalNames.all(in: owner)
    for argument in call.child(.argumentList)?.children.map(\.self) ?? [] {
      switch argument.kind {
      case .namedArgument:
        guard let (name, value) = argument.pair else { return nil }
        configuration[name.text] = value.text
      case .spread, .discard, .omitted: return nil
      default: tensors.append(argument.text)
      }
    }
  }

  /// The scopes that may stand for the instance: the label; without one, none, or the name that parameters get.
  var scopes: [String?] {
    if let label { return [label.text] }
    return [nil, declaration.name.lowercased()]
  }

  /// The statement of the call with the call inlined; `nil` where that cannot be said.
  func change(in scope: String?) -> (range: Range<Int>, text: String)? {
    guard let body = declaration.body else { return nil }
    let statements = Array(body.children)
    guard let last = statements.last, last.kind == .returnStatement,
      !statements.dropLast().contains(where: { $0.kind == .returnStatement || $0.contains(.returnStatement) }),
      !statements.contains(where: { $0.kind == .weightsStatement || $0.contains(.weightsStatement) })
    else { return nil }
    let results = last.children.filter { $0.kind != .annotation }
    let targets = targets(count: results.count)
    guard let (bindings, names) = bindings(LocalNames.bound(in: body), targets) else { return nil }
    var lines = bindings
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
  private func bindings(_ bound: Set<String>, _ targets: [String]?) -> (lines: [String], names: [String: String])? {
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
      guard !parameter.isVariadic, parameter.type?.kind != .listInput else { return nil }
      if let text = configuration[parameter.name] {
        given.append((parameter, text))
      } else if parameter.isInput, let text = tensors.popFirst() {
        given.append((parameter, text))
      } else if parameter.defaultValue != nil {
        given.append((parameter, nil))
      } else {
        return nil
      }
    }
    guard tensors.isEmpty else { return nil }
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
    return type.text(of: type.range, LocalNames.renaming(names, in: type))
  }
}

extension EditorView {
  /// Whether a call was elaborated with the node as its callee.
  func isCallee(_ node: Syntax) -> Bool {
    observation(at: node.place) { if case .callee = $0 { true } else { false } } != nil
  }
}
