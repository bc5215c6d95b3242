import Operators
import Semantics
import Synchronization
import Syntax

extension EditorView {
  /// What can be called by its name: what the file declares or imports, the library's blocks, operators.
  func calleeItems() -> [CompletionItem] {
    let own = analysis.program.main.declarations
    let opset = analysis.program.opsets[""] ?? Program.defaultOpset
    let items =
      own.compactMap { $1.kind == .model ? nil : CompletionItem($1, named: $0) }
      + CompletionItem.standardCallees(opset: opset).filter { own[$0.label] == nil }
    return items.sorted { ($0.rank, $0.label) < ($1.rank, $1.label) }
  }
}

extension CompletionItem {
  fileprivate init(_ declaration: Declaration, named name: String) {
    self.init(
      label: name, kind: declaration.isLibrary ? .library : .block, detail: declaration.signatureText,
      documentation: declaration.syntax.docComment, insertion: name, rank: declaration.isLibrary ? 4 : 3)
  }

  /// By opset, as far as it was asked.
  private static let known = Mutex<[Int: [CompletionItem]]>([:])

  private static let libraryBlocks = Library.declarations.filter { $1.kind != .model }
    .map { CompletionItem($1, named: $0) }

  /// The library's blocks, and the operators of an opset that no declaration of the library is called like.
  fileprivate static func standardCallees(opset: Int) -> [CompletionItem] {
    if let items = known.withLock({ $0[opset] }) { return items }
    let operators = Catalogue.names().filter {
      Library.declarations[$0] == nil && Catalogue.availability(name: $0, opset: opset) == .available
    }
    let items =
      libraryBlocks
      + operators.map {
        CompletionItem(
          label: $0, kind: .operator, detail: "operator", documentation: Catalogue.summary(name: $0) ?? "",
          insertion: $0, rank: 5)
      }
    known.withLock {
      // A text may ask for any number.
      if $0.count >= 64 { $0 = [:] }
      $0[opset] = items
    }
    return items
  }
}
