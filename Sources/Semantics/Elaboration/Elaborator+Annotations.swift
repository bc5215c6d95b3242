import Graphs
import Operators
import Syntax
import Tensors

// Annotations of what the text makes. What is wrong with an annotation itself was told when its file was read.

extension Elaborator {
  /// Annotates the outermost node of a statement: the one that makes the first of its results.
  ///
  /// - Parameter count: how many nodes there were before the statement.
  mutating func annotate(_ statement: Syntax, results: @autoclosure () -> [Term], nodesBefore count: Int) {
    guard statement.followsComment || statement.firstChild?.kind == .annotation else { return }
    annotateFound(statement, results: results(), nodesBefore: count)
  }

  private mutating func annotateFound(_ statement: Syntax, results: [Term], nodesBefore count: Int) {
    let doc = statement.docComment
    let annotations = statement.annotations.filter {
      AnnotationForm[name: $0.name]?.isForValues != true
        && !(statement.kind == .returnStatement && ["output", "record"].contains($0.name))
    }
    guard !doc.isEmpty || !annotations.isEmpty else { return }
    guard let node = outermostNode(of: results, from: count) else {
      if let first = annotations.first, !results.isEmpty, !results.contains(where: \.isUnknown) {
        report(.annotationWithoutSubject(first, because: "the statement makes no node of its own"))
      }
      return
    }
    if !doc.isEmpty { builder.annotate(node) { $0.annotations.doc = doc } }
    for annotation in annotations {
      switch annotation.name {
      case "name":
        namedNodes.insert(node)
        if let name = text(of: annotation, at: 0) { builder.annotate(node) { $0.name = name } }
      case "device", "device_raw", "sharding": annotateDevice(of: node, annotation)
      case "graph", "graph_doc", "graph_meta", "graph_raw", "graph_quantized":
        guard let (subgraph, change) = subgraphChange(annotation) else { continue }
        if !builder.annotateRegion(of: node, subgraph.attribute, index: subgraph.index, change) {
          report(
            .annotationWithoutSubject(annotation, because: "the node has no subgraph `\(subgraph.attribute)`"))
        }
      case "attribute": annotateAttribute(of: node, annotation)
      case "operator":
        let (domain, name, overload) = operatorName(annotation)
        builder.annotate(node) { ($0.domain, $0.operatorType, $0.overload) = (domain, name, overload) }
      case "position": nodePositions[node] = annotation.positional.first?.integerValue
      case "no_outputs": builder.annotate(node) { $0.outputs = [] }
      default:
        let described = self.described(annotation)
        builder.annotate(node) { $0.annotations.add(described) }
      }
    }
  }

  private func outermostNode(of results: [Term], from count: Int) -> Node.ID? {
    if let node = results.lazy.compactMap({ node(of: $0) }).first(where: { $0.index >= count }) { return node }
    // All that it gives may be thrown away.
    return isVerbatim && !results.isEmpty && results.allSatisfy(\.isNone) && builder.graph.nodes.count > count
      ? builder.graph.nodes.last : nil
  }

  func node(of term: Term) -> Node.ID? {
    switch term {
    case .tensor(let value):
      if case .result(let node, _) = builder.graph.values[value].definition { node } else { nil }
    case .list(let elements): elements.lazy.compactMap { node(of: $0) }.first
    default: nil
    }
  }

  /// Annotates the value that a statement binds to a name.
  ///
  /// - Parameter statement: the statement, where the name is its first.
  mutating func annotate(_ target: Syntax, _ term: Term, of statement: Syntax?, nodesBefore count: Int) {
    guard target.firstChild?.kind == .annotation || statement?.firstChild?.kind == .annotation else { return }
    var annotations = target.annotations
    annotations += statement?.annotations.filter { AnnotationForm[name: $0.name]?.isForValues == true } ?? []
    guard let first = annotations.first, !term.isUnknown else { return }
    guard case .tensor(let value) = term, isDescribed(term, annotations, nodesBefore: count) else {
      return report(.annotationWithoutSubject(first, because: "the statement makes no tensor of its own for it"))
    }
    for annotation in annotations {
      switch annotation.name {
      case "name":
        if let name = text(of: annotation, at: 0), !name.isEmpty {
          builder.name(value, name)
          givenNames[value] = annotation
        }
      case "recorded":
        record(annotation, of: value)
      default: annotate(value, annotation)
      }
    }
  }

  /// Annotates an input or an output.
  mutating func annotate(port: Syntax, _ value: Value.ID) {
    guard port.firstChild?.kind == .annotation else { return }
    for annotation in port.annotations { annotate(value, annotation) }
  }

  /// Annotates a parameter or a buffer, which was added last.
  mutating func annotate(parameter statement: Syntax, _ value: Value.ID) {
    let doc = statement.docComment
    if !doc.isEmpty { builder.annotateLastInitializer { $0.doc = doc } }
    guard statement.firstChild?.kind == .annotation else { return }
    for annotation in statement.annotations {
      switch annotation.name {
      case "doc", "meta", "raw":
        let described = self.described(annotation)
        builder.annotateLastInitializer { $0.add(described) }
      default: annotate(value, annotation)
      }
    }
  }

  /// What annotations before the model say of it.
  mutating func annotate(_ model: inout Model) {
    for annotation in declarationAnnotations(of: self.model) {
      switch annotation.name {
      case "producer":
        model.producerName = text(of: annotation, at: 0) ?? ""
        model.producerVersion = text(of: annotation, at: 1) ?? ""
      case "domain": model.domain = text(of: annotation, at: 0) ?? ""
      case "ir_version": model.irVersion = positive(annotation) ?? model.irVersion
      case "model_version": model.modelVersion = positive(annotation) ?? 0
      case "device":
        let devices = annotation["device"]?.children.compactMap { annotationText($0) } ?? []
        let count = annotation["num_devices"]?.signedInteger.map { Int($0) } ?? devices.count
        model.deviceConfigurations.append(
          .named(text(of: annotation, at: 0) ?? "", count: count == 0 ? nil : count, devices: devices))
      case "device_raw": if let bytes = wireFields(annotation) { model.deviceConfigurations.append(.wire(bytes)) }
      case "graph_doc", "graph_meta", "graph_raw", "graph_quantized":
        let change = graphChange(annotation)
        change(&model.graph.regions[model.graph.body])
      case "graph_name": model.graph.regions[model.graph.body].name = text(of: annotation, at: 0) ?? ""
      case "training_raw":
        let index = annotation.positional[safe: 1]?.integerValue ?? 0
        if let bytes = wireFields(annotation), reserveTraining(index, of: &model) {
          model.training[index].unknownFields += bytes
        }
      case "training_binding": bindTraining(annotation, of: &model)
      case "training", "verbatim", "use": break
      default: model.annotations.add(described(annotation))
      }
    }
  }

  /// What annotations before an operator with a body say of its function.
  mutating func annotate(_ function: inout Function, of declaration: Declaration) {
    for annotation in declarationAnnotations(of: declaration) {
      switch annotation.name {
      case "use": break
      case "operator": (function.domain, function.name, function.overload) = operatorName(annotation)
      case "graph", "graph_doc", "graph_meta", "graph_raw", "graph_quantized":
        guard let (subgraph, change) = subgraphChange(annotation) else { continue }
        let value = function.attributeDefaults.first { $0.name == subgraph.attribute }?.value
        guard let region = value?.regions[safe: subgraph.index] else {
          report(
            .annotationWithoutSubject(
              annotation, because: "the operator has no default of that name that is a graph"))
          continue
        }
        change(&function.graph.regions[region])
      case "attribute":
        let name = text(of: annotation, at: 0)
        guard let index = function.attributeDefaults.firstIndex(where: { $0.name == name }) else {
          report(.annotationWithoutSubject(annotation, because: "the operator has no default of that name"))
          continue
        }
        annotate(&function.attributeDefaults[index], annotation)
      default: function.annotations.add(described(annotation))
      }
    }
  }

  /// The domain, name and overload that `@operator` says.
  private mutating func operatorName(_ annotation: Annotation) -> (String, String, String) {
    (text(of: annotation, at: 0) ?? "", text(of: annotation, at: 1) ?? "", text(of: annotation, at: 2) ?? "")
  }

  private func declarationAnnotations(of declaration: Declaration) -> [Annotation] { declaration.syntax.annotations }

  // MARK: Arguments

  private mutating func annotate(_ value: Value.ID, _ annotation: Annotation) {
    switch annotation.name {
    case "quantized":
      let parameters = annotation.named.compactMap { name, value in
        annotationText(value).map { Metadata(key: name, value: $0) }
      }
      builder.quantize(value, parameters)
    case "denotation":
      let dimensions = annotation.positional[safe: 1]?.children.map { annotationText($0) ?? "" } ?? []
      var denotation = builder.graph.values[value].denotation ?? Denotation()
      denotation.type = text(of: annotation, at: 0) ?? ""
      for (axis, text) in dimensions.enumerated() where !text.isEmpty { denotation.dimensions[axis] = text }
      if !isVerbatim, let shape = builder.known(value).type.tensor?.shape, shape.rank < dimensions.count {
        report(
          .wrongAnnotation(
            annotation, "says something of \(dimensions.count) axes, and the tensor has \(shape.rank)",
            at: annotation.syntax.place))
      } else {
        builder.annotate(value) { $0.denotation = denotation }
      }
    case "raw_type":
      guard let bytes = wireFields(annotation) else { break }
      builder.annotate(value) {
        var denotation = $0.denotation ?? Denotation()
        denotation.verbatim = bytes
        denotation.isVerbatimFixed = true
        $0.denotation = denotation
      }
    default:
      let described = self.described(annotation)
      builder.annotate(value) { $0.annotations.add(described) }
    }
  }

  /// What `@doc`, `@meta` or `@raw` says.
  mutating func described(_ annotation: Annotation) -> Annotations {
    var result = Annotations()
    switch annotation.name {
    case "doc": result.doc = text(of: annotation, at: 0) ?? ""
    case "meta":
      result.metadata.append(metadata(annotation))
    case "raw": result.unknownFields = wireFields(annotation) ?? []
    default: break
    }
    return result
  }

  /// The entry that `@meta` or `@graph_meta` says.
  mutating func metadata(_ annotation: Annotation) -> Metadata {
    Metadata(
      key: text(of: annotation, at: 0) ?? "", value: text(of: annotation, at: 1) ?? "",
      unknownFields: annotation["raw"].flatMap { wireFields(annotation, $0) } ?? [])
  }

  /// The bytes that an annotation spells in base64; other texts are reported.
  mutating func wireFields(_ annotation: Annotation, _ argument: Syntax? = nil) -> [UInt8]? {
    guard let text = (argument ?? annotation.positional.first).flatMap({ annotationText($0) }) else { return nil }
    if let bytes = WireFields.decode(base64: text), WireFields.areWellFormed(bytes) { return bytes }
    report(
      .wrongAnnotation(annotation, "takes whole fields of a protocol buffer in base64", at: annotation.syntax.place))
    return nil
  }

  mutating func text(of annotation: Annotation, at index: Int) -> String? {
    annotation.positional[safe: index].flatMap { annotationText($0) }
  }

  /// A string, or a backquoted name with its interpolations filled in.
  mutating func annotationText(_ syntax: Syntax) -> String? {
    switch syntax.kind {
    case .string: syntax.stringValue
    case .quotedName: name(syntax)
    default: nil
    }
  }

  private mutating func positive(_ annotation: Annotation) -> Int64? {
    guard let argument = annotation.positional.first, let value = argument.signedInteger else { return nil }
    guard value > 0 || isVerbatim else {
      report(.wrongAnnotation(annotation, "takes a number above 0", at: argument.place))
      return nil
    }
    return value
  }

  // MARK: Recorded types

  /// Keeps the type that a file records for a value: what inference does not know is taken from it.
  private mutating func record(_ annotation: Annotation, of value: Value.ID) {
    guard let syntax = annotation.positional.first?.firstChild else { return }
    let place = annotation.syntax.place
    let position = annotation.positional[safe: 1]?.integerValue ?? recordedPositions.count
    recordedPositions[value] = position
    let recorded = recordedType(syntax)
    keepNegativeSizes(of: syntax, for: value)
    let inferred = builder.known(value).type
    if recorded.contradicts(inferred) {
      report(.recordedTypeDiffers("\(recorded)", inferred: "\(inferred)", at: place))
    } else if !isVerbatim || takesRecordedType(value) {
      refine(value, with: recorded)
    }
    if isVerbatim || recorded != builder.known(value).type { builder.recordType(recorded, of: value) }
  }

  /// Whether a value of a verbatim model has no type but what is inferred and recorded: inputs have their own.
  private func takesRecordedType(_ value: Value.ID) -> Bool {
    switch builder.graph.values[value].definition {
    case .result: true
    case .input: frame.isFunction && builder.region == builder.graph.body
    case .undefined: builder.region == builder.graph.body
    case .initializer: false
    }
  }
}

// MARK: - Verbatim models

extension Elaborator {
  /// Whether annotations of a bound value have one: the statement's own, and in a verbatim model any initialiser or input.
  private func isDescribed(_ term: Term, _ annotations: [Annotation], nodesBefore count: Int) -> Bool {
    guard let node = node(of: term) else { return isVerbatim && !annotations.contains { $0.name == "name" } }
    return node.index >= count
  }

  /// A type in which names that are no sizes here are those of the file's own dimensions.
  mutating func recordedType(_ syntax: Syntax) -> ValueType {
    let outer = frame.locals
    for name in syntax.dimensionNames {
      if case .integer? = local(name)?.term { continue }
      setLocal(name, Frame.Local(term: .integer(.symbol(name, atLeast: 0)), place: syntax.place))
    }
    defer { frame.locals = outer }
    return resolve(syntax, declaring: false)
  }

  /// Makes the name that a verbatim model binds a node's result to the result's name in the file.
  mutating func keepName(_ name: String, of term: Term, nodesBefore count: Int) {
    guard isVerbatim, !isImported, calls.isEmpty, case .tensor(let value) = term, let node = node(of: term),
      node.index >= count,
      builder.graph.values[value].name.isEmpty
    else { return }
    builder.name(value, name)
    resolveUndefined(name, as: value)
  }

  /// Holds what the signature says of an output against what is inferred, and keeps it.
  mutating func keepType(_ syntax: Syntax, ofOutput value: Value.ID) {
    let declared = recordedType(syntax)
    keepNegativeSizes(of: syntax, for: value)
    let inferred = builder.known(value).type
    if declared.contradicts(inferred) {
      report(.recordedTypeDiffers("\(declared)", inferred: "\(inferred)", at: syntax.place))
    }
    verbatimOutputs.append((value, declared))
  }
}

extension Syntax {
  /// The names that are dimensions, here and in the types inside.
  fileprivate var dimensionNames: [String] {
    let own = child(.dimensions)?.children.compactMap(\.plainName) ?? []
    return own + children.filter(\.kind.isType).flatMap(\.dimensionNames)
  }
}

extension Annotations {
  /// Takes over what another one says: its doc, and its metadata and fields behind those that are there.
  mutating func add(_ other: Annotations) {
    if !other.doc.isEmpty { doc = other.doc }
    metadata += other.metadata
    unknownFields += other.unknownFields
  }
}

extension ValueType {
  /// Whether no value can have both types.
  func contradicts(_ other: ValueType) -> Bool {
    guard self != .unknown, other != .unknown else { return false }
    switch (self, other) {
    case (.sequence(let element), .sequence(let another)), (.optional(let element), .optional(let another)):
      return element.contradicts(another)
    case (.map(let key, let value), .map(let otherKey, let another)):
      return key != otherKey || value.contradicts(another)
    case (.sparseTensor(let element), .sparseTensor(let another)):
      return ValueType.tensor(element).contradicts(.tensor(another))
    default: break
    }
    guard let a = tensor, let b = other.tensor else { return self != other }
    if let left = a.element, let right = b.element, left != right { return true }
    guard let left = a.shape, let right = b.shape else { return false }
    return left.rank != right.rank
      || zip(left.dimensions, right.dimensions).contains { $0.isProvablyDifferent(from: $1) }
  }
}
