import Syntax

/// Writes the tokens of a tree one after the other, with the comments between them.
///
/// The layout says where lines break; whatever it does, every token and comment is written once and in order.
struct FormatWriter {
  let tree: SyntaxTree
  let flat: FlatLayout
  private(set) var output: [UInt8] = []
  /// The column behind what is written so far.
  private(set) var column = 0
  /// The steps by which the next line is indented.
  var indentation = 0
  /// The next token to write.
  private(set) var position = 0
  /// What was written unchanged, in order: tokens and comments, without the commas that moved or were put in.
  private(set) var kept: [FormattingLayout.Kept] = []

  private let lineEnd: [UInt8]
  private var pending = Break.none
  /// The token whose gap's comments are written.
  private var commentedToken = -1
  /// Whether the last thing in the output is a comment, or an opening bracket.
  private var endsInComment = false
  private var endsInBracket = true

  /// What comes before the next token at least.
  private enum Break: Int {
    case none, line, blankLine
  }

  init(_ tree: SyntaxTree, _ flat: FlatLayout) {
    self.tree = tree
    self.flat = flat
    lineEnd = tree.lineEnd.bytes
    kept.reserveCapacity(tree.tokens.count)
    output.reserveCapacity(tree.source.count + tree.source.count / 8)
  }

  /// Whether what is written next begins a line.
  var startsLine: Bool { pending != .none || output.isEmpty }

  /// The column at which the next token will stand.
  var nextColumn: Int {
    if startsLine || flat.needsLine(before: position) { return indentation * FormattingStyle.indentation }
    return column + (flat.hasSpace(before: position) ? 1 : 0)
  }

  /// Puts what is written next on a new line, perhaps after a blank one.
  mutating func breakLine(blank: Bool = false) {
    let wanted: Break = blank ? .blankLine : .line
    if wanted.rawValue > pending.rawValue { pending = wanted }
  }

  /// Writes the tokens up to one, on one line but for comments.
  mutating func advance(to end: Int) {
    while position < end { writeToken() }
  }

  /// Writes the comments in the gap before the next token.
  mutating func writeComments() {
    guard commentedToken != position else { return }
    commentedToken = position
    let gap = TokenGap(before: position, in: tree)
    for comment in gap.comments {
      if comment.endsLine, !output.isEmpty, !endsInComment {
        output += Array(repeating: UInt8(ascii: " "), count: FormattingStyle.commentDistance)
      } else {
        breakLine(blank: comment.newlines > 1)
        writeBreak()
      }
      keep(comment.range)
      endsInComment = true
      endsInBracket = false
      breakLine()
    }
    let closes = tree.tokens.kinds[position].closesBracket || flat.isTrailingComma(position)
    if endsInComment, !closes { breakLine(blank: gap.newlines > 1) }
  }

  /// Writes a comma between elements; a comment that ends its line stays behind it.
  mutating func writeComma() {
    let comments = TokenGap(before: position, in: tree).comments
    guard comments.count == 1, comments[0].endsLine else { return writeToken() }
    write(UInt8(ascii: ","))
    writeComments()
    position += 1
    endsInComment = true
  }

  /// Writes a comma behind the last element, whether or not the text has one.
  mutating func writeTrailingComma() {
    write(UInt8(ascii: ","))
  }

  /// Writes tokens as they stand in the source, with everything between them.
  mutating func copy(to end: Int) {
    writeComments()
    guard position < end else { return }
    let source = tree.source
    let start = Int(tree.tokens.start(position))
    let stop = Int(tree.tokens.end(end - 1))
    if startsLine {
      var lineStart = start
      while lineStart > 0, [UInt8(ascii: " "), UInt8(ascii: "\t")].contains(source[lineStart - 1]) { lineStart -= 1 }
      let isIndented = lineStart == 0 || source[lineStart - 1] == UInt8(ascii: "\n")
      writeBreak(indentation: isIndented ? source[lineStart..<start] : nil)
    } else if flat.hasSpace(before: position) {
      write(UInt8(ascii: " "))
    }
    keep(start..<stop)
    position = end
    endsInComment = false
    endsInBracket = false
  }

  /// Ends the last line.
  mutating func finish() {
    writeComments()
    if !output.isEmpty { output += lineEnd }
  }

  private mutating func writeToken() {
    writeComments()
    let token = position
    position += 1
    guard !flat.isTrailingComma(token) else { return }
    if startsLine {
      writeBreak()
    } else if flat.hasSpace(before: token) {
      write(UInt8(ascii: " "))
    }
    keep(tree.tokens.range(token))
    endsInComment = false
    endsInBracket = tree.tokens.kinds[token].opensBracket
  }

  /// Begins the line that is pending, with a blank one before it unless a bracket was just opened.
  private mutating func writeBreak(indentation bytes: ArraySlice<UInt8>? = nil) {
    if !output.isEmpty {
      output += lineEnd
      if pending == .blankLine, !endsInBracket { output += lineEnd }
    }
    pending = .none
    column = 0
    if let bytes {
      write(bytes)
    } else {
      write(Array(repeating: UInt8(ascii: " "), count: indentation * FormattingStyle.indentation)[...])
    }
  }

  /// Writes bytes of the source.
  private mutating func keep(_ range: Range<Int>) {
    kept.append(FormattingLayout.Kept(source: range, text: output.count..<output.count + range.count))
    write(tree.source[range])
  }

  private mutating func write(_ byte: UInt8) {
    output.append(byte)
    column += 1
  }

  private mutating func write(_ bytes: ArraySlice<UInt8>) {
    output += bytes
    column += FlatLayout.columns(of: bytes)
  }
}
