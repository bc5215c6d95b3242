import Graphs
import Tensors

/// Attention in which groups of query heads share keys and values.
extension InferenceContext {
  /// How many heads queries have, and how many keys and values; `nil`, and reported, where a number is not positive.
  private mutating func headCounts() -> (queries: Dimension, groups: Dimension)? {
    guard let heads = positiveAttribute("num_heads"), let groups = positiveAttribute("kv_num_heads") else { return nil }
    return (Dimension(heads), Dimension(groups))
  }

  /// The size of a head, of queries that are `width` wide, with keys and values in them or not.
  private func headSize(_ width: Dimension, _ heads: (queries: Dimension, groups: Dimension)) -> Dimension {
    width.floorDivided(by: input(1) == nil ? heads.queries + heads.groups * 2 : heads.queries)
  }

  /// The result `[N, S, heads · head size]` of queries `[N, S, H]`; without keys, these and the values are in the queries.
  mutating func groupedAttention(past: Int) {
    guard let query = sizes(0, rank: 3), let heads = headCounts() else { return }
    let width = input(1) == nil ? headSize(query[2], heads) * heads.queries : query[2]
    set(0, shape: Shape([query[0], query[1], width]))
  }

  /// Keys and values of all positions, in caches that grow where the positions are more than they hold.
  ///
  /// - Parameters:
  ///   - past: the place of the keys before, `[N, groups, length, head size]`; that of the values comes next.
  ///   - total: the place of the number of positions.
  mutating func growCache(past: Int, total: Int) {
    guard let query = sizes(0, rank: 3), let heads = headCounts() else { return }
    let positions = shapeData(total)?.first?.ifNatural ?? .unknown
    let isWindow = (int("sliding_window_cache") ?? 0) != 0
    let isPlain = (text("k_quant_type") ?? "NONE") == "NONE" && (text("v_quant_type") ?? "NONE") == "NONE"
    for index in 1...2 {
      let place = past + index - 1
      var cache = Shape([query[0], heads.groups, positions, isPlain ? headSize(query[2], heads) : .unknown])
      if input(place) != nil {
        guard let sizes = sizes(place, rank: 4) else { return }
        let length = isWindow ? sizes[2] : Dimension.maximum(sizes[2], positions)
        cache = Shape([query[0], heads.groups, length, sizes[3]])
      } else if isPlain {
        set(index, element: element(0))
      }
      set(index, shape: cache)
    }
    set(3, shape: Shape([query[0], heads.queries, query[1], positions]))
  }

  /// Packed tokens `[T, H]`, and the blocks of keys and values as they are.
  mutating func pagedAttention() {
    guard let query = sizes(0, rank: 2), let heads = headCounts() else { return }
    let isLatent = text("kv_cache_layout") == "LATENT" || int("v_head_size") != nil
    let width = input(1) == nil ? headSize(query[1], heads) * heads.queries : query[1]
    set(0, shape: Shape([query[0], isLatent ? .unknown : width]))
    set(1, shape: shape(3))
    set(2, shape: shape(4))
  }
}

extension CostContext {
  /// A MAC for each score and each element of a vector, and five operations for each score's softmax; of as many
  /// positions as the keys that are given back have, or the keys before and the new ones.
  func groupedAttentionCost(past: Int) -> Cost {
    guard let query = input(0, rank: 3), let width = output()?.last, let heads = size("num_heads") else {
      return .unknown
    }
    var length = input(1, rank: 3)?[1] ?? query[1]
    if let present = output(1), present.count == 4 {
      length = present[2]
    } else if has(past) {
      length += input(past, rank: 4)?[2] ?? .unknown
    }
    let rows = query[0] * query[1]
    return .products(rows * length * width * 2, others: rows * heads * length * 5)
  }
}
