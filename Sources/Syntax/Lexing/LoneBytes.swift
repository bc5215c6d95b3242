/// The tokens that are one byte, whatever stands behind it.
struct LoneBytes: Sendable {
  static let all = LoneBytes([
    ("(", .leftParenthesis), (")", .rightParenthesis), ("[", .leftBracket), ("]", .rightBracket), (",", .comma),
    (":", .colon), (";", .semicolon), ("?", .question), ("~", .tilde), ("$", .dollar), ("@", .at), ("+", .plus),
    ("/", .slash), ("%", .percent),
  ])

  private var kinds: [TokenKind?] = Array(repeating: nil, count: 256)

  private init(_ tokens: [(Unicode.Scalar, TokenKind)]) {
    for (byte, kind) in tokens { kinds[Int(UInt8(ascii: byte))] = kind }
  }

  /// The kind of the token that a byte is; `nil` where that depends on others.
  @inline(__always)
  subscript(byte: UInt8) -> TokenKind? { kinds[Int(byte)] }
}
