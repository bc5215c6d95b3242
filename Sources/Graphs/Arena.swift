/// A typed index into an `Arena` of `Element`.
///
/// Public and inlinable, as is the arena, so that other modules reach an element without a call and without copying it: the
/// compiler inlines nothing from another module that is for the package only.
public struct Identifier<Element>: Hashable, Sendable, Comparable {
  @usableFromInline let place: UInt32

  @inlinable
  public var index: Int { Int(place) }

  /// - Precondition: the index is not negative and has 32 bits.
  @inlinable
  public init(index: Int) {
    place = UInt32(index)
  }

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.place < right.place }

  @inlinable
  public static func == (left: Self, right: Self) -> Bool { left.place == right.place }

  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }
}

/// Elements that are only ever appended, each under an identifier that stays valid.
public struct Arena<Element> {
  @usableFromInline var elements: [Element] = []

  @inlinable
  public init() {}

  @inlinable
  public var count: Int { elements.count }

  @inlinable
  public var indices: LazyMapSequence<Range<Int>, Identifier<Element>> {
    (0..<elements.count).lazy.map { Identifier(index: $0) }
  }

  /// The identifier of the element appended first.
  @inlinable
  public var first: Identifier<Element>? { elements.isEmpty ? nil : Identifier(index: 0) }

  /// The identifier of the element appended last.
  @inlinable
  public var last: Identifier<Element>? { elements.isEmpty ? nil : Identifier(index: elements.count - 1) }

  public subscript(id: Identifier<Element>) -> Element {
    @inlinable get { elements[id.index] }
    @inlinable _modify { yield &elements[id.index] }
  }

  /// Makes room for so many elements in all.
  @inlinable
  public mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(count) }

  /// Stores `element` and gives its identifier, in amortised constant time.
  @inlinable
  public mutating func append(_ element: consuming Element) -> Identifier<Element> {
    elements.append(element)
    return Identifier(index: elements.count - 1)
  }
}

extension Arena: Sendable where Element: Sendable {}
