package import Semantics
import Syntax

/// The files that a model can be drawn as.
package enum PictureFormat: String, CaseIterable, Sendable {
  case svg, html, dot, mermaid = "mmd"

  /// The format of a file by its ending.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let ending = path[path.index(after: dot)...].lowercased()
    guard let format = ending == "mermaid" ? .mermaid : Self(rawValue: ending) else { return nil }
    self = format
  }

  /// `.svg, .html, .dot and .mmd`.
  package static var endings: String {
    let endings = allCases.map { ".\($0.rawValue)" }
    return endings.dropLast().joined(separator: ", ") + " and " + endings.suffix(1).joined()
  }
}

extension PictureOptions {
  /// What a picture says of a text with mistakes.
  package static func note(errors: Int) -> String {
    "The text has \(errors == 1 ? "an error" : "\(errors) errors"); what depends on \(errors == 1 ? "it" : "them") is not drawn."
  }
}

/// A model that is drawn.
package struct ModelPicture: Sendable {
  package let hierarchy: ModelHierarchy
  private let files: [SourceFile]
  private let options: PictureOptions

  /// - Parameters:
  ///   - bindings: values for open sizes.
  ///   - files: the program's own files.
  package init(
    _ elaboration: Elaboration, bindings: [String: Int] = [:], files: [SourceFile], _ options: PictureOptions
  ) {
    self.init(ModelHierarchy(elaboration, bindings: bindings, files: files), files: files, options)
  }

  package init(_ hierarchy: ModelHierarchy, files: [SourceFile], _ options: PictureOptions) {
    (self.hierarchy, self.files, self.options) = (hierarchy, files, options)
  }

  /// The picture as a file of a format has it.
  package func content(as format: PictureFormat) throws(GraphvizProblem) -> String {
    switch format {
    case .dot: DOTText.text(of: hierarchy, options)
    case .mermaid: MermaidText.text(of: hierarchy, options)
    case .svg: try Graphviz.svg(of: DOTText.text(of: hierarchy, options))
    case .html: try HTMLPage.text(of: hierarchy, files: files, options)
    }
  }

  /// A treemap as SVG, which needs no Graphviz.
  ///
  /// - Parameter depth: how deep blocks are opened; all where `nil`.
  package func treemap(depth: Int? = nil) -> String { TreemapPicture.svg(of: hierarchy, options, depth: depth) }
}
