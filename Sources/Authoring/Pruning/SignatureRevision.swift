import Semantics
import Syntax

/// Makes the signatures of a text's blocks agree with what the blocks do by now.
///
/// Parameters that nothing takes any more go, with the arguments for them, and so do requirements that hold no longer;
/// sizes that hold no longer become open.
struct SignatureRevision {
  private let file: SourceFile
  private let elaborated: ([UInt8]) -> Elaboration?

  /// - Parameters:
  ///   - file: the text as it was.
  ///   - elaborated: the model of another text in its place.
  init(_ file: SourceFile, _ elaborated: @escaping ([UInt8]) -> Elaboration?) {
    (self.file, self.elaborated) = (file, elaborated)
  }

  func revised(_ text: [UInt8]) -> [UInt8] {
    var text = relaxed(text)
    // A parameter whose last use has gone may have been the last use of one further out.
    while let without = withoutUnusedParameter(text) { text = without }
    return relaxed(text)
  }

  // MARK: - Sizes

  /// The text with `?` in the place of each size of a signature that an error names, and without the requirements.
  private func relaxed(_ text: [UInt8]) -> [UInt8] {
    var text = text
    var errors = errors(of: text)
    while !errors.isEmpty {
      let sizes = sizes(of: text)
      let named = Set(errors.flatMap { $0.related.map(\.place) }.filter { $0.file == file.number }.map(\.range))
      let wrong = sizes.filter { named.contains($0) }
      if !wrong.isEmpty {
        text = text.replacing(wrong.map { ($0, "?") })
        errors = self.errors(of: text)
        continue
      }
      let broken = requirements(of: text).filter { named.contains($0.condition) }
      if !broken.isEmpty {
        text = text.replacing(broken.map { ($0.lines, "") })
        errors = self.errors(of: text)
        continue
      }
      // An error that names none may still come of one.
      let better = sizes.lazy.map { text.replacing([($0, "?")]) }.first { self.errors(of: $0).count < errors.count }
      guard let better else { return text }
      text = better
      errors = self.errors(of: text)
    }
    return text
  }

  private func errors(of text: [UInt8]) -> [Diagnostic] {
    elaborated(text)?.diagnostics.filter { $0.severity == .error } ?? []
  }

  /// The sizes in the signatures of blocks that are not open.
  private func sizes(of text: [UInt8]) -> [Range<Int>] {
    blocks(of: text).flatMap(\.signatureSizes).filter { $0.kind != .unknownDimension && $0.kind != .ellipsis }
      .map(\.range)
  }

  /// The conditions of `require` statements, and the lines of these.
  private func requirements(of text: [UInt8]) -> [(condition: Range<Int>, lines: Range<Int>)] {
    let tree = SyntaxTree.parse(text, file: file.number)
    var found: [(condition: Range<Int>, lines: Range<Int>)] = []
    var open = Array(tree.root.children)
    while let node = open.popLast() {
      if node.kind == .requireStatement, let condition = node.children.first(where: { $0.kind != .annotation }) {
        found.append((condition.range, tree.lines(of: node)))
      } else {
        open += node.children
      }
    }
    return found
  }

  private func blocks(of text: [UInt8]) -> [Syntax] {
    SyntaxTree.parse(text, file: file.number).root.children.filter { $0.kind == .blockDeclaration }
  }

  // MARK: - Parameters

  /// The text without one parameter of a block that the block takes no more but took before; `nil` where there is none.
  private func withoutUnusedParameter(_ text: [UInt8]) -> [UInt8]? {
    let tree = SyntaxTree.parse(text, file: file.number)
    for block in tree.root.children where block.kind == .blockDeclaration {
      let former = file.tree.root.children.first {
        $0.kind == .blockDeclaration && $0.firstName?.text == block.firstName?.text
      }
      guard let former, let callee = block.firstName?.text else { continue }
      for parameter in block.configurationParameters {
        guard let name = parameter.firstName?.text, !block.uses(name), former.uses(name),
          let arguments = arguments(for: name, of: callee, in: tree), let list = block.child(.parameterList)
        else { continue }
        return text.replacing(([list.range(without: parameter)] + arguments).map { ($0, "") })
      }
    }
    return nil
  }

  /// Where the calls of a block give a parameter; `nil` where one of them does not name it.
  private func arguments(for name: String, of callee: String, in tree: SyntaxTree) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var open = tree.root.children.compactMap { $0.child(.body) }
    while let node = open.popLast() {
      if node.kind == .call, node.firstChild?.plainName == callee, let list = node.child(.argumentList) {
        let own = list.children.first { $0.kind == .namedArgument && $0.firstChild?.plainName == name }
        guard let own else { return nil }
        found.append(list.range(without: own))
        open += list.children
      } else if node.plainName == callee {
        return nil
      } else {
        open += node.children
      }
    }
    return found
  }
}

extension Syntax {
  /// Whether a parameter is used in its declaration.
  fileprivate func uses(_ name: String) -> Bool {
    if plainName == name { return true }
    let inner = Array(children)
    // What a parameter or an argument is called is no use of another one.
    let label = kind == .parameter || kind == .namedArgument ? inner.firstIndex { $0.kind == .name } : nil
    return inner.enumerated().contains { $0.offset != label && $0.element.uses(name) }
  }

  /// What goes of a list's text when an element goes: the element and a comma beside it.
  fileprivate func range(without element: Syntax) -> Range<Int> {
    let elements = Array(children)
    guard let place = elements.firstIndex(of: element) else { return element.range }
    if place > 0 { return elements[place - 1].range.upperBound..<element.range.upperBound }
    return elements.count > 1 ? element.range.lowerBound..<elements[1].range.lowerBound : element.range
  }
}
