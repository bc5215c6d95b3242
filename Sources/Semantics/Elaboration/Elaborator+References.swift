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
}

extension Elaborator {
  mutating func weightReference(_ expression: Syntax) -> Term {
    guard let child = expression.firstChild, let name = name(child) else { return .unknown }
    if let known = references[name] { return .tensor(known.value) }
    guard let (tensor, statement) = storedTensor(name, at: expression.place) else { return .unknown }
    // Its name is the file's, whatever blocks are around.
    let origin = Origin(source: source(expression.place), instance: builder.graph.instances.first)
    let value = builder.addInitializer(name, tensor, role: .parameter, origin: origin)
    references[name] = TensorReference(name: name, tensor: tensor, value: value, statement: statement)
    return .tensor(value)
  }

  /// Gives inputs their own tensors, once the body has said which files there are.
  mutating func bindOverridableInputs() {
    for (input, expression) in overridableInputs {
      guard let child = expression.firstChild, let name = name(child),
        let (tensor, statement) = storedTensor(name, at: expression.place)
      else { continue }
      let type = tensor.type
      let declared = builder.known(input).type
      guard declared.element == tensor.element, declared.shape?.rank == tensor.sizes.count else {
        report(.referenceMismatch(name, declared: declared, stored: type, at: expression.place))
        continue
      }
      builder.initialize(input, tensor)
      references[name] = TensorReference(name: name, tensor: tensor, value: input, statement: statement)
    }
  }

  /// The tensor of a name in the files that `weights` has named so far; `nil`, with a report, where there is none.
  private mutating func storedTensor(_ name: String, at place: Place) -> (tensor: Tensor, statement: WeightsStatement)?
  {
    guard !weights.isEmpty else {
      report(.referenceWithoutWeights(name, at: place))
      return nil
    }
    var names: [String] = []
    for statement in weights {
      switch options.weightsOpener?(statement) {
      case .success(let checkpoint)?:
        if let found = checkpoint.tensors.first(where: { $0.name == name }) { return (found.tensor, statement) }
        names += checkpoint.tensors.map(\.name)
      case .failure(let error)?:
        report(.unreadableWeights(error, isError: true, at: statement.place))
        return nil
      case nil:
        report(.referenceWithoutWeights(name, at: place))
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

extension Diagnostic {
  fileprivate static func referenceWithoutWeights(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "unknown-tensor",
      "`$\(name)` is a tensor of a weights file, and no `weights \"file\"` that can be read stands before it",
      at: place)
  }

  fileprivate static func unknownReference(_ name: String, candidates: [String], at place: Place) -> Diagnostic {
    let nearest = Catalogue.nearest(to: name, in: candidates.sorted())
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
