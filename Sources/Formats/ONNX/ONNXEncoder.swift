import Graphs
import Tensors

/// Turns a model into the fields of a ModelProto, in the order of their numbers.
///
/// It runs twice over the same model, once to measure and once to write (see `WireWriter`). What is wrong with the model
/// ends in `problem`, and the run goes on.
struct ONNXEncoder {
  let path: String
  var wire = WireWriter()
  var external: ExternalDataLayout
  private var types = TypeEncoder()
  private(set) var problem: ONNXError?
  /// The files that tensors are mapped from.
  var sources: [ObjectIdentifier: MappedFile] = [:]

  init(path: String, external: ExternalDataLayout) {
    self.path = path
    self.external = external
  }

  mutating func report(_ problem: ONNXError) {
    self.problem = self.problem ?? problem
  }

  mutating func encode(_ model: Model) {
    wire.int(ModelField.irVersion, model.irVersion)
    wire.text(ModelField.producerName, model.producerName)
    wire.text(ModelField.producerVersion, model.producerVersion)
    wire.text(ModelField.domain, model.domain)
    if model.modelVersion != 0 { wire.int(ModelField.modelVersion, model.modelVersion) }
    wire.text(ModelField.doc, model.annotations.doc)
    encode(ModelField.graph, model.graph.body, of: model.graph)
    encode(ModelField.opsetImport, model.opsetImports)
    encode(ModelField.metadata, model.annotations.metadata)
    for training in model.training { encode(ModelField.training, training) }
    for function in model.functions { encode(ModelField.function, function) }
    for configuration in model.deviceConfigurations { encode(configuration) }
    wire.verbatim(model.annotations.unknownFields)
  }

  /// Writes a type as a TypeProto; one that nothing is known of is left out unless there is a denotation.
  mutating func encode(_ field: some WireFieldNumber, _ type: ValueType, _ denotation: Denotation?) {
    if let bytes = types.bytes(of: type, denotation, isMeasuring: wire.isMeasuring) { wire.bytes(field, bytes) }
  }

  /// Writes a nested message, whose fields `body` writes.
  mutating func message(_ field: some WireFieldNumber, _ body: (inout ONNXEncoder) -> Void) {
    let message = wire.begin(field)
    body(&self)
    wire.end(message)
  }

  mutating func encode(_ field: some WireFieldNumber, _ imports: [OpsetImport]) {
    for opset in imports {
      message(field) {
        $0.wire.text(OpsetField.domain, opset.domain)
        $0.wire.int(OpsetField.version, opset.version)
        $0.wire.verbatim(opset.unknownFields)
      }
    }
  }

  mutating func encode(_ field: some WireFieldNumber, _ entries: [Metadata]) {
    for entry in entries {
      message(field) {
        $0.wire.string(EntryField.key, entry.key)
        $0.wire.string(EntryField.value, entry.value)
        $0.wire.verbatim(entry.unknownFields)
      }
    }
  }

  mutating func encode(_ field: some WireFieldNumber, _ training: Training) {
    message(field) {
      if let graph = training.initialization { $0.encode(TrainingField.initialization, graph.body, of: graph) }
      if let graph = training.algorithm { $0.encode(TrainingField.algorithm, graph.body, of: graph) }
      $0.encode(TrainingField.initializationBinding, training.initializationBinding)
      $0.encode(TrainingField.updateBinding, training.updateBinding)
      $0.wire.verbatim(training.unknownFields)
    }
  }

  mutating func encode(_ field: some WireFieldNumber, _ function: Function) {
    let graph = function.graph
    let body = graph.regions[graph.body]
    message(field) {
      $0.wire.text(FunctionField.name, function.name)
      for input in body.inputs {
        $0.wire.string(FunctionField.input, $0.name(of: input, in: graph, for: "function '\(function.name)'"))
      }
      for output in body.outputs {
        $0.wire.string(FunctionField.output, $0.name(of: output, in: graph, for: "function '\(function.name)'"))
      }
      for name in function.attributes { $0.wire.string(FunctionField.attribute, name) }
      for node in body.nodes { $0.encode(FunctionField.node, node, of: graph) }
      $0.wire.text(FunctionField.doc, function.annotations.doc)
      $0.encode(FunctionField.opsetImport, function.opsetImports)
      $0.wire.text(FunctionField.domain, function.domain)
      for attribute in function.attributeDefaults { $0.encode(FunctionField.attributeDefault, attribute, of: graph) }
      for (index, value) in body.valueInfo.enumerated() {
        $0.encode(
          FunctionField.valueInfo, value, of: graph, recorded: body.recordedTypes[value], as: body.otherRecords[index])
      }
      $0.wire.text(FunctionField.overload, function.overload)
      $0.encode(FunctionField.metadata, function.annotations.metadata)
      $0.wire.verbatim(function.annotations.unknownFields)
    }
  }
}
