import Graphs
import Tensors

/// The values whose sizes are plain symbols: where a graph that runs can look a symbol up.
struct DimensionSources: Sendable {
  struct Source: Hashable, Sendable {
    var value: Value.ID
    var axis: Int
    /// Graph inputs are there whatever else is rewritten, so that they are preferred.
    var isInput: Bool
  }

  /// At most one source a symbol and region.
  private var sources: [String: [Region.ID: Source]] = [:]

  /// Sizes that no value of a region can be a better source of than the one that is known; a few of them.
  private var settled: (region: Region.ID, sizes: [Dimension])?

  private static let settledLimit = 8

  /// For each fact the region in which all sizes that it tells were found settled last; -1 where in none.
  private var regionOfFact: [Int32] = []

  /// Whether a value of which so much is known can be no better source of any size than those that the region has.
  func areSettled(_ fact: Fact, in region: Region.ID) -> Bool {
    fact.index < regionOfFact.count && Int(regionOfFact[fact.index]) == region.index
  }

  /// Notes the symbols among the sizes of a value that a region defines.
  mutating func add(_ value: Value.ID, _ fact: Fact, type: ValueType, isInput: Bool, region: Region.ID) {
    guard let shape = type.shape else { return }
    var isSettled = true
    for (axis, dimension) in shape.dimensions.enumerated() {
      if dimension.constant != nil || isKnown(dimension, in: region) { continue }
      guard let symbol = dimension.symbol else { continue }
      let known = sources[symbol]?[region]
      guard known == nil || isInput && known?.isInput == false else {
        if known?.isInput == true { settle(dimension, in: region) } else { isSettled = false }
        continue
      }
      isSettled = false
      sources[symbol, default: [:]][region] = Source(value: value, axis: axis, isInput: isInput)
    }
    guard isSettled else { return }
    if fact.index >= regionOfFact.count {
      regionOfFact.append(contentsOf: repeatElement(-1, count: fact.index + 1 - regionOfFact.count))
    }
    regionOfFact[fact.index] = Int32(truncatingIfNeeded: region.index)
  }

  private func isKnown(_ size: Dimension, in region: Region.ID) -> Bool {
    guard let settled, settled.region == region else { return false }
    return settled.sizes.contains(size)
  }

  private mutating func settle(_ size: Dimension, in region: Region.ID) {
    if settled?.region != region { settled = (region, []) }
    if settled?.sizes.count ?? 0 < Self.settledLimit { settled?.sizes.append(size) }
  }

  /// Forgets what a subgraph defined: nothing outside it can see that.
  mutating func close(_ region: Region.ID) {
    if settled?.region == region { settled = nil }
    regionOfFact = []
    for symbol in sources.keys { sources[symbol]?[region] = nil }
  }

  /// The best source of a symbol in the regions, outermost first: an input, or else the first value.
  func source(of symbol: String, in regions: [Region.ID]) -> Source? {
    guard let candidates = sources[symbol] else { return nil }
    let visible = regions.lazy.compactMap { candidates[$0] }
    return visible.first(where: \.isInput) ?? visible.first
  }
}

/// The sizes that a region has computed already.
struct WrittenSizes: Sendable {
  /// i64 vectors, by their elements.
  var vectors: [[Dimension]: Value.ID] = [:]
  /// i64 scalars.
  var scalars: [Dimension: Value.ID] = [:]
  /// Results of `Shape` without bounds, for operator sets where it has none.
  var shapes: [Value.ID: Value.ID] = [:]
}
