import Tensors

/// Operators whose first result has the shape of their first argument and whose scales are vectors of its channels.
extension OperatorRules {
  /// Per-channel normalisation of `[N, C, …]`; arguments `1..<parameters + 1` are vectors of C.
  ///
  /// - Parameter operations: floating-point operations per element.
  static func channelNormalization(
    _ name: String, vectors: [String], operations: Int, infer: (@Sendable (inout InferenceContext) -> Void)? = nil
  ) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        context.set(shape: context.shape(0))
        if let shape = context.shape(0), context.requireRank(2...Int.max, of: shape, "the input", at: .input(0)) {
          for (index, vector) in vectors.enumerated() {
            context.requireVector(
              index + 1, of: shape.dimensions[1], at: .axis(input: 0, 1), vector, "the input's axis 1 has")
          }
        }
        infer?(&context)
      },
      cost: { $0.elementwise(operations) },
      pruning: { context in
        guard let rank = context.rank(.input(0)), rank >= 2 else { return }
        // InstanceNormalization takes its statistics of each channel.
        context.keepAxes(except: name == "BatchNormalization" ? [] : Set(2..<rank))
        for index in vectors.indices { context.couple(.input(0, 1), .input(index + 1, 0)) }
        context.role(.input(1, 0), .scale)
      })
  }
}

extension InferenceContext {
  /// Checks that argument `index` broadcasts to `shape` without enlarging it.
  ///
  /// - Parameter input: the argument that has the shape, if one does.
  mutating func requireBroadcastable(_ index: Int, to shape: Shape, of input: Int?, _ what: String) {
    guard let own = self.shape(index) else { return }
    guard own.rank <= shape.rank else {
      report(
        "rank-mismatch", "the \(what) \(own) has more axes than the \(shape) that it applies to", at: .input(index))
      return
    }
    let offset = shape.rank - own.rank
    for axis in own.dimensions.indices.reversed() where own.dimensions[axis].constant != 1 {
      let (size, wanted) = (own.dimensions[axis], shape.dimensions[axis + offset])
      _ = agree(
        size, wanted, at: .input(index),
        places: OperatorProblem.SizePlaces(
          left: .axis(input: index, axis), right: input.map { .axis(input: $0, axis + offset) }),
        "the \(what) \(own) does not broadcast to \(shape): \(size) is not \(wanted)")
    }
  }

  /// LayerNormalization and RMSNormalization: result 0 like the input, the others with the normalised axes as 1.
  mutating func normalizeTrailingAxes(parameters: [(index: Int, name: String)], statistics: Range<Int>) {
    guard let shape = shape(0) else { return }
    set(0, shape: shape)
    guard let axis = normalized(axis: int("axis") ?? -1, rank: shape.rank, at: .attribute("axis")) else { return }
    for parameter in parameters { requireBroadcastable(parameter.index, to: shape, of: 0, parameter.name) }
    let reduced = Shape(Array(shape.dimensions[..<axis]) + Array(repeating: 1, count: shape.rank - axis))
    for index in statistics {
      set(index, shape: reduced)
      set(index, element: elementType("stash_type") ?? .f32)
    }
  }
}

extension PruningContext {
  /// LayerNormalization and RMSNormalization: what goes changes the statistics of what stays.
  mutating func normalizeTrailingAxes(parameters: [Int]) {
    guard let rank = rank(.input(0)), let axis = axis(rank: rank, otherwise: -1) else { return }
    let normalized = Set(axis..<rank)
    keepAxes(
      except: allowsNormChange ? [] : normalized,
      because: "takes its statistics over this axis, so that what goes changes what stays")
    guard allowsNormChange else { return }
    for parameter in parameters where has(parameter) { broadcastAxes(of: parameter, to: 0..<rank) }
  }
}
