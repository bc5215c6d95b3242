import Graphs
import Operators
import Syntax
import Tensors

/// A size that a problem is about, and the one that it ought to be.
struct DisputedSize {
  var reference: SizeReference
  var size: Dimension
  var wanted: Dimension?
}

/// Where sizes come from, and what would make them others.
struct SizeOrigins {
  var related: [Diagnostic.Related] = []
  var candidates: [Fix] = []
}

extension Elaborator {
  /// How many problems of a model are told with where their sizes come from.
  private static let explanationLimit = 16
  /// How many calls may be inferred again for one of them.
  private static let explanationBudget = 2000

  /// Where the facts come from that a problem of a call is about: the places in the text that decided them.
  mutating func origins(of problem: OperatorProblem, _ values: [Value.ID?], call: Place) -> SizeOrigins {
    guard let sizes = problem.differing ?? problem.undetermined else {
      let sizes = problem.sizes.compactMap { reference(to: $0, values) }.map { reference in
        DisputedSize(reference: reference, size: size(of: reference), wanted: nil)
      }
      return sizes.isEmpty ? typeOrigins(of: problem, values) : origins(of: sizes)
    }
    let (left, right) = references(to: sizes, of: problem.subject, values)
    var found = origins(
      of: [
        left.map { DisputedSize(reference: $0, size: size(of: $0), wanted: sizes.right) },
        right.map { DisputedSize(reference: $0, size: size(of: $0), wanted: sizes.left) },
      ].compactMap(\.self))
    let trace = ArgumentTrace(program, builder.graph)
    for (place, size, wanted) in [
      (sizes.places?.left, sizes.left, sizes.right), (sizes.places?.right, sizes.right, sizes.left),
    ] {
      guard case .attribute(let name) = place,
        let decided = trace.deciding(trace.places(ofAttribute: name, ofCallAt: call, in: frame.instance)),
        let argument = decided.argument
      else { continue }
      found.related.append(Diagnostic.Related("`\(size)` comes from `\(argument)`", at: decided.place))
      if let fix = decided.literal(in: trace)?.replaced(size, by: wanted) { found.candidates.append(fix) }
    }
    return found
  }

  private func reference(to place: OperatorProblem.SizePlace?, _ values: [Value.ID?]) -> SizeReference? {
    guard case .axis(let input, let axis) = place else { return nil }
    return values[safe: input].flatMap { $0 }.map { SizeReference($0, .axis(axis)) }
  }

  private func size(of reference: SizeReference) -> Dimension {
    guard case .axis(let axis) = reference.part else { return .unknown }
    return builder.known(reference.value).type.shape?.dimensions[safe: axis] ?? .unknown
  }

  /// The same of sizes that are told apart.
  mutating func origins(of sizes: [DisputedSize]) -> SizeOrigins {
    guard !sizes.isEmpty, explainedProblems < Self.explanationLimit else { return SizeOrigins() }
    explainedProblems += 1
    var provenance = SizeProvenance(builder, budget: Self.explanationBudget)
    let trace = ArgumentTrace(program, builder.graph)
    var origins = SizeOrigins()
    for disputed in sizes {
      guard let (related, candidate) = Self.origin(of: disputed, &provenance, trace) else { continue }
      if !origins.related.contains(related) { origins.related.append(related) }
      if let candidate { origins.candidates.append(candidate) }
    }
    return origins
  }

  /// The axes that two sizes are of: where a rule does not say so, those of two arguments that are most likely paired.
  private func references(
    to sizes: OperatorProblem.SizePair, of subject: OperatorProblem.Subject, _ values: [Value.ID?]
  ) -> (left: SizeReference?, right: SizeReference?) {
    if let places = sizes.places { return (reference(to: places.left, values), reference(to: places.right, values)) }
    let (lefts, rights) = (axes(of: sizes.left, values), axes(of: sizes.right, values))
    func isSubject(_ axis: ArgumentAxis) -> Bool { subject == .input(axis.input) }
    func score(_ left: ArgumentAxis, _ right: ArgumentAxis) -> Int {
      (left.input != right.input ? 8 : 0) + (isSubject(left) || isSubject(right) ? 4 : 0)
        + (left.axis == right.axis ? 2 : 0) + (left.fromEnd == right.fromEnd ? 1 : 0)
    }
    let pairs = lefts.flatMap { left in rights.map { (left: left, right: $0) } }
    if let pair = pairs.max(by: { score($0.left, $0.right) < score($1.left, $1.right) }) {
      return (pair.left.reference, pair.right.reference)
    }
    return (
      (lefts.first(where: isSubject) ?? lefts.first)?.reference,
      (rights.first(where: isSubject) ?? rights.first)?.reference
    )
  }

  private struct ArgumentAxis {
    var input: Int
    var axis: Int
    var fromEnd: Int
    var reference: SizeReference
  }

  /// The axes of a call's arguments that have a size.
  private func axes(of size: Dimension, _ values: [Value.ID?]) -> [ArgumentAxis] {
    values.enumerated().flatMap { input, value -> [ArgumentAxis] in
      guard let value else { return [] }
      let sizes = builder.known(value).type.shape?.dimensions ?? []
      return sizes.indices.filter { sizes[$0] == size }.map { axis in
        ArgumentAxis(
          input: input, axis: axis, fromEnd: sizes.count - axis, reference: SizeReference(value, .axis(axis)))
      }
    }
  }

  /// What decided a size: an operator's call, or the tensor that it is the size of.
  private static func origin(
    of disputed: DisputedSize, _ provenance: inout SizeProvenance, _ trace: ArgumentTrace
  ) -> (related: Diagnostic.Related, candidate: Fix?)? {
    let (size, origin) = (disputed.size, provenance.origin(of: disputed.reference))
    guard let step = provenance.step(of: origin) else {
      guard case .axis(let axis) = origin.part, let found = trace.deciding(trace.places(ofAxis: axis, of: origin.value))
      else {
        return nil
      }
      let literal = found.literal(in: trace)
      let candidate = disputed.wanted.flatMap { wanted in literal.flatMap { $0.replaced(size, by: wanted) } }
      if let argument = found.argument, literal?.isAlone != true, argument != "\(size)" {
        return (Diagnostic.Related("`\(size)` comes from `\(argument)`", at: found.place), candidate)
      }
      let name = trace.declaredName(of: origin.value).map { "`\($0)`" } ?? "this"
      return (Diagnostic.Related("`\(size)` is axis \(axis) of \(name)", at: found.place), candidate)
    }
    let formula = step.formula?.symbol != nil || step.sources.isEmpty ? nil : step.formulaText(\.description)
    let rule = formula.map { " is `\($0)` and" } ?? ""
    let callee = trace.graph.nodes[step.node]
    let found = step.attributes.filter(\.changesSize).compactMap { use in
      trace.deciding(trace.places(ofAttribute: use.attribute.name, of: step.node)).map { found in
        (place: found.place, name: found.argument)
      }
    }
    if let first = found.first {
      let names = found.filter { $0.place.file == first.place.file }.compactMap(\.name).map { "`\($0)`" }
      let what =
        names.isEmpty
        ? callee.operatorType == "Constant" ? "this tensor" : callee.operatorType
        : names.joined(separator: ", ")
      return (Diagnostic.Related("`\(size)`\(rule) comes from \(what)", at: first.place), nil)
    }
    guard let place = trace.place(of: callee.origin) else { return nil }
    return (Diagnostic.Related("`\(size)`\(rule) comes from \(callee.operatorType)", at: place), nil)
  }
}

extension ArgumentTrace {
  /// What the text calls a parameter, buffer or input.
  func declaredName(of value: Value.ID) -> String? {
    let value = graph.values[value]
    let declared = value.origin.source.flatMap { source in node(at: Place(source)) { $0.declaredSizes != nil } }
    let name = declared?.children.first { $0.kind == .name || $0.kind == .quotedName }?.text ?? value.name
    return name.isEmpty ? nil : name
  }
}

/// An integer that the text spells out, and what it stands in.
private struct SizeLiteral {
  var literal: Syntax
  /// The argument or parameter that it is the value of, up to the literal.
  var head: String

  /// Whether it stands as a size itself, and is no one's value.
  var isAlone: Bool { head.isEmpty }

  /// The fix that makes a size another one; `nil` where the literal is not that size.
  func replaced(_ size: Dimension, by wanted: Dimension) -> Fix? {
    guard let value = literal.integerValue, Dimension(value) == size, let number = wanted.constant, number > 0 else {
      return nil
    }
    let title = isAlone ? "Write `\(number)` for `\(literal.text)`" : "Write `\(head)\(number)`"
    return Fix(title, [Fix.Edit(literal.place, "\(number)")])
  }
}

extension ArgumentTrace.Found {
  /// The literal that it is, or that is given in it.
  fileprivate func literal(in trace: ArgumentTrace) -> SizeLiteral? {
    guard argument != nil, let node = trace.node(at: place, where: { _ in true }) else { return nil }
    let value: Syntax?
    switch node.kind {
    case .namedArgument: value = node.pair?.1
    case .parameter: value = node.child(.defaultValue)?.firstChild
    default: value = node
    }
    guard let value, value.kind == .integer else { return nil }
    let head = node.tree.source[node.range.lowerBound..<value.range.lowerBound]
    return SizeLiteral(literal: value, head: String(decoding: head, as: UTF8.self))
  }
}
