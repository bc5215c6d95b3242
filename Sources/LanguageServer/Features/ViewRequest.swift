import Authoring
import JSON
import Rendering
import Semantics
import Synchronization
import Syntax
import Workspace

/// `mica/view`, which is not the protocol's: a picture of a model for a panel of an editor, and where the cursor is in it.
///
/// Parameters: `textDocument`; `format` (`svg`, `html`, `dot` or `mmd`; without it there is no `content`), `by`, `depth`,
/// `model`, `position`. The result has `model`, `version`, `content`, and as `node` the part that the position stands for:
/// its `id` in the page, its `path` and its `title`, or null.
enum ViewRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    let format = try format(context.parameters["format"])
    var options = PictureOptions()
    if let name = context.parameters["by"]?.stringValue {
      guard let measure = Measure(rawValue: name) else {
        throw ResponseError(.invalidParams, "`by` is one of \(names(Measure.self)), and this is `\(name)`")
      }
      options.measure = measure
    }
    if let depth = context.parameters["depth"]?.intValue { options.depth = max(1, depth) }
    let offset = try context.parameters["position"].map { document.positions.offset(of: try Position($0)) }
    let model = try model(of: document, named: context.parameters["model"]?.stringValue, around: offset)
    let drawn = context.memory.models.model(model, of: document)
    if drawn.errors > 0 { options.note = PictureOptions.note(errors: drawn.errors) }
    var result: JSONObject = [
      "model": .string(model.name), "version": .integer(Int64(document.version)),
      "node": offset.map { node(at: $0, in: document, drawn.hierarchy) } ?? .null,
    ]
    if let format {
      try Task<Never, Never>.checkCancellation()
      do {
        let picture = ModelPicture(drawn.hierarchy, files: drawn.files, options)
        result["content"] = .string(try picture.content(as: format))
      } catch {
        throw ResponseError(.requestFailed, "\(error)")
      }
    }
    return .object(result)
  }

  private static func format(_ value: JSONValue?) throws(ResponseError) -> PictureFormat? {
    guard let value, value != .null else { return nil }
    guard let format = value.stringValue.flatMap({ PictureFormat(rawValue: $0) }) else {
      throw ResponseError(.invalidParams, "`format` is one of \(names(PictureFormat.self))")
    }
    return format
  }

  private static func names<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type) -> String
  where Choice.RawValue == String {
    type.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
  }

  /// The model of a name, or else the one whose text the cursor stands in, or else the first.
  private static func model(
    of document: Document, named name: String?, around offset: Int?
  ) throws(ResponseError) -> Declaration {
    let models = document.view.analysis.program.models
    if let name {
      guard let model = models.first(where: { $0.name == name }) else {
        throw ResponseError(.invalidParams, "the document has no model `\(name)`")
      }
      return model
    }
    let around = models.first { model in offset.map { model.syntax.range.contains($0) } ?? false }
    guard let model = around ?? models.first else {
      throw ResponseError(.requestFailed, "the document has no model to draw")
    }
    return model
  }

  private static func node(at offset: Int, in document: Document, _ hierarchy: ModelHierarchy) -> JSONValue {
    let text = document.text
    let newline = UInt8(ascii: "\n")
    let start = text[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = text[offset...].firstIndex(of: newline) ?? text.count
    guard let part = hierarchy.part(at: offset, of: document.number, line: start..<(end + 1)) else { return .null }
    return [
      "id": .integer(Int64(part)), "path": .string(hierarchy.parts[part].path),
      "title": .string(hierarchy.parts[part].title),
    ]
  }
}

/// The models that were drawn last, so that a cursor that moves costs no analysis.
final class DrawnModels: Sendable {
  struct DrawnModel: Sendable {
    var hierarchy: ModelHierarchy
    var files: [SourceFile]
    /// How many mistakes the text has.
    var errors: Int
  }

  private let drawn = Mutex<(number: UInt32, models: [String: DrawnModel])>((0, [:]))

  /// A model of a document, analysed from the start as an export is.
  func model(_ declaration: Declaration, of document: Document) -> DrawnModel {
    if let known = drawn.withLock({ $0.number == document.number ? $0.models[declaration.name] : nil }) { return known }
    let files = ProgramFiles(document.file, overlay: document.overlay)
    let project = files.project?.project ?? Project()
    var options = project.options(
      for: declaration, of: files.program, given: ElaborationOptions(), bindsDimensions: false)
    options.weightsOpener = files.weightsOpener
    let elaboration = files.program.elaborate(declaration, options: options)
    let view = document.view
    let sizes = view.analysis.elaborations.first { $0.declaration.name == declaration.name }.map {
      view.sizes(of: $0).values
    }
    let model = DrawnModel(
      hierarchy: ModelHierarchy(elaboration, bindings: sizes ?? [:], files: files.program.files),
      files: files.program.files, errors: elaboration.diagnostics.count { $0.severity == .error })
    drawn.withLock { drawn in
      if drawn.number != document.number { drawn = (document.number, [:]) }
      drawn.models[declaration.name] = model
    }
    return model
  }
}
