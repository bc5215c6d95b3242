package import Authoring
import Semantics
import Syntax

extension TextPruning.Surroundings {
  /// Those of a file on disk or in an editor.
  ///
  /// - Parameter overlay: texts that are not saved yet, by the paths of their files.
  package init(
    overlay: [String: [UInt8]] = [:], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.init(
      elaborate: { file, name in
        let files = ProgramFiles(file, overlay: overlay)
        let project = files.project?.project ?? Project()
        return files.program.models.filter { name == nil || $0.name == name }.map { model in
          var options = project.options(
            for: model, of: files.program, given: ElaborationOptions(), bindsDimensions: false)
          options.weightsOpener = files.weightsOpener
          options.keepsDecisions = true
          return (files.program.elaborate(model, options: options), files.program)
        }
      }, isCancelled: isCancelled)
  }
}
