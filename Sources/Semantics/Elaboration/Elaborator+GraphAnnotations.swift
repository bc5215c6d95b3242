import Graphs
import Operators
import Syntax
import Tensors

// What annotations say of subgraphs, attributes, devices and training.

extension Elaborator {
  /// What an annotation of a graph changes in it.
  mutating func graphChange(_ annotation: Annotation) -> (inout Region) -> Void {
    switch annotation.name {
    case "graph_doc":
      let doc = text(of: annotation, at: 0) ?? ""
      return { $0.annotations.doc = doc }
    case "graph_meta":
      let entry = metadata(annotation)
      return { $0.annotations.metadata.append(entry) }
    case "graph_quantized":
      let texts = annotation.positional[safe: 1]?.children.map { annotationText($0) ?? "" } ?? []
      let parameters = stride(from: 0, to: texts.count - texts.count % 2, by: 2).map {
        Metadata(key: texts[$0], value: texts[$0 + 1])
      }
      var quantization = QuantizationAnnotation(tensor: text(of: annotation, at: 0) ?? "", parameters: parameters)
      quantization.unknownFields = annotation["raw"].flatMap { wireFields(annotation, $0) } ?? []
      return { $0.quantization.append(quantization) }
    default:
      let bytes = wireFields(annotation) ?? []
      return { $0.annotations.unknownFields += bytes }
    }
  }

  /// What `@output` and `@record` before a `return` say of values otherwise than is said of them elsewhere.
  mutating func describeOutputs(_ annotations: [Annotation]) {
    for annotation in annotations {
      guard let index = annotation.positional.first?.integerValue else { continue }
      let description = valueDescription(annotation)
      if annotation.name == "record" {
        if let name = annotation["of"].flatMap({ annotationText($0) }) {
          guard let value = fileValue(name) else {
            report(.annotationWithoutSubject(annotation, because: "there is no `\(name)`"))
            continue
          }
          repeatedRecords[builder.region, default: [:]][index] = value
        }
        builder.describeRecord(index, description)
      } else if builder.isOutput(index) {
        builder.describeOutput(index, description)
      } else {
        report(.annotationWithoutSubject(annotation, because: "there is no such result"))
      }
    }
  }

  /// The value, or the tensor of the file, that a name of a verbatim model means.
  private func fileValue(_ name: String) -> Value.ID? {
    if case .tensor(let value)? = local(name)?.term { return resolvedValues[value] ?? value }
    return references[name]?.value
  }

  private mutating func valueDescription(_ annotation: Annotation) -> ValueDescription {
    func texts(_ name: String) -> [String]? { annotation[name]?.children.map { annotationText($0) ?? "" } }
    var description = ValueDescription(type: .unknown, denotation: nil, annotations: Annotations())
    func denotation(_ change: (inout Denotation) -> Void) {
      var changed = description.denotation ?? Denotation()
      change(&changed)
      description.denotation = changed
    }
    if let syntax = annotation.positional[safe: 1]?.firstChild {
      description.type = recordedType(syntax)
      let sizes = negativeSizes(of: syntax)
      if !sizes.isEmpty { denotation { $0.negativeSizes = sizes } }
    }
    if let parts = texts("denotation") {
      denotation {
        $0.type = parts.first ?? ""
        for (axis, text) in parts.dropFirst().enumerated() where !text.isEmpty { $0.dimensions[axis] = text }
      }
    }
    if let bytes = annotation["raw_type"].flatMap({ wireFields(annotation, $0) }) {
      denotation { ($0.verbatim, $0.isVerbatimFixed) = (bytes, true) }
    }
    description.annotations.doc = annotation["doc"].flatMap { annotationText($0) } ?? ""
    let (meta, raw) = (texts("meta") ?? [], annotation["raw_meta"]?.children.map(\.self) ?? [])
    for index in 0..<(meta.count / 2) {
      let fields = raw[safe: index].flatMap { wireFields(annotation, $0) } ?? []
      description.annotations.metadata.append(
        Metadata(key: meta[2 * index], value: meta[2 * index + 1], unknownFields: fields))
    }
    if let bytes = annotation["raw"].flatMap({ wireFields(annotation, $0) }) {
      description.annotations.unknownFields = bytes
    }
    return description
  }

  /// What an annotation changes in a graph that is an attribute, and which one that is; `nil` after a report.
  mutating func subgraphChange(
    _ annotation: Annotation
  ) -> (subgraph: (attribute: String, index: Int), change: (inout Region) -> Void)? {
    let index = annotation["index"]?.integerValue ?? 0
    if annotation.name == "graph" {
      guard let attribute = text(of: annotation, at: 0), let name = text(of: annotation, at: 1) else { return nil }
      return ((attribute, index), { $0.name = name })
    }
    guard let attribute = annotation["of"].flatMap({ annotationText($0) }) else {
      report(
        .wrongAnnotation(annotation, "needs the attribute that is the graph, `of=…`", at: annotation.syntax.place))
      return nil
    }
    return ((attribute, index), graphChange(annotation))
  }

  /// Adds what an annotation says of an attribute of a node.
  mutating func annotateAttribute(of node: Node.ID, _ annotation: Annotation) {
    let name = text(of: annotation, at: 0)
    guard let index = builder.graph.nodes[node].attributes.firstIndex(where: { $0.name == name }) else {
      return report(.annotationWithoutSubject(annotation, because: "the node has no attribute of that name"))
    }
    var attribute = builder.graph.nodes[node].attributes[index]
    annotate(&attribute, annotation)
    builder.annotate(node) { $0.attributes[index] = attribute }
  }

  mutating func annotate(_ attribute: inout Attribute, _ annotation: Annotation) {
    if let doc = annotation["doc"].flatMap({ annotationText($0) }) { attribute.annotations.doc = doc }
    if let raw = annotation["raw"] { attribute.annotations.unknownFields = wireFields(annotation, raw) ?? [] }
    guard let kind = annotation["kind"]?.signedInteger else { return }
    if case .reference = attribute.value {
      let reference = annotation["reference"].flatMap { annotationText($0) } ?? ""
      attribute.value = .reference(reference, kind: Int(kind))
    } else {
      attribute.annotations.statedKind = Int(kind)
    }
  }

  // MARK: Devices

  /// Adds what an annotation says of where a node runs.
  mutating func annotateDevice(of node: Node.ID, _ annotation: Annotation) {
    switch annotation.name {
    case "device":
      guard let name = text(of: annotation, at: 0) else { return }
      let stage = annotation["pipeline_stage"]?.signedInteger.map { Int($0) }
      builder.annotate(node) { $0.deviceConfigurations.append(.named(name, pipelineStage: stage)) }
    case "device_raw":
      guard let bytes = wireFields(annotation) else { return }
      builder.annotate(node) { $0.deviceConfigurations.append(.wire(bytes)) }
    default:
      guard let sharding = sharding(annotation) else { return }
      guard case .named(let name, let stage, let others)? = builder.graph.nodes[node].deviceConfigurations.last else {
        return report(.annotationWithoutSubject(annotation, because: "no `@device` stands before it"))
      }
      builder.annotate(node) {
        $0.deviceConfigurations[$0.deviceConfigurations.count - 1] = .named(
          name, pipelineStage: stage, sharding: others + [sharding])
      }
    }
  }

  private mutating func sharding(_ annotation: Annotation) -> Sharding? {
    func fail(_ what: String) -> Diagnostic { .wrongAnnotation(annotation, what, at: annotation.syntax.place) }
    var sharding = Sharding(tensor: text(of: annotation, at: 0) ?? "")
    let devices = annotation["device"].map { Array($0.children) } ?? []
    sharding.devices = devices.compactMap(\.signedInteger)
    guard sharding.devices.count == devices.count else {
      report(fail("takes a list of integers as `device`"))
      return nil
    }
    for group in annotation["groups"]?.children.map(\.self) ?? [] {
      let items = Array(group.children)
      let numbers = items.compactMap(\.signedInteger)
      guard group.kind == .list, let number = numbers.first, numbers.count == items.count else {
        report(fail("takes lists of a number and devices as `groups`"))
        return nil
      }
      sharding.groups.append(Sharding.Group(number: number, devices: Array(numbers.dropFirst())))
    }
    for axis in annotation["axes"]?.children.map(\.self) ?? [] {
      let items = Array(axis.children)
      let parts = items.dropFirst().compactMap { shardedPart($0) }
      guard axis.kind == .list, let number = items.first?.signedInteger, parts.count == items.count - 1 else {
        report(fail("takes lists of an axis, and a size and a number of shards in brackets, as `axes`"))
        return nil
      }
      sharding.axes.append(Sharding.Axis(axis: number, parts: parts))
    }
    return sharding
  }

  /// `["N", 2]`, `[64, 2]` or `[_, 2]`.
  private mutating func shardedPart(_ syntax: Syntax) -> Sharding.Part? {
    let items = Array(syntax.children)
    guard syntax.kind == .list, items.count == 2, let shards = items[1].signedInteger else { return nil }
    if items[0].kind == .discard { return Sharding.Part(size: .unknown, shards: shards) }
    if let size = items[0].signedInteger { return Sharding.Part(size: .number(size), shards: shards) }
    return annotationText(items[0]).map { Sharding.Part(size: .name($0), shards: shards) }
  }

  // MARK: Training

  /// Makes room for so many trainings of a model; `false` for more than a text can mean.
  func reserveTraining(_ index: Int, of model: inout Model) -> Bool {
    guard (0..<1_000).contains(index) else { return false }
    while model.training.count <= index {
      model.training.append(
        Training(initialization: nil, algorithm: nil, initializationBinding: [], updateBinding: []))
    }
    return true
  }

  /// Adds a binding of a model's training.
  mutating func bindTraining(_ annotation: Annotation, of model: inout Model) {
    let index = annotation.positional[safe: 3]?.integerValue ?? 0
    guard let key = text(of: annotation, at: 1), let value = text(of: annotation, at: 2),
      reserveTraining(index, of: &model)
    else { return }
    switch text(of: annotation, at: 0) {
    case "initialization": model.training[index].initializationBinding.append(Metadata(key: key, value: value))
    case "update": model.training[index].updateBinding.append(Metadata(key: key, value: value))
    default:
      report(
        .wrongAnnotation(annotation, "is of `\"initialization\"` or `\"update\"`", at: annotation.syntax.place))
    }
  }

  // MARK: Sizes below 0

  /// Keeps the sizes below 0 that the text of a verbatim model has in the type of a value.
  mutating func keepNegativeSizes(of type: Syntax, for value: Value.ID) {
    let sizes = isVerbatim ? negativeSizes(of: type) : [:]
    guard !sizes.isEmpty else { return }
    builder.annotate(value) {
      var denotation = $0.denotation ?? Denotation()
      denotation.negativeSizes = sizes
      $0.denotation = denotation
    }
  }
  private func negativeSizes(of type: Syntax) -> [Int: Int] {
    let tensor = type.kind == .sparseType ? type.firstChild ?? type : type
    var sizes: [Int: Int] = [:]
    for (axis, item) in (tensor.child(.dimensions)?.children.map(\.self) ?? []).enumerated() {
      if let size = item.signedInteger, size < 0 { sizes[axis] = Int(size) }
    }
    return sizes
  }
}
