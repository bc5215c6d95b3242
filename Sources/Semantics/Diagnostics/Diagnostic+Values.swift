import Graphs
import Syntax
import Tensors

/// Problems with values and sizes.
extension Diagnostic {
  static func wrongKind(_ term: Term, wanted: String, at place: Place) -> Diagnostic {
    Diagnostic("wrong-kind", "this should be \(wanted), and it is \(term.kindDescription)", at: place)
  }

  /// `repeat i in depth`, where a range is wanted.
  static func countForRange(_ count: Syntax) -> Diagnostic {
    let place = count.place
    let start = Place(file: place.file, range: place.range.lowerBound..<place.range.lowerBound)
    return Diagnostic(
      "wrong-kind", "`repeat` runs through a list or a range, and this is an integer: write `0..<\(count.text)`",
      at: place,
      fixes: [Fix("Write `0..<\(count.text)`", [Fix.Edit(start, "0..<")])])
  }

  static func badOperands(_ expression: Syntax, _ left: Term, _ right: Term) -> Diagnostic {
    Diagnostic(
      "wrong-kind", "`\(expression.text)` has no meaning for \(left.kindDescription) and \(right.kindDescription)",
      at: expression.place)
  }

  static func divisionByZero(at place: Place) -> Diagnostic {
    Diagnostic("division-by-zero", "the divisor is 0", at: place)
  }

  static func inexactDivision(_ left: Int, _ right: Int, at place: Place) -> Diagnostic {
    Diagnostic(
      "inexact-division",
      "\(left) / \(right) of integers is rounded down to \(left / right); write a point for a fraction",
      at: place, severity: .warning)
  }

  static func hugeFraction(at place: Place) -> Diagnostic {
    Diagnostic("malformed-number", "this number is beyond what 64 bits hold; infinity is written `inf`", at: place)
  }

  static func hugeInteger(at place: Place) -> Diagnostic {
    Diagnostic("malformed-number", "this integer does not fit 64 bits", at: place)
  }

  static func openSize(_ size: Dimension, at place: Place) -> Diagnostic {
    Diagnostic(
      "open-size", "this must be known before the graph runs, and `\(size)` is known only when it does", at: place)
  }

  static func undecidable(_ condition: Syntax) -> Diagnostic {
    Diagnostic(
      "undecidable",
      "`\(condition.text)` cannot be decided before the graph runs; a `where` in the model's signature can say it",
      at: condition.place)
  }

  /// A condition that is a tensor: the graph itself has to decide.
  static func undecidableTensor(_ condition: Syntax) -> Diagnostic {
    Diagnostic(
      "undecidable",
      "`\(condition.text)` is a tensor, whose value is known only when the graph runs: `Where(condition, a, b)` chooses "
        + "elements there, and `If(condition, then_branch={ … }, else_branch={ … })` a branch",
      at: condition.place)
  }

  static func hugeSize(_ expression: Syntax) -> Diagnostic {
    Diagnostic(
      "too-large", "`\(expression.text)` does not fit 64 bits, or is too long to reckon with", at: expression.place)
  }

  static func hugeLiteral(_ sizes: [Int], at place: Place) -> Diagnostic {
    Diagnostic("too-large", "a tensor of the sizes \(sizes) has more elements than fit 64 bits", at: place)
  }

  static func tooManyRepetitions(_ count: Int, at place: Place) -> Diagnostic {
    Diagnostic(
      "too-many-repetitions",
      "this runs \(count) times, and `repeat` is unrolled at most \(Elaborator.maximumRepetitions) times", at: place)
  }

  static func tooLarge(_ count: Int, at place: Place) -> Diagnostic {
    Diagnostic(
      "too-large", "a list or a string of \(count) elements is more than the million that is allowed", at: place)
  }

  static func expressionTooDeep(at place: Place) -> Diagnostic {
    Diagnostic(
      "nested-too-deeply",
      "expressions and the blocks that they call are nested more than \(Elaborator.maximumExpressionDepth) deep",
      at: place)
  }

  static func indexOutOfRange(_ index: Int, count: Int, at place: Place) -> Diagnostic {
    Diagnostic("index-out-of-range", "index \(index) is outside the list of \(count)", at: place)
  }

  static func tooManyIndices(_ count: Int, rank: Int, at place: Place) -> Diagnostic {
    Diagnostic("rank-mismatch", "\(count) indices for a tensor of \(rank) axes", at: place)
  }

  static func ellipsisOfUnknownRank(at place: Place) -> Diagnostic {
    Diagnostic("rank-mismatch", "`...` needs to know how many axes the tensor has, and its rank is unknown", at: place)
  }

  static func secondEllipsis(at place: Place) -> Diagnostic {
    Diagnostic("rank-mismatch", "`...` stands twice: which axes each of them takes cannot be told", at: place)
  }

  static func negativeSize(_ size: Int, at place: Place) -> Diagnostic {
    Diagnostic("negative-size", "this size comes out as \(size)", at: place)
  }

  static func emptyParameter(_ path: String, type: TensorType, at place: Place) -> Diagnostic {
    Diagnostic(
      "empty-parameter", "the parameter `\(path)` has no elements: it is \(type)", at: place, severity: .warning)
  }

  static func undeterminedResult(at place: Place) -> Diagnostic {
    Diagnostic(
      "undetermined-size",
      "this depends on a size that nothing tells; name the size where the signature has `?` or `...`",
      at: place)
  }

  // MARK: Types

  static func notATensorType(_ type: Syntax) -> Diagnostic {
    Diagnostic("wrong-kind", "`\(type.text)` is no tensor type; one is written like `f32[N, 64]`", at: type.place)
  }

  static func typeMismatch(_ subject: String, wanted: Syntax, actual: ValueType, at place: Place) -> Diagnostic {
    Diagnostic(
      "type-mismatch", "\(subject) is \(actual), and \(wanted.text) is wanted", at: place,
      related: [Related("declared here", at: wanted.place)])
  }

  static func rankMismatch(_ subject: String, wanted: Syntax, actual: ValueType, at place: Place) -> Diagnostic {
    Diagnostic(
      "rank-mismatch", "\(subject) is \(actual), which has another number of axes than \(wanted.text)", at: place,
      related: [Related("declared here", at: wanted.place)])
  }

  static func elementMismatch(_ subject: String, wanted: ElementType, element: ElementType, at place: Place)
    -> Diagnostic
  {
    Diagnostic(
      "type-mismatch",
      "\(subject) has elements of \(element.spelling), and \(wanted.spelling) is wanted; tensors never promote",
      at: place)
  }

  static func sizeMismatch(
    _ subject: String, item: Syntax, wanted: Dimension, size: Dimension, pattern: Syntax, actual: ValueType,
    at place: Place, fixes: [Fix]
  ) -> Diagnostic {
    let expected = item.text == wanted.description ? "\(wanted)" : "\(item.text) = \(wanted)"
    if wanted.isProvablyDifferent(from: size) {
      return Diagnostic(
        "shape-mismatch", "\(subject) is \(actual): the size \(size) stands where \(pattern.text) wants \(expected)",
        at: place, related: [Related("declared here", at: item.place)])
    }
    return Diagnostic(
      "undetermined-size",
      "\(subject) is \(actual): `\(size)` is not known to equal \(expected) of \(pattern.text); add `where \(size) == \(wanted)`",
      at: place, related: [Related("declared here", at: item.place)], fixes: fixes)
  }

  // MARK: Parameters and constants

  static func openParameter(_ path: String, type: TensorType, at place: Place) -> Diagnostic {
    Diagnostic(
      "open-size", "the parameter `\(path)` would be \(type), and the sizes of parameters must be known", at: place)
  }

  static func hugeTensor(_ path: String, type: TensorType, at place: Place) -> Diagnostic {
    Diagnostic("too-large", "the parameter `\(path)` of \(type) has more bytes than a file can", at: place)
  }

  static func notAnInitializer(_ expression: Syntax) -> Diagnostic {
    let known = NamedInitializer.all.map { initializer in
      let options = initializer.options.map { "\($0.name)=…" }
      return initializer.name + (options.isEmpty ? "" : "(\(options.joined(separator: ", ")))")
    }
    let list = known.dropLast().joined(separator: ", ") + " and " + (known.last ?? "")
    let callee = expression.kind == .call ? expression.firstChild ?? expression : expression
    let nearest = callee.plainName.flatMap { suggestion(for: $0, among: NamedInitializer.all.map(\.name)).nearest }
    return Diagnostic(
      "unknown-initializer", "`\(expression.text)` is no initialiser: there are \(list)", at: expression.place,
      fixes: renaming(nearest, at: callee.place))
  }

  static func unfitInitializer(_ path: String, _ element: ElementType, at place: Place) -> Diagnostic {
    Diagnostic(
      "unknown-initializer", "the initialiser of `\(path)` gives values that \(element.spelling) cannot hold", at: place
    )
  }

  static func openConstant(_ type: Syntax) -> Diagnostic {
    Diagnostic("open-size", "a constant needs a type with all sizes, and this is `\(type.text)`", at: type.place)
  }

  static func fractionForIntegers(_ element: ElementType, at place: Place) -> Diagnostic {
    Diagnostic("type-mismatch", "a fraction meets a tensor of \(element.spelling), which has none", at: place)
  }

  static func truthValueMismatch(_ term: Term, _ element: ElementType, at place: Place) -> Diagnostic {
    let wanted = element == .bool ? "true or false" : "a number"
    return Diagnostic(
      "type-mismatch", "`\(term)` is \(term.kindDescription), and \(element.spelling) takes \(wanted)", at: place)
  }

  static func literalCount(_ count: Int, sizes: [Int], at place: Place) -> Diagnostic {
    Diagnostic("element-count-mismatch", "\(count) elements for a tensor of the sizes \(sizes)", at: place)
  }

  static func notRepresentable(_ term: Term, _ element: ElementType, at place: Place) -> Diagnostic {
    Diagnostic("type-mismatch", "`\(term)` cannot be written as \(element.spelling)", at: place)
  }
}
