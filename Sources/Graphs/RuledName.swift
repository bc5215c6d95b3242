/// A name by the parts that a rule made it of: its text is put together when somebody asks for it.
///
/// Most names of a graph are read by nobody but who writes it to a file.
///
/// Public, with what is asked of every name inlinable.
public struct RuledName: Sendable {
  @usableFromInline let stem: String
  /// The number behind the stem; 0 for none.
  @usableFromInline let number: Int32
  /// Which of a node's results has the name; below 0 where its text does not say: `given` or `ruled`.
  @usableFromInline let result: Int32

  /// That a text or a file says the name.
  private static let given: Int32 = -1
  /// That the rule made it.
  private static let ruled: Int32 = -2

  /// A name that a text or a file says.
  package init(_ text: String = "") { self.init(stem: text, number: 0, result: Self.given) }

  /// A name that the rule made, as it stands.
  package init(ruled text: String) { self.init(stem: text, number: 0, result: Self.ruled) }

  private init(stem: String, number: Int32, result: Int32) {
    (self.stem, self.number, self.result) = (stem, number, result)
  }

  /// `stem_number`; the stem alone for number 0.
  package init(_ stem: String, number: Int) {
    if let small = Int32(exactly: number) {
      self.init(stem: stem, number: small, result: Self.ruled)
    } else {
      self.init(ruled: "\(stem)_\(number)")
    }
  }

  /// The name of a node's result: `node_output_index`.
  package init(result index: Int, of node: RuledName) {
    if node.result < 0, let small = Int32(exactly: index) {
      self.init(stem: node.stem, number: node.number, result: small)
    } else {
      self.init(ruled: "\(node.text)_output_\(index)")
    }
  }

  /// Whether the rule made the name, which then depends on the names of others.
  package var isRuled: Bool { result != Self.given }

  @inlinable
  public var isEmpty: Bool { number == 0 && result < 0 && stem.isEmpty }

  @usableFromInline package var text: String {
    if number == 0, result < 0 { return stem }
    var text = stem
    text.reserveCapacity(stem.utf8.count + 24)
    if number != 0 {
      text += "_"
      text += String(number)
    }
    if result >= 0 {
      text += "_output_"
      text += String(result)
    }
    return text
  }
}
