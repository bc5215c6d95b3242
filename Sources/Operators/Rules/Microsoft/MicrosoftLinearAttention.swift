import Graphs
import Tensors

extension MicrosoftRules {
  /// Attention by a state `[N, kv_heads, d_k, d_v]` that each token updates and its query reads, as ONNX has it.
  ///
  /// There may be more heads of keys than of queries, each of which gives a result then; of these the cost is not known.
  /// With a window of states these have it as an axis before all others.
  static let linearAttention = rules(
    "LinearAttention",
    infer: { context in
      guard let query = context.sizes(0, rank: 3), let value = context.sizes(2, rank: 3),
        let heads = context.positiveAttribute("q_num_heads"), let groups = context.positiveAttribute("kv_num_heads")
      else { return }
      let widths = (query[2].floorDivided(by: Dimension(heads)), value[2].floorDivided(by: Dimension(groups)))
      let result = heads > groups ? widths.1 * Dimension(heads) : value[2]
      context.set(0, shape: Shape([query[0], query[1], result]))
      let window = context.int("state_window") ?? 0
      let state = [query[0], Dimension(groups), widths.0, widths.1]
      context.set(1, shape: Shape(window > 0 ? [Dimension(window)] + state : state))
    },
    cost: { context in
      guard let heads = context.attribute("q_num_heads")?.int, let groups = context.attribute("kv_num_heads")?.int,
        heads >= groups
      else { return .unknown }
      return context.cost(as: .linearAttention, inputs: Array(0...5)) ?? .unknown
    })
}
