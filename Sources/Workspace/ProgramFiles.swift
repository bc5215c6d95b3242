package import Semantics
import Syntax
package import Tensors

/// The files around a program: what it imports, the weights that it names, the project that it belongs to.
package struct ProgramFiles: Sendable {
  package let program: Program
  /// The nearest project file; `nil` where there is none.
  package let project: ProjectFile?
  /// The paths of the program's files, by their numbers.
  private let paths: [UInt32: String]

  /// Reads what the file imports, and the project file.
  ///
  /// - Throws: where the project file cannot be read.
  package init(_ file: SourceFile) throws(FileError) {
    self.init(file, project: try ProjectFile.nearest(to: file.path), overlay: [:])
  }

  /// Reads them for an editor, for which a project file that cannot be read is none.
  ///
  /// - Parameter overlay: texts that are not saved yet, by the paths of their files.
  package init(_ file: SourceFile, overlay: [String: [UInt8]]) {
    self.init(file, project: (try? ProjectFile.nearest(to: file.path)) ?? nil, overlay: overlay)
  }

  private init(_ file: SourceFile, project: ProjectFile?, overlay: [String: [UInt8]]) {
    program = Program(file, imports: ImportedFiles.loader(root: file.path, overlay: overlay))
    paths = Dictionary(uniqueKeysWithValues: program.files.map { ($0.number, $0.path) })
    self.project = project
  }

  /// Opens weights files beside the file that names them.
  package var weightsOpener: @Sendable (WeightsStatement) -> Result<Checkpoint, WeightsError> {
    let paths = paths
    return { statement in
      let folder = ImportedFiles.folder(of: paths[statement.place.file] ?? "")
      let path = statement.path
      return CheckpointFile.open(path.hasPrefix("/") ? path : folder + path, writtenAs: path)
    }
  }
}
