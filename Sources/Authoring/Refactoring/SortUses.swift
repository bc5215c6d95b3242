package import Syntax

extension EditorView {
  /// The edits that put the `use` lines of a file in order, and its imports behind them; none where they are, or where a
  /// comment stands among them.
  package func sortedUses(proof: RefactoringProof) -> [Fix.Edit] {
    let head = tree.root.children.prefix { $0.kind == .useDeclaration || $0.kind == .importDeclaration }
    guard let first = head.first, let last = head.last, head.count > 1 else { return [] }
    let range = first.range.lowerBound..<last.range.upperBound
    var end = first.range.upperBound
    for next in head.dropFirst() {
      guard tree.source[end..<next.range.lowerBound].allSatisfy({ " \t\r\n".utf8.contains($0) }) else { return [] }
      end = next.range.upperBound
    }
    func lines(_ kind: SyntaxKind) -> String {
      // ONNX's own set is first.
      head.filter { $0.kind == kind }.map(\.text).sorted { left, right in
        let (isOwn, isOtherOwn) = (left.hasPrefix("use onnx "), right.hasPrefix("use onnx "))
        return isOwn == isOtherOwn ? left < right : isOwn
      }.joined(separator: "\n")
    }
    let text = [lines(.useDeclaration), lines(.importDeclaration)].filter { !$0.isEmpty }.joined(separator: "\n")
    let written = head.map(\.text).joined(separator: "\n")
    guard text != written, let proven = try? ProvenTexts(file, proof) else { return [] }
    return proven.edits(to: tree.source.replacing([(range, text)])) ?? []
  }
}
