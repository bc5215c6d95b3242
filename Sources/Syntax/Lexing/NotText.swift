/// Whether bytes are text at all, and what they seem to be where they are not.
///
/// A model or an archive given for a text is one problem and not a thousand.
struct NotText {
  /// What the bytes seem to be, and what to do about it.
  let message: String

  /// How many bytes are looked at.
  private static let examined = 1024
  /// This many bytes that are no UTF-8 are a slip, such as an accent in another encoding in a comment.
  private static let tolerated = 3

  /// `nil` where the bytes are text.
  init?(_ source: [UInt8]) {
    let head = source.prefix(Self.examined)
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      message = "this file is encoded in UTF-16: save it as UTF-8"
    } else if let zero = head.firstIndex(of: 0) {
      message = "this is no text but a binary file (byte \(zero) is zero): Mica reads texts in UTF-8"
    } else if Self.invalidSequences(in: head) > Self.tolerated {
      message = "this is no text in UTF-8: save it as UTF-8, or convert it with `mica convert` if it is a model"
    } else {
      return nil
    }
  }

  /// The number of places where the bytes are no UTF-8, the cut end of the last character among them.
  private static func invalidSequences(in bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue: continue
      case .emptyInput: return count
      case .error: count += 1
      }
    }
  }
}
