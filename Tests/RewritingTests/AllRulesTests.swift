import Foundation
import Rewriting
import Testing

/// Every rule that a file of the folder declares is in the list.
@Test func allRulesAreTried() throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Rewriting/Rules")
  let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  let declared = try files.reduce(0) { count, file in
    count + (try String(contentsOf: file, encoding: .utf8)).components(separatedBy: "= RewriteRule(").count - 1
  }
  #expect(declared > 20)
  #expect(RewriteRule.all.count == declared)
}
