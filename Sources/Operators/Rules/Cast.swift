import Graphs
import Tensors

extension OperatorRules {
  /// The elements in the type `to`; it costs nothing.
  package static let cast = movement("Cast") { context in
    let target = context.int("to").flatMap(UInt8.init(exactly:)).flatMap(ElementType.init(rawValue:))
    if target == nil, let given = context.int("to") {
      context.report("invalid-attribute", "`to` is \(given), which is no element type", at: .attribute("to"))
    }
    context.cast(to: target)
  }.pruned { $0.keepAxes() }
}

extension InferenceContext {
  /// Gives the result the shape of argument 0 and the element type `target`; sizes stay known where they fit it.
  mutating func cast(to target: ElementType?) {
    set(element: target)
    guard let target, target.isInteger || target == .bool, let data = cells(0) else {
      set(shape: shape(0))
      return foldCast(to: target)
    }
    set(shape: shape(0), elements: data.map { Self.cast($0, to: target) })
  }

  /// Casts a small constant: to floats of up to 64 bits, rounded to the nearest, and to integers, toward zero.
  ///
  /// Numbers that an integer type does not hold are cast as a runtime pleases: they leave the result unknown.
  private mutating func foldCast(to target: ElementType?) {
    fold { context in
      guard let target, let tensor = context.smallTensor(0)?.tensor else { return nil }
      let values: [Double]
      if let fractions = tensor.fractions(limit: SmallTensor.limit) {
        values = fractions
      } else if let integers = tensor.integers(limit: SmallTensor.limit),
        integers.allSatisfy({ $0.magnitude <= 1 << 53 })
      {
        values = integers.map { Double($0) }
      } else {
        return nil
      }
      switch target {
      case .f64, .f32, .f16, .bf16:
        return Tensor.numbers(target, values, sizes: tensor.sizes).flatMap { SmallTensor($0) }
      case .bool:
        return SmallTensor(target, sizes: tensor.sizes, words: values.map { $0 == 0 ? 0 : 1 })
      case _ where target.isInteger:
        return Tensor.numbers(target, values.map { $0.rounded(.towardZero) }, sizes: tensor.sizes)
          .flatMap { SmallTensor($0) }
      default: return nil
      }
    }
  }

  private static func cast(_ size: Dimension, to target: ElementType) -> Dimension {
    switch target {
    case .bool:
      if let value = size.constant { return value == 0 ? 0 : 1 }
      return size.isProvablyDifferent(from: 0) ? 1 : .unknown
    // What these do not hold is removed where the limits of sizes are known.
    case .i64, .i32, .u64, .u32: return size
    default:
      let (lower, upper) = size.bounds
      guard let lower, let upper else { return .unknown }
      return target.bits(of: lower) != nil && target.bits(of: upper) != nil ? size : .unknown
    }
  }
}
