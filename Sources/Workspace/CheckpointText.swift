import Authoring
import Checkpoints
package import Semantics
import Syntax

/// Texts of models that are written from checkpoints alone, each proved by binding it.
package enum CheckpointText {
  /// More tensors than this have no text.
  package static let limit = 50_000

  /// A text that has no errors, and whose parameters are the tensors of a file, all but those that it ignores.
  ///
  /// - Parameters:
  ///   - weights: the path of the file as the text is to write it, seen from the text's folder.
  ///   - model: the model's name.
  ///   - target: where the text is going to be.
  ///   - taken: names that no block may have.
  /// - Throws: where the file cannot be read, or no text can be written for it.
  package static func text(
    ofWeights weights: String, model: String, at target: String, taken: Set<String> = []
  ) throws(WeightsError) -> [UInt8] {
    let path = weights.hasPrefix("/") ? weights : ImportedFiles.folder(of: target) + weights
    let file = try WeightsFiles.open(path)
    guard !file.entries.isEmpty else {
      throw WeightsError(isMissing: false, message: "\(path): the file has no tensors to write a model for")
    }
    guard file.entries.count <= limit else {
      throw WeightsError(
        isMissing: false,
        message: "\(path): a text is written for \(Quantity.grouped(limit)) tensors at most, and it has "
          + Quantity.grouped(file.entries.count))
    }
    var problem = ""
    for style in ModelSkeleton.Style.allCases {
      let text = ModelSkeleton.text(of: file, weights: weights, model: model, taken: taken, style: style)
      guard let reason = objection(to: text, at: target) else { return text }
      problem = reason
    }
    throw WeightsError(isMissing: false, message: "\(path): no text can be written for it: \(problem)")
  }

  /// What keeps a text from being the file's; `nil` where nothing does.
  private static func objection(to text: [UInt8], at target: String) -> String? {
    let source = SourceFile(path: target, source: text, number: 0)
    guard let files = try? ProgramFiles(source) else { return "the project file cannot be read" }
    let analysis = Analysis(files.program, opener: files.weightsOpener)
    if let error = analysis.diagnostics.first(where: { $0.severity == .error }) {
      return "line \(source.position(of: error.place.range.lowerBound).line) of it would be wrong: \(error.message)"
    }
    guard let unused = analysis.unusedTensors.first?.tensors.first else { return nil }
    return "`\(unused.name)` would not be bound"
  }
}
