/// Where something in a graph comes from: a byte range of a source file, and the instance it was made for.
package struct Origin: Hashable, Sendable {
  package var source: SourceRange?
  package var instance: Instance.ID?

  package init(source: SourceRange? = nil, instance: Instance.ID? = nil) {
    self.source = source
    self.instance = instance
  }
}

/// A byte range of a numbered source file.
///
/// The graph knows nothing of text: what the number and the offsets mean is the front end's affair.
package struct SourceRange: Hashable, Sendable {
  package var file: UInt32
  package var start: UInt32
  package var end: UInt32

  package init(file: UInt32, start: UInt32, end: UInt32) {
    self.file = file
    self.start = start
    self.end = end
  }
}

/// One use of a block, model or scope: a node in the tree of instance paths.
package struct Instance: Sendable {
  package typealias ID = Identifier<Instance>

  package enum Kind: Sendable {
    /// The model itself, the root of the tree; it adds nothing to paths.
    case model
    /// A call of a block.
    case block
    /// A `scope`, or a scope rebuilt from an imported graph's names.
    case scope
  }

  package var kind: Kind
  package var parent: ID?
  /// The label in state-dict spelling, such as `layers.0.attn`; `nil` for an unlabelled call.
  ///
  /// Naming gives a label to unlabelled instances that hold parameters; the others stay transparent.
  package var label: String?
  /// The name of the block, such as `Conv2d`.
  package var callee: String
  /// True for blocks of the standard library.
  package var isLibrary: Bool
  /// The call that made this instance.
  package var call: SourceRange?
  /// What the instance returned, in order.
  package var outputs: [Value.ID] = []

  package init(
    _ kind: Kind, parent: ID?, label: String?, callee: String, isLibrary: Bool = false, call: SourceRange? = nil
  ) {
    self.kind = kind
    self.parent = parent
    self.label = label
    self.callee = callee
    self.isLibrary = isLibrary
    self.call = call
  }
}
