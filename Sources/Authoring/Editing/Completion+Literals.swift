import Semantics
import Syntax

extension EditorView {
  /// What may stand in the text in quotes, or in the comment, that an offset is in; `nil` where it is in neither.
  func literalItems(
    at offset: Int, _ names: some NameKnowledge
  ) -> (items: [CompletionItem], replaced: Range<Int>)? {
    let before = tree.tokens.last(startingBefore: offset)
    if let before {
      let range = tree.tokens.range(before)
      switch tree.tokens.kinds[before] {
      case .string where range.contains(offset) || !tree.source.closesText(range):
        let start = range.lowerBound + 1
        let end =
          tree.source.closesText(range)
          ? range.upperBound - 1 : tree.source.wordEnd(from: start, typedTo: max(start, offset))
        return (textItems(at: offset, names), start..<end)
      case .bytes where range.contains(offset): return ([], offset..<offset)
      case .quotedName, .quotedNameTail:
        if range.contains(offset) { return ([], offset..<offset) }
      default: break
      }
    }
    let end = before.map { tree.tokens.range($0).upperBound } ?? 0
    let line = tree.source.line(around: offset).lowerBound
    guard end <= offset,
      let comment = tree.source[max(end, line)..<offset].firstRange(of: "//".utf8)?.lowerBound
    else { return nil }
    return commentItems(tree.source[comment..<offset], at: offset)
  }

  /// The texts that the argument around an offset may be.
  private func textItems(at offset: Int, _ names: some NameKnowledge) -> [CompletionItem] {
    guard let call = tree.calls(around: offset).first, let parameter = parameter(before: offset, in: call),
      let callee = call.firstChild
    else { return [] }
    switch names.callee(callee)?.values(of: parameter) {
    case .choices(let texts): return CompletionItem.values(texts)
    case .tensors: return storedNames(for: parameter)
    default: return []
    }
  }

  /// What the weights files have that something may be said of: first what no model takes.
  private func storedNames(for parameter: String) -> [CompletionItem] {
    let unused = analysis.unusedTensors.flatMap(\.patterns).map(\.text)
    let names = analysis.checkpoints.flatMap(\.tensors).map(\.name)
    let first = parameter == "ignore" ? Set(unused) : []
    var all = first.isEmpty ? names : unused + names
    if parameter == "prefix" {
      all = names.flatMap { name in name.indices.filter { name[$0] == "." }.map { String(name[...$0]) } }
    }
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }.map {
      CompletionItem(
        label: $0, kind: .path, detail: "", documentation: "", insertion: $0, rank: first.contains($0) ? 0 : 1)
    }
  }

  /// The identifiers that a comment may ignore.
  private func commentItems(
    _ comment: ArraySlice<UInt8>, at offset: Int
  ) -> (items: [CompletionItem], replaced: Range<Int>) {
    let text = String(decoding: comment, as: UTF8.self)
    guard let list = text.ranges(of: "mica:ignore(").last.map({ text[$0.upperBound...] }), !list.contains(")") else {
      return ([], offset..<offset)
    }
    let word = list.reversed().prefix { $0.isLetter || $0 == "-" }.count
    let end = tree.source.wordEnd(from: offset - word, typedTo: offset) { $0.isWordPart || $0 == UInt8(ascii: "-") }
    return (CompletionItem.values(LintLevels.adjustable), (offset - word)..<end)
  }
}

extension [UInt8] {
  /// Whether a token in quotes ends with the quote that it begins with.
  fileprivate func closesText(_ range: Range<Int>) -> Bool {
    range.count > 1 && self[range.lowerBound] == self[range.upperBound - 1]
  }
}
