import Graphs

/// Finds repetitions in a list of steps: the layers of a network.
///
/// A repetition is a run of steps whose shapes are those of the steps one period before. Of the rotations of a run, the one
/// is taken that needs the fewest values from round to round.
struct RepetitionSearch {
  let list: StepList
  /// What an attribute or tensor of a step's nodes would be written as in a body; `nil` where there is no way.
  let accepts: (StepList) -> Int?
  private let users: [StepResult: [Int]]
  private let returned: Set<StepResult>

  init(_ list: StepList, accepts: @escaping (StepList) -> Int?) {
    self.list = list
    self.accepts = accepts
    var users: [StepResult: [Int]] = [:]
    for (index, step) in list.steps.enumerated() {
      for reference in step.arguments + step.captures.values {
        if case .result(let result) = reference { users[result, default: []].append(index) }
      }
    }
    self.users = users
    returned = Set(list.results.compactMap { if case .result(let result) = $0 { result } else { nil } })
  }

  /// The whole list, with its repetitions.
  func items() -> [LiftedItem] { items(in: 0..<list.steps.count) }

  private func items(in range: Range<Int>) -> [LiftedItem] {
    guard let found = best(in: range) else { return range.map { .step($0) } }
    return items(in: range.lowerBound..<found.range.lowerBound) + [.repetition(found)]
      + items(in: found.range.upperBound..<range.upperBound)
  }

  /// As many runs are tried, those that save most first.
  private static let maximumTrials = 48
  private static let maximumPeriod = 1_500
  private static let maximumRotations = 16

  private struct Run {
    var start: Int
    var period: Int
    var length: Int
    var count: Int { length / period }
    var saving: Int { (count - 1) * period }
  }

  private func best(in range: Range<Int>) -> Repetition? {
    for run in runs(in: range).prefix(Self.maximumTrials) {
      if let found = repetition(of: run) { return found }
    }
    return nil
  }

  private func runs(in range: Range<Int>) -> [Run] {
    let shapes = list.steps.map(\.shape)
    var runs: [Run] = []
    guard range.count >= 4 else { return [] }
    for period in 1...min(range.count / 2, Self.maximumPeriod) {
      var start = range.lowerBound
      for index in range.lowerBound...(range.upperBound - period) {
        if index + period < range.upperBound, shapes[index] == shapes[index + period] { continue }
        let run = Run(start: start, period: period, length: index - start + period)
        if run.count >= 2, run.saving >= 4, period > 1 || run.count > 3 { runs.append(run) }
        start = index + 1
      }
    }
    return runs.sorted { ($0.saving, $1.period, $1.start) > ($1.saving, $0.period, $0.start) }
  }

  /// The best rotation of a run.
  private func repetition(of run: Run) -> Repetition? {
    for count in [run.count, run.count - 1] where count >= 2 {
      var rotations: [(cost: Int, repetition: Repetition)] = []
      for start in run.start...(run.start + min(run.length - count * run.period, run.period - 1)) {
        guard let found = repetition(start: start, period: run.period, count: count) else { continue }
        rotations.append((cost(of: found), found))
      }
      rotations.sort { ($0.cost, $0.repetition.start) < ($1.cost, $1.repetition.start) }
      var best: (cost: Int, repetition: Repetition)?
      for (cost, found) in rotations.prefix(Self.maximumRotations) {
        if let best, best.cost <= cost { break }
        guard let columns = accepts(found.body) else { continue }
        let total = cost + columns * (1 + count / 2)
        if best.map({ total < $0.cost }) ?? true { best = (total, found) }
      }
      // What is left out must be more than what has to be said instead.
      if let (cost, found) = best, (count - 1) * run.period > 2 * cost + 4 { return found }
    }
    return nil
  }

  private func cost(of repetition: Repetition) -> Int {
    var cost = 4 * repetition.collected.count + repetition.exported.count
    for outer in repetition.outer {
      switch outer {
      case .fixed: break
      case .carried: cost += 2
      case .listed: cost += 4
      }
    }
    return cost
  }

  /// The steps as a repetition, where each round uses what it uses in the same way as the others.
  private func repetition(start: Int, period: Int, count: Int) -> Repetition? {
    var found = Repetition(start: start, period: period, count: count, body: StepList(rounds: list.rounds + [count]))
    var numbers: [Repetition.Outer: Int] = [:]
    for offset in 0..<period {
      let rounds = (0..<count).map { list.steps[start + $0 * period + offset] }
      guard rounds.allSatisfy({ $0.arguments.count == rounds[0].arguments.count && $0.captures.isEmpty }) else {
        return nil
      }
      var arguments: [Step.Reference] = []
      for slot in rounds[0].arguments.indices {
        guard
          let reference = reference(
            rounds.map { $0.arguments[slot] }, start: start, period: period, &numbers, &found.outer)
        else { return nil }
        arguments.append(reference)
      }
      let instances = rounds[0].nodes.indices.flatMap { outer in rounds.map { $0.nodes[outer] } }
      found.body.steps.append(Step(nodes: instances, arguments: arguments, shape: rounds[0].shape))
    }
    addResults(to: &found)
    return found
  }

  /// What an argument of all rounds is in the body.
  private func reference(
    _ rounds: [Step.Reference], start: Int, period: Int, _ numbers: inout [Repetition.Outer: Int],
    _ outer: inout [Repetition.Outer]
  ) -> Step.Reference? {
    if rounds.allSatisfy({ $0 == .omitted }) { return .omitted }
    if rounds.allSatisfy({ $0 == .tensor }) { return .tensor }
    func isBefore(_ reference: Step.Reference) -> Bool {
      switch reference {
      case .result(let result): result.step < start
      case .outer: true
      case .omitted, .tensor: false
      }
    }
    func number(_ value: Repetition.Outer) -> Step.Reference {
      if let known = numbers[value] { return .outer(known) }
      numbers[value] = outer.count
      outer.append(value)
      return .outer(outer.count - 1)
    }
    if rounds.allSatisfy({ $0 == rounds[0] }), isBefore(rounds[0]) { return number(.fixed(rounds[0])) }
    // Within the round, or of the round before.
    if case .result(let second) = rounds[1], second.step >= start {
      let place = second.step - start
      let result = StepResult(step: place % period, index: second.index)
      let lag = 1 - place / period
      guard lag == 0 || lag == 1 else { return nil }
      for round in lag..<rounds.count
      where rounds[round]
        != .result(StepResult(step: start + (round - lag) * period + result.step, index: result.index))
      {
        return nil
      }
      if lag == 0 { return .result(result) }
      return isBefore(rounds[0]) ? number(.carried(result, initial: rounds[0])) : nil
    }
    return rounds.allSatisfy(isBefore) ? number(.listed(rounds)) : nil
  }

  /// Finds what is used behind the repetition.
  private func addResults(to found: inout Repetition) {
    let range = found.range
    var live: Set<StepResult> = []
    for offset in 0..<found.period {
      for index in 0..<8 {
        var isExported = false
        var isCollected = false
        for round in 0..<found.count {
          let result = StepResult(step: found.start + round * found.period + offset, index: index)
          guard returned.contains(result) || users[result]?.contains(where: { !range.contains($0) }) == true else {
            continue
          }
          if round == found.count - 1 { isExported = true } else { isCollected = true }
        }
        let result = StepResult(step: offset, index: index)
        if isCollected { found.collected.append(result) } else if isExported { found.exported.append(result) }
        if isCollected || isExported { live.insert(result) }
      }
    }
    for case .carried(let result, _) in found.outer { live.insert(result) }
    found.body.results = live.sorted { ($0.step, $0.index) < ($1.step, $1.index) }.map { .result($0) }
  }
}
