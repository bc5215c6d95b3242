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
    for range in document.file.tree.foldingRanges() {
      let start = document.positions.line(of: range.lowerBound)
      // The line of the closing bracket stays to be seen.
      let end = document.positions.line(of: range.upperBound) - 1
      guard end > start, begun.insert(start).inserted else { continue }
      ranges.append(["startLine": .integer(Int64(start)), "endLine": .integer(Int64(end))])
    }
    return .array(ranges)
  }
}
