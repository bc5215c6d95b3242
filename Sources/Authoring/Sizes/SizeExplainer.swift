package import Graphs
package import Operators
package import Semantics
package import Syntax
package import Tensors

/// Tells in words how sizes of a model come about.
package struct SizeExplainer {
  package private(set) var provenance: SizeProvenance
  /// What finds arguments in the user's text; `nil` for a model of a file.
  let trace: ArgumentTrace?
  /// How a place in the text is told, such as `line 12`; `nil` for one that is not there any more.
  let location: (Place) -> String?
  /// How a size is told.
  let sizeText: (Dimension) -> String

  /// - Parameters:
  ///   - elaboration: a model of `program`.
  ///   - budget: how many calls may be inferred in all.
  package init(
    _ elaboration: Elaboration, of program: Program, budget: Int = 200_000,
    location: ((Place) -> String?)? = nil, sizeText: @escaping (Dimension) -> String = { $0.description }
  ) {
    provenance = SizeProvenance(elaboration.model, opsets: elaboration.opsets, budget: budget)
    trace = ArgumentTrace(program, elaboration.model.graph)
    self.location = location ?? { program.location(of: $0) }
    self.sizeText = sizeText
  }

  /// - Parameter provenance: of the elaboration, with what it knows already.
  init(
    _ provenance: consuming SizeProvenance, _ elaboration: Elaboration, of program: Program,
    location: @escaping (Place) -> String?, sizeText: @escaping (Dimension) -> String
  ) {
    self.provenance = provenance
    trace = ArgumentTrace(program, elaboration.model.graph)
    self.location = location
    self.sizeText = sizeText
  }

  /// - Parameters:
  ///   - model: one of a file, with the types of its values.
  ///   - budget: how many calls may be inferred in all.
  package init(_ model: Model, budget: Int = 200_000) {
    provenance = SizeProvenance(model, budget: budget)
    trace = nil
    location = { _ in nil }
    sizeText = { $0.description }
  }

  package var graph: Graph { provenance.graph }

  /// How a size comes about.
  package mutating func derivation(of reference: SizeReference, limit: Int = 64) -> SizeDerivation {
    provenance.derivation(of: reference, limit: limit)
  }

  /// What a node makes a size of; `nil` for inputs, initializers and what nothing defines.
  package mutating func step(of reference: SizeReference) -> SizeStep? { provenance.step(of: reference) }

  // MARK: Words

  /// The derivation, a line a step, and a line for each input or stored tensor that it ends at.
  package func lines(of derivation: SizeDerivation) -> [String] {
    var told: Set<SizeReference> = []
    let steps = Set(derivation.steps.map(\.reference))
    func end(_ reference: SizeReference, _ size: Dimension) -> String? {
      guard !steps.contains(reference), told.insert(reference).inserted else { return nil }
      return "\(sizeText(size)) is \(description(of: reference))"
    }
    if derivation.steps.isEmpty { return [end(derivation.origin, derivation.size)].compactMap(\.self) }
    var lines: [String] = []
    for step in derivation.steps {
      lines.append(line(of: step))
      if step.formula?.symbol == nil {
        lines += step.sources.compactMap { end($0.origin, $0.size) }
      }
    }
    if !derivation.isComplete { lines.append("…") }
    return lines
  }

  /// A step in a line: `56 = (112 + 1)/2, by Conv on line 12 with strides=[2, 2] (stride=2, line 30)`.
  package func line(of step: SizeStep) -> String {
    let node = graph.nodes[step.node]
    var text = sizeText(step.size)
    if let formula = step.formulaText(sizeText) {
      if step.formula?.symbol != nil, let source = step.sources.first {
        text += " is \(description(of: source.reference)), taken"
      } else if !step.sources.isEmpty {
        text += " = \(formula),"
      } else {
        text += ","
      }
    } else {
      text += ","
    }
    text += " by \(node.operatorType)"
    if let place = trace?.place(of: node.origin).flatMap(location) { text += " on \(place)" }
    if step.formula == nil {
      text += step.size.isUnknown ? ", known only when it runs" : " from its arguments as a whole"
    }
    let attributes = node.inputs.isEmpty ? [] : step.attributes.map { attribute(of: $0, step.node) }
    if !attributes.isEmpty { text += " with \(attributes.joined(separator: ", "))" }
    return text
  }

  /// `strides=[2, 2] (stride=2, line 30)`.
  func attribute(of use: SizeStep.AttributeUse, _ node: Node.ID) -> String {
    let attribute = use.attribute
    let text = "\(attribute.name)=\(attribute.value.spelling)"
    guard let found = trace?.places(ofAttribute: attribute.name, of: node), let last = found.last,
      let argument = last.argument, let place = location(last.place)
    else { return text }
    let arguments = found.filter { $0.place.file == last.place.file && location($0.place) == place }
    guard arguments.count > 1 || argument != text else { return "\(text) (\(place))" }
    return "\(text) (\(arguments.compactMap(\.argument).joined(separator: ", ")), \(place))"
  }

  /// An input or a stored tensor that a size is of: `axis 2 of the input image, line 3`.
  package func description(of reference: SizeReference) -> String {
    let value = graph.values[reference.value]
    let name = value.name.isEmpty ? "" : " \(Dimension.spelling(ofName: value.name))"
    var text =
      switch reference.part {
      case .axis(let axis): "axis \(axis) of "
      case .element(let index): "element \(index) of "
      }
    switch value.definition {
    case .input(let region, _):
      text += region == graph.body ? "the input\(name)" : "the argument\(name) of a subgraph"
    case .initializer: text += "the stored tensor\(name)"
    case .result(let node, _):
      let kind = graph.nodes[node].operatorType
      text += name.isEmpty ? "the result of \(kind)" : "\(name.dropFirst()), the result of \(kind)"
    case .undefined: text += "the undefined value\(name)"
    }
    if case .axis(let axis) = reference.part, let trace {
      let found = trace.places(ofAxis: axis, of: reference.value)
      if let last = found.last, let place = location(last.place) {
        text +=
          found.count > 1 || value.definition.isStored
          ? last.argument.map { " (\($0), \(place))" } ?? " (\(place))" : ", \(place)"
      }
    } else if let trace, let place = trace.place(of: value.origin).flatMap(location) {
      text += ", \(place)"
    }
    return text
  }
}

extension Value.Definition {
  fileprivate var isStored: Bool { if case .initializer = self { true } else { false } }
}

extension Program {
  /// `line 12`, or `line 12 of blocks.mica` in an imported file.
  func location(of place: Place) -> String? {
    guard let file = modules[place.file]?.file else { return nil }
    let line = "line \(file.position(of: place.range.lowerBound).line)"
    return place.file == self.file.number ? line : "\(line) of \(file.path)"
  }
}

extension Attribute.Value {
  /// A number, string or list as Mica writes it, long ones cut short; the kind of other values.
  package var spelling: String {
    func list<Element>(_ elements: [Element], _ text: (Element) -> String) -> String {
      "[" + elements.prefix(8).map(text).joined(separator: ", ") + (elements.count > 8 ? ", …]" : "]")
    }
    func quoted(_ bytes: [UInt8]) -> String { "\"\(String(decoding: bytes.prefix(60), as: UTF8.self))\"" }
    switch self {
    case .int(let value): return "\(value)"
    case .float(let value): return "\(value)"
    case .string(let bytes): return quoted(bytes)
    case .ints(let values): return list(values) { "\($0)" }
    case .floats(let values): return list(values) { "\($0)" }
    case .strings(let values): return list(values, quoted)
    default: return "…"
    }
  }
}
