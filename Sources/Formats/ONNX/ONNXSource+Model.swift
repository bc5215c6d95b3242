import Graphs

extension ONNXSource {
  /// The model that the bytes are.
  func model() throws(WireError) -> Model {
    var reader = WireReader(bytes)
    var model = Model(graph: Graph(), opsetImports: [], irVersion: 0)
    var hasGraph = false
    while let field = try reader.next() {
      switch (ModelField(rawValue: field.number), field.payload) {
      case (.irVersion, .varint(let version)): model.irVersion = Int64(bitPattern: version)
      case (.producerName, .bytes(let range)): model.producerName = text(range)
      case (.producerVersion, .bytes(let range)): model.producerVersion = text(range)
      case (.domain, .bytes(let range)): model.domain = text(range)
      case (.modelVersion, .varint(let version)): model.modelVersion = Int64(bitPattern: version)
      case (.doc, .bytes(let range)): model.annotations.doc = prose(range)
      case (.graph, .bytes(let range)):
        guard !hasGraph else { throw WireError(offset: field.range.lowerBound, .refused("a second graph begins")) }
        hasGraph = true
        model.graph = try graph(try reader.message(at: range))
      case (.opsetImport, .bytes(let range)):
        model.opsetImports.append(try opsetImport(try reader.message(at: range)))
      case (.metadata, .bytes(let range)):
        model.annotations.metadata.append(try metadata(try reader.message(at: range)))
      case (.training, .bytes(let range)): model.training.append(try training(try reader.message(at: range)))
      case (.function, .bytes(let range)): model.functions.append(try function(try reader.message(at: range)))
      case (.deviceConfiguration, .bytes(let range)):
        model.deviceConfigurations.append(try deviceConfiguration(at: range, in: reader))
      default: keep(field, in: &model.annotations.unknownFields)
      }
    }
    guard hasGraph else { throw WireError(offset: reader.offset, .refused("the file ends without a graph")) }
    return model
  }

  private func graph(_ reader: WireReader) throws(WireError) -> Graph {
    var decoder = GraphDecoder(source: self)
    try decoder.decodeBody(reader)
    return decoder.graph
  }

  private func training(_ reader: WireReader) throws(WireError) -> Training {
    var reader = reader
    var training = Training(initialization: nil, algorithm: nil, initializationBinding: [], updateBinding: [])
    while let field = try reader.next() {
      switch (TrainingField(rawValue: field.number), field.payload) {
      case (.initialization, .bytes(let range)):
        training.initialization = try graph(try reader.message(at: range))
      case (.algorithm, .bytes(let range)): training.algorithm = try graph(try reader.message(at: range))
      case (.initializationBinding, .bytes(let range)):
        try appendEntry(
          field, at: range, in: reader, to: &training.initializationBinding, else: &training.unknownFields)
      case (.updateBinding, .bytes(let range)):
        try appendEntry(field, at: range, in: reader, to: &training.updateBinding, else: &training.unknownFields)
      default: keep(field, in: &training.unknownFields)
      }
    }
    return training
  }

  private func function(_ reader: WireReader) throws(WireError) -> Function {
    var reader = reader
    var function = Function(domain: "", name: "", graph: Graph(), opsetImports: [])
    var body = GraphDecoder.Parts()
    var defaults: [Range<Int>] = []
    while let field = try reader.next() {
      switch (FunctionField(rawValue: field.number), field.payload) {
      case (.name, .bytes(let range)): function.name = text(range)
      case (.input, .bytes(let range)): body.inputs.append(range)
      case (.output, .bytes(let range)): body.outputs.append(range)
      case (.attribute, .bytes(let range)): function.attributes.append(text(range))
      case (.node, .bytes(let range)): body.nodes.append(range)
      case (.doc, .bytes(let range)): function.annotations.doc = prose(range)
      case (.opsetImport, .bytes(let range)):
        function.opsetImports.append(try opsetImport(try reader.message(at: range)))
      case (.domain, .bytes(let range)): function.domain = text(range)
      case (.attributeDefault, .bytes(let range)): defaults.append(range)
      case (.valueInfo, .bytes(let range)): body.valueInfo.append(range)
      case (.overload, .bytes(let range)): function.overload = text(range)
      case (.metadata, .bytes(let range)):
        function.annotations.metadata.append(try metadata(try reader.message(at: range)))
      default: keep(field, in: &function.annotations.unknownFields)
      }
    }
    var decoder = GraphDecoder(source: self)
    function.attributeDefaults = try decoder.decodeFunction(body, attributeDefaults: defaults, in: reader)
    function.graph = decoder.graph
    return function
  }
}
