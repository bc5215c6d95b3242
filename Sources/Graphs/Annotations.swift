/// What ONNX keeps beside a model, graph, node, value, tensor or attribute without a meaning for the computation.
package struct Annotations: Hashable, Sendable {
  package var doc: String = ""
  /// `metadata_props`, in order.
  package var metadata: [Metadata] = []
  /// Fields that this version of Mica does not know, as their wire bytes, in order.
  package var unknownFields: [UInt8] = []

  package init() {}
}

/// A `StringStringEntryProto`.
package struct Metadata: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}
