import CJSONC
import Glibc

extension JSONValue {
  /// The value that a JSON text (RFC 8259, UTF-8) writes.
  ///
  /// Stricter than the RFC in four places: an object may not name a key twice (nor write it in
  /// two Unicode normal forms), no key may contain U+0000, values nest
  /// at most 128 deep, and a number must fit `Int64`, `UInt64` or a finite `Double`. A lone surrogate in an escape
  /// reads as U+FFFD.
  /// - Complexity: O(`bytes.count`)
  package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    let document = try JSONDocument(parsing: bytes)
    var reader = JSONReader(bytes: bytes, memberCounts: document.memberCounts)
    // `root` must not die before the reader is done with it.
    self = try withExtendedLifetime(document) { () throws(JSONError) in try reader.value(of: document.root) }
  }

  package init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    let parse = { (buffer: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, JSONError> in
      Result { () throws(JSONError) in try JSONValue(parsing: UnsafeRawBufferPointer(buffer)) }
    }
    let parsed = bytes.withContiguousStorageIfAvailable(parse) ?? Array(bytes).withUnsafeBufferPointer(parse)
    self = try parsed.get()
  }
}

/// Turns json-c objects into values, and finds the objects whose text names a key twice.
private struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  let memberCounts: [Int]
  var nextObject = 0

  mutating func value(of source: OpaquePointer?) throws(JSONError) -> JSONValue {
    switch json_object_get_type(source) {
    case json_type_boolean: return .bool(json_object_get_boolean(source) != 0)
    case json_type_double: return .number(json_object_get_double(source))
    case json_type_int: return integer(source)
    case json_type_string: return .string(string(source))
    case json_type_array: return .array(try array(source))
    case json_type_object: return .object(try object(source))
    default: return .null
    }
  }

  private func integer(_ source: OpaquePointer?) -> JSONValue {
    let value = json_object_get_int64(source)
    if value < Int64.max { return .integer(value) }
    let unsigned = json_object_get_uint64(source)
    return unsigned > UInt64(Int64.max) ? .unsigned(unsigned) : .integer(value)
  }

  private func string(_ source: OpaquePointer?) -> String {
    let start = UnsafeRawPointer(json_object_get_string(source))
    let count = Int(json_object_get_string_len(source))
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  private mutating func array(_ source: OpaquePointer?) throws(JSONError) -> [JSONValue] {
    let count = json_object_array_length(source)
    var values: [JSONValue] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try value(of: json_object_array_get_idx(source, index))) }
    return values
  }

  private mutating func object(_ source: OpaquePointer?) throws(JSONError) -> JSONObject {
    let index = nextObject
    nextObject += 1
    // Up to here no object has lost a member, so both sides have met the same objects.
    guard memberCounts[index] == Int(json_object_object_length(source)) else { throw duplicate(in: index) }
    var members = JSONObject()
    var iterator = json_object_iter_begin(source)
    var end = json_object_iter_end(source)
    while json_object_iter_equal(&iterator, &end) == 0 {
      let key = String(cString: json_object_iter_peek_name(&iterator))
      members[key] = try value(of: json_object_iter_peek_value(&iterator))
      json_object_iter_next(&iterator)
    }
    // Fewer members still: two keys differ in bytes and are canonically equivalent.
    guard memberCounts[index] == members.count else { throw duplicate(in: index) }
    return members
  }

  /// The error that names the first key that the object of this index repeats.
  private func duplicate(in index: Int) -> JSONError {
    do throws(JSONError) {
      var seen: Set<String> = []
      for range in try JSONScanner(bytes, watching: index).watchedKeys {
        let key = try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[range])).stringValue ?? ""
        if !seen.insert(key).inserted { return JSONError(.duplicateKey(key), at: range.lowerBound) }
      }
      preconditionFailure("json-c merged members whose keys differ")
    } catch {
      return error
    }
  }
}
