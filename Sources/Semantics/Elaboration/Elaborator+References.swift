package import Graphs
import Operators
import Syntax
package import Tensors

// `$name`: a tensor of a weights file by its own name.

/// A tensor that the text takes from a weights file by its own name.
package struct TensorReference: Sendable {
  package var name: String
  package var tensor: Tensor
  package var value: Value.ID
  /// The statement that names the file.
  package var statement: WeightsStatement
  /// Which of the `weights` statements that is, and which of the file's tensors it is.
  var position: (statement: Int, tensor: Int)
}

/// A weights file that a model names, with its tensors by name.
struct OpenedWeights {
  var checkpoint: Result<Checkpoint, WeightsError>
  var positions: [String: Int] = [:]

  init(_ checkpoint: Result<Checkpoint, WeightsError>) {
    self.checkpoint = checkpoint
    guard case .success(let checkpoint) = checkpoint else { return }
    positions = Dictionary(checkpoint.tensors.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }
}

extension Elaborator {
  mutating func weightReference(_ expression: Syntax) -> Term {
    guard let child = expression.firstChild, let name = name(child) else { return .unknown }
    let term = referenced(name, at: expression.place)
    if !term.isUnknown { observe(.use(term, definition: nil), at: child.place) }
    return term
  }

  private mutating func referenced(_ name: String, at place: Place) -> Term {
    if let known = references[name] { return .tensor(known.value) }
    if let known = placedReferences[name] { return .tensor(known) }
    // Its name is the file's, whatever blocks are around.
    if name.hasPrefix(Self.initializerPlace), sparseTensor(name) == nil {
      return storedReference(String(name.dropFirst(Self.initializerPlace.count)), at: place)
    }
    let origin = Origin(source: source(place), instance: builder.graph.instances.first)
    if let inner = innerTensor(name) {
      let value = builder.addInitializer(inner.name, inner.tensor, role: .constant, origin: origin)
      builder.annotateLastInitializer { $0 = inner.annotations }
      if builder.region == builder.graph.body { placedReferences[name] = value }
      return .tensor(value)
    }
    if let (tensor, position) = sparseTensor(name) {
      // The file's own are its graph's; others have their places in subgraphs.
      let isOfFile = position != .max
      let value = builder.addSparseInitializer(tensor.values.name, tensor, inBody: isOfFile, origin: origin)
      if isOfFile || builder.region == builder.graph.body { placedReferences[name] = value }
      sparsePositions[value] = position
      return .tensor(value)
    }
    return storedReference(name, at: place)
  }

  /// The place of an initialiser whose name looks like a place begins with this.
  private static let initializerPlace = "@initializer."

  /// An initialiser of a weights file by its own name.
  private mutating func storedReference(_ name: String, at place: Place) -> Term {
    if let known = references[name] { return .tensor(known.value) }
    let origin = Origin(source: source(place), instance: builder.graph.instances.first)
    guard let stored = storedTensor(name, at: place) else { return .unknown }
    let value = builder.addInitializer(name, stored.tensor, role: .parameter, origin: origin)
    if isVerbatim, let annotations = stored.annotations { builder.annotateLastInitializer { $0 = annotations } }
    references[name] = stored.reference(to: name, as: value)
    return .tensor(value)
  }

  /// Gives inputs their own tensors, once the body has said which files there are.
  mutating func bindOverridableInputs() {
    for (input, expression) in overridableInputs {
      guard let child = expression.firstChild, let name = name(child) else { continue }
      observe(.use(.tensor(input), definition: nil), at: child.place)
      if let inner = innerTensor(name) {
        builder.initialize(input, inner.tensor)
        builder.annotateLastInitializer { $0 = inner.annotations }
        placedReferences[name] = input
        continue
      }
      if let (tensor, position) = sparseTensor(name) {
        builder.initialize(input, tensor)
        sparsePositions[input] = position
        continue
      }
      let own = name.hasPrefix(Self.initializerPlace) ? String(name.dropFirst(Self.initializerPlace.count)) : name
      guard let stored = storedTensor(own, at: expression.place) else { continue }
      let tensor = stored.tensor
      let type = tensor.type
      let declared = builder.known(input).type
      guard isVerbatim || declared.element == tensor.element && declared.shape?.rank == tensor.sizes.count else {
        report(.referenceMismatch(name, declared: declared, stored: type, at: expression.place))
        continue
      }
      builder.initialize(input, tensor)
      if isVerbatim, let annotations = stored.annotations { builder.annotateLastInitializer { $0 = annotations } }
      references[own] = stored.reference(to: own, as: input)
    }
  }

  /// The tensor that an attribute takes from a weights file: one that is an attribute there, or an initialiser.
  mutating func attributeTensor(_ expression: Syntax) -> Attribute.Value? {
    guard let child = expression.firstChild, let name = name(child) else { return nil }
    if let inner = innerTensor(name) {
      observe(.use(.literal(inner.tensor), definition: nil), at: child.place)
      return .tensor(inner)
    }
    if let (tensor, _) = sparseTensor(name) {
      observe(.use(.sparse(tensor), definition: nil), at: child.place)
      return .sparseTensor(tensor)
    }
    guard let stored = storedTensor(name, at: expression.place) else { return nil }
    observe(.use(.literal(stored.tensor), definition: nil), at: child.place)
    return .tensor(NamedTensor(name: name, stored.tensor))
  }

  /// The sparse tensor of a name or place in a model's file, and its position among those of the file.
  private mutating func sparseTensor(_ name: String) -> (tensor: SparseTensor, position: Int)? {
    for index in weights.indices {
      guard case .success(let checkpoint)? = opened(index)?.checkpoint else { continue }
      let own = name.hasPrefix(Self.initializerPlace) ? String(name.dropFirst(Self.initializerPlace.count)) : name
      if let position = checkpoint.sparseTensors.firstIndex(where: { $0.name == own }) {
        return (checkpoint.sparseTensors[position].tensor, position)
      }
      if let tensor = checkpoint.innerSparse[name] { return (tensor, .max) }
    }
    return nil
  }

  /// The tensor inside a node of a model's file that a place such as `@12.value` means.
  private mutating func innerTensor(_ place: String) -> NamedTensor? {
    guard place.utf8.first == UInt8(ascii: "@") else { return nil }
    for index in weights.indices {
      if case .success(let checkpoint)? = opened(index)?.checkpoint, let found = checkpoint.inner[place] {
        return found
      }
    }
    return nil
  }

  /// The file of a `weights` statement, which is opened once; `nil` where nobody can.
  mutating func opened(_ index: Int) -> OpenedWeights? {
    let statement = weights[index]
    if let known = openedWeights[statement.key] { return known }
    guard let opened = options.weightsOpener?(statement) else { return nil }
    let weights = OpenedWeights(opened)
    openedWeights[statement.key] = weights
    return weights
  }

  /// The tensor of a name in the files that `weights` has named so far; `nil`, with a report, where there is none.
  private mutating func storedTensor(_ name: String, at place: Place) -> StoredTensor? {
    guard !weights.isEmpty else {
      report(.referenceWithoutWeights(name, at: place))
      return nil
    }
    var names: [String] = []
    for (index, statement) in weights.enumerated() {
      guard let opened = opened(index) else {
        report(.referenceWithoutWeights(name, at: place))
        return nil
      }
      switch opened.checkpoint {
      case .success(let checkpoint):
        if let position = opened.positions[name] {
          return StoredTensor(
            tensor: checkpoint.tensors[position].tensor, statement: statement, position: (index, position),
            annotations: checkpoint.annotations[name])
        }
        names += checkpoint.tensors.map(\.name)
      case .failure(let error):
        report(.unreadableWeights(error, isError: true, at: statement.place))
        return nil
      }
    }
    report(.unknownReference(name, candidates: names, at: place))
    return nil
  }

  // MARK: Sparse literals

  /// `sparse f32[5]{2: 1.0}`, `sparse f32[2, 3]{[0, 1]: 1.0}`.
  mutating func sparseLiteral(_ expression: Syntax) -> Term {
    let parts = Array(expression.children)
    guard let head = parts.first else { return .unknown }
    let typeSyntax = head.kind == .sparseType ? head.firstChild ?? head : head
    guard case .tensor(let type) = resolve(typeSyntax, declaring: false), let element = type.element else {
      return .unknown
    }
    guard let sizes = type.shape?.constants else {
      if !isSilent(typeSyntax) { report(.openConstant(typeSyntax)) }
      return .unknown
    }
    var entries: [(index: [Int], value: Term)] = []
    for entry in parts.dropFirst() where entry.kind == .mapEntry {
      let sides = Array(entry.children)
      guard sides.count == 2 else { return .unknown }
      let key = evaluate(sides[0])
      let value = evaluate(sides[1])
      if key.isUnknown || value.isUnknown { return .unknown }
      let coordinates: [Term] = if case .list(let items) = key { items } else { [key] }
      let index = coordinates.compactMap { if case .integer(let size) = $0 { size.constant } else { nil } }
      guard index.count == sizes.count, zip(index, sizes).allSatisfy({ (0..<$1).contains($0) }) else {
        return unknown(.sparseIndex(sides[0], sizes: sizes))
      }
      entries.append((index, value))
    }
    entries.sort { $0.index.lexicographicallyPrecedes($1.index) }
    guard
      let values = literal(
        .list(entries.map(\.value)), element: element, sizes: [entries.count], at: expression.place),
      let indices = Tensor.integers(
        .i64, entries.flatMap(\.index), sizes: sizes.count == 1 ? [entries.count] : [entries.count, sizes.count])
    else { return .unknown }
    return .sparse(SparseTensor(values: NamedTensor(values), indices: NamedTensor(indices), sizes: sizes))
  }
}

/// A tensor as a weights file has it.
private struct StoredTensor {
  var tensor: Tensor
  var statement: WeightsStatement
  var position: (statement: Int, tensor: Int)
  var annotations: Annotations?

  func reference(to name: String, as value: Value.ID) -> TensorReference {
    TensorReference(name: name, tensor: tensor, value: value, statement: statement, position: position)
  }
}

extension Diagnostic {
  fileprivate static func referenceWithoutWeights(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "unknown-tensor",
      "`$\(name)` is a tensor of a weights file, and no `weights \"file\"` that can be read stands before it",
      at: place)
  }

  fileprivate static func unknownReference(_ name: String, candidates: [String], at place: Place) -> Diagnostic {
    let nearest = Catalogue.nearest(to: name, in: candidates)
    return Diagnostic(
      "unknown-tensor", "no weights file has a tensor `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")",
      at: place)
  }

  fileprivate static func referenceMismatch(
    _ name: String, declared: ValueType, stored: ValueType, at place: Place
  ) -> Diagnostic {
    Diagnostic("type-mismatch", "the input is declared \(declared), and `$\(name)` is \(stored)", at: place)
  }

  fileprivate static func sparseIndex(_ key: Syntax, sizes: [Int]) -> Diagnostic {
    Diagnostic("index-out-of-range", "`\(key.text)` is no place in a tensor of the sizes \(sizes)", at: key.place)
  }
}
