import Tensors

extension OperatorRules {
  /// The same elements in another shape: 0 copies the input's size (unless `allowzero`), −1 is what remains.
  ///
  /// Since the call is valid only where the counts of elements agree, a single open size is exactly the quotient of what
  /// the sizes that are known leave over.
  package static let reshape = movement("Reshape") { context in
    guard let target = context.shapeData(1) else { return context.set(shape: nil) }
    context.setMoved(shape: context.reshaped(to: target))
    context.foldReshaped()
  }.pruned { context in
    context.regroup()
    context.set(.shape(input: 1, copies: (context.int("allowzero") ?? 0) == 0))
  }
}

extension InferenceContext {
  private mutating func invalid(_ message: String) {
    report("invalid-attribute", message, at: .input(1))
  }

  fileprivate mutating func reshaped(to target: [Dimension]) -> Shape {
    let input = shape(0)
    let allowsZero = (int("allowzero") ?? 0) != 0
    var result: [Dimension] = []
    // The input's axes that are not copied, and the sizes that must make up for them.
    var remaining = input?.dimensions
    var open: [Int] = []
    var inferred = 0
    var product: Dimension = 1
    // Sizes that stand for an axis of the input where they are 0.
    var ambiguous: [Int: Dimension] = [:]
    var cancelled: Set<Int> = []
    for (axis, size) in target.enumerated() {
      switch size.constant {
      case 0 where !allowsZero:
        if let input, axis >= input.rank {
          report(
            "axis-out-of-range", "element \(axis) of the shape is 0, but \(input) has no axis \(axis) to copy",
            at: .input(1))
          return Shape(target.map { _ in .unknown })
        }
        cancelled.insert(axis)
        result.append(input?.dimensions[axis] ?? .unknown)
      case -1:
        inferred += 1
        open.append(axis)
        result.append(.unknown)
      case .some(let constant) where constant < -1:
        invalid("element \(axis) of the shape is \(constant), but only −1 may stand for a size that is open")
        return Shape(target.map { _ in .unknown })
      default:
        // A size that may be 0 or −1 stands for something else than itself.
        if isItself(size, axis: axis, allowsZero: allowsZero) {
          product *= size
          result.append(size)
        } else {
          if let input, input.dimensions.indices.contains(axis), size.isProvablyAtLeast(0) { ambiguous[axis] = size }
          open.append(axis)
          result.append(.unknown)
        }
      }
    }
    if inferred > 1 {
      invalid("the shape has more than one −1")
      return Shape(result)
    }
    let copied = input?.dimensions.enumerated().filter { cancelled.contains($0.offset) }.reduce(1) { $0 * $1.element }
    remaining = remaining.map { sizes in sizes.enumerated().compactMap { cancelled.contains($0) ? nil : $1 } }
    guard let remaining, let input, let copied else { return Shape(result) }
    let count = Shape(remaining).elementCount
    if open.count == 1 {
      let wanted = target[open[0]]
      if (wanted * product).isProvablyEqual(to: count), isNoCopy(wanted, axis: open[0], allowsZero: allowsZero) {
        // It is no −1: that would stand for this very size.
        result[open[0]] = wanted
        return Shape(result)
      }
      // Beside a 0, a size that is not −1 may be any.
      if !product.isProvablyEqual(to: 0), inferred == 1 || (product * copied).isProvablyAtLeast(1) {
        result[open[0]] = quotient(count, product, input: input, target: target)
        if !result[open[0]].isUnknown { return Shape(result) }
      }
    }
    for (axis, size) in ambiguous {
      result[axis] = size + input.dimensions[axis] * Dimension.maximum(1 - size, 0)
      product *= result[axis]
    }
    if inferred == 1, !ambiguous.isEmpty, open.count == ambiguous.count + 1,
      let axis = open.first(where: { ambiguous[$0] == nil }),
      !product.isProvablyEqual(to: 0)
    {
      result[axis] = quotient(count, product, input: input, target: target)
    }
    if open.isEmpty {
      let left = input.dimensions.indices.filter { !cancelled.contains($0) && input.dimensions[$0] != 1 }
      checkCount(count, product, copied: copied, left: left, input: input, result: Shape(result))
    }
    return Shape(result)
  }

  /// Whether an element of the target is a size of the result in every valid run, and no −1.
  private func isItself(_ size: Dimension, axis: Int, allowsZero: Bool) -> Bool {
    isNoCopy(size, axis: axis, allowsZero: allowsZero)
      && (size.isProvablyAtLeast(0) || shape(0)?.axis(axis)?.isProvablyEqual(to: size) ?? false)
  }

  /// Whether an element of the target, where it is 0, stands for an axis of the input that is 0 as well, or for none.
  private func isNoCopy(_ size: Dimension, axis: Int, allowsZero: Bool) -> Bool {
    if allowsZero || size.isProvablyDifferent(from: 0) { return true }
    guard let input = shape(0) else { return false }
    guard let copied = input.axis(axis) else { return true }
    if copied.isProvablyEqual(to: size) { return true }
    return size.zeros.map { $0.allSatisfy { copied.substituting($0) == 0 } } ?? false
  }

  /// - Parameters:
  ///   - copied: the product of the sizes that both shapes have: where it is 0, no count differs.
  ///   - left: the axes of the input that only it has.
  private mutating func checkCount(
    _ count: Dimension, _ product: Dimension, copied: Dimension, left: [Int], input: Shape, result: Shape
  ) {
    guard count.isProvablyDifferent(from: product) else { return }
    let counts = "\(input) has \(input.elementCount) elements, but \(result) has \(result.elementCount)"
    if copied.isProvablyAtLeast(1) {
      var problem = OperatorProblem("element-count-mismatch", counts, at: .input(1))
      problem.sizes = (left.isEmpty ? Array(input.dimensions.indices) : left).prefix(4).map { .axis(input: 0, $0) }
      report(problem)
    } else if !copied.isProvablyEqual(to: 0) {
      warn("element-count-mismatch", "\(counts), which holds only where both are 0", at: .input(1))
    }
  }

  private mutating func quotient(
    _ count: Dimension, _ product: Dimension, input: Shape, target: [Dimension]
  ) -> Dimension {
    if let dividend = count.constant, let divisor = product.constant, divisor != 0, dividend % divisor != 0 {
      var problem = OperatorProblem(
        "element-count-mismatch",
        "\(input) has \(input.elementCount) elements, which \(Shape(target)) cannot hold: "
          + "\(divisor) does not divide \(dividend)",
        at: .input(1))
      problem.sizes = input.dimensions.indices.prefix(4).map { .axis(input: 0, $0) }
      report(problem)
      return .unknown
    }
    return count.floorDivided(by: product)
  }
}

extension Shape {
  /// The size of an axis; `nil` where there is none.
  fileprivate func axis(_ index: Int) -> Dimension? {
    dimensions.indices.contains(index) ? dimensions[index] : nil
  }
}
