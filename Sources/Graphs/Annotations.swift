import Tensors

/// What ONNX keeps beside a model, graph, node, value, tensor or attribute without a meaning for the computation.
package struct Annotations: Hashable, Sendable {
  /// Empty where there is nothing at all.
  private var content = Rare<Content>()

  private struct Content: Hashable, Sendable {
    var doc = ""
    var metadata: [Metadata] = []
    var unknownFields: [UInt8] = []
  }

  package init() {}

  package var doc: String {
    get { self[\.doc] }
    set { self[\.doc] = newValue }
  }

  /// `metadata_props`, in order.
  package var metadata: [Metadata] {
    get { self[\.metadata] }
    set { self[\.metadata] = newValue }
  }

  /// Fields that this version of Mica does not know, as their wire bytes, in order.
  package var unknownFields: [UInt8] {
    get { self[\.unknownFields] }
    set { self[\.unknownFields] = newValue }
  }

  private subscript<Field>(field: WritableKeyPath<Content, Field>) -> Field {
    get { (content.value ?? Content())[keyPath: field] }
    set {
      var changed = content.value ?? Content()
      changed[keyPath: field] = newValue
      content.value = changed == Content() ? nil : changed
    }
  }
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
