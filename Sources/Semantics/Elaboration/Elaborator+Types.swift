import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// The type that a text writes, its sizes evaluated in the current frame.
  ///
  /// - Parameter declaring: whether names without a meaning are new dimensions, as in a model's signature.
  mutating func resolve(_ type: Syntax, declaring: Bool) -> ValueType {
    switch type.kind {
    case .tensorType:
      return .tensor(resolveTensor(type, declaring: declaring))
    case .unknownType:
      return .unknown
    case .sparseType:
      guard let inner = type.firstChild else { return .unknown }
      return .sparseTensor(resolve(inner, declaring: declaring).tensor ?? TensorType(nil, nil))
    case .sequenceType:
      return .sequence(type.firstChild.map { resolve($0, declaring: declaring) } ?? .unknown)
    case .optionalType:
      return .optional(type.firstChild.map { resolve($0, declaring: declaring) } ?? .unknown)
    case .mapType:
      let children = Array(type.children)
      guard children.count == 2, let key = ElementType(spelling: children[0].text) else { return .unknown }
      return .map(key: key, value: resolve(children[1], declaring: declaring))
    default:
      report(.notATensorType(type))
      return .unknown
    }
  }

  private mutating func resolveTensor(_ type: Syntax, declaring: Bool) -> TensorType {
    let children = Array(type.children)
    guard let head = children.first, let list = type.child(.dimensions) else { return TensorType(nil, nil) }
    let element = resolveElement(head)
    var dimensions: [Dimension] = []
    for item in list.children {
      switch item.kind {
      case .unknownDimension:
        dimensions.append(.unknown)
      case .ellipsis:
        guard case .list(let pack)? = local("...")?.term else { return TensorType(element, nil) }
        dimensions += pack.map { if case .integer(let size) = $0 { size } else { .unknown } }
      default:
        dimensions.append(resolveDimension(item, declaring: declaring))
      }
    }
    return TensorType(element, dimensions)
  }

  private mutating func resolveElement(_ head: Syntax) -> ElementType? {
    if head.kind == .elementType { return ElementType(spelling: head.text) }
    guard let name = head.plainName else { return nil }
    switch local(name)?.term {
    case .element(let element): return element
    case .unknown: return nil
    // A file may leave the element type of a tensor open.
    case _ where isVerbatim && calls.isEmpty && name == "T": return nil
    case nil:
      report(.unknownElementType(name, at: head.place))
      return nil
    case .some(let other):
      report(.wrongKind(other, wanted: "an element type", at: head.place))
      return nil
    }
  }

  private mutating func resolveDimension(_ item: Syntax, declaring: Bool) -> Dimension {
    if declaring, let name = item.plainName, local(name) == nil {
      return declareDimension(name, at: item.place)
    }
    // A file's sizes and values may share their names.
    if declaring, isVerbatim, let name = item.plainName, case .tensor? = local(name)?.term {
      return .symbol(name, atLeast: 0)
    }
    if declaring { declareDimensions(in: item) }
    guard let size = integer(item) else { return .unknown }
    if let constant = size.constant, constant < 0 {
      // A file may have such a size where it means an unknown one, and a text of it says so.
      if isVerbatim { return .unknown }
      report(.negativeSize(constant, at: item.place))
      return .unknown
    }
    return size
  }

  /// Declares the names of an expression that have no meaning yet.
  mutating func declareDimensions(in expression: Syntax) {
    if expression.kind == .name, let name = expression.plainName {
      if local(name) == nil { _ = declareDimension(name, at: expression.place) }
      return
    }
    for child in expression.children where expression.kind != .call || child != expression.firstChild {
      declareDimensions(in: child)
    }
  }

  // MARK: Matching

  /// Matches a declared type with an actual one: captures the names that have no meaning yet, and checks the rest.
  ///
  /// - Parameters:
  ///   - subject: what has the actual type, in words: "`x` of Linear".
  ///   - value: the tensor that has it, where it is in the graph.
  mutating func match(
    _ pattern: Syntax, _ actual: ValueType, subject: String, at place: Place, of value: Value.ID? = nil
  ) {
    guard pattern.kind == .tensorType, let head = pattern.firstChild, let list = pattern.child(.dimensions) else {
      return
    }
    guard let tensor = actual.tensor else {
      if actual != .unknown { report(.typeMismatch(subject, wanted: pattern, actual: actual, at: place)) }
      captureUnknown(head, list)
      return
    }
    matchElement(head, tensor.element, subject: subject, at: place, of: value)
    guard let shape = tensor.shape else { return captureUnknown(head, list) }
    let items = Array(list.children)
    let packs = items.indices.filter { items[$0].kind == .ellipsis }
    // A second pack was told where it is declared.
    if packs.count > 1 { return captureUnknown(head, list) }
    guard packs.isEmpty ? items.count == shape.rank : items.count - 1 <= shape.rank else {
      var problem = Diagnostic.rankMismatch(subject, wanted: pattern, actual: actual, at: place)
      problem.candidates = reshapes(of: shape, to: items, at: place)
      report(problem)
      return captureUnknown(head, list)
    }
    let front = packs.first ?? items.count
    let back = items.count - front - (packs.isEmpty ? 0 : 1)
    var pairs = Array(zip(items.prefix(front), shape.dimensions.prefix(front)))
    pairs += zip(items.suffix(back), shape.dimensions.suffix(back))
    if let pack = packs.first {
      let middle = shape.dimensions.dropFirst(front).dropLast(back).map { Term.integer($0) }
      bind("...", .list(middle), at: items[pack].place)
    }
    // Captures first: `T[N, 2 * D]` may come before the input that says what D is, but not within one type.
    for (item, size) in pairs where isCapture(item) {
      if let name = item.plainName { bind(name, .integer(size), at: item.place) }
    }
    var unequal: [(item: Syntax, wanted: Dimension, size: Dimension, axis: Int)] = []
    for (index, (item, size)) in pairs.enumerated() where item.kind != .unknownDimension {
      guard let wanted = integer(item), !wanted.isUnknown, !size.isUnknown, !wanted.isProvablyEqual(to: size) else {
        continue
      }
      unequal.append((item, wanted, size, index < front ? index : shape.rank - pairs.count + index))
    }
    guard let first = unequal.first else { return }
    let isOpen = !unequal.contains { $0.wanted.isProvablyDifferent(from: $0.size) }
    var problem = Diagnostic.sizeMismatch(
      subject, item: first.item, wanted: first.wanted, size: first.size, pattern: pattern, actual: actual, at: place,
      fixes: isOpen ? assuming(unequal.map { (left: $0.size, right: $0.wanted) }) : [])
    if let value {
      let origins = origins(
        of: [
          DisputedSize(
            reference: SizeReference(value, .axis(first.axis)), size: first.size, wanted: first.wanted)
        ])
      problem.related += origins.related
      problem.candidates = origins.candidates
    }
    problem.candidates += reshapes(of: shape, to: items, at: place)
    report(problem)
  }

  /// Gives a tensor the shape of a declared type, where that has as many elements.
  private mutating func reshapes(of shape: Shape, to items: [Syntax], at place: Place) -> [Fix] {
    guard !items.contains(where: { isCapture($0) || [.ellipsis, .unknownDimension].contains($0.kind) }),
      let source = program.modules[place.file]?.file.tree.source
    else { return [] }
    let wanted = Shape(items.compactMap { integer($0) })
    guard wanted.rank == items.count, wanted.elementCount.isProvablyEqual(to: shape.elementCount) else { return [] }
    let text = String(decoding: source[place.range], as: UTF8.self)
    let sizes = wanted.dimensions.map(\.description).joined(separator: ", ")
    return [Fix("Insert Reshape for `\(text)`", [Fix.Edit(place, "Reshape(\(text), [\(sizes)])")])]
  }

  private func isCapture(_ item: Syntax) -> Bool {
    guard let name = item.plainName else { return false }
    return local(name) == nil
  }

  private mutating func matchElement(
    _ head: Syntax, _ element: ElementType?, subject: String, at place: Place, of value: Value.ID?
  ) {
    if let name = head.plainName, local(name) == nil, name.first?.isUppercase == true {
      bind(name, element.map { .element($0) } ?? .unknown, at: head.place)
      return
    }
    guard let wanted = resolveElement(head), let element, wanted != element else { return }
    var problem = Diagnostic.elementMismatch(subject, wanted: wanted, element: element, at: place)
    problem.related = [Diagnostic.Related("declared here", at: head.place)]
    if let origin = value.flatMap({ typeOrigin(of: $0) }) { problem.related.append(origin) }
    problem.candidates = casts(to: [wanted], at: place)
    report(problem)
  }

  /// Gives every name of a type that could not be matched an unknown meaning.
  private mutating func captureUnknown(_ head: Syntax, _ list: Syntax) {
    if let pack = list.child(.ellipsis), local("...") == nil {
      bind("...", .unknown, at: pack.place)
    }
    for item in [head] + Array(list.children) where isCapture(item) {
      if let name = item.plainName { bind(name, .unknown, at: item.place) }
    }
  }

  /// Checks a result against an ascribed type; names in it that have no meaning yet capture.
  mutating func ascribed(_ term: Term, _ type: Syntax) -> Term {
    switch term {
    case .tensor(let value):
      let known = builder.known(value).type
      match(type, known, subject: "the value", at: type.place, of: value)
      if known.shape == nil || known.shape?.dimensions.contains(where: \.isUnknown) == true {
        refine(value, with: resolve(type, declaring: false))
      }
      return term
    case .unknown: return term
    case .literal(let tensor):
      let actual = tensor.type
      match(type, actual, subject: "the value", at: type.place)
      return term
    default:
      guard type.kind == .tensorType else { return unknown(.notATensorType(type)) }
      guard case .tensor(let wanted) = resolve(type, declaring: false), let element = wanted.element,
        let sizes = wanted.shape?.constants, let tensor = literal(term, element: element, sizes: sizes, at: type.place)
      else { return term }
      return .literal(tensor)
    }
  }

  /// Takes from a declared type what inference could not tell.
  mutating func refine(_ value: Value.ID, with declared: ValueType) {
    guard case .tensor(let declared) = declared else { return }
    var fact = builder.known(value)
    guard fact.type == .unknown || fact.type.tensor != nil else { return }
    var tensor = fact.type.tensor ?? TensorType(nil, nil)
    tensor.element = tensor.element ?? declared.element
    if let shape = tensor.shape, let wanted = declared.shape, shape.rank == wanted.rank {
      tensor.shape = Shape(zip(shape.dimensions, wanted.dimensions).map { $0.isUnknown ? $1 : $0 })
    } else {
      tensor.shape = tensor.shape ?? declared.shape
    }
    fact.type = .tensor(tensor)
    builder.refine(value, fact)
  }
}
