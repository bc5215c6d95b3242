import Semantics
import Syntax

/// The standard library as files that an editor can open.
///
/// They are written to the user's cache on first use: editors open files, not texts inside a program.
enum LibraryFiles {
  static func uri(of file: SourceFile) -> DocumentURI? {
    UserCache.write(file.tree.source, to: "library/\(file.path)")
  }
}
