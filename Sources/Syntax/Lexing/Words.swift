/// The words that have a meaning of their own: the reserved ones, and those that have one only where it fits.
package struct Words: Sendable {
  /// The element types that texts can name.
  package static let elementTypes = [
    "f64", "f32", "f16", "bf16", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz", "f8e8m0", "f6e2m3", "f6e3m2",
    "f4e2m1", "i64", "i32", "i16", "i8", "i4", "i2", "u64", "u32", "u16", "u8", "u4", "u2", "bool", "string", "c64",
    "c128",
  ]

  /// Words that are keywords, or those of other languages, where they can be, and names elsewhere: all that the parser
  /// looks for among the identifiers.
  static let contextual: Set = [
    "and", "as", "block", "buffer", "callee", "const", "def", "dtype", "elif", "elseif", "float", "floats", "fn", "for",
    "from", "fun", "func", "function", "graphs", "import", "in", "int", "ints", "is", "layer", "let", "macs", "map",
    "model", "not", "operator", "optional", "or", "param", "recipe", "repeat", "require", "scope", "seq", "sparse",
    "sparse_tensors", "strings", "tensors", "type", "types", "use", "val", "var", "weights", "where", "while",
  ]

  static let all = Words(
    [
      ("if", .ifKeyword), ("else", .elseKeyword), ("return", .returnKeyword), ("none", .noneKeyword),
      ("true", .trueKeyword), ("false", .falseKeyword), ("_", .underscore),
    ] + elementTypes.map { ($0, .elementType) } + contextual.map { ($0, .identifier) })

  /// A word and the kind of its token.
  private struct Entry: Sendable {
    var word: [UInt8]
    var kind: TokenKind

    func isSpelt(_ range: Range<Int>, in source: UnsafeBufferPointer<UInt8>) -> Bool {
      guard word.count == range.count else { return false }
      for index in word.indices where word[index] != source[range.lowerBound + index] { return false }
      return true
    }
  }

  /// The words by their first byte.
  private var entries: [[Entry]]
  /// Which lengths they have, as the bits of a number, by their first byte: few names pass that.
  private var lengths: [UInt32]

  private init(_ words: [(String, TokenKind)]) {
    entries = Array(repeating: [], count: 256)
    lengths = Array(repeating: 0, count: 256)
    for (word, kind) in words {
      let bytes = Array(word.utf8)
      entries[Int(bytes[0])].append(Entry(word: bytes, kind: kind))
      lengths[Int(bytes[0])] |= 1 << UInt32(bytes.count)
    }
  }

  /// The kind of the token that a word with a meaning of its own is; `nil` for a name.
  @inline(__always)
  func kind(of word: Range<Int>, in source: UnsafeBufferPointer<UInt8>) -> TokenKind? {
    let first = Int(source[word.lowerBound])
    guard word.count < UInt32.bitWidth, lengths[first] >> UInt32(word.count) & 1 != 0 else { return nil }
    return kind(of: word, in: source, among: first)
  }

  @inline(never)
  private func kind(of word: Range<Int>, in source: UnsafeBufferPointer<UInt8>, among first: Int) -> TokenKind? {
    for index in entries[first].indices where entries[first][index].isSpelt(word, in: source) {
      return entries[first][index].kind
    }
    return nil
  }
}
