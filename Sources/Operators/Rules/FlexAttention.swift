import Graphs
import Tensors

extension OperatorRules {
  /// Attention of `[N, heads, S, d]` whose scores and probabilities subgraphs may change: `[N, heads, S, d_v]`.
  ///
  /// The two products take a MAC for each score and each element of a vector; what the subgraphs take is left out.
  package static let flexAttention = OperatorRules(
    "FlexAttention", domain: "ai.onnx.preview",
    infer: { context in
      let names = ["queries", "keys", "values"]
      for (index, name) in names.enumerated() {
        guard context.requireRank(4...4, of: context.shape(index), "the \(name)", at: .input(index)) else { return }
      }
      let tensors = names.indices.map { context.shape($0)?.dimensions ?? Array(repeating: .unknown, count: 4) }
      let (query, key, value) = (tensors[0], tensors[1], tensors[2])
      var batch = query[0]
      for (index, other) in [(1, key), (2, value)] {
        batch = context.agree(
          batch, other[0], at: .input(index), "the \(names[index]) have \(other[0]) examples, but others \(batch)")
      }
      _ = context.agree(query[3], key[3], at: .input(1), "a key has \(key[3]) numbers, but a query \(query[3])")
      _ = context.agree(key[1], value[1], at: .input(2), "there are \(key[1]) key heads, but \(value[1]) value heads")
      _ = context.agree(key[2], value[2], at: .input(2), "there are \(key[2]) keys, but \(value[2]) values")
      if let heads = query[1].constant, let groups = key[1].constant, groups <= 0 || heads % groups != 0 {
        context.report("shape-mismatch", "\(heads) query heads cannot share \(groups) key heads", at: .input(1))
      }
      context.set(shape: Shape([batch, query[1], query[2], value[3]]))
    },
    cost: { context in
      guard let query = context.input(0), let key = context.input(1), let value = context.input(2), query.count == 4,
        key.count == 4, value.count == 4
      else { return Cost(macs: .unknown, flops: .unknown) }
      let scores = query[0] * query[1] * query[2] * key[2]
      return .products(scores * (query[3] + value[3]), others: scores * 5)
    })
}
