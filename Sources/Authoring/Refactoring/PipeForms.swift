import Syntax

// "Write as a nested call" and "Write with a pipe": `x |> f(a=1)` and `f(x, a=1)` are the same.

extension EditorView {
  /// The pipe or the call at a cursor in its other form.
  func pipeForms(at range: Range<Int>) -> [RefactoringProposal] {
    guard range.isEmpty else { return [] }
    let path = tree.nodes(at: range.lowerBound)
    return [nested(path), piped(path)].compactMap(\.self)
  }

  /// The innermost pipe as a call.
  private func nested(_ path: [Syntax]) -> RefactoringProposal? {
    guard let pipe = path.last(.pipe), let (left, right) = pipe.pair, !right.tokens.isEmpty else { return nil }
    let called = right.kind == .label ? Array(right.children).last ?? right : right
    let end = called.range.upperBound
    var text = tree.text(right.range.lowerBound..<end)
    if called.kind == .call, let list = called.child(.argumentList), let first = list.tokens.first {
      let start = tree.tokens.range(first).upperBound - right.range.lowerBound
      let bytes = Array(text.utf8)
      let separator = list.firstChild == nil ? "" : ", "
      text =
        String(decoding: bytes[..<start], as: UTF8.self) + left.text + separator
        + String(decoding: bytes[start...], as: UTF8.self)
    } else {
      text += "(\(left.text))"
    }
    return RefactoringProposal(
      title: "Write as a nested call", kind: .rewrite, texts: [tree.source.replacing([(pipe.range, text)])])
  }

  /// The call whose callee the cursor is on, its first tensor piped into it.
  private func piped(_ path: [Syntax]) -> RefactoringProposal? {
    guard let place = path.lastIndex(where: { $0.kind == .call }), let callee = path[place].firstChild,
      path.contains(callee), let list = path[place].child(.argumentList), let first = list.firstChild,
      first.kind != .namedArgument, first.kind != .spread
    else { return nil }
    var whole = path[place]
    var outer = place > 0 ? path[place - 1] : nil
    if let label = outer, label.kind == .label {
      whole = label
      outer = place > 1 ? path[place - 2] : nil
    }
    if let outer, outer.kind == .pipe, outer.firstChild != whole { return nil }
    let rest = Array(list.children).dropFirst().first
    let end = rest.map { $0.range.lowerBound } ?? list.range.upperBound
    var call = tree.text(whole.range.lowerBound..<callee.range.upperBound)
    if rest != nil { call += "(" + tree.text(end..<whole.range.upperBound) }
    let argument = first.kind == .conditional ? "(\(first.text))" : first.text
    var text = "\(argument) |> \(call)"
    switch outer?.kind {
    case .binary?, .unary?, .member?, .index?, .pipe?: if outer?.kind != .pipe { text = "(\(text))" }
    default: break
    }
    return RefactoringProposal(
      title: "Write with a pipe", kind: .rewrite, texts: [tree.source.replacing([(whole.range, text)])])
  }
}

extension SyntaxTree {
  /// The text of a range.
  func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }
}
