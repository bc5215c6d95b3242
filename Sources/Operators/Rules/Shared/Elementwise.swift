import Tensors

/// Operators that work on each element by itself: one floating-point operation per element of the result.
extension OperatorRules {
  /// An operator whose first result has the shape of its first argument; further arguments are scalars or settings.
  ///
  /// - Parameters:
  ///   - data: what it does to an integer that flows through shapes.
  ///   - fold: what it does to a fraction of a small constant.
  static func unary(
    _ name: String, result: ElementType? = nil, data: (@Sendable (Dimension) -> Dimension)? = nil,
    fold: (@Sendable (Double) -> Double)? = nil
  ) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        let elements = data.flatMap { data in context.shapeDataInput(0)?.map(data) }
        context.set(shape: context.shape(0), elements: elements)
        if let result { context.set(element: result) }
        guard context.inputs.count == 1 else { return }
        context.foldElements(
          as: result, fractions: fold.map { fold in { fold($0[0]) } }, integers: data.map { data in { data($0[0]) } })
      },
      cost: { $0.elementwise(1) },
      pruning: { $0.keepAxes() })
  }

  /// An operator whose arguments broadcast against each other, two of them or any number.
  ///
  /// Of `n` arguments it costs `n - 1` operations per element of the result, at least one.
  ///
  /// - Parameter isTotal: whether the result is defined for all integers, so that what does not come out is too large.
  /// - Parameter divides: whether the second argument divides the first.
  static func broadcasting(
    _ name: String, result: ElementType? = nil, isTotal: Bool = false, divides: Bool = false,
    data: (@Sendable (Dimension, Dimension) -> Dimension)? = nil, fold: (@Sendable (Double, Double) -> Double)? = nil
  ) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        let shape = context.broadcastInputs()
        if let result { context.set(element: result) }
        let elements = data.flatMap { context.broadcastData(shape, $0) }
        context.set(shape: shape, elements: elements)
        if divides { context.checkDivisor() }
        if isTotal, let elements, elements.contains(.unknown) { context.warnOfOverflow() }
        context.foldElements(
          as: result, fractions: fold.map { fold in { $0.dropFirst().reduce($0[0], fold) } },
          integers: data.map { data in { $0.dropFirst().reduce($0[0], data) } })
      },
      cost: { context in context.elementwise(Swift.max(context.inputs.count - 1, 1)) },
      pruning: { $0.broadcastAxes($0.call.inputs.indices) })
  }

  /// A comparison: broadcasts to `bool`, decided where the sizes decide it.
  static func comparison(
    _ name: String, decide: @escaping @Sendable (Dimension, Dimension) -> Bool?,
    fold: @escaping @Sendable (Double, Double) -> Bool
  ) -> OperatorRules {
    broadcasting(
      name, result: .bool, data: { left, right in decide(left, right).map { $0 ? 1 : 0 } ?? .unknown },
      fold: { fold($0, $1) ? 1 : 0 })
  }
}

extension InferenceContext {
  /// Says that elements of the result do not fit 64 bits, where those of the arguments are known.
  fileprivate mutating func warnOfOverflow() {
    guard inputs.count == 2, let left = constantData(0), let right = constantData(1) else { return }
    warn(
      "integer-overflow",
      "what \(schema.name) gives of \(Shape(left.map { Dimension($0) })) and \(Shape(right.map { Dimension($0) })) "
        + "does not fit 64 bits, and is taken as unknown")
  }

  /// The elements of argument `index`, only if it carries shape data.
  func shapeDataInput(_ index: Int) -> [Dimension]? {
    carriesShapeData(index) ? shapeData(index) : nil
  }

  /// The elements of all arguments, combined from left to right; `nil` where the result is no shape data.
  fileprivate func broadcastData(
    _ shape: Shape?, _ combine: (Dimension, Dimension) -> Dimension
  ) -> [Dimension]? {
    guard !inputs.isEmpty, shape.map({ $0.rank <= 1 }) ?? true else { return nil }
    var operands: [[Dimension]] = []
    for index in inputs.indices {
      guard let data = shapeDataInput(index) else { return nil }
      operands.append(data)
    }
    return ShapeData.combine(operands) { elements in elements.dropFirst().reduce(elements[0], combine) }
  }
}

extension CostContext {
  /// `operations` for each element of the first result.
  func elementwise(_ operations: Int) -> Cost {
    Cost(flops: outputCount() * Dimension(operations))
  }

  /// `operations` for each element of the first argument.
  func perInput(_ operations: Int) -> Cost {
    Cost(flops: inputCount() * Dimension(operations))
  }
}

extension Cost {
  /// What moves or relabels elements without computing: counted, as nothing.
  static let none = Cost()

  /// `macs` multiply-accumulate operations, each counted as two, and `others` beside them.
  static func products(_ macs: Dimension, others: Dimension = 0) -> Cost {
    Cost(macs: macs, flops: macs * 2 + others)
  }
}

extension OperatorRules {
  /// An operator that keeps the shape and works along the attribute `axis`, the last one by default.
  static func alongAxis(_ name: String, operations: Int) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(shape: context.shape(0))
        guard let rank = context.shape(0)?.rank else { return }
        _ = context.normalized(axis: context.int("axis") ?? -1, rank: rank, at: .attribute("axis"))
      },
      cost: { $0.elementwise(operations) },
      pruning: { context in
        guard let rank = context.rank(.input(0)), rank > 0 else { return }
        // Before version 13, all axes from `axis` on were taken as one.
        let isFlat = context.call.opset < 13 && name != "LpNormalization"
        guard let axis = context.axis(rank: rank, otherwise: isFlat ? 1 : -1) else { return }
        context.keepAxes(
          except: context.allowsNormChange ? [] : isFlat ? Set(axis..<rank) : [axis],
          because: "sums over this axis, so that what goes changes what stays")
      })
  }

  /// An operator that moves elements without computing, and costs nothing.
  static func movement(_ name: String, infer: @escaping @Sendable (inout InferenceContext) -> Void) -> OperatorRules {
    OperatorRules(name, infer: infer, cost: { _ in .none })
  }
}
