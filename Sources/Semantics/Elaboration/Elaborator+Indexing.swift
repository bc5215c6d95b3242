import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// `x[:, 0, ..., 1:3]` of a tensor, or an element or a part of a list.
  mutating func index(_ expression: Syntax) -> Term {
    let parts = Array(expression.children)
    guard let base = parts.first else { return .unknown }
    let items = Array(parts.dropFirst())
    let term = evaluate(base)
    switch term {
    case .unknown: return .unknown
    case .tensor(let value): return slice(value, items, at: expression)
    case .list(let elements): return listIndex(elements, items, at: expression)
    case .literal(let tensor):
      builder.origin = origin(base.place)
      return slice(builder.constant(tensor), items, at: expression)
    default: return unknown(.wrongKind(term, wanted: "a tensor or a list", at: base.place))
    }
  }

  // MARK: Lists

  private mutating func listIndex(_ elements: [Term], _ items: [Syntax], at expression: Syntax) -> Term {
    var term = Term.list(elements)
    for item in items {
      guard case .list(let elements) = term else { return unknown(.wrongKind(term, wanted: "a list", at: item.place)) }
      if item.kind == .slice {
        let bounds = Array(item.children)
        guard bounds.count == 2 else { return unknown(.notYet(item)) }
        guard let lower = bound(bounds[0], count: elements.count, default: 0),
          let upper = bound(bounds[1], count: elements.count, default: elements.count)
        else { return .unknown }
        term = .list(lower < upper ? Array(elements[lower..<upper]) : [])
        continue
      }
      guard let index = constantInteger(item) else { return .unknown }
      guard (-elements.count..<elements.count).contains(index) else {
        return unknown(.indexOutOfRange(index, count: elements.count, at: item.place))
      }
      term = elements[index < 0 ? index + elements.count : index]
    }
    return term
  }

  private mutating func bound(_ item: Syntax, count: Int, default value: Int) -> Int? {
    guard item.kind != .omitted else { return value }
    guard let index = constantInteger(item) else { return nil }
    return min(count, max(0, index < 0 ? index + count : index))
  }

  // MARK: Tensors

  /// What the items of a subscript do to the axes of a tensor.
  private struct Subscript {
    /// Ranges by axis: start, end and step.
    var slices: [(axis: Int, start: Term, end: Term, step: Term)] = []
    /// Single indices, or tensors of indices, by axis.
    var picks: [(axis: Int, index: Term, place: Place)] = []
    /// Where new axes of size 1 go, counted in the result.
    var newAxes: [Int] = []
  }

  private mutating func slice(_ value: Value.ID, _ items: [Syntax], at expression: Syntax) -> Term {
    guard let plan = plan(items, rank: builder.known(value).type.shape?.rank, at: expression) else { return .unknown }
    var result = Term.tensor(value)
    let place = expression.place
    if !plan.slices.isEmpty {
      let isPlain = plan.slices.allSatisfy { $0.step.number == 1 }
      var inputs: [(term: Term, place: Place)] = [
        (result, place), (.list(plan.slices.map(\.start)), place), (.list(plan.slices.map(\.end)), place),
        (.list(plan.slices.map { .integer(Dimension($0.axis)) }), place),
      ]
      if !isPlain { inputs.append((.list(plan.slices.map(\.step)), place)) }
      result = operatorResult("Slice", inputs, at: place)
    }
    // From the last axis to the first, so that the axes in front keep their places.
    for pick in plan.picks.sorted(by: { $0.axis > $1.axis }) where !result.isUnknown {
      result = operatorResult(
        "Gather", [(result, place), (pick.index, pick.place)], attributes: [Attribute("axis", .int(Int64(pick.axis)))],
        at: place)
    }
    if !plan.newAxes.isEmpty, !result.isUnknown {
      let axes = Term.list(plan.newAxes.map { .integer(Dimension($0)) })
      result = operatorResult("Unsqueeze", [(result, place), (axes, place)], at: place)
    }
    return result
  }

  private mutating func plan(_ items: [Syntax], rank: Int?, at expression: Syntax) -> Subscript? {
    var plan = Subscript()
    let consumed = items.count { $0.kind != .ellipsis && $0.kind != .none }
    if let second = items.filter({ $0.kind == .ellipsis })[safe: 1] {
      report(.secondEllipsis(at: second.place))
      return nil
    }
    if let rank, consumed > rank {
      report(.tooManyIndices(consumed, rank: rank, at: expression.place))
      return nil
    }
    var axis = 0
    var resultAxis = 0
    for item in items {
      switch item.kind {
      case .ellipsis:
        guard let rank else {
          report(.ellipsisOfUnknownRank(at: item.place))
          return nil
        }
        axis += rank - consumed
        resultAxis += rank - consumed
      case .none:
        plan.newAxes.append(resultAxis)
        resultAxis += 1
      case .slice:
        guard let range = range(item) else { return nil }
        if let range { plan.slices.append((axis, range.start, range.end, range.step)) }
        axis += 1
        resultAxis += 1
      default:
        let index = evaluate(item)
        switch index {
        case .unknown: return nil
        case .integer: break
        case .tensor(let value):
          resultAxis += builder.known(value).type.shape?.rank ?? 0
        case let other:
          report(.wrongKind(other, wanted: "an index", at: item.place))
          return nil
        }
        plan.picks.append((axis, index, item.place))
        axis += 1
      }
    }
    return plan
  }

  /// The bounds of `start:end:step`; an inner `nil` for a bare colon, which takes all.
  private mutating func range(_ item: Syntax) -> (start: Term, end: Term, step: Term)?? {
    let bounds = Array(item.children)
    var terms: [Term?] = []
    for bound in bounds {
      if bound.kind == .omitted {
        terms.append(nil)
        continue
      }
      guard let value = integer(bound), !value.isUnknown else { return nil }
      terms.append(.integer(value))
    }
    let step = terms[safe: 2] ?? nil
    if terms.allSatisfy({ $0 == nil }) { return .some(nil) }
    let isBackward = (step?.number ?? 1) < 0
    // ONNX clamps bounds that lie beyond the axis.
    let start = terms[0] ?? .integer(isBackward ? Dimension(Int.max) : 0)
    let end = terms[1] ?? .integer(Dimension(isBackward ? Int.min : Int.max))
    return .some((start, end, step ?? .integer(1)))
  }
}
