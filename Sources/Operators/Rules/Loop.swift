import Graphs
import Tensors

extension OperatorRules {
  /// A subgraph that runs again and again on what it gave: carried values, and behind them what its rounds collect.
  ///
  /// A carried value has what all rounds agree on. Where the number of rounds is a small known one, the rounds are followed
  /// one by one, unless that is too much work. Collected values have the number of rounds in front, where nothing can end
  /// the loop before.
  package static let loop = OperatorRules(
    "Loop",
    infer: { context in
      guard case .graph(let body)? = context.attribute("body") else { return }
      let initial = context.inputs.dropFirst(2).map { $0 ?? InferredValue(type: .unknown) }
      let ports = LoopPorts(initial)
      let fits = context.takes(body, "body", inputs: ports.inputs)
      guard let evaluate = context.evaluate else {
        guard context.takesResults(context.regionOutputs[body] ?? [], of: body, ports), fits else { return }
        return context.setLoopResults(written: context.regionOutputs[body] ?? [], initial: initial)
      }
      guard fits else { return }
      let followed = evaluate.attempt(on: body) { context.followedRounds(of: body, initial, evaluate) }
      let isGiven = context.input(1) != nil
      let going = InferredValue(
        type: .tensor(TensorType(.bool, [])), elements: isGiven ? context.shapeData(1) : [1])
      let rounds = Rounds([going] + initial) { carried in
        let index = InferredValue(type: .tensor(TensorType(.i64, [])))
        return evaluate(body, [index] + carried, true)
      }
      guard context.takesResults(rounds.results, of: body, ports) else { return }
      if let followed {
        context.setRounds(followed.carried, followed.collected, count: Dimension(followed.count))
      } else {
        let collected = Array(rounds.results.dropFirst(1 + initial.count))
        let count = context.roundCount(condition: rounds.carried.first)
        let declared = Array(evaluate.declaredOutputs(of: body).dropFirst(1 + initial.count))
        context.setRounds(
          Array(rounds.carried.dropFirst()), context.hasRounds ? collected : collected.zeroed(declared: declared),
          count: count)
      }
    })
}

/// What a Loop hands its body, and what it takes the body's first results for.
private struct LoopPorts {
  let inputs: [InferenceContext.SubgraphPort]
  let results: [InferenceContext.SubgraphPort]

  init(_ initial: [InferredValue]) {
    let condition = ValueType.tensor(TensorType(.bool, []))
    let carried = initial.enumerated().map { place, value in
      InferenceContext.SubgraphPort("the carried value \(place + 1)", value.type)
    }
    inputs =
      [
        .init("the number of the round", .tensor(TensorType(.i64, [])), isSingle: true),
        .init("the condition", condition, isSingle: true),
      ] + carried
    results = [.init("the condition", condition, isSingle: true)] + carried
  }
}

/// What all rounds of a body agree on: carried values start as given, and lose what a round changes, until nothing changes.
struct Rounds {
  /// What is known of the carried values before and after every round.
  private(set) var carried: [InferredValue]
  /// What the last, most general round gave.
  private(set) var results: [InferredValue]

  /// Rounds before what still changes is given up; sizes can only become unknown, so that few are needed.
  private static let limit = 12

  /// - Parameter round: what a round gives for carried values: these anew, and more behind them.
  init(_ initial: [InferredValue], round: ([InferredValue]) -> [InferredValue]) {
    carried = initial.map { value in
      var known = InferredValue(type: value.type, elements: value.elements)
      known.members = value.members
      return known
    }
    results = []
    for turn in 0... {
      results = round(carried)
      var joined: [InferredValue] = []
      for (place, value) in carried.enumerated() {
        let next = results.indices.contains(place) ? results[place] : InferredValue(type: .unknown)
        var join = value.joined(with: next)
        // A round that gives another element type is wrong, which is told; what follows goes by what was given.
        if join.type.element == nil, value.type.element != nil, next.type.element != nil {
          join = InferredValue(type: value.type.withoutShape)
        }
        if turn >= Self.limit { join = InferredValue(type: join.type.withoutShape) }
        if turn >= 2 * Self.limit { join = InferredValue(type: .unknown) }
        joined.append(join)
      }
      if zip(joined, carried).allSatisfy({ $0.isSame(as: $1) }) { return }
      carried = joined
    }
  }
}

extension InferenceContext {
  /// Whether the body gives the condition, the carried values and what is collected of a Loop that has so many results.
  fileprivate mutating func takesResults(_ results: [InferredValue], of body: Region.ID, _ ports: LoopPorts) -> Bool {
    guard
      gives(
        body, "body", results: results, count: outputs.count + 1,
        "the condition, then one for each result of the Loop")
    else { return false }
    return fits(results: results, "body", ports.results)
  }

  /// What a known, small number of rounds gives.
  fileprivate struct FollowedRounds {
    var count: Int
    var carried: [InferredValue]
    var collected: [InferredValue]
  }

  /// Rounds that are followed at most.
  private static var followedRounds: Int { 32 }

  /// Runs the body as often as the loop will, where that is known from the start and each round decides whether it goes on.
  fileprivate func followedRounds(
    of body: Region.ID, _ initial: [InferredValue], _ evaluate: SubgraphInference
  ) -> FollowedRounds? {
    let isConditional = input(1) != nil
    guard var goesOn = isConditional ? shapeData(1)?.first?.constant.map({ $0 != 0 }) : true,
      let most = input(0) == nil ? Int.max : shapeData(0)?.first?.constant.map({ max($0, 0) }),
      most <= Self.followedRounds || isConditional
    else { return nil }
    var state = FollowedRounds(count: 0, carried: initial, collected: [])
    while goesOn, state.count < most {
      guard state.count < Self.followedRounds else { return nil }
      let index = InferredValue(type: .tensor(TensorType(.i64, [])), elements: [Dimension(state.count)])
      let going = InferredValue(type: .tensor(TensorType(.bool, [])), elements: [1])
      let results = evaluate(body, [index, going] + state.carried, true)
      // Without a condition that comes in, runtimes disagree on whether the one that comes out counts.
      guard results.count > initial.count, let next = results[0].elements?.first?.constant,
        isConditional || next != 0
      else { return nil }
      let collected = Array(results.dropFirst(1 + initial.count))
      state.collected = state.count == 0 ? collected : zip(state.collected, collected).map { $0.joined(with: $1) }
      state.carried = Array(results[1..<(1 + initial.count)])
      state.count += 1
      goesOn = next != 0
    }
    // Without a round nothing says what a round would have collected.
    return state.count == 0 && outputs.count > initial.count ? nil : state
  }

  /// Whether the loop runs once at least.
  fileprivate var hasRounds: Bool {
    let mayGoOn = input(1) == nil || shapeData(1)?.first?.constant.map { $0 != 0 } ?? false
    let isWanted = input(0) == nil || shapeData(0)?.first?.isProvablyAtLeast(1) ?? false
    return mayGoOn && isWanted
  }

  /// How many rounds a loop has that only its trip count ends: `condition` is what is known of it before every round.
  fileprivate func roundCount(condition: InferredValue?) -> Dimension {
    guard let count = shapeData(0)?.first, count.isProvablyAtLeast(0) else { return .unknown }
    return condition?.elements?.first?.constant == 1 ? count : .unknown
  }

  /// The results of a body that a text has written already, for the types that it declares for its inputs.
  fileprivate mutating func setLoopResults(written: [InferredValue], initial: [InferredValue]) {
    let carried = zip(initial, written.dropFirst()).map { $0.joined(with: $1) }
    let collected = Array(written.dropFirst(1 + initial.count))
    setRounds(
      carried, hasRounds ? collected : collected.zeroed(declared: collected.map(\.type)),
      count: input(1) == nil || shapeData(1)?.first?.constant == 1 ? roundCount(condition: written.first) : .unknown)
  }

  /// Gives the results: carried values, then collected ones, which have the number of rounds as their first size.
  mutating func setRounds(_ carried: [InferredValue], _ collected: [InferredValue], count: Dimension) {
    for (index, value) in carried.enumerated() { set(index, value: value) }
    for (index, value) in collected.enumerated() {
      guard case .tensor(let type) = value.type else { continue }
      set(carried.count + index, type: .tensor(type.inserting(count, at: 0)))
    }
  }
}

extension [InferredValue] {
  /// What the values that a loop collects are like where it may have no round at all.
  ///
  /// Then ONNX Runtime goes by the types that the file has for the body's outputs: a size that is no number there is 0,
  /// and without a rank the result has one axis.
  fileprivate func zeroed(declared: [ValueType]) -> [InferredValue] {
    enumerated().map { place, value in
      guard case .tensor(let type) = value.type, let shape = type.shape, shape.rank > 0 else { return value }
      let declared = declared.indices.contains(place) ? declared[place].shape : nil
      guard let declared, declared.rank == shape.rank else {
        return InferredValue(type: .tensor(TensorType(type.element, nil)))
      }
      let sizes = zip(shape.dimensions, declared.dimensions).map { $0.constant == nil || $0 != $1 ? .unknown : $0 }
      return InferredValue(type: .tensor(TensorType(type.element, sizes)))
    }
  }
}

extension TensorType {
  /// The type with one axis more, of `size`, counted from the end where `axis` is negative; unknown beyond the rank.
  func inserting(_ size: Dimension, at axis: Int) -> TensorType {
    guard var shape else { return self }
    let place = axis < 0 ? axis + shape.rank + 1 : axis
    guard (0...shape.rank).contains(place) else { return TensorType(element, nil) }
    shape.dimensions.insert(size, at: place)
    return TensorType(element, shape)
  }

  /// The type without one axis, and the size of that.
  func removing(axis: Int) -> (type: TensorType, size: Dimension) {
    guard var shape else { return (self, .unknown) }
    let place = axis < 0 ? axis + shape.rank : axis
    guard shape.dimensions.indices.contains(place) else { return (TensorType(element, nil), .unknown) }
    let size = shape.dimensions.remove(at: place)
    return (TensorType(element, shape), size)
  }
}
