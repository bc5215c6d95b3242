package import Authoring
import Semantics
import Tensors

/// Which files an analysis depends on beside the text itself, as they were at one time: when two of them are equal, nothing
/// was written in between.
package struct FileStamps: Hashable, Sendable {
  /// By path; `nil` for a file that is not there.
  private var stamps: [String: FileStamp?] = [:]

  /// Looks at the imports, the weights files and the project file of an analysed text.
  ///
  /// - Parameter path: the path of the text's own file, which does not count.
  package init(_ analysis: Analysis, at path: String) {
    for file in analysis.program.files where file.path != path { note(file.path) }
    for file in analysis.weightsFiles { note(file) }
    if let project = ProjectFile.nearestPath(toFolderOf: path) { note(project) }
  }

  /// The paths of these files, as the analysis knows them.
  package var paths: Set<String> { Set(stamps.keys) }

  /// Whether they are still as they were.
  package var isCurrent: Bool { stamps.allSatisfy { FileStamp($0.key) == $0.value } }

  private mutating func note(_ path: String) { stamps.updateValue(FileStamp(path), forKey: path) }
}
