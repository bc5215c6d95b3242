/// Tells which attributes say only what their operator means without them.
///
/// Exporters write many of these; a computation is the same with them and without.
package struct ImpliedAttributes: Sendable {
  /// Whether an attribute of a node is one.
  private let contains: @Sendable (Attribute, Node, LeafTensors) -> Bool

  package init(_ contains: @escaping @Sendable (Attribute, Node, LeafTensors) -> Bool) { self.contains = contains }

  /// None at all.
  package static let none = ImpliedAttributes { _, _, _ in false }

  package func contains(_ attribute: Attribute, of node: Node, _ leaves: LeafTensors) -> Bool {
    contains(attribute, node, leaves)
  }
}
