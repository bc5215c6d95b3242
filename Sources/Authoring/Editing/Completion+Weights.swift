import Semantics
import Syntax
import Tensors

extension EditorView {
  /// The tensors of the weights files, where a `$` stands before what is being written; `nil` elsewhere.
  func tensorItems(at offset: Int) -> (items: [CompletionItem], replaced: Range<Int>)? {
    guard let start = referenceStart(before: offset) else { return nil }
    let source = tree.source
    var end = source.wordEnd(from: start, typedTo: offset) { $0.isWordPart || $0 == UInt8(ascii: ".") }
    if start < offset, source[start] == UInt8(ascii: "`") {
      let line = source[offset..<source.line(around: offset).upperBound]
      end = line.firstIndex(of: UInt8(ascii: "`")).map { $0 + 1 } ?? offset
    }
    var seen: Set<String> = []
    let items = analysis.checkpoints.flatMap(\.tensors).filter { seen.insert($0.name).inserted }.map { name, tensor in
      let text = name.isPlainWord ? name : "`\(name.escapedInBackquotes)`"
      return CompletionItem(
        label: name, kind: .path, detail: tensor.typeDescription, documentation: "", insertion: text, rank: 0)
    }
    return (items, start..<end)
  }

  /// Where the name behind the nearest `$` on the line begins, if the offset is in it.
  private func referenceStart(before offset: Int) -> Int? {
    let source = tree.source
    var position = offset
    while position > 0 {
      switch source[position - 1] {
      case UInt8(ascii: "$"):
        let name = source[position..<offset]
        let isQuoted = name.first == UInt8(ascii: "`")
        let isOpen =
          isQuoted
          ? !name.dropFirst().contains(UInt8(ascii: "`")) : name.allSatisfy { $0.isWordPart || $0 == UInt8(ascii: ".") }
        return isOpen ? position : nil
      case UInt8(ascii: "\n"), UInt8(ascii: "\""): return nil
      default: position -= 1
      }
    }
    return nil
  }
}

extension String {
  /// Whether the text is a name without backquotes.
  fileprivate var isPlainWord: Bool {
    guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return utf8.allSatisfy(\.isWordPart)
  }

  fileprivate var escapedInBackquotes: String {
    replacing("\\", with: "\\\\").replacing("`", with: "\\`").replacing("{", with: "\\{")
  }
}
