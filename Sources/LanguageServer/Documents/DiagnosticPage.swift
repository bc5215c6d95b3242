import Semantics

/// The page of the documentation that says what each diagnostic means, as a file that an editor can open.
///
/// It is a part of the program, and written to the user's cache on first use, as the standard library is.
enum DiagnosticPage {
  /// Where the page has the section of a diagnostic: its line is the fragment, as editors take it; `nil` where the page cannot
  /// be written.
  static func link(to identifier: String) -> String? {
    guard let uri, let line = lines[identifier] else { return nil }
    return "\(uri.text)#L\(line)"
  }

  private static let page = PackageResources.diagnostics_md
  private static let uri = UserCache.write(page, to: "docs/diagnostics.md")

  /// The line of each identifier's heading, from 1.
  private static let lines: [String: Int] = {
    var found: [String: Int] = [:]
    let rows = page.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, row) in rows.enumerated() where row.starts(with: "## ".utf8) {
      found[String(decoding: row.dropFirst(3), as: UTF8.self)] = index + 1
    }
    return found
  }()
}
