import CJSONC
import Glibc

extension JSONValue {
  /// The value as UTF-8 JSON text, without a newline at the end.
  ///
  /// Doubles are written in the shortest text that reads back as the same double. JSON has no NaN and no infinities:
  /// they become `null`, as in JavaScript. U+0000 in a key becomes U+FFFD.
  /// - Parameter pretty: one member or element a line, indented by two spaces.
  /// - Complexity: O(the length of the text)
  package func serialized(pretty: Bool = false) -> [UInt8] {
    let object = makeObject()
    defer { json_object_put(object) }
    var flags = JSON_C_TO_STRING_NOSLASHESCAPE
    if pretty { flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED }
    var count = 0
    let text = json_object_to_json_string_length(object, flags, &count)
    guard let text else { preconditionFailure("the JSON text is longer than json-c can hold") }
    return Array(UnsafeRawBufferPointer(start: text, count: count))
  }

  /// A new json-c object that the caller owns; `nil` for `null`.
  private func makeObject() -> OpaquePointer? {
    switch self {
    case .null: return nil
    case .bool(let value): return json_object_new_boolean(value ? 1 : 0)
    case .integer(let value): return json_object_new_int64(value)
    case .unsigned(let value): return json_object_new_uint64(value)
    case .number(let value): return value.isFinite ? json_object_new_double_s(value, value.description) : nil
    case .string(let value): return Self.makeString(value)
    case .array(let values):
      let array = json_object_new_array_ext(Int32(clamping: values.count))
      for value in values { json_object_array_add(array, value.makeObject()) }
      return array
    case .object(let members):
      let object = json_object_new_object()
      // Nothing is looked for where each key is another one.
      var flags = UInt32(JSON_C_OBJECT_ADD_KEY_IS_NEW)
      for member in members {
        let key = Self.withoutNull(member.key)
        // What stands for U+0000 may make a key that is there.
        if key != member.key { flags = 0 }
        json_object_object_add_ex(object, key, member.value.makeObject(), flags)
      }
      return object
    }
  }

  private static func makeString(_ value: String) -> OpaquePointer? {
    var value = value
    return value.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { json_object_new_string_len($0.baseAddress, Int32($0.count)) }
    }
  }

  /// The key as json-c can hold it, since C strings end at U+0000.
  private static func withoutNull(_ key: String) -> String {
    guard key.utf8.contains(0) else { return key }
    return String(String.UnicodeScalarView(key.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
  }
}
