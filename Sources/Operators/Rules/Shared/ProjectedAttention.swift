import Graphs
import Tensors

/// Self-attention of `[N, S, D]` with the projections to queries, keys and values in one weight `[D, H + H + V]`.
extension InferenceContext {
  /// The size V of the values: what `qkv_hidden_sizes` says, or else a third of the weight's columns.
  var projectedValueSize: Dimension {
    if let sizes = ints("qkv_hidden_sizes"), !sizes.isEmpty {
      return sizes.count == 3 ? Dimension(sizes[2]).ifNatural : .unknown
    }
    if let columns = shape(1)?.dimensions, columns.count == 2 { return columns[1].floorDivided(by: 3) }
    return .unknown
  }

  /// - Parameter past: the place of the keys and values before, `[2, N, heads, length, head size]`.
  mutating func projectedAttention(past: Int) {
    guard let input = sizes(0, rank: 3) else { return }
    let value = projectedValueSize
    set(0, shape: Shape([input[0], input[1], value]))
    guard let heads = positiveAttribute("num_heads") else { return }
    if (int("past_present_share_buffer") ?? 0) != 0 { return set(1, shape: shape(past)) }
    let given = ints("qkv_hidden_sizes") ?? []
    let isUniform = given.isEmpty || given.count == 3 && given[0] == given[2]
    var length = input[1]
    if self.input(past) != nil { length += sizes(past, rank: 5)?[3] ?? .unknown }
    let width = isUniform ? value.floorDivided(by: Dimension(heads)) : .unknown
    set(1, shape: Shape([2, input[0], Dimension(heads), length, width]))
  }
}

extension CostContext {
  /// The projections take a MAC for each weight, the two products one for each score and each element of a vector; a
  /// softmax takes five operations for each score.
  func projectedAttentionCost(past: Int) -> Cost {
    guard let input = input(0, rank: 3), let weight = self.input(1, rank: 2), let value = output()?.last,
      let heads = size("num_heads")
    else { return .unknown }
    var length = input[1]
    if let present = output(1), present.count == 5 {
      length = present[3]
    } else if has(past) {
      length += self.input(past, rank: 5)?[3] ?? .unknown
    }
    let rows = input[0] * input[1]
    let hidden = (weight[1] - value).floorDivided(by: 2)
    return .products(
      rows * input[2] * weight[1] + rows * length * (hidden + value), others: rows * heads * length * 5)
  }
}
