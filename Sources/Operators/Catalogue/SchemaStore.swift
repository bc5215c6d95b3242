import Synchronization

/// A table of schemas: where each of them stands, and those that have been asked for.
final class SchemaStore: Sendable {
  let index: SchemaIndex
  private let parsed: Mutex<[OperatorSchema?]>

  init(_ text: StaticString) {
    index = SchemaIndex(text)
    parsed = Mutex(Array(repeating: nil, count: index.count))
  }

  /// The one object for an entry of the index.
  func schema(of entry: SchemaIndex.Entry) -> OperatorSchema {
    parsed.withLock { schemas in
      if let schema = schemas[entry.slot] { return schema }
      let schema = index.schema(of: entry)
      schemas[entry.slot] = schema
      return schema
    }
  }
}
