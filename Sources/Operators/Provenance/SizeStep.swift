package import Graphs
package import Tensors

/// A size that a graph has: of one axis of a value, or one element of an integer value that sizes depend on.
package struct SizeReference: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case axis(Int)
    /// Row by row, from 0.
    case element(Int)
  }

  package var value: Value.ID
  package var part: Part

  package init(_ value: Value.ID, _ part: Part) {
    self.value = value
    self.part = part
  }
}

/// What a node makes a size of its results from.
package struct SizeStep: Sendable {
  /// A size of an argument that the result's depends on.
  package struct Source: Hashable, Sendable {
    /// What the formula calls it; sources that must be equal share a name.
    package var symbol: String
    package var reference: SizeReference
    package var size: Dimension
    /// Where the size was made: behind all nodes that hand it on.
    package var origin: SizeReference
  }

  /// An attribute of the node that the size depends on.
  package struct AttributeUse: Sendable {
    package var attribute: Attribute
    /// Whether the size itself would be another, and not only its expression.
    package var changesSize: Bool
  }

  package var reference: SizeReference
  package var size: Dimension
  package var node: Node.ID
  /// The size as an expression of the sources' symbols; `nil` where the operator's rule needs more than sizes, so that it
  /// comes from the arguments as a whole.
  ///
  /// With the sources' sizes it is exactly `size`, wherever that is known.
  package var formula: Dimension?
  package var sources: [Source]
  /// The node's own attributes without which, or with other numbers in which, the size would be another expression.
  package var attributes: [AttributeUse]
}

extension SizeStep {
  /// The formula with the sources' sizes written in place of their symbols; `nil` where there is no formula.
  ///
  /// - Parameter text: the text of a source's size.
  package func formulaText(_ text: (Dimension) -> String) -> String? {
    guard let formula else { return nil }
    var sizes: [Substring: String] = [:]
    for source in sources where sizes[source.symbol[...]] == nil {
      let size = text(source.size)
      let isAtom = size.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "?" }
      sizes[source.symbol[...]] = isAtom || formula.symbol != nil ? size : "(\(size))"
    }
    var result = ""
    var rest = formula.description[...]
    while let first = rest.first {
      let word = rest.prefix { $0.isLetter || $0.isNumber }
      if word.isEmpty {
        result.append(first)
        rest.removeFirst()
      } else {
        result += sizes[word] ?? String(word)
        rest = rest.dropFirst(word.count)
      }
    }
    return result
  }
}
