import Graphs
import Tensors

extension OperatorRules {
  /// Normalisation of groups of channels of `[N, C, …]`; seven operations per element, as for InstanceNormalization.
  package static let groupNormalization = OperatorRules(
    "GroupNormalization",
    infer: { context in
      context.set(shape: context.shape(0))
      guard let shape = context.shape(0), context.requireRank(2...Int.max, of: shape, "the input", at: .input(0)),
        let groups = context.positiveAttribute("num_groups")
      else { return }
      let channels = shape.dimensions[1]
      if let count = channels.constant, count % groups != 0 {
        context.report(
          "shape-mismatch", "num_groups \(groups) does not divide the \(count) channels (the input's axis 1)",
          at: .attribute("num_groups"))
      }
      for (index, name) in [(1, "scale"), (2, "bias")] {
        context.requireVector(index, of: channels, at: .axis(input: 0, 1), name, "the input's axis 1 has")
      }
    },
    cost: { $0.elementwise(7) },
    decompose: { $0.groupNormalization() },
    pruning: { context in
      guard let groups = context.call.positiveAttribute("num_groups"),
        let channels = context.constantSize(.input(0, 1)), channels % groups == 0, channels > 0
      else { return }
      let size = channels / groups
      for axis in 0..<2 { context.couple(.input(0, axis), .output(0, axis)) }
      context.couple(.input(0, 1), .input(0, 1), .blockStart(size))
      for parameter in [1, 2] {
        // Before version 21 there was one scale a group.
        let isPerGroup = context.constantSize(.input(parameter, 0)) != channels
        if isPerGroup {
          context.couple(.input(parameter, 0), .input(0, 1), .blocks(size))
        } else {
          context.couple(.input(0, 1), .input(parameter, 0))
        }
      }
      context.set(.attribute("num_groups", sizeOf: .input(0, 1), divisor: size))
    })
}

extension DecompositionContext {
  /// Standardises `[N, groups, …]`, then scales and shifts channels as vectors of `[C, 1, …]`.
  fileprivate mutating func groupNormalization() -> Bool {
    guard let x = input(0), let scale = input(1), let bias = input(2), let groups = attribute("num_groups")?.int,
      let rank = writer.known(x).type.shape?.rank, rank >= 2, let element = writer.known(x).type.element,
      let stash = stashType, let stashed = cast(x, to: stash),
      let grouped = write("Reshape", stashed, writer.constant(.i64([0, Int(groups), -1]))),
      let (normal, _, _) = standardized(grouped, over: writer.constant(.i64([2]))),
      let narrowed = cast(normal, to: element), let sizes = write("Shape", x),
      let ungrouped = write("Reshape", narrowed, sizes)
    else { return false }
    let channels = writer.constant(.i64([-1] + Array(repeating: 1, count: rank - 2)))
    guard let factors = write("Reshape", scale, channels), let scaled = write("Mul", ungrouped, factors),
      let offsets = write("Reshape", bias, channels), let result = write("Add", scaled, offsets)
    else { return false }
    results = [result]
    return true
  }
}
