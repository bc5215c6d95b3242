import Tensors

/// Operators that reduce axes: given as an attribute in older versions, as input 1 in newer ones.
extension OperatorRules {
  /// - Parameters:
  ///   - operations: floating-point operations per element of the input, and per element of the result.
  ///   - data: what the operator makes of the elements of a vector that flows through shapes.
  static func reduction(
    _ name: String, operations: (input: Int, output: Int), data: (@Sendable ([Dimension]) -> Dimension)? = nil
  ) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        guard let reduced = context.reducedAxes() else { return context.set(shape: nil) }
        let shape = context.shape(0).flatMap { reduced.shape(of: $0) }
        guard let data, reduced.axes == [0], context.shape(0)?.rank == 1, let elements = context.shapeDataInput(0)
        else { return context.set(shape: shape) }
        context.set(shape: shape, elements: [data(elements)])
      },
      cost: { context in
        Cost(
          flops: context.inputCount() * Dimension(operations.input)
            + context.outputCount() * Dimension(operations.output))
      },
      pruning: { context in context.reduce(context.call.reducedAxes(), isMean: name == "ReduceMean") })
  }

  /// ArgMax and ArgMin: one comparison per element of the input; the result is `i64`.
  static func indexReduction(_ name: String) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(element: .i64)
        guard let shape = context.shape(0),
          let axis = context.normalized(
            axis: context.int("axis") ?? 0, rank: shape.rank, at: .attribute("axis"))
        else { return }
        let keeps = (context.int("keepdims") ?? 1) != 0
        let elements = shape.rank == 1 ? context.greatest(isLeast: name == "ArgMin") : nil
        context.set(shape: ReducedAxes(axes: [axis], keepsAxes: keeps).shape(of: shape), elements: elements)
      },
      cost: { $0.perInput(1) },
      pruning: { context in
        guard let rank = context.rank(.input(0)), let axis = context.axis(rank: rank, otherwise: 0) else { return }
        context.reduce(ReducedAxes(axes: [axis], keepsAxes: (context.int("keepdims") ?? 1) != 0))
      })
  }
}

extension PruningContext {
  /// Axes that are reduced must stay; the others of argument 0 are those of result 0.
  ///
  /// - Parameter isMean: whether it is the mean that a normalization spelled in operators takes, where the axis stays as 1.
  fileprivate mutating func reduce(_ reduced: ReducedAxes?, isMean: Bool = false) {
    guard let rank = rank(.input(0)), let reduced, let axes = reduced.axes else { return }
    var place = 0
    for axis in 0..<rank {
      guard axes.contains(axis) else {
        couple(.input(0, axis), .output(0, place))
        place += 1
        continue
      }
      if !isMean || !reduced.keepsAxes {
        forbid(.input(0, axis), "reduces this axis")
      } else if allowsNormChange {
        mention(.input(0, axis))
      } else {
        forbid(.input(0, axis), "takes its mean over this axis, so that what goes changes what stays")
      }
      if reduced.keepsAxes {
        mention(.output(0, place))
        place += 1
      }
    }
  }
}

/// Which axes a call reduces, and whether they stay as 1.
struct ReducedAxes {
  /// Sorted; `nil` where they are only known at run time.
  var axes: [Int]?
  /// How many there are, where that much is known.
  var count: Int?
  var keepsAxes: Bool

  init(axes: [Int]?, count: Int? = nil, keepsAxes: Bool) {
    self.axes = axes
    self.count = axes?.count ?? count
    self.keepsAxes = keepsAxes
  }

  func shape(of input: Shape) -> Shape? {
    guard let axes else {
      // A size is kept or becomes 1; only a 1 stays what it is.
      if keepsAxes { return Shape(input.dimensions.map { $0.constant == 1 ? 1 : .unknown }) }
      // Of several axes two may be the same: ONNX Runtime then reduces it once.
      guard let count, count <= 1 else { return nil }
      return input.removing(count, of: Array(input.dimensions.indices))
    }
    let reduced = Set(axes)
    return Shape(
      input.dimensions.enumerated().compactMap { axis, size in
        reduced.contains(axis) ? (keepsAxes ? 1 : nil) : size
      })
  }
}

extension InferenceContext {
  /// Where the greatest or the least element of a known vector stands: the first such, or with `select_last_index` the last.
  fileprivate func greatest(isLeast: Bool) -> [Dimension]? {
    guard carriesShapeData(0), let values = constantData(0), let best = isLeast ? values.min() : values.max() else {
      return nil
    }
    let selectsLast = (int("select_last_index") ?? 0) != 0
    return (selectsLast ? values.lastIndex(of: best) : values.firstIndex(of: best)).map { [Dimension($0)] }
  }

  /// The axes of a reduction; `nil` where the input's rank is unknown, or where they are wrong and reported.
  mutating func reducedAxes() -> ReducedAxes? {
    guard let rank = shape(0)?.rank else { return nil }
    let keeps = (int("keepdims") ?? 1) != 0
    let whenEmpty = (int("noop_with_empty_axes") ?? 0) != 0 ? [] : Array(0..<rank)
    switch setting(input: 1, attribute: "axes") {
    case .absent: return ReducedAxes(axes: whenEmpty, keepsAxes: keeps)
    case .unknown: return ReducedAxes(axes: nil, keepsAxes: keeps)
    case .known([]): return ReducedAxes(axes: whenEmpty, keepsAxes: keeps)
    case .known(let given):
      let constants = given.compactMap(\.constant)
      guard constants.count == given.count else { return ReducedAxes(axes: nil, count: given.count, keepsAxes: keeps) }
      return normalized(axes: constants, rank: rank).map { ReducedAxes(axes: $0, keepsAxes: keeps) }
    }
  }

  /// Axes counted from the front and sorted; `nil`, and reported, where one is out of range or given twice.
  mutating func normalized(axes: [Int], rank: Int) -> [Int]? {
    let subject: OperatorProblem.Subject = input(1) != nil ? .input(1) : .attribute("axes")
    var result: [Int] = []
    for axis in axes {
      guard let axis = normalized(axis: axis, rank: rank, at: subject) else { return nil }
      guard !result.contains(axis) else {
        report("invalid-attribute", "axis \(axis) is given twice", at: subject)
        return nil
      }
      result.append(axis)
    }
    return result.sorted()
  }
}
