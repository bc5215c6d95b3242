import Authoring
import Semantics
import Syntax
import Testing

/// What an editor shows while a text is edited.
@Suite struct LiveViewTests {
  /// Ways to break a statement: it does not parse, or it parses and has a mistake.
  enum Damage: CaseIterable {
    case cutInHalf, lastTokenMissing, twoSigns, misspeltName

    /// The statement's text with the damage; `nil` where it has no place for it.
    func applied(to text: String) -> String? {
      switch self {
      case .cutInHalf: return String(text.prefix(text.count / 2))
      case .lastTokenMissing: return String(text.dropLast())
      case .twoSigns: return text.contains("=") ? text.replacing("=", with: "= =", maxReplacements: 1) : text + " = ="
      case .misspeltName:
        guard let parenthesis = text.firstIndex(of: "("), parenthesis != text.startIndex,
          text[text.index(before: parenthesis)].isLetter
        else { return nil }
        return text.replacing("(", with: "Qx(", maxReplacements: 1)
      }
    }
  }

  /// Hints and hovers elsewhere are those of the whole file, with any one statement broken.
  @Test(arguments: Damage.allCases) func brokenStatementsHideNothingElse(_ damage: Damage) throws {
    let whole = try LiveText(example: "gpt2")
    var broken = 0
    for statement in statements(of: whole.live.file.tree.root) {
      let range = lines(of: statement.head, in: whole.source)
      let text = String(decoding: whole.source[statement.head], as: UTF8.self)
      guard let damaged = damage.applied(to: text) else { continue }
      let edited = whole.replacing(statement.head, with: damaged)
      let growth = damaged.utf8.count - text.utf8.count
      let now = range.lowerBound..<(range.upperBound + growth)
      guard edited.live.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      broken += 1
      #expect(edited.live.hints(besides: now) == whole.live.hints(besides: range), "\(damaged)")
      #expect(edited.live.hovers(besides: now) == whole.live.hovers(besides: range), "\(damaged)")
      // Put right, it is the whole file again.
      let mended = edited.replacing(statement.head.lowerBound..<(statement.head.upperBound + growth), with: text)
      #expect(mended.live.hints(besides: 0..<0) == whole.live.hints(besides: 0..<0))
      #expect(mended.live.diagnostics.map(\.message) == whole.live.diagnostics.map(\.message))
    }
    #expect(broken >= 9, "only \(broken) statements were broken")
  }

  /// The statements below a node, with the text that is their own: up to the body that some have.
  private func statements(of node: Syntax) -> [(syntax: Syntax, head: Range<Int>)] {
    var found: [(Syntax, Range<Int>)] = []
    for child in node.children {
      if node.kind == .body {
        let end = child.child(.body).map { $0.range.lowerBound - 1 } ?? child.range.upperBound
        found.append((child, child.range.lowerBound..<end))
      }
      found += statements(of: child)
    }
    return found
  }

  private func lines(of range: Range<Int>, in source: [UInt8]) -> Range<Int> {
    let start = source[..<range.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let end = source[range.upperBound...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
    return start..<end
  }
}
