import Syntax

// Fixes that add a line.

extension Fix {
  /// Writes a line behind a statement.
  static func addingLine(_ text: String, behind statement: Place, indentation: Int) -> Fix {
    let end = statement.range.upperBound
    return Fix(
      "Add `\(text)`",
      [Edit(Place(file: statement.file, range: end..<end), "\n" + String(repeating: " ", count: indentation) + text)])
  }
}
