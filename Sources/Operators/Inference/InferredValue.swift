package import Tensors

/// What is known of a value while a graph is being built: its type, and its elements where they flow through shapes.
package struct InferredValue: Sendable {
  package var type: ValueType
  /// The elements of a small integer or boolean tensor, row by row, as exact expressions of the symbolic sizes; an element
  /// that is not known is `Dimension.unknown`; `nil` where not even their number is.
  package var elements: [Dimension]?
  /// The tensor itself, where the value is a constant: a stored one, or a small one that a rule has computed.
  package var constant: Tensor? {
    get { if case .constant(let tensor)? = contents.value { tensor } else { nil } }
    set { contents.value = newValue.map(Contents.constant) }
  }
  /// The members of a sequence, in order, where it is known how many there are; of an optional, what it holds, if anything.
  package var members: [InferredValue]? {
    get { if case .members(let members)? = contents.value { members } else { nil } }
    set { contents.value = newValue.map(Contents.members) }
  }
  private var contents: Rare<Contents>

  /// What few values have.
  private enum Contents {
    case constant(Tensor)
    case members([InferredValue])
  }

  /// Whether the tensor itself is known.
  var isConstant: Bool { constant != nil }

  /// Whether nothing but the type is known.
  var isTypeOnly: Bool { elements == nil && contents.isEmpty }

  package init(type: ValueType, elements: [Dimension]? = nil, constant: Tensor? = nil) {
    self.type = type
    self.elements = elements
    contents = Rare(constant.map(Contents.constant))
  }

  /// A sequence of just these members, whose type is what all of them have.
  package init(members: [InferredValue], of element: ValueType) {
    let types = members.map(\.type)
    self.init(type: .sequence(types.first.map { types.dropFirst().reduce($0) { $0.joined(with: $1) } } ?? element))
    self.members = members
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
  package var undetermined: SizePair?
  /// Whether the call may be run all the same.
  package var isWarning = false
  /// The two sizes that differ, where that is the problem.
  package var differing: SizePair?
  /// The sizes that the problem comes of, where they are not two that differ.
  package var sizes: [SizePlace] = []
  /// The arguments whose element types are the problem.
  package var typed: [Int] = []
  /// The element types that the argument at fault may have.
  package var wantedElements: [ElementType] = []
  /// The string that is probably meant by the attribute at fault.
  package var meant: String?

  /// Two sizes that an operator requires to be equal.
  package struct SizePair: Hashable, Sendable {
    package var left: Dimension
    package var right: Dimension
    /// Which sizes of the arguments they are, where the rule says so.
    package var places: SizePlaces?
  }

  /// What two sizes are of; `nil` where one is of nothing that a text could point to.
  package struct SizePlaces: Hashable, Sendable {
    package var left: SizePlace?
    package var right: SizePlace?
  }

  /// What a size is of.
  package enum SizePlace: Hashable, Sendable {
    /// An argument's axis.
    case axis(input: Int, Int)
    case attribute(String)
  }

  package init(_ identifier: String, _ message: String, at subject: Subject = .call) {
    self.identifier = identifier
    self.message = message
    self.subject = subject
  }
}
