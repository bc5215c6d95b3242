import Graphs
import Operators
import Syntax
import Tensors
import Texts

extension Elaborator {
  /// The element type of a term that is a tensor.
  func elementType(of term: Term) -> ElementType? {
    switch term {
    case .tensor(let value): builder.known(value).type.element
    case .literal(let tensor): tensor.element
    default: nil
    }
  }

  /// A term as a value of the graph: numbers become constants of the element type that they meet.
  ///
  /// - Parameter element: the element type that the place wants; without one, integers are i64 and fractions f32.
  mutating func tensorValue(of term: Term, like element: ElementType?, at place: Place) -> Value.ID? {
    builder.origin = origin(place)
    switch term {
    case .tensor(let value): return value
    case .literal(let tensor): return builder.constant(tensor)
    case .none, .unknown: return nil
    case .integer(let value):
      if value.constant == nil { return sizeValue([value], isList: false, like: element, at: place) }
    case .list(let elements):
      let sizes = elements.compactMap { if case .integer(let size) = $0 { size } else { nil } }
      if sizes.count == elements.count, sizes.contains(where: { $0.constant == nil }) {
        return sizeValue(sizes, isList: true, like: element, at: place)
      }
    default: break
    }
    guard let element = element ?? naturalElement(of: term) else {
      report(.wrongKind(term, wanted: "a tensor", at: place))
      return nil
    }
    return literal(term, element: element, sizes: nil, at: place).map { builder.constant($0) }
  }

  /// Sizes that only the running graph knows, as operators that compute them.
  private mutating func sizeValue(
    _ sizes: [Dimension], isList: Bool, like element: ElementType?, at place: Place
  ) -> Value.ID? {
    if sizes.contains(where: \.isUnknown) { return nil }
    guard let value = isList ? builder.sizes(sizes) : builder.size(sizes[0]) else {
      report(builder.problems, of: place, inputs: [], attributes: [:])
      return nil
    }
    return element == nil || element == .i64 ? value : element.flatMap { castValue(value, to: $0, at: place) }
  }

  /// A cast of a value, written into the graph.
  mutating func castValue(_ value: Value.ID, to element: ElementType, at place: Place) -> Value.ID? {
    guard builder.known(value).type.element != element else { return value }
    builder.origin = origin(place)
    return builder.write("Cast", [value], attributes: [Attribute("to", .int(Int64(element.rawValue)))], outputCount: 1)
      .first
  }

  /// The element type of numbers that meet no tensor.
  private func naturalElement(of term: Term) -> ElementType? {
    switch term {
    case .integer: return .i64
    case .float: return .f32
    case .boolean: return .bool
    case .list(let elements):
      let found = elements.compactMap(naturalElement)
      guard found.count == elements.count else { return nil }
      return found.contains(.f32) ? .f32 : found.first ?? .i64
    default: return nil
    }
  }

  /// A number, or nested lists of numbers, as a small tensor.
  ///
  /// - Parameter sizes: the sizes that a declared type wants; the nesting of the lists otherwise.
  /// - Parameter converts: whether truth values become numbers, and numbers truth values.
  mutating func literal(
    _ term: Term, element: ElementType, sizes: [Int]?, converts: Bool = false, at place: Place
  ) -> Tensor? {
    if case .literal(let tensor) = term { return checked(tensor, element: element, sizes: sizes, at: place) }
    if element == .string { return strings(term, sizes: sizes, at: place) }
    if !converts,
      let misfit = term.leaves.first(where: {
        $0.isTruthValue ? element != .bool : element == .bool && $0.number != nil
      })
    {
      report(.truthValueMismatch(misfit, element, at: place))
      return nil
    }
    var numbers: [Double] = []
    var integers: [Int] = []
    guard let nested = flatten(term, into: &numbers, &integers) else {
      // What is unknown was told already.
      if !term.isUnknown { report(.wrongKind(term, wanted: "numbers", at: place)) }
      return nil
    }
    if element.isInteger || element == .bool, integers.count != numbers.count {
      report(.fractionForIntegers(element, at: place))
      return nil
    }
    let count = numbers.count
    var shape = sizes ?? nested
    if let sizes {
      guard let wanted = Self.elementCount(sizes) else {
        report(.hugeLiteral(sizes, at: place))
        return nil
      }
      if count == 1, wanted > 1, wanted <= 1 << 20 {
        numbers = Array(repeating: numbers[0], count: wanted)
        integers = Array(repeating: integers.first ?? 0, count: integers.isEmpty ? 0 : wanted)
      } else if wanted != count {
        report(.literalCount(count, sizes: sizes, at: place))
        return nil
      }
      shape = sizes
    }
    let tensor =
      integers.count == numbers.count && !element.isFloatingPoint
      ? Tensor.integers(element, integers, sizes: shape)
      : Tensor.numbers(element, numbers, sizes: shape)
    if tensor == nil { report(.notRepresentable(term, element, at: place)) }
    return tensor
  }

  /// A text, or nested lists of texts, as a small tensor of strings.
  private mutating func strings(_ term: Term, sizes: [Int]?, at place: Place) -> Tensor? {
    let texts = term.leaves.compactMap { leaf -> [UInt8]? in
      switch leaf {
      case .text(let text): text.anyBytes
      case .bytes(let bytes): bytes
      default: nil
      }
    }
    guard texts.count == term.leaves.count, let nested = term.nesting else {
      report(.wrongKind(term, wanted: "strings", at: place))
      return nil
    }
    if let sizes, Self.elementCount(sizes) != texts.count {
      report(.literalCount(texts.count, sizes: sizes, at: place))
      return nil
    }
    return Tensor(.string, sizes ?? nested, .strings(texts))
  }

  /// A tensor that is spelt out already, where it is of the type that the place wants.
  private mutating func checked(_ tensor: Tensor, element: ElementType, sizes: [Int]?, at place: Place) -> Tensor? {
    if tensor.element != element {
      report(.elementMismatch("the literal", wanted: element, element: tensor.element, at: place))
      return nil
    }
    if let sizes, sizes != tensor.sizes {
      report(.literalCount(tensor.elementCount, sizes: sizes, at: place))
      return nil
    }
    return tensor
  }

  /// The product of the sizes; `nil` where it does not fit.
  static func elementCount(_ sizes: [Int]) -> Int? {
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// Collects the numbers of nested lists; gives the sizes of the nesting, or `nil` where they are ragged.
  private func flatten(_ term: Term, into numbers: inout [Double], _ integers: inout [Int]) -> [Int]? {
    switch term {
    case .integer(let value):
      guard let constant = value.constant else { return nil }
      numbers.append(Double(constant))
      integers.append(constant)
      return []
    case .float(let value):
      numbers.append(value)
      return []
    case .boolean(let value):
      numbers.append(value ? 1 : 0)
      integers.append(value ? 1 : 0)
      return []
    case .list(let elements):
      var inner: [Int]?
      for element in elements {
        guard let sizes = flatten(element, into: &numbers, &integers), inner == nil || inner == sizes else {
          return nil
        }
        inner = sizes
      }
      return [elements.count] + (inner ?? [])
    default: return nil
    }
  }
}

extension Term {
  /// The elements of nested lists, or the term itself.
  fileprivate var leaves: [Term] {
    if case .list(let elements) = self { elements.flatMap(\.leaves) } else { [self] }
  }

  /// The sizes of nested lists; `nil` where they are ragged.
  fileprivate var nesting: [Int]? {
    guard case .list(let elements) = self else { return [] }
    guard let first = elements.first else { return [0] }
    guard let inner = first.nesting, elements.allSatisfy({ $0.nesting == inner }) else { return nil }
    return [elements.count] + inner
  }

  fileprivate var isTruthValue: Bool { if case .boolean = self { true } else { false } }
}
