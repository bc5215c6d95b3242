import Semantics
import Syntax

// "Make the batch dimension dynamic": the number that the model's inputs and outputs begin with becomes a name.

extension EditorView {
  /// Where the cursor is on that number.
  ///
  /// The graph is another one, which is the old one where the name has the old size.
  func dynamicBatch(at range: Range<Int>, proof: RefactoringProof) -> Refactoring? {
    let path = tree.nodes(at: range.lowerBound)
    guard range.isEmpty, let size = path.last, size.kind == .integer, path.last(.parameter) != nil,
      let model = path.last(.modelDeclaration),
      let declaration = analysis.program.models.first(where: { $0.syntax == model })
    else { return nil }
    let types = [model.child(.parameterList), model.child(.resultList)].compactMap(\.self).flatMap(\.firstSizes)
    guard types.contains(size) else { return nil }
    let taken = LocalNames.all(in: model)
    guard let name = ["N", "B", "batch"].first(where: { !taken.contains($0) }) else { return nil }
    let places = types.filter { $0.text == size.text && $0.kind == .integer }
    let text = tree.source.replacing(places.map { ($0.range, name) })
    let new = SyntaxTree.parse(text, file: file.number)
    let after = proof.analyse(SourceFile(path: file.path, new))
    guard !after.diagnostics.contains(where: { $0.severity == .error }),
      after.elaborations.contains(where: {
        $0.declaration.name == declaration.name
      })
    else { return nil }
    return Refactoring(
      title: "Make the batch dimension dynamic", kind: .rewrite,
      edits: places.map { Fix.Edit($0.place, name) })
  }
}

extension Syntax {
  /// The first sizes of the tensor types in a signature.
  fileprivate var firstSizes: [Syntax] {
    if kind == .dimensions { return firstChild.map { [$0] } ?? [] }
    return children.filter { $0.kind != .defaultValue && $0.kind != .annotation }.flatMap(\.firstSizes)
  }
}
