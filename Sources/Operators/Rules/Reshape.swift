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
        if size.isUnknown || !size.isProvablyAtLeast(0) {
          open.append(axis)
          result.append(.unknown)
        } else {
          product *= size
          result.append(size)
        }
      }
    }
    if inferred > 1 {
      invalid("the shape has more than one −1")
      return Shape(result)
    }
    remaining = remaining.map { sizes in sizes.enumerated().compactMap { cancelled.contains($0) ? nil : $1 } }
    guard let remaining, let input else { return Shape(result) }
    let count = Shape(remaining).elementCount
    if open.isEmpty {
      checkCount(count, product, input: input, result: Shape(result))
    } else if open.count == 1, inferred == 0, (target[open[0]] * product).isProvablyEqual(to: count) {
      // It is no −1: that would stand for this very size.
      result[open[0]] = target[open[0]]
    } else if open.count == 1, !product.isProvablyEqual(to: 0), inferred == 1 || product.isProvablyAtLeast(1) {
      // Beside a 0, a size that is not −1 may be any.
      result[open[0]] = quotient(count, product, input: input, target: target)
    }
    return Shape(result)
  }

  private mutating func checkCount(_ count: Dimension, _ product: Dimension, input: Shape, result: Shape) {
    guard count.isProvablyDifferent(from: product) else { return }
    report(
      "element-count-mismatch",
      "\(input) has \(input.elementCount) elements, but \(result) has \(result.elementCount)", at: .input(1))
  }

  private mutating func quotient(
    _ count: Dimension, _ product: Dimension, input: Shape, target: [Dimension]
  ) -> Dimension {
    if let dividend = count.constant, let divisor = product.constant, divisor != 0, dividend % divisor != 0 {
      report(
        "element-count-mismatch",
        "\(input) has \(input.elementCount) elements, which \(Shape(target)) cannot hold: "
          + "\(divisor) does not divide \(dividend)",
        at: .input(1))
      return .unknown
    }
    return count.floorDivided(by: product)
  }
}
