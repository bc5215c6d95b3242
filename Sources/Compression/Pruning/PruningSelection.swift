/// Which slices of groups go.
struct PruningSelection {
  let options: PruningOptions
  /// Groups with scores; those with a reason lose nothing.
  var groups: [PruningGroup]

  init(_ groups: [PruningGroup], _ options: PruningOptions) {
    (self.groups, self.options) = (groups, options)
  }

  private var free: [Int] { groups.indices.filter { groups[$0].reason == nil } }

  /// Chooses slices so that this part of them goes.
  mutating func select(ratio: Double) {
    if options.isGlobal {
      let slices = comparable()
      let count = Int(Double(slices.count) * ratio + 1e-9)
      select(
        Dictionary(
          grouping: slices.sorted { ($0.score, $0.group, $0.slice) < ($1.score, $1.group, $1.slice) }
            .prefix(max(count, 0)), by: \.group
        ).mapValues(\.count))
    } else {
      select(Dictionary(uniqueKeysWithValues: free.map { ($0, Int(Double(groups[$0].count) * ratio + 1e-9)) }))
    }
  }

  /// Chooses slices whose score is below this part of the greatest.
  mutating func select(threshold: Double) {
    if options.isGlobal {
      let slices = comparable()
      let limit = threshold * (slices.map(\.score).max() ?? 0)
      select(Dictionary(grouping: slices.filter { $0.score < limit }, by: \.group).mapValues(\.count))
    } else {
      select(
        Dictionary(
          uniqueKeysWithValues: free.map { place in
            let limit = threshold * (groups[place].scores.max() ?? 0)
            return (place, groups[place].scores.count { $0 < limit })
          }))
    }
  }

  private struct Slice {
    var score: Double
    var group: Int
    var slice: Int
  }

  /// All slices with their scores over the mean of their group.
  private func comparable() -> [Slice] {
    free.flatMap { place in
      let scores = groups[place].scores
      let mean = scores.reduce(0, +) / Double(max(scores.count, 1))
      return scores.indices.map { Slice(score: mean > 0 ? scores[$0] / mean : 0, group: place, slice: $0) }
    }
  }

  /// Takes so many slices of each group, those of the least scores, as far as the options allow.
  private mutating func select(_ counts: [Int: Int]) {
    for place in groups.indices {
      let group = groups[place]
      let wanted = counts[place] ?? 0
      var kept = group.count - min(wanted, Int(Double(group.count) * options.largestRatio + 1e-9), group.count - 1)
      while kept < group.count, kept * group.width % options.roundTo != 0 { kept += 1 }
      let order = group.scores.indices.sorted { (group.scores[$0], $0) < (group.scores[$1], $1) }
      groups[place].removed = order.prefix(max(group.count - kept, 0)).sorted()
    }
  }
}
