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
  }
}

extension InferenceContext {
  /// Gives the result the shape of argument 0 and the element type `target`; sizes stay known where they fit it.
  mutating func cast(to target: ElementType?) {
    set(element: target)
    guard let target, target.isInteger || target == .bool, let data = cells(0) else {
      return set(shape: shape(0))
    }
    set(shape: shape(0), elements: data.map { Self.cast($0, to: target) })
  }

  private static func cast(_ size: Dimension, to target: ElementType) -> Dimension {
    switch target {
    case .bool:
      if let value = size.constant { return value == 0 ? 0 : 1 }
      return size.isProvablyDifferent(from: 0) ? 1 : .unknown
    // Sizes are taken to fit what ONNX and its exporters keep sizes in.
    case .i64, .i32: return size.constant.map { fits($0, target) } ?? true ? size : .unknown
    default: return size.constant.map { fits($0, target) } ?? false ? size : .unknown
    }
  }

  private static func fits(_ value: Int, _ target: ElementType) -> Bool {
    switch target {
    case .i64: true
    case .u64: value >= 0
    case .i32, .i16, .i8, .i4, .i2:
      value >= -(1 << ((target.bitWidth ?? 1) - 1)) && value < 1 << ((target.bitWidth ?? 1) - 1)
    default: value >= 0 && value < 1 << (target.bitWidth ?? 0)
    }
  }
}
