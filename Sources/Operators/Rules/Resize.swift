import Graphs
import Tensors

extension OperatorRules {
  /// Interpolation to the sizes of input 3, or by the factors of input 2: `floor(size · scale)`; the factors are input 1
  /// before version 11.
  ///
  /// An element of the result takes two operations for each element it is made of: none for nearest neighbours, `2^d`
  /// elements for linear and `4^d` for cubic interpolation, `d` being the axes that change (all but two where unknown).
  package static let resize = OperatorRules(
    "Resize",
    infer: { context in
      guard let shape = context.shape(0) else { return }
      let place = context.opset < 11 ? 1 : 2
      guard let axes = context.resizedAxes(rank: shape.rank) else { return }
      var result = shape.dimensions
      if context.input(3) != nil {
        let sizes = context.shapeData(3)
        if let sizes, sizes.count != axes.count {
          return context.report(
            "shape-mismatch",
            "`sizes` has \(counted(sizes.count, "element")) for \(counted(axes.count, "axis", "axes"))", at: .input(3))
        }
        let wanted = sizes ?? axes.map { _ in .unknown }
        let kept = context.sizes(wanted, on: axes.map { result[$0] })
        for (index, axis) in axes.enumerated() { result[axis] = kept[index] }
      } else {
        let scales = context.input(place)?.constant?.fractions(limit: 64)
        if let scales, scales.count != axes.count {
          return context.report(
            "shape-mismatch",
            "`scales` has \(counted(scales.count, "element")) for \(counted(axes.count, "axis", "axes"))",
            at: .input(place))
        }
        if let scales, !context.areScales(scales, at: .input(place)) {
          return context.set(shape: Shape(result.map { _ in .unknown }))
        }
        // A crop may count for the size, which not every runtime does.
        let isCropped = context.text("coordinate_transformation_mode") == "tf_crop_and_resize"
        for (index, axis) in axes.enumerated() {
          result[axis] = isCropped ? .unknown : scales.map { scaled(result[axis], by: $0[index]) } ?? .unknown
        }
      }
      context.set(shape: Shape(result))
    },
    cost: { $0.interpolation() },
    decompose: { $0.resizeOfAllAxes() },
    pruning: { context in
      guard let rank = context.rank(.input(0)) else { return }
      let axes = context.call.ints("axes").map { $0.map { $0 < 0 ? $0 + rank : $0 } } ?? []
      context.interpolate(axes: axes.isEmpty ? Array(0..<rank) : axes)
      if context.has(3) { context.set(.shape(input: 3, copies: false)) }
    })

  /// `floor(size · scale)`, for symbols where the scale is a small fraction.
  ///
  /// Runtimes multiply in single precision or exactly; where that gives different integers, the size is unknown. Of a
  /// symbol the product is exact up to an axis of 2^20, with numerators that are below 16 times a power of two.
  static func scaled(_ size: Dimension, by scale: Double) -> Dimension {
    guard scale > 0 else { return .unknown }
    if let constant = size.constant {
      let exact = Int(exactly: (Double(constant) * scale).rounded(.down))
      let single = Int(exactly: (Float(constant) * Float(scale)).rounded(.down))
      return exact == single ? exact.map { Dimension($0) } ?? .unknown : .unknown
    }
    var denominator = 1
    while denominator <= 1024 {
      if let numerator = Int(exactly: scale * Double(denominator)), numerator < 1 << 20 {
        guard numerator >> numerator.trailingZeroBitCount < 16 else { return .unknown }
        return (size * Dimension(numerator)).floorDivided(by: Dimension(denominator))
      }
      denominator *= 2
    }
    return .unknown
  }
}

extension CostContext {
  /// What Resize and Upsample take, as told at Resize.
  func interpolation() -> Cost {
    let base = ["linear": 2, "cubic": 4][attribute("mode")?.text ?? "nearest"] ?? 0
    guard base > 0 else { return .none }
    let pairs = input(0).flatMap { input in output().map { (input, $0) } }
    guard let (input, output) = pairs, input.count == output.count else { return Cost(flops: .unknown) }
    let changed = zip(input, output).filter { !$0.isProvablyEqual(to: $1) }.count
    return elementwise((0..<Swift.min(changed, 8)).reduce(2) { product, _ in product * base })
  }
}

extension InferenceContext {
  /// The sizes that input 3 asks for, or those that keep the aspect ratio: each axis by the least or the greatest scale,
  /// rounded half up.
  fileprivate func sizes(_ wanted: [Dimension], on input: [Dimension]) -> [Dimension] {
    let policy = text("keep_aspect_ratio_policy") ?? "stretch"
    guard policy != "stretch" else { return wanted }
    let scales = zip(wanted, input).compactMap { wanted, size -> Double? in
      guard let wanted = wanted.constant, let size = size.constant, size > 0 else { return nil }
      return Double(wanted) / Double(size)
    }
    guard scales.count == wanted.count, let scale = policy == "not_larger" ? scales.min() : scales.max() else {
      return wanted.map { _ in .unknown }
    }
    return input.map { size in
      let scaled = (Double(size.constant ?? 0) * scale + 0.5).rounded(.down)
      return Int(exactly: scaled).map { Dimension($0) } ?? .unknown
    }
  }

  /// The axes that sizes and scales are about: the attribute `axes`, or all.
  fileprivate mutating func resizedAxes(rank: Int) -> [Int]? {
    guard let given = ints("axes"), !given.isEmpty else { return Array(0..<rank) }
    var axes: [Int] = []
    for axis in given {
      guard let axis = normalized(axis: axis, rank: rank, at: .attribute("axes")) else { return nil }
      axes.append(axis)
    }
    return axes
  }
}

extension DecompositionContext {
  /// `axes`, which came in 18: the others keep their sizes.
  fileprivate mutating func resizeOfAllAxes() -> Bool {
    guard let axes = attribute("axes")?.ints?.map(Int.init), let x = input(0), let rank = rank(of: x),
      (attribute("antialias")?.int ?? 0) == 0, attribute("keep_aspect_ratio_policy")?.text ?? "stretch" == "stretch",
      input(1) == nil, axes.allSatisfy({ (-rank..<rank).contains($0) })
    else { return false }
    let places = axes.map { $0 < 0 ? $0 + rank : $0 }
    var arguments: [Value.ID?] = [x, nil, nil, nil]
    if let scales = input(2) {
      guard let given = writer.known(scales).constant?.fractions(limit: 64), given.count == axes.count else {
        return false
      }
      var all = [Double](repeating: 1, count: rank)
      for (place, scale) in zip(places, given) { all[place] = scale }
      guard let tensor = Tensor.numbers(.f32, all) else { return false }
      arguments[2] = writer.constant(tensor)
      arguments.removeLast()
    } else if let sizes = input(3) {
      guard let given = constants(of: sizes), given.count == axes.count, var all = constantSizes(of: x) else {
        return false
      }
      for (place, size) in zip(places, given) { all[place] = size }
      arguments[3] = writer.constant(.i64(all))
    }
    let kept = call.attributes.filter { !["axes", "antialias", "keep_aspect_ratio_policy"].contains($0.name) }
    results = writer.write("Resize", arguments, attributes: kept, outputCount: 1)
    return results.count == 1
  }
}

extension PruningContext {
  /// Axes that keep their sizes keep their elements.
  mutating func interpolate(axes: [Int]) {
    guard let rank = rank(.input(0)), rank == self.rank(.output(0)) else { return }
    let isCropped = call.text("coordinate_transformation_mode") == "tf_crop_and_resize"
    let changed = (0..<rank).filter { axis in
      guard axes.contains(axis) else { return false }
      guard let size = constantSize(.input(0, axis)) else { return true }
      return isCropped || size != constantSize(.output(0, axis))
    }
    keepAxes(except: Set(changed), because: "interpolates along this axis")
  }
}
