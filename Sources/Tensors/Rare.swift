/// An optional value that few have: it takes one word, and where there is none nothing more is copied.
///
/// Public so that other modules' uses are specialised.
public struct Rare<Wrapped> {
  @usableFromInline
  indirect enum Box {
    case value(Wrapped)
  }

  @usableFromInline var box: Box?

  @inlinable
  public init(_ value: Wrapped? = nil) {
    box = value.map { .value($0) }
  }

  @inlinable
  public var isEmpty: Bool { box == nil }

  @inlinable
  public var value: Wrapped? {
    get { if case .value(let value)? = box { value } else { nil } }
    set { box = newValue.map { .value($0) } }
  }
}

extension Rare.Box: Sendable where Wrapped: Sendable {}
extension Rare: Sendable where Wrapped: Sendable {}

extension Rare: Equatable where Wrapped: Equatable {
  public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
}

extension Rare: Hashable where Wrapped: Hashable {
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
