import JSON
import Semantics
import Syntax

/// A page to look around in a model: one file that loads nothing from anywhere.
struct HTMLPage {
  /// The page, whose parts are laid out by Graphviz.
  static func text(
    of hierarchy: ModelHierarchy, files: [SourceFile], _ options: PictureOptions
  ) throws(GraphvizProblem) -> String {
    let data = try PageData(hierarchy, files: files, options).json
    // No text ends the element that it stands in: `<` is written as an escape of JSON.
    let bytes = data.serialized().flatMap { $0 == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [$0] }
    let pieces = [
      "title": XMLText.escaped(hierarchy.parts[0].callee), "style": text(PackageResources.page_css),
      "data": String(decoding: bytes, as: UTF8.self), "script": text(PackageResources.page_js),
    ]
    // Pieces are put in one after another, so that nothing is looked for in what a model has brought.
    var page = ""
    var rest = text(PackageResources.page_html)[...]
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      page += rest[..<start.lowerBound]
      page += pieces[String(rest[start.upperBound..<end.lowerBound])] ?? ""
      rest = rest[end.upperBound...]
    }
    return page + rest
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
