/// The arguments or the results of a node; a few values need no storage of their own.
@usableFromInline
package struct ValueList: RandomAccessCollection, Sendable {
  /// The values of a short list, each by its index and 1 more; 0 where none is.
  private var few: InlineArray<3, UInt32>
  private var fewCount: UInt32
  /// The values of a longer list.
  private var many: [Value.ID?]?

  /// No values.
  package init() {
    few = InlineArray(repeating: 0)
    fewCount = 0
  }

  package init(_ value: Value.ID) {
    self.init()
    if let place = Self.place(of: value) {
      few[0] = place
      fewCount = 1
    } else {
      many = [value]
    }
  }

  package init(_ values: [Value.ID?]) {
    self.init()
    if values.count <= few.count {
      for value in values { append(value) }
    } else {
      many = values
    }
  }

  package mutating func append(_ value: Value.ID?) {
    guard many == nil else {
      many?.append(value)
      return
    }
    guard Int(fewCount) < few.count, let place = Self.place(of: value) else {
      many = array + [value]
      return
    }
    few[Int(fewCount)] = place
    fewCount += 1
  }

  /// `nil` for what is beyond the range of a short list.
  private static func place(of value: Value.ID?) -> UInt32? {
    guard let value else { return 0 }
    return UInt32(exactly: value.index + 1)
  }

  @usableFromInline package var array: [Value.ID?] {
    if let many { return many }
    return (0..<count).map { self[$0] }
  }

  @usableFromInline package var startIndex: Int { 0 }
  @usableFromInline package var endIndex: Int { count }
  @usableFromInline package var count: Int { many?.count ?? Int(fewCount) }

  @usableFromInline package subscript(position: Int) -> Value.ID? {
    if let many { return many[position] }
    precondition(position < Int(fewCount), "a list of \(fewCount) values has none at \(position)")
    let place = few[position]
    return place == 0 ? nil : Value.ID(index: Int(place) - 1)
  }
}
