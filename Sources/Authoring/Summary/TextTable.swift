/// Rows of text under a header, in columns as wide as their widest cell.
package struct TextTable {
  package enum Alignment {
    case left, right
  }

  private var columns: [(title: String, alignment: Alignment)]
  package var rows: [[String]] = []

  package init(_ columns: (title: String, alignment: Alignment)...) {
    self.init(columns)
  }

  init(_ columns: [(title: String, alignment: Alignment)]) {
    self.columns = columns
    rows = []
  }

  /// Adds a column on the right; the rows that are there already must have a cell for it.
  package mutating func addColumn(_ title: String, _ alignment: Alignment) { columns.append((title, alignment)) }

  /// The lines of the table: the header, a rule, the rows, a rule.
  package var lines: [String] {
    let header = columns.map(\.title)
    let widths = columns.indices.map { column in
      rows.reduce(header[column].count) { max($0, $1[column].count) }
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (index, cell) in cells.enumerated() {
        let space = String(repeating: " ", count: widths[index] - cell.count)
        text += (index == 0 ? "" : "  ") + (columns[index].alignment == .left ? cell + space : space + cell)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "──")
    return [line(header), rule] + rows.map(line) + [rule]
  }
}
