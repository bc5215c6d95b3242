import JSON

/// The lines of a text: maps byte offsets to positions of the protocol and back.
///
/// A line ends with `\n`, `\r\n` or `\r`.
package struct TextPositions: Sendable {
  private let source: [UInt8]
  private let starts: [Int]
  let encoding: PositionEncoding

  /// Finds the lines in time linear in the text.
  package init(_ source: [UInt8], _ encoding: PositionEncoding) {
    var starts = [0]
    starts.reserveCapacity(source.count / 32)
    Self.appendStarts(of: source, in: 1..<(source.count + 1), to: &starts)
    self.init(source, starts, encoding)
  }

  private init(_ source: [UInt8], _ starts: [Int], _ encoding: PositionEncoding) {
    self.source = source
    self.starts = starts
    self.encoding = encoding
  }

  /// The lines of a text that differs from this one in one range.
  ///
  /// - Parameters:
  ///   - source: the whole new text.
  ///   - edited: the bytes of this text that were replaced.
  ///   - count: how many bytes stand in their place.
  package func replacing(_ edited: Range<Int>, with count: Int, in source: [UInt8]) -> TextPositions {
    // Whether a line begins somewhere depends on the bytes before and behind that place.
    let kept = starts[...line(of: edited.lowerBound)].prefix { $0 < edited.lowerBound || $0 == 0 }
    let behind = starts[line(of: edited.upperBound)...].drop { $0 <= edited.upperBound }
    var new: [Int] = []
    new.reserveCapacity(starts.count + count / 32 + 1)
    new += kept
    let end = edited.lowerBound + count
    Self.appendStarts(of: source, in: max(1, edited.lowerBound)..<max(1, end + 1), to: &new)
    let growth = count - edited.count
    for start in behind { new.append(start + growth) }
    return TextPositions(source, new, encoding)
  }

  /// Appends the places in a range at which lines begin, in order.
  private static func appendStarts(of source: [UInt8], in range: Range<Int>, to starts: inout [Int]) {
    source.withUnsafeBufferPointer { bytes in
      for place in range {
        let byte = bytes[place - 1]
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
        let isHalf = byte == UInt8(ascii: "\r") && place < bytes.count && bytes[place] == UInt8(ascii: "\n")
        if !isHalf { starts.append(place) }
      }
    }
  }

  package var lineCount: Int { starts.count }

  /// The line that holds an offset.
  package func line(of offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line without what ends it.
  package func content(ofLine line: Int) -> Range<Int> {
    var end = line + 1 < starts.count ? starts[line + 1] : source.count
    if line + 1 < starts.count {
      end -= 1
      if end > starts[line], source[end] == UInt8(ascii: "\n"), source[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    }
    return starts[line]..<max(starts[line], end)
  }

  /// The position of a byte offset.
  package func position(of offset: Int) -> Position {
    let offset = min(max(offset, 0), source.count)
    let line = line(of: offset)
    let end = min(offset, content(ofLine: line).upperBound)
    var column = 0
    for byte in source[starts[line]..<max(starts[line], end)] { column += encoding.units(of: byte) }
    return Position(line: line, character: column)
  }

  func range(of range: Range<Int>) -> TextRange {
    TextRange(start: position(of: range.lowerBound), end: position(of: range.upperBound))
  }

  /// The byte offset of a position; one behind the end of its line is that end, and one behind the last line the text's.
  package func offset(of position: Position) -> Int {
    guard position.line < starts.count else { return source.count }
    let content = content(ofLine: max(0, position.line))
    var column = 0
    for offset in content {
      let units = encoding.units(of: source[offset])
      // A position inside a scalar is that of its start.
      if units > 0, column >= position.character { return offset }
      if units > 0, column + units > position.character { return offset }
      column += units
    }
    return content.upperBound
  }

  func offsets(of range: TextRange) -> Range<Int> {
    let start = offset(of: range.start)
    return start..<max(start, offset(of: range.end))
  }
}

/// A line and a column, from 0; the column counts units of the client's encoding.
package struct Position: Hashable, Sendable {
  package var line: Int
  package var character: Int

  package init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  init(_ json: JSONValue?) throws(ResponseError) {
    guard let line = json?["line"]?.intValue, let character = json?["character"]?.intValue, line >= 0, character >= 0
    else { throw ResponseError(.invalidParams, "a position needs `line` and `character`, both 0 or more") }
    self.init(line: line, character: character)
  }

  var json: JSONValue { ["line": .integer(Int64(line)), "character": .integer(Int64(character))] }
}

struct TextRange: Hashable, Sendable {
  var start: Position
  var end: Position

  init(start: Position, end: Position) {
    self.start = start
    self.end = end
  }

  init(_ json: JSONValue?) throws(ResponseError) {
    try self.init(start: Position(json?["start"]), end: Position(json?["end"]))
  }

  var json: JSONValue { ["start": start.json, "end": end.json] }
}
