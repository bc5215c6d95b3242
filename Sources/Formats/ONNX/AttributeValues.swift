import Graphs
import Tensors

/// The values of one kind that an attribute's fields held so far.
struct AttributeValues {
  let kind: AttributeKind
  var floats: [Float] = []
  var ints: [Int64] = []
  var strings: [[UInt8]] = []
  var tensors: [NamedTensor] = []
  var graphs: [Region.ID] = []
  var sparseTensors: [SparseTensor] = []
  var types: [ValueType] = []
  /// True once a value has turned up that `Attribute.Value` cannot hold whole.
  var isIncomplete = false

  init(_ kind: AttributeKind) {
    self.kind = kind
  }

  /// The attribute's value; `nil` where it must have one and has none.
  ///
  /// Of a single value that a file repeats the last counts, as in Protocol Buffers; numbers and strings have defaults.
  var value: Attribute.Value? {
    switch kind {
    case .float: .float(floats.last ?? 0)
    case .int: .int(ints.last ?? 0)
    case .string: .string(strings.last ?? [])
    case .tensor: tensors.last.map { .tensor($0) }
    case .graph: graphs.last.map { .graph($0) }
    case .sparseTensor: sparseTensors.last.map { .sparseTensor($0) }
    case .type: .type(types.last ?? .unknown)
    case .floats: .floats(floats)
    case .ints: .ints(ints)
    case .strings: .strings(strings)
    case .tensors: .tensors(tensors)
    case .graphs: .graphs(graphs)
    case .sparseTensors: .sparseTensors(sparseTensors)
    case .types: .types(types)
    }
  }
}
