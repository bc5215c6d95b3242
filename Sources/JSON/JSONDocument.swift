import CJSONC
import Glibc

/// A parsed text as json-c objects, which live as long as this does.
final class JSONDocument {
  /// The topmost value; `nil` is JSON's `null`.
  let root: OpaquePointer?

  /// The number of members that the text writes for each object, in the order in which the objects begin.
  let memberCounts: [Int]

  /// Parses a whole text; white space may surround its one value.
  ///
  /// A lone surrogate in an escape (`"\ud800"`) reads as U+FFFD.
  /// - Complexity: O(`bytes.count`)
  init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    // json-c counts in 32 bits, and needs one more byte to end a number.
    let limit = Int(Int32.max) - 1
    guard bytes.count <= limit else { throw JSONError(.tooLong(limit: limit), at: limit) }
    memberCounts = try JSONScanner(bytes).memberCounts
    root = try Self.parse(bytes)
  }

  deinit { json_object_put(root) }

  private static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> OpaquePointer? {
    // The scanner counts the depth; json-c counts scalars as a level of their own.
    let tokener = json_tokener_new_ex(Int32(JSONScanner.depthLimit) + 2)
    defer { json_tokener_free(tokener) }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)

    var root: OpaquePointer?
    var end = 0
    if bytes.count > 0 {
      let start = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      root = json_tokener_parse_ex(tokener, start, Int32(bytes.count))
      end = json_tokener_get_parse_end(tokener)
    }
    if bytes.isEmpty || json_tokener_get_error(tokener) == json_tokener_continue {
      // A number or a literal at the very end is complete only when something follows it.
      var terminator: CChar = 0
      root = json_tokener_parse_ex(tokener, &terminator, 1)
      end = bytes.count
    }
    guard json_tokener_get_error(tokener) == json_tokener_success else {
      json_object_put(root)
      throw end < bytes.count
        ? JSONError(.unexpectedByte(bytes[end]), at: end) : JSONError(.unexpectedEnd, at: bytes.count)
    }
    return root
  }
}
