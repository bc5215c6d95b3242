package import Syntax

/// A file that a text names.
package struct FileLink: Hashable, Sendable {
  /// The place of the name between its quotes.
  package var place: Place
  /// The path as it is written.
  package var path: String
}

extension SyntaxTree {
  /// The parts of the standard library that the text imports, with their places.
  package var partLinks: [FileLink] {
    root.children.compactMap { child in
      guard child.kind == .importDeclaration, child.child(.string) == nil, let part = child.firstChild else {
        return nil
      }
      return FileLink(place: part.place, path: part.text)
    }
  }

  /// The files that the text imports, and those that it takes weights from, in order.
  package var fileLinks: [FileLink] {
    var links: [FileLink] = []
    var open = [root]
    while let node = open.popLast() {
      switch node.kind {
      case .importDeclaration, .weightsStatement:
        guard let name = node.child(.string), name.range.count > 2,
          source[name.range.upperBound - 1] == source[name.range.lowerBound]
        else { continue }
        let inside = name.range.lowerBound + 1..<name.range.upperBound - 1
        links.append(FileLink(place: Place(file: file, range: inside), path: name.stringValue))
      case .file, .modelDeclaration, .blockDeclaration, .body, .scopeStatement, .repeatStatement, .ifStatement:
        open += node.children.reversed()
      default: continue
      }
    }
    return links
  }
}
