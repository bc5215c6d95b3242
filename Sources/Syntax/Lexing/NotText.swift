import Glibc

/// Whether bytes are text at all, and what they seem to be where they are not.
///
/// A model or an archive given for a text is one problem and not a thousand.
struct NotText {
  /// What the bytes seem to be, and what to do about it.
  let message: String

  /// This many bytes that are no UTF-8 are a slip, such as an accent in another encoding in a comment.
  private static let tolerated = 3

  /// `nil` where the bytes are text.
  init?(_ source: [UInt8]) {
    if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
      message = "this file is encoded in UTF-16: save it as UTF-8"
    } else if let zero = Self.firstZero(in: source) {
      message = "this is no text but a binary file (byte \(zero) is zero): Mica reads texts in UTF-8"
    } else if Self.hasInvalidSequences(in: source, moreThan: Self.tolerated) {
      message = "this is no text in UTF-8: save it as UTF-8, or convert it with `mica convert` if it is a model"
    } else {
      return nil
    }
  }

  private static func firstZero(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let zero = memchr(base, 0, bytes.count) else { return nil }
      return UnsafeRawPointer(zero) - base
    }
  }

  /// Whether the bytes are no UTF-8 in more than so many places; all of the text counts, so that blanks change nothing.
  private static func hasInvalidSequences(in bytes: [UInt8], moreThan tolerated: Int) -> Bool {
    let span = bytes.span
    var (count, start) = (0, 0)
    while start < bytes.count {
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: span.extracting(start..<bytes.count))
        return false
      } catch {
        count += 1
        if count > tolerated { return true }
        start += error.byteOffsets.upperBound
      }
    }
    return false
  }
}
