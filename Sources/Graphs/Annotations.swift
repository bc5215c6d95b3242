import Tensors

/// What ONNX keeps beside a model, graph, node, value, tensor or attribute without a meaning for the computation.
package struct Annotations: Hashable, Sendable {
  /// Empty where there is nothing at all.
  private var content = Rare<Content>()

  private struct Content: Hashable, Sendable {
    var doc = ""
    var metadata: [Metadata] = []
    var unknownFields: [UInt8] = []
    var statedKind: Int?
    var externalData = ExternalData()
  }

  package init() {}

  /// True where there is nothing at all.
  package var isEmpty: Bool { content.isEmpty }

  package var doc: String {
    get { content.value?.doc ?? "" }
    set { change { $0.doc = newValue } }
  }

  /// `metadata_props`, in order.
  package var metadata: [Metadata] {
    get { content.value?.metadata ?? [] }
    set { change { $0.metadata = newValue } }
  }

  /// Fields that this version of Mica does not know, as their wire bytes, in order.
  package var unknownFields: [UInt8] {
    get { content.value?.unknownFields ?? [] }
    set { change { $0.unknownFields = newValue } }
  }

  /// The number of its kind that a file states of an attribute, where that is not its value's: 0 for none.
  package var statedKind: Int? {
    get { content.value?.statedKind }
    set { change { $0.statedKind = newValue } }
  }

  /// `external_data` of a tensor.
  package var externalData: ExternalData {
    get { content.value?.externalData ?? ExternalData() }
    set { change { $0.externalData = newValue } }
  }

  private mutating func change(_ change: (inout Content) -> Void) {
    var changed = content.value ?? Content()
    change(&changed)
    content.value = changed == Content() ? nil : changed
  }
}

/// What a TensorProto says of data in other files, as it says it.
package struct ExternalData: Hashable, Sendable {
  package var entries: [Metadata]
  /// Whether the tensor's elements are there; entries beside elements inside the model mean nothing.
  package var isUsed: Bool

  package init(_ entries: [Metadata] = [], isUsed: Bool = false) {
    self.entries = entries
    self.isUsed = isUsed
  }
}

/// A `StringStringEntryProto`.
package struct Metadata: Hashable, Sendable {
  package var key: String
  package var value: String
  /// Fields of the entry that onnx.proto does not have.
  package var unknownFields: [UInt8]

  package init(key: String, value: String, unknownFields: [UInt8] = []) {
    self.key = key
    self.value = value
    self.unknownFields = unknownFields
  }
}
