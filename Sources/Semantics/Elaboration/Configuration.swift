import Graphs
import Operators
import Syntax
import Tensors

/// The functions that work before the graph runs.
package enum CompileTimeFunction: String, Sendable {
  case min, max, sqrt, floor, ceil, len, rank
}

/// What is known of a block before the graph runs.
enum Configuration {
  /// The types that it can have, apart from lists of them.
  static let types = [
    "any", "bool", "callee", "dtype", "float", "graph", "int", "sparse_tensor", "string", "tensor", "type",
  ]
}

extension Elaborator {
  /// Converts a value to a parameter's declared type: an integer serves as a fraction, one value as a list of one.
  mutating func converted(_ term: Term, to parameter: Declaration.Parameter, at place: Place) -> Term {
    guard let type = parameter.type, !term.isUnknown, !term.isNone, type.unknownConfigurationType == nil else {
      return term
    }
    if let converted = converted(term, to: type) { return converted }
    return unknown(.wrongConfiguration(term, parameter: parameter, at: place))
  }

  /// Whether a value is of a parameter's type.
  func takes(_ term: Term, as parameter: Declaration.Parameter) -> Bool {
    parameter.type.map { converted(term, to: $0) != nil } ?? true
  }

  private func converted(_ term: Term, to type: Syntax) -> Term? {
    if type.kind == .listType, let inner = type.firstChild {
      guard case .list(let elements) = term else { return converted(term, to: inner).map { .list([$0]) } }
      let converted = elements.compactMap { self.converted($0, to: inner) }
      return converted.count == elements.count ? .list(converted) : nil
    }
    switch (type.text, term) {
    case ("any", _), ("int", .integer), ("bool", .boolean), ("string", .text), ("dtype", .element), ("float", .float),
      ("callee", .callee), ("sparse_tensor", .sparse), ("tensor", .literal), ("type", .type):
      return term
    case ("float", .integer(let value)): return value.constant.map { .float(Double($0)) } ?? term
    default: return nil
    }
  }

  /// Applies a function of configuration.
  mutating func apply(_ function: CompileTimeFunction, _ arguments: Arguments, at place: Place) -> Term {
    let terms = arguments.positional.map(\.term)
    if terms.contains(where: \.isUnknown) { return .unknown }
    switch (function, terms.count) {
    case (.len, 1):
      if case .list(let elements) = terms[0] { return .integer(Dimension(elements.count)) }
    case (.rank, 1):
      guard case .tensor(let value) = terms[0] else { break }
      guard let shape = builder.known(value).type.shape else { return .unknown }
      return .integer(Dimension(shape.rank))
    case (.sqrt, 1):
      if let number = terms[0].number { return .float(number.squareRoot()) }
    case (.floor, 1), (.ceil, 1):
      if case .integer = terms[0] { return terms[0] }
      if let number = terms[0].number {
        let rounded = number.rounded(function == .floor ? .down : .up)
        if let exact = Int(exactly: rounded) { return .integer(Dimension(exact)) }
      }
    case (.min, _), (.max, _):
      if let result = extreme(function, terms) { return result }
    default: break
    }
    return unknown(.badFunctionArguments(function.rawValue, terms, at: place))
  }

  private func extreme(_ function: CompileTimeFunction, _ terms: [Term]) -> Term? {
    var terms = terms
    if terms.count == 1, case .list(let elements) = terms[0] { terms = elements }
    let integers = terms.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    guard let first = integers.first, integers.count == terms.count else {
      let numbers = terms.compactMap(\.number)
      guard numbers.count == terms.count, let least = numbers.min(), let greatest = numbers.max() else { return nil }
      return .float(function == .min ? least : greatest)
    }
    return .integer(
      integers.dropFirst().reduce(first) { function == .min ? Dimension.minimum($0, $1) : Dimension.maximum($0, $1) })
  }

  /// `f16(0.5)`: a number of a stated element type, or a tensor cast to it.
  mutating func convert(_ arguments: Arguments, to element: ElementType?, at place: Place) -> Term {
    guard let element, let argument = arguments.positional.first, arguments.positional.count == 1 else {
      return unknown(.badFunctionArguments("a conversion", arguments.positional.map(\.term), at: place))
    }
    switch argument.term {
    case .tensor(let value):
      return castValue(value, to: element, at: place).map { .tensor($0) } ?? .unknown
    case .literal(let tensor) where tensor.element != element:
      builder.origin = origin(place)
      return castValue(builder.constant(tensor), to: element, at: place).map { .tensor($0) } ?? .unknown
    case .unknown: return .unknown
    default:
      return literal(argument.term, element: element, sizes: nil, converts: true, at: argument.place).map {
        .literal($0)
      } ?? .unknown
    }
  }
}
