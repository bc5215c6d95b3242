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
///
/// Appending to a copy of a settled arena copies none of the elements that it was settled with.
public struct Arena<Element> {
  /// Those that were there when the arena was settled.
  @usableFromInline var settled: ContiguousArray<Element> = []
  /// Those behind them.
  @usableFromInline var elements: ContiguousArray<Element> = []

  @inlinable
  public init() {}

  @inlinable
  public var count: Int { settled.count + elements.count }

  @inlinable
  public var indices: LazyMapSequence<Range<Int>, Identifier<Element>> {
    (0..<count).lazy.map { Identifier(index: $0) }
  }

  /// The identifier of the element appended first.
  @inlinable
  public var first: Identifier<Element>? { count == 0 ? nil : Identifier(index: 0) }

  /// The identifier of the element appended last.
  @inlinable
  public var last: Identifier<Element>? { count == 0 ? nil : Identifier(index: count - 1) }

  /// An element where it is: no part of it is copied that nobody asks for.
  ///
  /// The arrays cannot change during an access, so that the pointers into them stay valid.
  public subscript(id: Identifier<Element>) -> Element {
    @inlinable _read {
      let index = id.index
      precondition(index < count, "no element of the arena")
      let element =
        index < settled.count
        ? settled.withUnsafeBufferPointer { $0.baseAddress! + index }
        : elements.withUnsafeBufferPointer { $0.baseAddress! + (index - settled.count) }
      yield element.pointee
    }
    @inlinable _modify {
      let index = id.index
      precondition(index < count, "no element of the arena")
      let behind = index - settled.count
      let element =
        behind < 0
        ? settled.withUnsafeMutableBufferPointer { $0.baseAddress! + index }
        : elements.withUnsafeMutableBufferPointer { $0.baseAddress! + behind }
      yield &element.pointee
    }
  }

  /// Makes room for so many elements in all.
  @inlinable
  public mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(max(0, count - settled.count)) }

  /// Stores `element` and gives its identifier, in amortised constant time.
  @inlinable
  public mutating func append(_ element: consuming Element) -> Identifier<Element> {
    elements.append(element)
    return Identifier(index: count - 1)
  }

  /// Lets copies share the elements, where most of them will only add to them; once, in constant time.
  @inlinable
  public mutating func settle() {
    guard settled.isEmpty else { return }
    swap(&settled, &elements)
  }
}

extension Arena: Sendable where Element: Sendable {}
