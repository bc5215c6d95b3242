import Tensors

/// Multidirectional broadcasting of sizes, as ONNX's Broadcasting.md defines it.
extension InferenceContext {
  /// The shape that all of `shapes` broadcast to; `nil` where one of them has an unknown rank.
  ///
  /// Axes that contradict each other, or that are not known to agree, are reported with both sizes.
  ///
  /// - Parameter first: where the first of them stands among the arguments.
  mutating func broadcast(_ shapes: [Shape?], from first: Int) -> Shape? {
    guard var result = shapes.first ?? Shape([]) else { return nil }
    for (index, shape) in shapes.enumerated().dropFirst() {
      guard let shape else { return nil }
      result = broadcast(
        result, shape, at: index == 1 ? (first, first + 1) : nil,
        names: shapes.count == 2 ? ("on the left", "on the right") : ("before", "in argument \(index + 1)"))
    }
    return result
  }

  /// The shape of the arguments from `first` on, broadcast together.
  mutating func broadcastInputs(from first: Int = 0) -> Shape? {
    let arguments = inputs.dropFirst(first)
    return arguments.isEmpty ? nil : broadcast(arguments.map { $0?.type.shape }, from: first)
  }

  /// The shape of `left` and `right` together; `names` says where they stand in messages.
  ///
  /// - Parameter inputs: the arguments whose shapes they are, or the first axes of these.
  mutating func broadcast(
    _ left: Shape, _ right: Shape, at inputs: (left: Int, right: Int)? = nil,
    names: (String, String) = ("on the left", "on the right")
  ) -> Shape {
    if left == right { return left }
    let rank = left.rank > right.rank ? left.rank : right.rank
    var dimensions: [Dimension] = []
    dimensions.reserveCapacity(rank)
    for axis in 0..<rank {
      let fromEnd = rank - axis
      let a = fromEnd <= left.rank ? left.dimensions[left.rank - fromEnd] : 1
      let b = fromEnd <= right.rank ? right.dimensions[right.rank - fromEnd] : 1
      let outcome = Self.broadcast(a, b)
      dimensions.append(outcome.size)
      if outcome.agreement == .agrees { continue }
      let places = inputs.map {
        OperatorProblem.SizePlaces(
          left: .axis(input: $0.left, left.rank - fromEnd), right: .axis(input: $0.right, right.rank - fromEnd))
      }
      switch outcome.agreement {
      case .agrees: break
      case .contradicts:
        let place = left.rank == right.rank ? "axis \(axis)" : "axis -\(fromEnd)"
        reportDifference(
          a, b,
          "\(left) and \(right) do not broadcast: \(place) is \(a) \(names.0) and \(b) \(names.1), "
            + "and neither is 1", places: places)
      case .undetermined:
        reportUndetermined("undetermined-broadcast", a, b, places: places)
      }
    }
    return Shape(dimensions)
  }

  enum Agreement: Hashable {
    case agrees, contradicts, undetermined
  }

  /// The size that two sizes broadcast to wherever the call is valid, and whether it is known to be.
  static func broadcast(_ a: Dimension, _ b: Dimension) -> (size: Dimension, agreement: Agreement) {
    if a.constant == 1 { return (b, .agrees) }
    if b.constant == 1 { return (a, .agrees) }
    if a.isProvablyEqual(to: b) { return (a, .agrees) }
    // An unknown size is 1 or the other size; the other one wins where it is not 1 itself.
    if a.isUnknown { return (isNeverOne(b) ? b : .unknown, .agrees) }
    if b.isUnknown { return (isNeverOne(a) ? a : .unknown, .agrees) }
    if isNeverOne(a), isNeverOne(b), a.isProvablyDifferent(from: b) { return (.unknown, .contradicts) }
    // What a Reshape gives where a name may be 0, beside that name: a run in which it is 0 is not valid.
    if a.isSame(asName: b) { return (b, .undetermined) }
    if b.isSame(asName: a) { return (a, .undetermined) }
    if isResult(a, beside: b) { return (a, .undetermined) }
    if isResult(b, beside: a) { return (b, .undetermined) }
    if b.constant != nil { return (b, .undetermined) }
    if a.constant != nil { return (a, .undetermined) }
    if isNeverOne(a) { return (a, .undetermined) }
    if isNeverOne(b) { return (b, .undetermined) }
    return (.unknown, .undetermined)
  }

  /// Whether the sizes broadcast to `greater`: the other one is never greater, and never 0 where that is 1.
  private static func isResult(_ greater: Dimension, beside lesser: Dimension) -> Bool {
    guard greater.isProvablyAtLeast(lesser) else { return false }
    if lesser.isProvablyAtLeast(1) { return true }
    guard lesser.isProvablyAtLeast(0) else { return false }
    if let name = greater.symbol { return lesser.substituting([name: 1]).isProvablyAtLeast(1) }
    return lesser.symbol.map { isNeverOne(greater.substituting([$0: 0])) } ?? false
  }

  /// True where the size is known not to be 1.
  static func isNeverOne(_ size: Dimension) -> Bool {
    if let constant = size.constant { return constant != 1 }
    return size.isProvablyDifferent(from: 1)
  }
}
