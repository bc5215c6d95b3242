import Graphs
import Tensors

extension OperatorRules {
  /// Attention by a state `[N, kv_heads, d_k, d_v]` that each token updates and its query reads.
  ///
  /// Queries, keys and values are `[N, T, heads · d]`, the result `[N, T, q_heads · d_v]`. A token takes a MAC for each
  /// element of each state that its key and value are added to, as many for the `delta` rules, which read the state
  /// first, and one for each query head that reads; the `gated` rules decay each state by one product per element.
  package static let linearAttention = OperatorRules(
    "LinearAttention",
    infer: { $0.linearAttention() },
    cost: { context in
      guard let query = context.input(0), let value = context.input(2), query.count == 3, value.count == 3,
        let heads = context.attribute("q_num_heads")?.int, let groups = context.attribute("kv_num_heads")?.int,
        heads > 0, groups > 0
      else { return Cost(macs: .unknown, flops: .unknown) }
      let rule = context.attribute("update_rule")?.text ?? "gated_delta"
      let count = Dimension(Int(groups))
      let state =
        query[0] * query[1] * query[2].floorDivided(by: Dimension(Int(heads))) * value[2].floorDivided(by: count)
      let updates = count * (rule.hasSuffix("delta") ? 2 : 1)
      return .products(
        state * (updates + Dimension(Int(heads))), others: rule.hasPrefix("gated") ? state * count : 0)
    })
}

extension InferenceContext {
  fileprivate mutating func linearAttention() {
    let names = ["queries", "keys", "values"]
    for (index, name) in names.enumerated() {
      guard requireRank(3...3, of: shape(index), "the \(name)", at: .input(index)) else { return }
    }
    guard requireRank(4...4, of: shape(3), "`past_state`", at: .input(3)), let heads = positiveAttribute("q_num_heads"),
      let groups = positiveAttribute("kv_num_heads")
    else { return }
    guard heads % groups == 0 else {
      return report(
        "shape-mismatch", "\(heads) query heads cannot share \(groups) key heads: the one is no multiple of the other",
        at: .attribute("q_num_heads"))
    }
    let open = Array(repeating: Dimension.unknown, count: 3)
    let tensors = names.indices.map { shape($0)?.dimensions ?? open }
    var (batch, tokens) = (tensors[0][0], tensors[0][1])
    for index in 1...2 {
      batch = agree(
        batch, tensors[index][0], at: .input(index),
        "the \(names[index]) have \(tensors[index][0]) examples, but the queries \(batch)")
      tokens = agree(
        tokens, tensors[index][1], at: .input(index),
        "the \(names[index]) have \(tensors[index][1]) tokens, but the queries \(tokens)")
    }
    var width = part(tensors[0][2], of: heads, at: 0)
    let keyWidth = part(tensors[1][2], of: groups, at: 1)
    width = agree(width, keyWidth, at: .input(1), "a key has \(keyWidth) numbers, but a query \(width)")
    let sizes = [batch, Dimension(groups), width, part(tensors[2][2], of: groups, at: 2)]
    var state = sizes
    if let past = shape(3)?.dimensions {
      for axis in sizes.indices {
        state[axis] = agree(
          sizes[axis], past[axis], at: .input(3),
          "axis \(axis) of `past_state` is \(past[axis]), but must be \(sizes[axis])")
      }
    }
    set(0, shape: Shape([state[0], tokens, state[3] * Dimension(heads)]))
    set(1, shape: Shape(state))
    if input(3) == nil { set(1, element: element(0)) }
  }

  /// The size of one of `count` heads that an axis holds.
  private mutating func part(_ size: Dimension, of count: Int, at index: Int) -> Dimension {
    if let constant = size.constant, constant % count != 0 {
      report("shape-mismatch", "axis 2 is \(constant), which \(count) heads do not share equally", at: .input(index))
      return .unknown
    }
    return size.floorDivided(by: Dimension(count))
  }
}
