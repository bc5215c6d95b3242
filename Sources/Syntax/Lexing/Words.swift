/// The reserved words.
///
/// Every other keyword is one only where a statement may start, and an identifier elsewhere.
package enum Words {
  /// The element types that texts can name.
  package static let elementTypes = [
    "f64", "f32", "f16", "bf16", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz", "f8e8m0", "f4e2m1", "i64", "i32",
    "i16", "i8", "i4", "i2", "u64", "u32", "u16", "u8", "u4", "u2", "bool", "string", "c64", "c128",
  ]

  /// A reserved word and the kind of its token.
  private struct Entry {
    var word: [UInt8]
    var kind: TokenKind
  }

  /// The reserved words by their first byte.
  private static let entries: [[Entry]] = {
    let keywords: [(String, TokenKind)] = [
      ("if", .ifKeyword), ("else", .elseKeyword), ("return", .returnKeyword), ("none", .noneKeyword),
      ("true", .trueKeyword), ("false", .falseKeyword), ("_", .underscore),
    ]
    var entries: [[Entry]] = Array(repeating: [], count: 128)
    for (word, kind) in keywords + elementTypes.map({ ($0, .elementType) }) {
      let bytes = Array(word.utf8)
      entries[Int(bytes[0])].append(Entry(word: bytes, kind: kind))
    }
    return entries
  }()

  /// The kind of the token that a word is; the word begins with an ASCII byte.
  static func kind(of word: UnsafeBufferPointer<UInt8>) -> TokenKind {
    for entry in entries[Int(word[0] & 0x7F)] where entry.word.count == word.count {
      if entry.word.elementsEqual(word) { return entry.kind }
    }
    return .identifier
  }
}
