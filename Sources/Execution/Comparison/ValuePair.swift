import Tensors

/// A value of one model beside a value of another, over the samples that both ran on.
package struct ValuePair: Sendable {
  package let before: String
  package let after: String
  package private(set) var agreement = Agreement()
  /// Why the two cannot be compared, where that is so.
  package private(set) var problem: String?

  package init(_ before: String, _ after: String) {
    (self.before, self.after) = (before, after)
  }

  /// Takes in what a run of each has given.
  package mutating func add(_ left: RuntimeValue?, _ right: RuntimeValue?) {
    guard problem == nil else { return }
    do throws(RuntimeError) {
      switch (left, right) {
      case (nil, nil): return
      case (nil, _), (_, nil): problem = "only one of the two models gives a value"
      case (let left?, let right?): try add(left, right)
      }
    } catch {
      problem = "\(error)"
    }
  }

  private mutating func add(_ left: RuntimeValue, _ right: RuntimeValue) throws(RuntimeError) {
    var agreement = self.agreement
    var problem: String?
    try left.withTensor(before) { (leftElement, leftSizes, leftBytes) throws(RuntimeError) in
      try right.withTensor(after) { rightElement, rightSizes, rightBytes in
        guard leftSizes == rightSizes else {
          problem = "the sizes differ: \(leftSizes) and \(rightSizes)"
          return
        }
        if leftElement == .f32, rightElement == .f32 {
          agreement.add(leftBytes.bindMemory(to: Float.self), rightBytes.bindMemory(to: Float.self))
          return
        }
        guard let x = Self.numbers(leftElement, leftSizes, leftBytes),
          let y = Self.numbers(rightElement, rightSizes, rightBytes)
        else {
          problem = "the elements are no numbers"
          return
        }
        agreement.add(x, y)
      }
    }
    (self.agreement, self.problem) = (agreement, problem)
  }

  /// The numbers of any element type; integers beyond 2⁵³ are rounded.
  private static func numbers(_ element: ElementType, _ sizes: [Int], _ bytes: UnsafeRawBufferPointer) -> [Double]? {
    if element == .f64 {
      return (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    let tensor = Tensor(element, sizes, .bytes(Array(bytes)))
    if element.isFloatingPoint { return try? tensor.float32Elements().map(Double.init) }
    return try? tensor.int64Elements().map(Double.init)
  }
}
