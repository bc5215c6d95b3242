import Tensors

/// Types that a file records for values, held against what is inferred.
///
/// A file's names for sizes mean something only where an input declares them; exporters make others up.
struct RecordedTypes {
  /// What some exporters call every size that they do not know.
  private static let unknownName = "?"

  /// The names of sizes that the model's inputs declare.
  private(set) var declared: Set<String> = []
  /// Names that stand for sizes of inputs that the file leaves open; files never see them.
  private(set) var made: Set<String> = []

  /// The sizes of `type`, which an input called `name` has; open ones get names of their own.
  mutating func declare(_ type: ValueType, input name: String) -> ValueType {
    guard case .tensor(let tensor) = type, let shape = tensor.shape else { return type }
    let isOpen = shape.dimensions.map { $0.isUnknown || $0.symbol == Self.unknownName }
    for (size, isOpen) in zip(shape.dimensions, isOpen) where !isOpen { declared.formUnion(size.symbols) }
    let sizes = shape.dimensions.enumerated().map { axis, size -> Dimension in
      guard isOpen[axis] else { return size }
      let symbol = "\(name).shape[\(axis)]"
      guard !declared.contains(symbol) else { return .unknown }
      made.insert(symbol)
      return .symbol(symbol, atLeast: 0)
    }
    return .tensor(TensorType(tensor.element, sizes))
  }

  /// Lets the names that were made for open sizes stand in what is written from now on.
  mutating func showOpenSizes() { made = [] }

  /// What is inferred, and where that leaves something open, what is recorded; the second result says whether the two
  /// contradict each other.
  func completed(_ inferred: ValueType, by recorded: ValueType) -> (type: ValueType, contradicts: Bool) {
    switch (inferred, recorded) {
    case (_, .unknown): return (inferred, false)
    case (.unknown, _): return (known(recorded), false)
    case (.tensor(let left), .tensor(let right)):
      let (type, contradicts) = completed(left, by: right)
      return (.tensor(type), contradicts)
    case (.sparseTensor(let left), .sparseTensor(let right)):
      let (type, contradicts) = completed(left, by: right)
      return (.sparseTensor(type), contradicts)
    case (.sequence(let left), .sequence(let right)):
      let (type, contradicts) = completed(left, by: right)
      return (.sequence(type), contradicts)
    case (.optional(let left), .optional(let right)):
      let (type, contradicts) = completed(left, by: right)
      return (.optional(type), contradicts)
    case (.map, .map): return (inferred, false)
    // Files spell a tensor and an optional tensor alike.
    case (.optional, _), (_, .optional): return (inferred, false)
    default: return (inferred, true)
    }
  }

  private func completed(_ inferred: TensorType, by recorded: TensorType) -> (type: TensorType, contradicts: Bool) {
    var type = inferred
    var contradicts = false
    if let known = inferred.element {
      contradicts = recorded.element.map { $0 != known } ?? false
    } else {
      type.element = recorded.element
    }
    guard let others = recorded.shape else { return (type, contradicts) }
    guard let shape = inferred.shape else {
      type.shape = Shape(others.dimensions.map(known))
      return (type, contradicts)
    }
    guard shape.rank == others.rank else { return (type, true) }
    type.shape = Shape(
      zip(shape.dimensions, others.dimensions).map { size, other in
        let other = known(other)
        if size.isUnknown { return other }
        if size.isProvablyDifferent(from: other) { contradicts = true }
        return size
      })
    return (type, contradicts)
  }

  /// The type without names that nobody declares.
  private func known(_ type: ValueType) -> ValueType { type.mapSizes(known) }

  private func known(_ size: Dimension) -> Dimension {
    size.constant != nil || size.symbols.isSubset(of: declared) ? size : .unknown
  }

  /// Sizes that a declared type says in terms of the inputs' sizes, and that are inferred as something else, by which the
  /// two need not be equal.
  func doubtful(_ inferred: ValueType, declared type: ValueType) -> [(
    axis: Int, declared: Dimension, inferred: Dimension
  )] {
    guard let sizes = inferred.shape?.dimensions, let others = type.shape?.dimensions, sizes.count == others.count
    else {
      return []
    }
    return zip(sizes, others).enumerated().compactMap { axis, pair in
      let (size, other) = (pair.0, known(pair.1))
      guard !size.isUnknown, !other.isUnknown, other.constant == nil, size.symbols.isDisjoint(with: made),
        !size.isProvablyEqual(to: other)
      else { return nil }
      return (axis, other, size)
    }
  }

  /// The type of a model's output as a file may have it: what the file declares, and what is inferred where that leaves
  /// something open, says only a name that no input has, or is the name of an unknown size.
  func written(_ inferred: ValueType, overOutput declared: ValueType) -> ValueType {
    let inferred = written(inferred, over: declared)
    switch (inferred, declared) {
    case (.tensor(let type), .tensor(let old)):
      guard let shape = type.shape, let sizes = old.shape?.dimensions, shape.rank == sizes.count else {
        return inferred
      }
      return .tensor(
        TensorType(type.element, zip(shape.dimensions, sizes).map { known($1).isUnknown ? $0 : $1 }))
    case (.sequence(let element), .sequence(let old)): return .sequence(written(element, overOutput: old))
    case (.optional(let element), .optional(let old)): return .optional(written(element, overOutput: old))
    default: return inferred
    }
  }

  /// The type as a file may have it: what is inferred, without the names that were made here, and what the file records
  /// where that leaves something open.
  func written(_ inferred: ValueType, over recorded: ValueType) -> ValueType {
    let inferred = made.isEmpty ? inferred : inferred.mapSizes { $0.symbols.isDisjoint(with: made) ? $0 : .unknown }
    guard case .tensor(let type) = inferred, case .tensor(let old) = recorded, let sizes = old.shape?.dimensions else {
      return inferred
    }
    guard let shape = type.shape else { return .tensor(TensorType(type.element, old.shape)) }
    guard shape.rank == sizes.count else { return inferred }
    return .tensor(TensorType(type.element, zip(shape.dimensions, sizes).map { $0.isUnknown ? $1 : $0 }))
  }
}

extension ValueType {
  /// The type with every size in it replaced.
  fileprivate func mapSizes(_ transform: (Dimension) -> Dimension) -> ValueType {
    func mapped(_ type: TensorType) -> TensorType {
      TensorType(type.element, type.shape.map { Shape($0.dimensions.map(transform)) })
    }
    switch self {
    case .tensor(let type): return .tensor(mapped(type))
    case .sparseTensor(let type): return .sparseTensor(mapped(type))
    case .sequence(let element): return .sequence(element.mapSizes(transform))
    case .optional(let element): return .optional(element.mapSizes(transform))
    case .map(let key, let value): return .map(key: key, value: value.mapSizes(transform))
    case .unknown: return .unknown
    }
  }
}
