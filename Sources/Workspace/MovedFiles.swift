import Authoring
package import Syntax

/// Files and folders that get other paths, and what that changes in the texts that name them.
package struct MovedFiles: Sendable {
  private let moves: [(old: String, new: String)]

  /// - Parameter moves: absolute paths, of files or of folders.
  package init(_ moves: [(old: String, new: String)]) {
    self.moves = moves.map { (Self.normalized($0.old), Self.normalized($0.new)) }
  }

  /// The path that a file is at when all have moved.
  package func path(of path: String) -> String {
    let move = moves.filter { path == $0.old || path.hasPrefix($0.old + "/") }.max {
      $0.old.utf8.count < $1.old.utf8.count
    }
    return move.map { $0.new + path.dropFirst($0.old.count) } ?? path
  }

  /// The changes of a text after which it names the same files as before.
  ///
  /// - Parameter path: where the text is before the files move.
  package func edits(in tree: SyntaxTree, at path: String) -> [Fix.Edit] {
    let (here, there) = (ImportedFiles.folder(of: path), ImportedFiles.folder(of: self.path(of: path)))
    return tree.fileLinks.compactMap { link in
      let isAbsolute = link.path.hasPrefix("/")
      let old = Self.normalized(isAbsolute ? link.path : here + link.path)
      let new = self.path(of: old)
      guard new != old || !isAbsolute && here != there else { return nil }
      var text = isAbsolute ? new : Self.relative(new, to: there)
      if link.path.hasPrefix("."), !text.hasPrefix(".") { text = "./" + text }
      guard text != link.path else { return nil }
      return Fix.Edit(link.place, text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
    }
  }

  /// An absolute path without detours.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func relative(_ path: String, to folder: String) -> String {
    let (target, start) = (path.split(separator: "/"), folder.split(separator: "/"))
    let common = zip(target.dropLast(), start).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: start.count - common)
    return (up + target[common...].map(String.init)).joined(separator: "/")
  }
}
