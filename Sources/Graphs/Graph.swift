package import Tensors

/// A graph with its subgraphs: values, nodes and regions in arenas, in the order that files keep.
///
/// A subgraph (the body of an If, Loop or Scan) is a `Region`; its nodes use values of the regions around it directly,
/// as ONNX's captured names do. Everything that a GraphProto can say has a place here.
package struct Graph: Sendable {
  package var values = Arena<Value>()
  package var nodes = Arena<Node>()
  package var regions = Arena<Region>()
  package var instances = Arena<Instance>()
  /// Values of a file whose name an earlier value of their region has: no use means them.
  package var shadowed: [Value.ID] = []
  /// The outermost region.
  package let body: Region.ID

  package init(name: String = "") {
    body = regions.append(Region(name: name))
  }

  /// Lets copies that add to the graph share what is there now.
  package mutating func settle() {
    values.settle()
    nodes.settle()
  }
}

/// A value: an input, an initialiser, or one result of a node.
@usableFromInline
package struct Value: Sendable {
  @usableFromInline package typealias ID = Identifier<Value>

  package enum Definition: Hashable, Sendable {
    case input(Region.ID, index: Int)
    case initializer(Region.ID)
    case result(Node.ID, index: Int)
    /// Named by a file, defined by nothing.
    case undefined
  }

  /// The name in the exported file; empty until naming has run.
  package var name: String {
    @inlinable get { ruledName.text }
    set { ruledName = RuledName(newValue) }
  }
  @usableFromInline package var ruledName: RuledName
  package var type: ValueType
  package var definition: Definition
  package var origin: Origin
  package var annotations = Annotations()
  /// Denotations of the type and of its dimensions, where a file gives them.
  package var denotation: Denotation? {
    get { rareDenotation.value }
    set { rareDenotation.value = newValue }
  }
  private var rareDenotation = Rare<Denotation>()

  package init(name: String = "", type: ValueType, definition: Definition, origin: Origin = Origin()) {
    ruledName = RuledName(name)
    self.type = type
    self.definition = definition
    self.origin = origin
  }
}

/// `TypeProto.denotation` and `TensorShapeProto.Dimension.denotation`.
///
/// A value of unknown type that has one, though it be empty, has a TypeProto without a type in it.
package struct Denotation: Hashable, Sendable {
  package var type: String
  /// Keyed by axis.
  package var dimensions: [Int: String]
  /// Sizes below 0, which a file has in the place of unknown ones, by axis.
  package var negativeSizes: [Int: Int] = [:]
  /// The whole TypeProto as wire bytes, where it says more than the type and the denotations above can.
  ///
  /// That is an opaque type, denotations further inside, or unknown fields. The bytes are written for as long as the
  /// value's type is the one that they were read as.
  package var verbatim: [UInt8] = []
  /// Whether the bytes are written whatever the value's type is.
  package var isVerbatimFixed = false

  package init(type: String = "", dimensions: [Int: String] = [:]) {
    self.type = type
    self.dimensions = dimensions
  }

  /// Whether the value may be written with a type that is more exact than the file's.
  package var isOverwritable: Bool { verbatim.isEmpty && negativeSizes.isEmpty }
}

/// A call of an operator or of a function.
@usableFromInline
package struct Node: Sendable {
  package typealias ID = Identifier<Node>

  /// The operator, which all of its nodes share.
  @usableFromInline package var callee: NodeCallee
  /// The operator set's domain; empty for ai.onnx.
  package var domain: String {
    @inlinable get { callee.domain }
    set { callee = NodeCallee(domain: newValue, operatorType, overload: overload) }
  }
  package var operatorType: String {
    @inlinable get { callee.operatorType }
    set { callee = NodeCallee(domain: domain, newValue, overload: overload) }
  }
  /// The function overload; empty in general.
  package var overload: String {
    @inlinable get { callee.overload }
    set { callee = NodeCallee(domain: domain, operatorType, overload: newValue) }
  }
  package var name: String {
    @inlinable get { ruledName.text }
    set { ruledName = RuledName(newValue) }
  }
  @usableFromInline package var ruledName: RuledName
  /// `nil` is an omitted optional input.
  @usableFromInline package var arguments: ValueList
  /// `nil` is a result that nobody wants.
  @usableFromInline package var results: ValueList
  /// The arguments as an array.
  package var inputs: [Value.ID?] {
    @inlinable get { arguments.array }
    set { arguments = ValueList(newValue) }
  }
  /// The results as an array.
  package var outputs: [Value.ID?] {
    @inlinable get { results.array }
    set { results = ValueList(newValue) }
  }
  package var attributes: [Attribute]
  package var origin: Origin
  package var annotations = Annotations()
  /// `NodeProto.device_configurations`.
  package var deviceConfigurations: [NodeDeviceConfiguration] = []

  package init(
    domain: String = "", _ operatorType: String, overload: String = "", name: String = "", inputs: [Value.ID?],
    outputs: [Value.ID?], attributes: [Attribute] = [], origin: Origin = Origin()
  ) {
    callee = NodeCallee(domain: domain, operatorType, overload: overload)
    ruledName = RuledName(name)
    arguments = ValueList(inputs)
    results = ValueList(outputs)
    self.attributes = attributes
    self.origin = origin
  }

  package init(
    _ callee: NodeCallee, arguments: ValueList, results: ValueList, attributes: [Attribute], origin: Origin
  ) {
    self.callee = callee
    ruledName = RuledName()
    self.arguments = arguments
    self.results = results
    self.attributes = attributes
    self.origin = origin
  }

  package subscript(attribute name: String) -> Attribute.Value? {
    attributes.first { $0.name == name }?.value
  }
}

/// What a node calls: an operator or a function by its domain, name and overload.
@usableFromInline
package final class NodeCallee: Sendable {
  @usableFromInline package let domain: String
  @usableFromInline package let operatorType: String
  @usableFromInline package let overload: String

  package init(domain: String, _ operatorType: String, overload: String) {
    (self.domain, self.operatorType, self.overload) = (domain, operatorType, overload)
  }
}

/// A GraphProto without its arenas: what stands in it, in order.
package struct Region: Sendable {
  package typealias ID = Identifier<Region>

  package var name: String
  /// The node whose attribute this region is; `nil` for the outermost.
  package var owner: Node.ID?
  package var inputs: [Value.ID] = []
  package var outputs: [Value.ID] = []
  package var nodes: [Node.ID] = []
  package var initializers: [Initializer] = []
  package var sparseInitializers: [SparseInitializer] = []
  /// The values whose types the file records, in its order.
  package var valueInfo: [Value.ID] = []
  /// Types that the file records otherwise than the graph gives them.
  package var recordedTypes: [Value.ID: ValueType] = [:]
  package var quantization: [QuantizationAnnotation] = []
  package var annotations = Annotations()
  /// What a file says of a value among the outputs that is not what it says of it elsewhere; by the output's index.
  package var otherOutputs: [Int: ValueDescription] = [:]
  /// The same, of values whose types it records.
  package var otherRecords: [Int: ValueDescription] = [:]

  package init(name: String = "", owner: Node.ID? = nil) {
    self.name = name
    self.owner = owner
  }
}

/// What a ValueInfoProto says of a value beside its name.
package struct ValueDescription: Hashable, Sendable {
  package var type: ValueType
  package var denotation: Denotation?
  package var annotations: Annotations

  package init(type: ValueType, denotation: Denotation?, annotations: Annotations) {
    self.type = type
    self.denotation = denotation
    self.annotations = annotations
  }
}

/// A value with its tensor.
package struct Initializer: Sendable {
  package enum Role: Sendable {
    /// Trained: counted as a parameter.
    case parameter
    /// Stored like a parameter, not counted as one.
    case buffer
    case constant

    /// What a tensor of an ONNX file seems to be, which does not say: weights have a rank, and are fractions or quantized.
    package init(seenIn tensor: Tensor) {
      let isWeight =
        switch tensor.element {
        case .i64, .u64, .i32, .u32, .bool, .string: false
        default: true
        }
      self = isWeight && !tensor.sizes.isEmpty ? .parameter : .constant
    }
  }

  package var value: Value.ID
  package var tensor: Tensor
  package var role: Role
  /// Doc, metadata and unknown fields of the TensorProto.
  package var annotations = Annotations()

  package init(value: Value.ID, tensor: Tensor, role: Role) {
    self.value = value
    self.tensor = tensor
    self.role = role
  }
}

/// A sparse initialiser: `values` at `indices` of a tensor of the given sizes (SparseTensorProto).
package struct SparseInitializer: Sendable {
  package var value: Value.ID
  package var tensor: SparseTensor

  package init(value: Value.ID, tensor: SparseTensor) {
    self.value = value
    self.tensor = tensor
  }
}

package struct SparseTensor: Sendable {
  /// The elements that are there: `[NNZ]`.
  package var values: NamedTensor
  /// Where they are: `[NNZ]` linear or `[NNZ, rank]` by coordinates.
  package var indices: NamedTensor
  package var sizes: [Int]
  package var unknownFields: [UInt8] = []

  package init(values: NamedTensor, indices: NamedTensor, sizes: [Int]) {
    self.values = values
    self.indices = indices
    self.sizes = sizes
  }
}

/// A tensor with what a TensorProto says beside its elements.
package struct NamedTensor: Sendable {
  package var name: String
  package var tensor: Tensor
  package var annotations = Annotations()

  package init(name: String = "", _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

/// `TensorAnnotation`: names of the tensors that quantize `tensor`, by role.
package struct QuantizationAnnotation: Sendable {
  /// The name of the tensor that is quantized.
  package var tensor: String
  /// The value whose name `tensor` stands for, where the graph has it and may still name it.
  package var value: Value.ID?
  package var parameters: [Metadata]
  package var unknownFields: [UInt8] = []

  package init(tensor: String, parameters: [Metadata]) {
    self.tensor = tensor
    self.parameters = parameters
  }
}
