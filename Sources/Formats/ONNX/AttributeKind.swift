import Graphs

/// `AttributeProto.AttributeType`: what kind of value an attribute has.
enum AttributeKind: Int, CaseIterable {
  case float = 1
  case int = 2
  case string = 3
  case tensor = 4
  case graph = 5
  case floats = 6
  case ints = 7
  case strings = 8
  case tensors = 9
  case graphs = 10
  case sparseTensor = 11
  case sparseTensors = 12
  case type = 13
  case types = 14

  /// The field that holds a value of this kind.
  var field: AttributeField {
    switch self {
    case .float: .float
    case .int: .int
    case .string: .string
    case .tensor: .tensor
    case .graph: .graph
    case .floats: .floats
    case .ints: .ints
    case .strings: .strings
    case .tensors: .tensors
    case .graphs: .graphs
    case .sparseTensor: .sparseTensor
    case .sparseTensors: .sparseTensors
    case .type: .type
    case .types: .types
    }
  }

  /// The kind whose values the field of this number holds, if it holds any.
  init?(fieldNumber: Int) {
    guard let kind = Self.allCases.first(where: { $0.field.rawValue == fieldNumber }) else { return nil }
    self = kind
  }
}
