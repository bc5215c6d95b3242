import Graphs
import Tensors

/// Recurrent networks over a sequence `[S, N, D]`, or `[N, S, D]` where `layout` is 1.
extension OperatorRules {
  /// An operator with `gates` gates, whose states are its results 1 and on.
  ///
  /// Each step takes a MAC for every weight of every example; what is done element by element is left out.
  static func recurrence(_ name: String, gates: Int, states: Int) -> OperatorRules {
    OperatorRules(
      name,
      infer: { context in
        guard let sizes = context.recurrenceSizes(gates: gates) else { return }
        let isBatchFirst = (context.int("layout") ?? 0) != 0
        context.set(
          shape: Shape(
            isBatchFirst
              ? [sizes.batch, sizes.steps, sizes.directions, sizes.hidden]
              : [sizes.steps, sizes.directions, sizes.batch, sizes.hidden]))
        let state = Shape(
          isBatchFirst
            ? [sizes.batch, sizes.directions, sizes.hidden] : [sizes.directions, sizes.batch, sizes.hidden])
        for index in 1...states { context.set(index, shape: state) }
        context.require(3, "`B`", [sizes.directions, sizes.hidden * Dimension(2 * gates)])
        for (index, name) in ["`initial_h`", "`initial_c`"].prefix(states).enumerated() {
          context.require(5 + index, name, state.dimensions)
        }
      },
      cost: { context in
        let weights = context.inputCount(1) + context.inputCount(2)
        guard let input = context.input(0), input.count == 3 else { return Cost(flops: .unknown) }
        return .products(input[0] * input[1] * weights)
      },
      pruning: { $0.recur(gates: gates, states: states) })
  }
}

extension InferenceContext {
  /// Checks that an argument may have these sizes.
  fileprivate mutating func require(_ index: Int, _ name: String, _ wanted: [Dimension]) {
    guard let shape = shape(index),
      requireRank(wanted.count...wanted.count, of: shape, name, at: .input(index))
    else { return }
    let message = "\(name) must be \(Shape(wanted)), but is \(shape)"
    for (axis, sizes) in zip(shape.dimensions, wanted).enumerated() where sizes.0.isProvablyDifferent(from: sizes.1) {
      return reportDifference(
        sizes.0, sizes.1, message, at: .input(index),
        places: OperatorProblem.SizePlaces(left: .axis(input: index, axis), right: nil))
    }
  }

  /// The sizes of a recurrent call, as far as its arguments tell them; `nil` where they contradict each other.
  fileprivate mutating func recurrenceSizes(
    gates: Int
  ) -> (steps: Dimension, batch: Dimension, directions: Dimension, hidden: Dimension)? {
    guard requireRank(3...3, of: shape(0), "the sequence", at: .input(0)),
      requireRank(3...3, of: shape(1), "`W`", at: .input(1)), requireRank(3...3, of: shape(2), "`R`", at: .input(2))
    else { return nil }
    let isBatchFirst = (int("layout") ?? 0) != 0
    let input = shape(0)?.dimensions ?? [.unknown, .unknown, .unknown]
    let count = text("direction") == "bidirectional" ? 2 : 1
    var hidden = int("hidden_size").map { Dimension($0) } ?? shape(2)?.dimensions[2] ?? .unknown
    let state: OperatorProblem.SizePlace = int("hidden_size") != nil ? .attribute("hidden_size") : .axis(input: 2, 2)
    func places(_ left: OperatorProblem.SizePlace, _ right: OperatorProblem.SizePlace) -> OperatorProblem.SizePlaces {
      OperatorProblem.SizePlaces(left: left, right: right)
    }
    if let recurrent = shape(2)?.dimensions {
      hidden = agree(
        recurrent[2], hidden, at: .input(2), places: places(.axis(input: 2, 2), state),
        "`R` takes states of \(recurrent[2]) numbers, but `hidden_size` is \(hidden)")
      _ = agree(
        recurrent[1], hidden * Dimension(gates), at: .input(2), places: places(.axis(input: 2, 1), state),
        "`R` has \(recurrent[1]) rows, but \(counted(gates, "gate")) of \(hidden) make \(hidden * Dimension(gates))")
    }
    if let weights = shape(1)?.dimensions {
      _ = agree(
        weights[0], Dimension(count), at: .input(1), places: places(.axis(input: 1, 0), .attribute("direction")),
        "`W` is for \(weights[0]) directions, but `direction` asks for \(count)")
      _ = agree(
        weights[1], hidden * Dimension(gates), at: .input(1), places: places(.axis(input: 1, 1), state),
        "`W` has \(weights[1]) rows, but \(counted(gates, "gate")) of \(hidden) make \(hidden * Dimension(gates))")
      _ = agree(
        weights[2], input[2], at: .input(1), places: places(.axis(input: 1, 2), .axis(input: 0, 2)),
        "`W` takes \(weights[2]) numbers a step, but the sequence has \(input[2])")
    }
    return (
      steps: input[isBatchFirst ? 1 : 0], batch: input[isBatchFirst ? 0 : 1], directions: Dimension(count),
      hidden: hidden
    )
  }
}

extension PruningContext {
  /// A number of the state is a row of every gate in `W`, `R` and `B`, and a column of `R`.
  fileprivate mutating func recur(gates: Int, states: Int) {
    guard let hidden = constantSize(.input(2, 2)), hidden > 0 else { return }
    let isBatchFirst = (int("layout") ?? 0) != 0
    let (steps, batch) = isBatchFirst ? (1, 0) : (0, 1)
    couple(.input(0, 2), .input(1, 2))
    role(.input(1, 2), .consumer)
    let state: OperandAxis = .input(2, 2)
    role(state, .consumer)
    couple(state, .input(2, 1), .modulo(hidden))
    couple(state, .input(1, 1), .modulo(hidden))
    role(.input(1, 1), .producer)
    role(.input(2, 1), .producer)
    if has(3) { couple(state, .input(3, 1), .modulo(hidden)) }
    for input in [5, 6] where has(input) { couple(state, .input(input, 2)) }
    if has(7) { couple(state, .input(7, 1), .modulo(hidden)) }
    couple(state, .output(0, 3))
    for output in 1...states { couple(state, .output(output, 2)) }
    couple(.input(0, steps), .output(0, steps))
    couple(.input(0, batch), .output(0, isBatchFirst ? 0 : 2))
    set(.attribute("hidden_size", sizeOf: state, divisor: 1))
  }
}
