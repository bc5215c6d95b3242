// What people write who come from other languages.

extension Diagnostic {
  /// `written` is spelt `wanted` here.
  static func foreign(_ written: String, wanted: String, _ reason: String? = nil, at place: Place) -> Diagnostic {
    Diagnostic(
      "foreign-spelling", "`\(written)` is written `\(wanted)` in Mica" + (reason.map { ": \($0)" } ?? ""), at: place,
      fixes: [Fix("Replace by `\(wanted)`", [Fix.Edit(place, wanted)])])
  }

  /// A word without which Mica says the same.
  static func needless(_ written: String, _ reason: String, at place: Place, upTo end: Int) -> Diagnostic {
    let gap = Place(file: place.file, range: place.range.lowerBound..<max(end, place.range.upperBound))
    return Diagnostic(
      "foreign-spelling", "Mica has no `\(written)`: \(reason)", at: place,
      fixes: [Fix("Remove `\(written)`", [Fix.Edit(gap, "")])])
  }

  /// `/* … */`.
  ///
  /// - Parameter isAlone: whether nothing stands behind it in its line.
  static func blockComment(_ text: String, at place: Place, isAlone: Bool) -> Diagnostic {
    var lines = text.lines.map(String.init)
    lines[0] = "//" + lines[0].dropFirst(2)
    for index in lines.indices.dropFirst() {
      let indentation = lines[index].prefix { $0 == " " || $0 == "\t" }
      let rest = lines[index].dropFirst(indentation.count)
      let isDecorated = rest.hasPrefix("*") && !rest.hasPrefix("*/")
      lines[index] = indentation + "//" + (isDecorated ? rest.dropFirst() : rest.isEmpty ? "" : " " + rest)
    }
    if let last = lines.last, last.hasSuffix("*/") {
      lines[lines.count - 1] = String(last.dropLast(2).reversed().drop { $0 == " " }.reversed())
    }
    return Diagnostic(
      "foreign-spelling", "a comment begins with `//` in each of its lines: Mica has no `/* … */`", at: place,
      fixes: isAlone ? [Fix("Begin each line with `//`", [Fix.Edit(place, lines.joined(separator: "\n"))])] : [])
  }

  /// `while condition { … }`.
  static func whileLoop(at place: Place) -> Diagnostic {
    Diagnostic(
      "foreign-spelling",
      "Mica has no `while`: `repeat i in 0..<n { … }` is unrolled before the graph runs, and the operator `Loop` repeats "
        + "while it runs", at: place)
  }

  static func semicolon(at place: Place, upTo end: Int, replacement: String) -> Diagnostic {
    let gap = Place(file: place.file, range: place.range.lowerBound..<end)
    return Diagnostic(
      "foreign-spelling", "a statement ends with its line, without `;`", at: place,
      fixes: [Fix(replacement.isEmpty ? "Remove `;`" : "Begin a new line", [Fix.Edit(gap, replacement)])])
  }

  static func compoundAssignment(_ name: String, _ sign: String, at place: Place, edits: [Fix.Edit]) -> Diagnostic {
    Diagnostic(
      "foreign-spelling", "Mica has no `\(sign)=`: write `\(name) = \(name) \(sign) …`", at: place,
      fixes: [Fix("Write `\(name) = \(name) \(sign) …`", edits)])
  }

  /// A colon before the lines of a body, which stand in braces.
  static func colonBeforeBody(at place: Place, bracesFollow: Bool) -> Diagnostic {
    Diagnostic(
      "foreign-spelling", "a body stands in braces, without a colon before it: `{ … }`", at: place,
      fixes: bracesFollow ? [Fix("Remove the colon", [Fix.Edit(place, "")])] : [])
  }

  /// `import names from file`, or `from file import names`; `wanted` is the same in Mica.
  static func importFrom(wanted: String, at place: Place) -> Diagnostic {
    let shown = excerpt(Array(wanted.utf8)[...])
    return Diagnostic(
      "foreign-spelling", "an import names the file or library and nothing in it: `\(shown)`", at: place,
      fixes: [Fix("Write `\(shown)`", [Fix.Edit(place, wanted)])])
  }

  /// A reserved word where a name is wanted.
  static func reservedWord(_ word: String, isElementType: Bool, at place: Place) -> Diagnostic {
    Diagnostic(
      "reserved-word",
      "`\(word)` is \(isElementType ? "the name of an element type" : "a reserved word") and names nothing else: "
        + "choose another name, or write `` `\(word)` ``", at: place,
      fixes: [Fix("Quote the name with backquotes", [Fix.Edit(place, "`\(word)`")])])
  }

  /// `x = T[N]` in a parameter list.
  static func equalsForColon(name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "equals-for-colon", "a parameter's type stands behind a colon, its default behind an equals sign: `\(name): …`",
      at: place, fixes: [Fix("Replace the equals sign by a colon", [Fix.Edit(place, ":")])])
  }

  /// `layers.0` for `layers[0]`; the place is that of the point and the digits.
  static func indexBehindPoint(_ digits: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "index-behind-point", "an index in a path stands in brackets: `[\(digits)]` for `.\(digits)`", at: place,
      fixes: [Fix("Write `[\(digits)]`", [Fix.Edit(place, "[\(digits)]")])])
  }

  /// A range that includes its end, or is spelt as if it did.
  static func rangeSpelling(_ written: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "foreign-spelling", "a range is written `0..<n`, and its end is not in it; found `\(written)`", at: place,
      fixes: [Fix("Replace by `..<`", [Fix.Edit(place, "..<")])])
  }
}
