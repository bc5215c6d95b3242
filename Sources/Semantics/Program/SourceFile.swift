package import Syntax

/// A parsed text under the number by which places know it.
package struct SourceFile: Sendable {
  /// The path as the user gave it; `std/NAME.mica` for the standard library.
  package let path: String
  package let tree: SyntaxTree
  private let lazyLines: Lazy<LineIndex>
  package let isLibrary: Bool

  package init(path: String, source: [UInt8], number: UInt32, isLibrary: Bool = false) {
    self.init(path: path, SyntaxTree.parse(source, file: number), isLibrary: isLibrary)
  }

  package init(path: String, _ tree: SyntaxTree, isLibrary: Bool = false) {
    self.path = path
    self.isLibrary = isLibrary
    self.tree = tree
    lazyLines = Lazy { LineIndex(tree.source) }
  }

  package var lines: LineIndex { lazyLines.value }

  package var number: UInt32 { tree.file }

  /// Line and column, from 1, of a byte offset.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    lines.position(of: offset, in: tree.source)
  }
}
