import Graphs
import Tensors

extension OperatorRules {
  /// The input with elements added before and behind each axis, or taken away where a pad is negative.
  ///
  /// `pads` holds all beginnings, then all ends, of all axes or (from version 18 on) of `axes`.
  package static let pad: OperatorRules = {
    var rules = movement("Pad") { context in
      guard let shape = context.shape(0) else { return }
      let unknown = Shape(shape.dimensions.map { _ in .unknown })
      guard case .known(let pads) = context.setting(input: 1, attribute: "pads") else {
        return context.set(shape: unknown)
      }
      var axes = Array(0..<shape.rank)
      if context.input(3) != nil {
        guard let given = context.constantData(3) else { return context.set(shape: unknown) }
        axes = []
        for axis in given {
          guard let axis = context.normalized(axis: axis, rank: shape.rank, at: .input(3)) else { return }
          axes.append(axis)
        }
      }
      guard pads.count == 2 * axes.count else {
        return context.report(
          "shape-mismatch",
          "`pads` must have \(2 * axes.count) elements for \(counted(axes.count, "axis", "axes")), but has \(pads.count)",
          at: .input(1))
      }
      var result = shape.dimensions
      for (position, axis) in axes.enumerated() {
        let parts = [result[axis], pads[position], pads[position + axes.count]]
        result[axis] += pads[position] + pads[position + axes.count]
        context.reportOverflow(of: result[axis], axis: axis, from: parts, at: .input(1))
        guard (-1 - result[axis]).isProvablyAtLeast(0) else { continue }
        context.report("negative-size", "axis \(axis) would have the size \(result[axis])", at: .input(1))
        result[axis] = .unknown
      }
      context.set(shape: Shape(result), elements: shape.rank == 1 && axes == [0] ? context.padded(by: pads) : nil)
    }.pruned { context in
      guard let shape = context.shape(.input(0)),
        case .known(let pads) = context.call.setting(input: 1, attribute: "pads")
      else { return }
      var axes = Array(0..<shape.rank)
      if context.has(3) {
        guard let given = context.call.constantData(3) else { return }
        axes = given.map { $0 < 0 ? $0 + shape.rank : $0 }
      }
      guard pads.count == 2 * axes.count else { return }
      let padded = axes.indices.filter { pads[$0].constant != 0 || pads[$0 + axes.count].constant != 0 }
      context.keepAxes(except: Set(padded.map { axes[$0] }), because: "adds to this axis")
    }
    rules.decompose = { $0.wrap() }
    return rules
  }()
}

extension InferenceContext {
  /// The elements of a vector that flows through shapes, with a value before and behind them.
  fileprivate func padded(by pads: [Dimension]) -> [Dimension]? {
    guard let data = shapeDataInput(0), (text("mode") ?? "constant") == "constant",
      let begin = pads[0].constant, let end = pads[1].constant, (0...ShapeData.limit).contains(begin),
      (0...ShapeData.limit).contains(end), data.count + begin + end <= ShapeData.limit
    else { return nil }
    let value = input(2) == nil ? 0 : shapeDataInput(2)?.first ?? .unknown
    return Array(repeating: value, count: begin) + data + Array(repeating: value, count: end)
  }
}

extension DecompositionContext {
  /// `mode="wrap"`: on each axis the end of the input stands before it, and its beginning behind.
  fileprivate mutating func wrap() -> Bool {
    guard attribute("mode")?.text == "wrap", var result = input(0), let rank = rank(of: result),
      let sizes = writer.known(result).type.shape?.dimensions, let pads = input(1).flatMap({ constants(of: $0) })
    else { return false }
    var axes = Array(0..<rank)
    if let given = input(3) {
      guard let named = constants(of: given) else { return false }
      axes = named.map { $0 < 0 ? $0 + rank : $0 }
    }
    guard pads.count == 2 * axes.count, pads.allSatisfy({ $0 >= 0 }), axes.allSatisfy((0..<rank).contains) else {
      return false
    }
    for (position, axis) in axes.enumerated() {
      let (before, behind) = (pads[position], pads[axes.count + position])
      // More than one turn would need more than one copy.
      guard sizes[axis].isProvablyAtLeast(Dimension(max(before, behind))) else { return false }
      var parts: [Value.ID] = []
      if before > 0 {
        guard let end = slice(result, from: -before, to: .max, axis: axis) else { return false }
        parts.append(end)
      }
      parts.append(result)
      if behind > 0 {
        guard let beginning = slice(result, from: 0, to: behind, axis: axis) else { return false }
        parts.append(beginning)
      }
      guard parts.count > 1 else { continue }
      guard let joined = concatenate(parts, axis: axis) else { return false }
      result = joined
    }
    results = [result]
    return true
  }
}
