/// A typed index into an `Arena` of `Element`.
package struct Identifier<Element>: Hashable, Sendable, Comparable {
  package let index: Int

  package init(index: Int) {
    self.index = index
  }

  package static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// Elements that are only ever appended, each under an identifier that stays valid.
package struct Arena<Element> {
  private var elements: [Element] = []

  package init() {}

  package var count: Int { elements.count }

  package var indices: some Sequence<Identifier<Element>> {
    (0..<elements.count).lazy.map(Identifier.init)
  }

  /// The identifier of the element appended first.
  package var first: Identifier<Element>? { elements.isEmpty ? nil : Identifier(index: 0) }

  /// The identifier of the element appended last.
  package var last: Identifier<Element>? { elements.isEmpty ? nil : Identifier(index: elements.count - 1) }

  package subscript(id: Identifier<Element>) -> Element {
    get { elements[id.index] }
    _modify { yield &elements[id.index] }
  }

  /// Stores `element` and gives its identifier, in amortised constant time.
  package mutating func append(_ element: Element) -> Identifier<Element> {
    elements.append(element)
    return Identifier(index: elements.count - 1)
  }
}

extension Arena: Sendable where Element: Sendable {}
