import Authoring
import JSON
import Semantics
import Syntax

/// `textDocument/foldingRange`: whole lines, one range for each that it begins on.
enum FoldingRangeRequest {
  @Sendable static func answer(_ context: RequestContext) async throws -> JSONValue {
    let document = try context.openDocument()
    var begun: Set<Int> = []
    var ranges: [JSONValue] = []
    for folded in document.file.tree.foldedRanges() {
      let start = document.positions.line(of: folded.range.lowerBound)
      var end = document.positions.line(of: folded.range.upperBound)
      // The line of the closing bracket stays to be seen.
      if folded.kind == .brackets { end -= 1 }
      guard end > start, begun.insert(start).inserted else { continue }
      var range: JSONObject = ["startLine": .integer(Int64(start)), "endLine": .integer(Int64(end))]
      if let kind = kind(folded.kind) { range["kind"] = .string(kind) }
      ranges.append(.object(range))
    }
    return .array(ranges)
  }

  private static func kind(_ kind: FoldedRange.Kind) -> String? {
    switch kind {
    case .brackets: nil
    case .comment: "comment"
    case .imports: "imports"
    }
  }
}
