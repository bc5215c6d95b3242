package import Tensors

/// What is known of a value while a graph is being built: its type, and its elements where they flow through shapes.
package struct InferredValue: Sendable {
  package var type: ValueType
  /// The elements of a small integer or boolean tensor, row by row, as exact expressions of the symbolic sizes; an element
  /// that is not known is `Dimension.unknown`; `nil` where not even their number is.
  package var elements: [Dimension]?
  /// The tensor itself, where the value is a constant: a stored one, or a small one that a rule has computed.
  package var constant: Tensor? {
    get { rareConstant.value }
    set { rareConstant.value = newValue }
  }
  private var rareConstant: Rare<Tensor>

  /// Whether the tensor itself is known.
  var isConstant: Bool { !rareConstant.isEmpty }

  package init(type: ValueType, elements: [Dimension]? = nil, constant: Tensor? = nil) {
    self.type = type
    self.elements = elements
    rareConstant = Rare(constant)
  }

  /// All that is known of a value that is a tensor of the graph's own.
  package init(constant tensor: Tensor) {
    self.init(type: tensor.type, elements: tensor.shapeElements, constant: tensor)
  }
}

/// Something wrong with a call, found by a rule.
package struct OperatorProblem: Sendable {
  package enum Subject: Hashable, Sendable {
    case call
    case input(Int)
    case attribute(String)
  }

  /// Stable, such as `shape-mismatch`.
  package var identifier: String
  /// Both facts that disagree, such as "the weight takes 64 input channels, the input has 32".
  package var message: String
  /// The argument at fault.
  package var subject: Subject
  /// The two sizes that nothing says are equal, where that is the problem.
  package var sizes: SizePair?

  /// Two sizes that an operator requires to be equal.
  package struct SizePair: Hashable, Sendable {
    package var left: Dimension
    package var right: Dimension
  }

  package init(_ identifier: String, _ message: String, at subject: Subject = .call) {
    self.identifier = identifier
    self.message = message
    self.subject = subject
  }
}
