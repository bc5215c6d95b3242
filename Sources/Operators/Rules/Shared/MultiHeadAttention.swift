import Graphs
import Tensors

/// Attention of projected queries `[N, S, H]` to keys and values.
extension InferenceContext {
  /// Keys and values are `[N, L, H]`, or `[N, heads, L, head size]`; or they are in one tensor, `[N, L, heads, 2, head
  /// size]`, or the queries with them, `[N, S, heads, 3, head size]`.
  mutating func multiHeadAttention() {
    guard let query = shape(0)?.dimensions, let count = positiveAttribute("num_heads") else { return }
    let heads = Dimension(count)
    var (keyWidth, valueWidth, length) = (Dimension.unknown, Dimension.unknown, Dimension.unknown)
    if query.count == 5 {
      (keyWidth, valueWidth, length) = (query[4], query[4], query[1])
    } else if query.count == 3 {
      keyWidth = query[2].floorDivided(by: heads)
      if let key = shape(1)?.dimensions {
        switch key.count {
        case 5: (valueWidth, length) = (key[4], key[1])
        case 4: length = key[2]
        case 3: length = key[1]
        default: return
        }
      }
      if let value = shape(2)?.dimensions {
        switch value.count {
        case 4: valueWidth = value[3]
        case 3: valueWidth = value[2].floorDivided(by: heads)
        default: return
        }
      }
    } else {
      return report("rank-mismatch", "the queries must have 3 axes, or 5 with keys and values", at: .input(0))
    }
    // A width that the heads do not divide would be no valid call: the product is the width.
    let value = query.count == 3 && shape(2)?.rank == 3 ? shape(2)!.dimensions[2] : heads * valueWidth
    set(0, shape: Shape([query[0], query[1], value]))
    var total = length
    var held = total
    if input(6) != nil {
      let past = sizes(6, rank: 4)?[2] ?? .unknown
      // With the number of positions before given, the caches have room for all that are to come.
      (total, held) = input(8) != nil ? (.unknown, past) : (length + past, length + past)
    }
    set(1, shape: Shape([query[0], heads, held, keyWidth]))
    set(2, shape: Shape([query[0], heads, held, valueWidth]))
    set(3, shape: Shape([query[0], heads, query[1], total]))
  }

  /// One new token of each sequence, with the keys and values before it at places 5 and 6.
  mutating func decoderMaskedAttention() {
    guard let query = sizes(0, rank: 3), let heads = positiveAttribute("num_heads") else { return }
    var value = Dimension.unknown
    if let sizes = shape(2)?.dimensions {
      switch sizes.count {
      case 3: value = sizes[2]
      case 4: value = sizes[1] * sizes[3]
      default: return
      }
    } else if input(2) == nil, let past = shape(6)?.dimensions, past.count == 4 {
      value = past[1] * past[3]
    }
    set(0, shape: Shape([query[0], query[1], value]))
    let isShared = (int("past_present_share_buffer") ?? 0) != 0
    for index in 1...2 where input(index + 4) != nil {
      guard var sizes = sizes(index + 4, rank: 4) else { return }
      if !isShared { sizes[2] += query[1] }
      set(index, shape: Shape(sizes))
    }
    set(3, shape: Shape([query[0], Dimension(heads), query[1], .unknown]))
  }
}

extension CostContext {
  /// A MAC for each score and each element of a vector, and five operations for each score's softmax.
  func multiHeadAttentionCost(pastKey: Int = 6) -> Cost {
    guard let query = input(0), query.count == 3 || query.count == 5, let value = output()?.last,
      let heads = size("num_heads")
    else { return .unknown }
    var length = query[1]
    if let key = input(1) {
      guard (3...5).contains(key.count) else { return .unknown }
      length = key.count == 4 ? key[2] : key[1]
    }
    if let present = output(1), present.count == 4 {
      length = present[2]
    } else if has(pastKey) {
      length += input(pastKey, rank: 4)?[2] ?? .unknown
    }
    let hidden: Dimension =
      switch query.count {
      case 5: query[2] * query[4]
      default: has(1) ? query[2] : (query[2] - value).floorDivided(by: 2)
      }
    let rows = query[0] * query[1]
    return .products(rows * length * (hidden + value), others: rows * heads * length * 5)
  }
}
