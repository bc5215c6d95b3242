package import Graphs
import Tensors

/// Writes models as ONNX files.
package enum ONNXWriter {
  package struct Options: Sendable {
    package enum ExternalData: Sendable {
      /// Where the model would not fit one file.
      case whenNeeded
      case always
      case never
      /// As in the model that was read from this path: data files of its own folder are named again, others are written anew.
      case asRead(from: String)
    }

    package var externalData = ExternalData.whenNeeded
    /// Initializers of fewer bytes stay in the model file.
    package var externalThreshold = 1024
    /// The largest model file; the default leaves 1 MiB of what Protocol Buffers allow.
    package var maximumFileSize = Int(Int32.max) - (1 << 20)

    /// Whether the model may take the place of a file that its own tensors are mapped from: not where a text names these.
    package var replacesSources = true

    /// Asked before the files take their places; where it says so nothing is written.
    package var isCancelled: @Sendable () -> Bool = { false }

    package init() {}
  }

  /// Writes `model` to `path`, and its large initializers to `path` + `.data` where they do not fit or `options` ask.
  ///
  /// Both files are written beside their targets and renamed at the end, the data file first. Weights are streamed:
  /// what is in memory at a time does not depend on their size.
  package static func write(
    _ model: Model, to path: String, options: Options = Options()
  ) throws(ONNXError) {
    var kept: KeptExternalData?
    if case .asRead(let source) = options.externalData { kept = KeptExternalData(source: source, target: path) }
    var encoder = measured(model, path, ExternalDataLayout(modelPath: path, threshold: nil, kept: kept))
    let isExternal =
      switch options.externalData {
      case .whenNeeded, .asRead: encoder.wire.position > options.maximumFileSize
      case .always: true
      case .never: false
      }
    if isExternal {
      let layout = ExternalDataLayout(modelPath: path, threshold: options.externalThreshold, kept: kept)
      encoder = measured(model, path, layout)
    }
    if let problem = encoder.problem { throw problem }
    if !options.replacesSources, encoder.sources.values.contains(where: { $0.isAt(path) }) {
      throw ONNXError.isSource(path: path)
    }
    guard encoder.wire.position <= options.maximumFileSize else {
      throw ONNXError.tooLarge(path: path, bytes: encoder.wire.position)
    }
    do throws(FileError) {
      let data = encoder.external.needsFile ? try OutputFile(path: path + ExternalDataLayout.fileSuffix) : nil
      let file = try OutputFile(path: path)
      encoder.external.beginWriting(to: data)
      encoder.wire.beginWriting(to: file)
      encoder.encode(model)
      encoder.wire.finish()
      if let failure = encoder.external.failure ?? encoder.wire.failure { throw failure }
      if encoder.problem == nil {
        if options.isCancelled() { return }
        try data?.commit()
        try file.commit()
      }
    } catch {
      throw ONNXError.file(error)
    }
    if let problem = encoder.problem { throw problem }
  }

  /// What keeps a model from being written to any file; `nil` for nothing.
  package static func problem(of model: Model) -> ONNXError? {
    measured(model, "", ExternalDataLayout(modelPath: "", threshold: nil)).problem
  }

  /// The bytes that `model` takes in one file, with all of its tensors.
  package static func byteCount(of model: Model) -> Int {
    measured(model, "", ExternalDataLayout(modelPath: "", threshold: nil)).wire.position
  }

  private static func measured(_ model: Model, _ path: String, _ layout: ExternalDataLayout) -> ONNXEncoder {
    var encoder = ONNXEncoder(path: path, external: layout)
    encoder.encode(model)
    return encoder
  }
}
