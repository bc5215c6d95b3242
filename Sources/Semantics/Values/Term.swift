package import Graphs
package import Syntax
package import Tensors

/// What an expression means: a tensor of the graph, or something known before the graph runs.
package enum Term: Sendable {
  case tensor(Value.ID)
  /// An integer of the configuration, or a size: both are exact expressions of the symbolic sizes.
  case integer(Dimension)
  case float(Double)
  case boolean(Bool)
  case text(String)
  case bytes([UInt8])
  case element(ElementType)
  case list([Term])
  /// A tensor that the text spells out.
  indirect case literal(Tensor)
  /// A tensor of which the text spells out some elements; the others are 0.
  indirect case sparse(SparseTensor)
  indirect case type(ValueType)
  /// The name of a block or operator, as configuration of type `callee`.
  case callee(Syntax)
  case none
  /// What follows a mistake: nothing more is said about it.
  case unknown

  /// The term in words, for messages.
  package var kindDescription: String {
    switch self {
    case .tensor, .literal: "a tensor"
    case .sparse: "a sparse tensor"
    case .integer: "an integer"
    case .float: "a fraction"
    case .boolean: "a truth value"
    case .text: "a string"
    case .bytes: "bytes"
    case .element: "an element type"
    case .list: "a list"
    case .type: "a type"
    case .callee: "a block or an operator"
    case .none: "`none`"
    case .unknown: "unknown"
    }
  }

  /// Whether a mistake, or a size that cannot be told, is somewhere in the term.
  var isUnknown: Bool {
    switch self {
    case .unknown: true
    case .integer(let value): value.isUnknown
    case .list(let elements): elements.contains(where: \.isUnknown)
    default: false
    }
  }

  /// A size in the term that only the running graph knows.
  var openSize: Dimension? {
    switch self {
    case .integer(let value): value.constant == nil && !value.isUnknown ? value : nil
    case .list(let elements): elements.lazy.compactMap(\.openSize).first
    default: nil
    }
  }

  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  package var isTensor: Bool {
    switch self {
    case .tensor, .literal: true
    default: false
    }
  }

  /// The number as a fraction, where it is one or a constant integer.
  var number: Double? {
    switch self {
    case .float(let value): value
    case .integer(let value): value.constant.map(Double.init)
    default: nil
    }
  }
}

extension Term: CustomStringConvertible {
  /// The term as Mica text, for messages.
  package var description: String {
    switch self {
    case .tensor, .literal, .sparse: "tensor"
    case .integer(let value): value.description
    case .float(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): "\"\(value)\""
    case .bytes(let value): "b\"\(value.count) bytes\""
    case .element(let type): type.spelling
    case .list(let terms): "[" + terms.map(\.description).joined(separator: ", ") + "]"
    case .type(let type): "type \(type)"
    case .callee(let syntax): syntax.text
    case .none: "none"
    case .unknown: "?"
    }
  }
}
