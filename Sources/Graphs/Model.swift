/// A model: what a ModelProto holds.
package struct Model: Sendable {
  package var irVersion: Int64
  package var producerName: String
  package var producerVersion: String
  package var domain: String
  package var modelVersion: Int64
  package var opsetImports: [OpsetImport]
  package var graph: Graph
  package var functions: [Function]
  package var training: [Training]
  /// `ModelProto.configuration`.
  package var deviceConfigurations: [DeviceConfiguration]
  package var annotations: Annotations

  package init(graph: Graph, opsetImports: [OpsetImport], irVersion: Int64) {
    self.graph = graph
    self.opsetImports = opsetImports
    self.irVersion = irVersion
    producerName = ""
    producerVersion = ""
    domain = ""
    modelVersion = 0
    functions = []
    training = []
    deviceConfigurations = []
    annotations = Annotations()
  }
}

/// An operator set and its version.
package struct OpsetImport: Hashable, Sendable {
  /// Empty for ai.onnx.
  package var domain: String
  package var version: Int64
  package var unknownFields: [UInt8] = []

  package init(domain: String, version: Int64) {
    self.domain = domain
    self.version = version
  }
}

/// A model-local function: what a FunctionProto holds.
///
/// Its inputs and outputs are those of the graph's body.
package struct Function: Sendable {
  package var domain: String
  package var name: String
  package var overload: String
  /// Attributes that a call must give.
  package var attributes: [String]
  /// Attributes with defaults.
  package var attributeDefaults: [Attribute]
  package var opsetImports: [OpsetImport]
  package var graph: Graph
  package var annotations: Annotations

  package init(domain: String, name: String, overload: String = "", graph: Graph, opsetImports: [OpsetImport]) {
    self.domain = domain
    self.name = name
    self.overload = overload
    self.graph = graph
    self.opsetImports = opsetImports
    attributes = []
    attributeDefaults = []
    annotations = Annotations()
  }
}

/// `TrainingInfoProto`.
package struct Training: Sendable {
  package var initialization: Graph?
  package var algorithm: Graph?
  package var initializationBinding: [Metadata]
  package var updateBinding: [Metadata]
  package var unknownFields: [UInt8] = []

  package init(
    initialization: Graph?, algorithm: Graph?, initializationBinding: [Metadata], updateBinding: [Metadata]
  ) {
    self.initialization = initialization
    self.algorithm = algorithm
    self.initializationBinding = initializationBinding
    self.updateBinding = updateBinding
  }
}
