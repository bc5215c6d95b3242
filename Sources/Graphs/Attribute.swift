package import Tensors

/// A node's attribute.
package struct Attribute: Sendable {
  package enum Value: Sendable {
    case float(Float)
    case int(Int64)
    /// Bytes: ONNX does not promise UTF-8.
    case string([UInt8])
    indirect case tensor(NamedTensor)
    case graph(Region.ID)
    indirect case sparseTensor(SparseTensor)
    indirect case type(ValueType)
    case floats([Float])
    case ints([Int64])
    case strings([[UInt8]])
    case tensors([NamedTensor])
    case graphs([Region.ID])
    case sparseTensors([SparseTensor])
    case types([ValueType])
    /// The attribute of the function around that is passed on (`ref_attr_name`), and its kind's number.
    ///
    /// The name is empty for a value that this version of Mica has no case for; it is in the unknown fields then.
    indirect case reference(String, kind: Int)
  }

  package var name: String
  package var value: Value
  package var annotations = Annotations()

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

extension Attribute.Value {
  package static func string(_ text: String) -> Self { .string(Array(text.utf8)) }

  /// The number of the value's kind in AttributeProto.AttributeType.
  package var kindNumber: Int {
    switch self {
    case .float: 1
    case .int: 2
    case .string: 3
    case .tensor: 4
    case .graph: 5
    case .floats: 6
    case .ints: 7
    case .strings: 8
    case .tensors: 9
    case .graphs: 10
    case .sparseTensor: 11
    case .sparseTensors: 12
    case .type: 13
    case .types: 14
    case .reference(_, let kind): kind
    }
  }

  /// Whether the attribute holds subgraphs.
  package var holdsRegions: Bool {
    switch self {
    case .graph, .graphs: true
    default: false
    }
  }

  /// The subgraphs that the attribute holds.
  package var regions: [Region.ID] {
    switch self {
    case .graph(let region): [region]
    case .graphs(let regions): regions
    default: []
    }
  }

  package var int: Int64? {
    if case .int(let value) = self { value } else { nil }
  }

  package var float: Float? {
    if case .float(let value) = self { value } else { nil }
  }

  package var ints: [Int64]? {
    if case .ints(let values) = self { values } else { nil }
  }

  /// The value as text, where it is a string of valid UTF-8.
  package var text: String? {
    if case .string(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
  }

  package var tensor: Tensor? {
    if case .tensor(let named) = self { named.tensor } else { nil }
  }
}
