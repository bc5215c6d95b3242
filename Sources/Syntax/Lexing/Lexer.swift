/// Cuts a text into tokens; every byte ends up in a token or in the gap before one.
///
/// Linear in the length of the text. Never fails: what begins no token becomes an `invalid` one.
struct Lexer: ~Copyable {
  /// A problem with a token's spelling.
  struct Problem {
    enum Kind {
      case invalidCharacter, hash, unterminatedString, unterminatedName, trailingPoint, leadingPoint, malformedNumber

      /// Whether the token may have been another one, or hidden the end of the line.
      var hidesToken: Bool {
        switch self {
        case .invalidCharacter, .unterminatedString, .unterminatedName: true
        case .hash, .trailingPoint, .leadingPoint, .malformedNumber: false
        }
      }
    }

    var kind: Kind
    var range: Range<Int>
  }

  /// The bytes of the text, while it lasts: nothing is looked at that the count does not cover.
  private let source: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var newline = false
  /// Where the current line begins, and where its first token does.
  private var lineStart = 0
  private var indentation = 0
  /// For each interpolated name around the position: how many braces are open inside its current interpolation.
  private var interpolations: [Int] = []
  /// Where the index of a path such as `layers.0.conv` ended.
  private var pathIndexEnd = -1
  /// The kind and the end of the token scanned last.
  private var lastKind = TokenKind.endOfFile
  private var lastEnd = -1
  private var tokens: Tokens.Writer
  private var problems: [Problem] = []
  private let words = Words.all
  private let loneBytes = LoneBytes.all
  /// Whether the token scanned last may mean more than its kind tells.
  private var isMarked = false

  private init(_ source: UnsafeBufferPointer<UInt8>, estimatedCount: Int) {
    self.source = source
    tokens = Tokens.Writer(estimatedCount: estimatedCount)
  }

  /// Lexes the whole text.
  static func lex(_ source: [UInt8]) -> (tokens: Tokens, problems: [Problem]) {
    source.withUnsafeBufferPointer { source in
      var lexer = Lexer(source, estimatedCount: source.count / 2 + 16)
      lexer.runByLines()
      return lexer.finish()
    }
  }

  /// Lexes some lines, from the first token of the first to the end of the last.
  ///
  /// - Returns: `nil` where a token is misspelt.
  static func lex(_ source: [UInt8], line range: Range<Int>, indentation: Int) -> Tokens? {
    let (tokens, problems) = source.withUnsafeBufferPointer { source in
      var lexer = Lexer(source, estimatedCount: range.count / 2 + 2)
      lexer.position = range.lowerBound
      lexer.lineStart = range.lowerBound - indentation
      lexer.newline = true
      lexer.run(to: range.upperBound)
      return lexer.finish()
    }
    return problems.isEmpty ? tokens : nil
  }

  private consuming func finish() -> (tokens: Tokens, problems: [Problem]) { (Tokens(tokens), problems) }

  /// Lexes the whole text, a line at a time where lines repeat.
  private mutating func runByLines() {
    var memory = LineMemory(byteCount: source.count)
    position = endOfGap(from: position)
    // A first line that no newline stands before is like no other one.
    if !newline { scan(to: memory.line(from: position, indentation: 0, in: source).bytes.upperBound) }
    while newline, memory.isUseful, position < source.count {
      var line = memory.line(from: position, indentation: position - lineStart, in: source)
      if let known = memory.known(like: line, in: source) {
        tokens.append(again: known.tokens, further: line.bytes.lowerBound - known.bytes.lowerBound)
        newline = false
        position = endOfGap(from: line.bytes.upperBound)
      } else {
        let (first, told) = (tokens.count, problems.count)
        scan(to: line.bytes.upperBound)
        line.tokens = first..<tokens.count
        if problems.count == told { memory.remember(line) }
      }
    }
    run(to: source.count)
  }

  private mutating func run(to end: Int) {
    scan(to: end)
    tokens.append(.endOfFile, from: position, to: position, followsNewline: true, indentation: 0)
  }

  /// Lexes the tokens up to a position.
  private mutating func scan(to end: Int) {
    while true {
      let start = endOfGap(from: position)
      position = start
      guard start < end else { break }
      if newline || tokens.count == 0 { indentation = start - lineStart }
      let kind = scan()
      tokens.append(
        kind, from: start, to: position, followsNewline: newline, indentation: indentation, isMarked: isMarked)
      (lastKind, lastEnd) = (kind, position)
      newline = false
      isMarked = false
    }
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    let index = position + offset
    return index < source.count ? source[index] : 0
  }

  /// Where the blanks, newlines and comments end that begin at a position.
  @inline(__always)
  private mutating func endOfGap(from start: Int) -> Int {
    var end = start
    while end < source.count {
      switch source[end] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        end += 1
      case UInt8(ascii: "\n"):
        newline = true
        // A name ends with its line, closed or not.
        if !interpolations.isEmpty { interpolations.removeAll() }
        end += 1
        lineStart = end
      case UInt8(ascii: "/"), UInt8(ascii: "#"), 0xEF:
        position = end
        guard skipComment() else { return end }
        end = position
      default:
        return end
      }
    }
    return end
  }

  /// Skips a comment, or the mark at the start of a file; `false` where none stands here.
  private mutating func skipComment() -> Bool {
    switch byte() {
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
      skipLine()
    case UInt8(ascii: "#"):
      // The comment of other languages.
      let start = position
      while byte() == UInt8(ascii: "#") { position += 1 }
      problems.append(Problem(kind: .hash, range: start..<position))
      skipLine()
    case 0xEF where position == 0 && byte(1) == 0xBB && byte(2) == 0xBF:
      position += 3
    default:
      return false
    }
    return true
  }

  private mutating func skipLine() {
    while position < source.count, source[position] != UInt8(ascii: "\n") { position += 1 }
  }
}

// MARK: - Tokens

extension Lexer {
  @inline(__always)
  private mutating func scan() -> TokenKind {
    let first = source[position]
    if first.isNameStart { return scanWord() }
    if let kind = loneBytes[first] { return take(kind) }
    if first.isDigit { return scanNumber() }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return scanString(.string)
    case UInt8(ascii: "`"):
      return scanQuotedName(whole: .quotedName, open: .quotedNameHead)
    case UInt8(ascii: "}"):
      if let depth = interpolations.last {
        if depth == 0 {
          interpolations.removeLast()
          return scanQuotedName(whole: .quotedNameTail, open: .quotedNameMiddle)
        }
        interpolations[interpolations.count - 1] = depth - 1
      }
      return take(.rightBrace)
    case UInt8(ascii: "{"):
      if let depth = interpolations.last { interpolations[interpolations.count - 1] = depth + 1 }
      return take(.leftBrace)
    case UInt8(ascii: "."):
      if byte(1) == first, byte(2) == first { return take(.ellipsis, 3) }
      if byte(1) == first { return take(.range, byte(2) == UInt8(ascii: "<") || byte(2) == UInt8(ascii: "=") ? 3 : 2) }
      if byte(1).isDigit, !isBehindPath { return scanLeadingPoint() }
      return take(.dot)
    default:
      return scanPunctuation(first)
    }
  }

  private mutating func take(_ kind: TokenKind, _ length: Int = 1) -> TokenKind {
    position += length
    return kind
  }

  private mutating func scanPunctuation(_ first: UInt8) -> TokenKind {
    let second = byte(1)
    switch first {
    case UInt8(ascii: "-"): return second == UInt8(ascii: ">") ? take(.arrow, 2) : take(.minus)
    case UInt8(ascii: "*"): return second == first ? take(.power, 2) : take(.star)
    case UInt8(ascii: "="): return second == first ? take(.equal, 2) : take(.assign)
    case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? take(.notEqual, 2) : take(.not)
    case UInt8(ascii: "<"): return second == UInt8(ascii: "=") ? take(.lessOrEqual, 2) : take(.less)
    case UInt8(ascii: ">"): return second == UInt8(ascii: "=") ? take(.greaterOrEqual, 2) : take(.greater)
    case UInt8(ascii: "&") where second == first: return take(.and, 2)
    case UInt8(ascii: "|") where second == first: return take(.or, 2)
    case UInt8(ascii: "|") where second == UInt8(ascii: ">"): return take(.pipe, 2)
    // One of two: the parser reports it where an operator may stand.
    case UInt8(ascii: "&"), UInt8(ascii: "|"):
      isMarked = true
      return take(first == UInt8(ascii: "&") ? .and : .or)
    default: return scanInvalid()
    }
  }

  /// Takes a run of bytes that begin no token, so that a binary file gives few problems.
  private mutating func scanInvalid() -> TokenKind {
    let start = position
    let first = source[position]
    position += 1
    while position < source.count, source[position] >= 0x80 || source[position] == first { position += 1 }
    problems.append(Problem(kind: .invalidCharacter, range: start..<position))
    return .invalid
  }

  @inline(__always)
  private mutating func scanWord() -> TokenKind {
    let start = position
    let end = source.endOfName(from: start)
    position = end
    if end == start + 1, source[start] == UInt8(ascii: "b"),
      byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "'")
    {
      return scanString(.bytes)
    }
    guard let kind = words.kind(of: start..<end, in: source) else { return .identifier }
    isMarked = kind == .identifier
    return kind
  }

  /// Scans a string from its opening quote; it ends at the closing one or, with a problem, at the end of the line.
  private mutating func scanString(_ kind: TokenKind) -> TokenKind {
    let start = position
    let quote = source[position]
    position += 1
    while position < source.count {
      switch source[position] {
      case quote:
        position += 1
        return kind
      case UInt8(ascii: "\\") where position + 1 < source.count && source[position + 1] != UInt8(ascii: "\n"):
        position += 2
      case UInt8(ascii: "\n"):
        return endUnterminatedString(kind, from: start)
      default:
        position += 1
      }
    }
    return endUnterminatedString(kind, from: start)
  }

  /// Ends a string that its line ends, before the brackets and commas at the end of the line that are not its own, and the
  /// comment behind them.
  private mutating func endUnterminatedString(_ kind: TokenKind, from start: Int) -> TokenKind {
    let comment = source[start..<position].firstRange(of: Array(" //".utf8))
    var end = comment?.lowerBound ?? position
    scan: while end > start + 1 {
      switch source[end - 1] {
      case UInt8(ascii: ")") where !source[start..<end].contains(UInt8(ascii: "(")),
        UInt8(ascii: "]") where !source[start..<end].contains(UInt8(ascii: "[")),
        UInt8(ascii: "}") where !source[start..<end].contains(UInt8(ascii: "{")),
        UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\r"):
        end -= 1
      default: break scan
      }
    }
    // A backslash would quote what now follows.
    if source[end - 1] != UInt8(ascii: "\\") { position = end }
    problems.append(Problem(kind: .unterminatedString, range: start..<position))
    return kind
  }

  /// Scans a piece of a backquoted name, from its backquote or the brace that ends an interpolation.
  private mutating func scanQuotedName(whole: TokenKind, open: TokenKind) -> TokenKind {
    let start = position
    position += 1
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "`"):
        position += 1
        return whole
      case UInt8(ascii: "{"):
        position += 1
        interpolations.append(0)
        return open
      case UInt8(ascii: "\\") where position + 1 < source.count && source[position + 1] != UInt8(ascii: "\n"):
        position += 2
      case UInt8(ascii: "\n"):
        problems.append(Problem(kind: .unterminatedName, range: start..<position))
        return whole
      default:
        position += 1
      }
    }
    problems.append(Problem(kind: .unterminatedName, range: start..<position))
    return whole
  }
}

// MARK: - Numbers

extension Lexer {
  private mutating func skipDigits() {
    while byte().isDigit { position += 1 }
  }

  private mutating func scanNumber() -> TokenKind {
    let start = position
    if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x") { return scanHexadecimal() }
    skipDigits()
    if isBehindPathPoint(start) {
      pathIndexEnd = position
      return finishNumber(.integer, from: start)
    }
    var kind = TokenKind.integer
    if byte() == UInt8(ascii: "."), byte(1).isDigit {
      kind = .float
      position += 1
      skipDigits()
    } else if byte() == UInt8(ascii: "."), byte(1) != UInt8(ascii: "."), !byte(1).isNameStart {
      kind = .float
      position += 1
      problems.append(Problem(kind: .trailingPoint, range: start..<position))
    }
    if skipExponent(UInt8(ascii: "e")) { kind = .float }
    return finishNumber(kind, from: start)
  }

  /// Whether a path touches the position: then `.0` is an index as state dictionaries write it, and no number.
  private var isBehindPath: Bool {
    guard lastEnd == position else { return false }
    switch lastKind {
    case .identifier, .quotedName, .quotedNameTail, .rightBracket: return true
    case .integer: return pathIndexEnd == position
    default: return false
    }
  }

  /// Whether the point of a path stands right before the digits at `start`.
  private func isBehindPathPoint(_ start: Int) -> Bool {
    lastKind == .dot && lastEnd == start
  }

  private mutating func scanLeadingPoint() -> TokenKind {
    let start = position
    position += 1
    skipDigits()
    _ = skipExponent(UInt8(ascii: "e"))
    problems.append(Problem(kind: .leadingPoint, range: start..<position))
    return finishNumber(.float, from: start)
  }

  /// Skips `e-3` or, for another `letter`, `p-3`; `false` where no exponent stands here.
  private mutating func skipExponent(_ letter: UInt8) -> Bool {
    guard byte() | 0x20 == letter else { return false }
    let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
    guard byte(1 + sign).isDigit else { return false }
    position += 1 + sign
    skipDigits()
    return true
  }

  /// `0xFF`, or the exact float `0x1.8p-3`.
  private mutating func scanHexadecimal() -> TokenKind {
    let start = position
    position += 2
    let digits = position
    while byte().isHexadecimalDigit { position += 1 }
    var isMalformed = position == digits
    var kind = TokenKind.integer
    if byte() == UInt8(ascii: "."), byte(1).isHexadecimalDigit {
      kind = .float
      position += 1
      while byte().isHexadecimalDigit { position += 1 }
    }
    if skipExponent(UInt8(ascii: "p")) { kind = .float } else if kind == .float { isMalformed = true }
    return finishNumber(kind, from: start, isMalformed: isMalformed)
  }

  /// Letters right behind a number are part of a mistake, not of a name.
  private mutating func finishNumber(_ kind: TokenKind, from start: Int, isMalformed: Bool = false) -> TokenKind {
    guard isMalformed || byte().isNamePart else { return kind }
    var kind = kind
    while byte().isNamePart || byte() == UInt8(ascii: ".") && byte(1).isDigit {
      if byte() == UInt8(ascii: ".") { kind = .float }
      position += 1
    }
    problems.append(Problem(kind: .malformedNumber, range: start..<position))
    return kind
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isNameStart: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self == UInt8(ascii: "_")
  }
  var isNamePart: Bool { isNameStart || isDigit }
  var isHexadecimalDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}
