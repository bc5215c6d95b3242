/// The reserved words.
///
/// Every other keyword is one only where a statement may start, and an identifier elsewhere.
package enum Words {
  /// The element types that texts can name, in the order of `language.md`.
  package static let elementTypes = [
    "f64", "f32", "f16", "bf16", "f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz", "f8e8m0", "f4e2m1", "i64", "i32",
    "i16", "i8", "i4", "i2", "u64", "u32", "u16", "u8", "u4", "u2", "bool", "string", "c64", "c128",
  ]

  private static let kinds: [String: TokenKind] = {
    var kinds: [String: TokenKind] = [
      "if": .ifKeyword, "else": .elseKeyword, "return": .returnKeyword, "none": .noneKeyword, "true": .trueKeyword,
      "false": .falseKeyword, "_": .underscore,
    ]
    for type in elementTypes { kinds[type] = .elementType }
    return kinds
  }()

  private static let longest = 10

  static func kind(of word: UnsafeBufferPointer<UInt8>) -> TokenKind {
    guard word.count <= longest else { return .identifier }
    return kinds[String(decoding: word, as: UTF8.self)] ?? .identifier
  }
}
