import Graphs
import Tensors

/// The arguments of a node with fresh symbols in place of their sizes.
///
/// What a rule infers of them is an expression over the symbols, which says what a size of a result is made of. Sizes 0
/// and 1 stay as they are, since operators treat them as cases of their own, as do negative elements.
struct SymbolicCall {
  /// Which sizes have one symbol, besides those of one and the same value.
  enum Sharing: CaseIterable {
    case none
    /// Equal ones as far from the end, as broadcasting pairs them.
    case aligned
    /// All equal ones.
    case equal
  }

  private enum Key: Hashable {
    case reference(SizeReference)
    case aligned(fromEnd: Int, Dimension)
    case equal(Dimension)
  }

  /// Which arguments stay as they are, for rules that need more of them than expressions.
  enum Keeping: CaseIterable {
    case none
    /// Small tensors whose numbers are known.
    case constants
    /// Those, and of all integers the last axis: that of indices decides the rank of a result.
    case indices
  }

  let sharing: Sharing
  let keeping: Keeping
  private(set) var inputs: [InferredValue?] = []
  /// In the order of the arguments; each size once.
  private(set) var sources: [SizeStep.Source] = []
  /// The sizes that have a symbol of their own, whatever is shared.
  private var apart: Set<SizeReference> = []
  private var symbols: [Key: Dimension] = [:]
  private var keys: [SizeReference: Key] = [:]

  /// Sizes of a call that get a symbol, at the most.
  private static let limit = 1024
  /// The most elements of an argument that get one, or of a tensor whose numbers a rule may need.
  static let elementLimit = 64
  /// What is greater stands for "to the end" in slices.
  private static let greatestElement = 1 << 31

  /// `nil` where a node has more sizes than are followed.
  init?(
    arguments: [Value.ID?], known: [InferredValue?], sharing: Sharing, keeping: Keeping
  ) {
    self.sharing = sharing
    self.keeping = keeping
    guard write(arguments, known) else { return nil }
  }

  /// The same call, with one more size that has a symbol of its own.
  func setting(apart reference: SizeReference, arguments: [Value.ID?], known: [InferredValue?]) -> SymbolicCall? {
    var copy = self
    copy.apart.insert(reference)
    copy.inputs = []
    copy.sources = []
    copy.keys = [:]
    return copy.write(arguments, known) ? copy : nil
  }

  private mutating func write(_ arguments: [Value.ID?], _ known: [InferredValue?]) -> Bool {
    for (argument, value) in zip(arguments, known) {
      guard let argument, let value, case .tensor(let type) = value.type else {
        inputs.append(value)
        continue
      }
      if keeping != .none, value.isSmallConstant {
        inputs.append(value)
        continue
      }
      var symbolic = InferredValue(type: value.type)
      if let sizes = type.shape?.dimensions {
        let keepsLast = keeping == .indices && type.element?.isFloatingPoint == false
        let dimensions = sizes.enumerated().map { axis, size in
          keepsLast && axis == sizes.count - 1
            ? size : symbol(for: size, SizeReference(argument, .axis(axis)), fromEnd: sizes.count - axis)
        }
        symbolic.type = .tensor(TensorType(type.element, dimensions))
      }
      if let elements = value.elements, elements.count <= Self.elementLimit {
        symbolic.elements = elements.enumerated().map { index, element in
          symbol(for: element, SizeReference(argument, .element(index)), fromEnd: elements.count - index)
        }
      } else {
        symbolic.elements = value.elements
      }
      inputs.append(symbolic)
      guard sources.count <= Self.limit else { return false }
    }
    return true
  }

  private mutating func symbol(for size: Dimension, _ reference: SizeReference, fromEnd: Int) -> Dimension {
    let isAxis = if case .axis = reference.part { true } else { false }
    if let constant = size.constant, constant < 2 || !isAxis && constant > Self.greatestElement { return size }
    let key =
      switch sharing {
      case _ where size.isUnknown || apart.contains(reference): Key.reference(reference)
      case .none: Key.reference(reference)
      case .aligned: Key.aligned(fromEnd: fromEnd, size)
      case .equal: Key.equal(size)
      }
    let symbol: Dimension
    if let known = symbols[key] {
      symbol = known
    } else {
      // Never 1: then broadcasting knows that nothing is stretched.
      let least = size.isUnknown ? nil : size.bounds.lower
      symbol = .symbol("s\(symbols.count)", atLeast: min(2, max(least ?? .min, isAxis ? 0 : -Int.max)))
      symbols[key] = symbol
    }
    if keys.updateValue(key, forKey: reference) == nil {
      sources.append(
        SizeStep.Source(symbol: symbol.symbol ?? "", reference: reference, size: size, origin: reference))
    }
    return symbol
  }

  /// The sources whose symbols stand in a formula; `nil` where something else stands in it.
  func sources(of formula: Dimension) -> [SizeStep.Source]? {
    let wanted = formula.symbols
    let found = sources.filter { wanted.contains($0.symbol) }
    return Set(found.map(\.symbol)) == wanted ? found : nil
  }
}

extension InferredValue {
  /// Whether all of the few elements are known as numbers.
  fileprivate var isSmallConstant: Bool {
    if let constant { return constant.elementCount <= SymbolicCall.elementLimit }
    return elements?.allSatisfy { $0.constant != nil } ?? false
  }
}
