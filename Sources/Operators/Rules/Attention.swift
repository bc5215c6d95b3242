import Graphs
import Tensors

extension OperatorRules {
  /// softmax(Q Kᵀ · scale + mask) V for each head; of `[N, heads, S, d]`, or `[N, S, heads · d]` with the counts of heads.
  ///
  /// The two products take a MAC for each score and each element of a vector.
  package static let attention = OperatorRules(
    "Attention",
    infer: { $0.attention() },
    cost: { context in
      guard let query = context.input(0), let key = context.input(1), let value = context.input(2), query.count >= 3,
        query.count == key.count, query.count == value.count
      else { return Cost(macs: .unknown, flops: .unknown) }
      let isSplit = query.count == 4
      let past = isSplit && context.input(4)?.count == 4 ? context.input(4)![2] : 0
      let keys = key[isSplit ? 2 : 1] + past
      let count = context.attribute("q_num_heads")?.int.map { Dimension(Int($0)) } ?? 1
      let groups = context.attribute("kv_num_heads")?.int.map { Dimension(Int($0)) } ?? 1
      let rows = isSplit ? query[0] * query[1] * query[2] : query[0] * query[1] * count
      let width = isSplit ? query[3] : query[2].floorDivided(by: count)
      let result = isSplit ? value[3] : value[2].floorDivided(by: groups)
      return .products(rows * keys * (width + result), others: rows * keys * 5)
    },
    decompose: { $0.attention() },
    pruning: { $0.attend() })
}

extension PruningContext {
  /// Heads go as a whole: those of queries with what they share keys and values with.
  fileprivate mutating func attend() {
    guard let rank = rank(.input(0)), rank == self.rank(.input(1)), rank == self.rank(.input(2)) else { return }
    couple(.input(0, 0), .output(0, 0))
    guard rank == 3 else { return attendSplit() }
    guard let heads = int("q_num_heads"), let groups = int("kv_num_heads"), heads > 0, groups > 0, heads % groups == 0,
      let width = constantSize(.input(0, 2)), width % heads == 0, (1...Self.longestAxis).contains(width),
      let keys = constantSize(.input(1, 2)), let values = constantSize(.input(2, 2)), values <= Self.longestAxis,
      keys == width / heads * groups, values % groups == 0,
      values > 0, constantSize(.output(0, 2)) == values / groups * heads, rankOfMask < 3
    else { return }
    let (size, valueSize, shared) = (width / heads, values / groups, heads / groups)
    couple(.input(1, 2), .input(1, 2), .blockStart(size))
    couple(.input(1, 2), .input(0, 2), .table((0..<width).map { $0 / size / shared * size }))
    couple(.input(1, 2), .input(2, 2), .table((0..<values).map { $0 / valueSize * size }))
    couple(.input(0, 2), .output(0, 2), .table((0..<heads * valueSize).map { $0 / valueSize * size }))
    set(.attribute("q_num_heads", sizeOf: .input(0, 2), divisor: size))
    set(.attribute("kv_num_heads", sizeOf: .input(1, 2), divisor: size))
  }

  private var rankOfMask: Int { shape(.input(3))?.rank ?? 0 }

  /// Queries, keys and values with their heads apart: `[N, heads, S, d]`.
  private mutating func attendSplit() {
    guard let heads = constantSize(.input(0, 1)), let groups = constantSize(.input(1, 1)), groups > 0,
      heads % groups == 0, call.attributes.allSatisfy({ !$0.name.hasSuffix("num_heads") })
    else { return }
    couple(.input(1, 1), .input(0, 1), .blocks(heads / groups))
    couple(.input(1, 1), .input(2, 1))
    couple(.input(0, 1), .output(0, 1))
    couple(.input(2, 3), .output(0, 3))
    if rankOfMask >= 3 { broadcastAxis(.input(3, rankOfMask - 3), .output(0, 1)) }
    for past in [4, 5] where has(past) { couple(.input(1, 1), .input(past, 1)) }
    for present in [1, 2] { couple(.input(1, 1), .output(present, 1)) }
    couple(.input(0, 1), .output(3, 1))
  }
}

extension InferenceContext {
  fileprivate mutating func attention() {
    guard let query = shape(0)?.dimensions, let key = shape(1)?.dimensions, let value = shape(2)?.dimensions else {
      return
    }
    guard query.count == 3 || query.count == 4, key.count == query.count, value.count == query.count else {
      return report("rank-mismatch", "queries, keys and values must all have 3 axes, or all 4")
    }
    let heads = Dimension(int("q_num_heads") ?? 0)
    let groups = Dimension(int("kv_num_heads") ?? 0)
    if query.count == 3, heads.constant == 0 || groups.constant == 0 {
      return report("missing-attribute", "with 3 axes `q_num_heads` and `kv_num_heads` say how many heads there are")
    }
    let past = shape(4)?.dimensions
    let isSplit = query.count == 4
    let keys = key[isSplit ? 2 : 1]
    let all = past.map { $0.count == 4 ? $0[2] + keys : .unknown } ?? keys
    let width = isSplit ? key[3] : key[2].floorDivided(by: groups)
    let result = isSplit ? value[3] : value[2].floorDivided(by: groups)
    set(0, shape: Shape(isSplit ? [query[0], query[1], query[2], result] : [query[0], query[1], heads * result]))
    set(1, shape: Shape([key[0], isSplit ? key[1] : groups, all, width]))
    set(2, shape: Shape([key[0], isSplit ? key[1] : groups, all, result]))
    set(3, shape: Shape([query[0], isSplit ? query[1] : heads, query[isSplit ? 2 : 1], all]))
  }
}

extension DecompositionContext {
  fileprivate mutating func attention() -> Bool {
    guard let query = input(0), let key = input(1), let value = input(2), let rank = rank(of: query),
      let element = writer.known(query).type.element, call.inputs.count <= 6, call.outputCount <= 3,
      rank == 3 || rank == 4
    else { return false }
    var heads = attribute("q_num_heads")?.int.map { Int(clamping: $0) }
    var groups = attribute("kv_num_heads")?.int.map { Int(clamping: $0) }
    if rank == 4 {
      heads = writer.known(query).type.shape?.dimensions[1].constant
      groups = writer.known(key).type.shape?.dimensions[1].constant
    }
    guard let heads, let groups, heads > 0, groups > 0, heads % groups == 0,
      let q = split(query, heads, rank), var k = split(key, groups, rank), var v = split(value, groups, rank)
    else { return false }
    if let pastKey = input(4), let pastValue = input(5) {
      // How far a causal mask sees into the past is not the same in every version.
      guard (attribute("is_causal")?.int ?? 0) == 0, let keys = concatenate([pastKey, k], axis: 2),
        let values = concatenate([pastValue, v], axis: 2)
      else { return false }
      (k, v) = (keys, values)
    }
    let present = [k, v]
    if heads != groups {
      let indices = writer.constant(.i64((0..<heads).map { $0 / (heads / groups) }))
      let axis = [Attribute("axis", .int(1))]
      guard let keys = write("Gather", k, indices, attributes: axis),
        let values = write("Gather", v, indices, attributes: axis)
      else { return false }
      (k, v) = (keys, values)
    }
    guard let scores = scores(q, k), let weights = weights(scores, element), let y = write("MatMul", weights, v) else {
      return false
    }
    guard rank == 3 else {
      results = Array(([y] + present).prefix(call.outputCount))
      return true
    }
    guard let rows = transpose(y, [0, 2, 1, 3]), let merged = reshape(rows, to: [0, 0, -1]) else { return false }
    results = Array(([merged] + present).prefix(call.outputCount))
    return true
  }

  private mutating func split(_ x: Value.ID, _ heads: Int, _ rank: Int) -> Value.ID? {
    guard rank == 3 else { return x }
    return reshape(x, to: [0, 0, heads, -1]).flatMap { transpose($0, [0, 2, 1, 3]) }
  }

  /// Q Kᵀ · scale, masked and capped.
  private mutating func scores(_ q: Value.ID, _ k: Value.ID) -> Value.ID? {
    let width = writer.known(q).type.shape?.dimensions.last?.constant
    guard let scale = attribute("scale")?.float.map(Double.init) ?? width.map({ 1 / Double($0).squareRoot() }),
      let factor = scalar(scale, like: q), let scaled = write("Mul", q, factor),
      let turned = transpose(k, [0, 1, 3, 2]), var scores = write("MatMul", scaled, turned)
    else { return nil }
    let never = scalar(-.infinity, like: q)
    if (attribute("is_causal")?.int ?? 0) != 0 {
      guard let rowCount = size(of: scores, axis: 2), let columnCount = size(of: scores, axis: 3),
        let rows = indices(below: rowCount).flatMap({ unsqueeze($0, 1) }), let columns = indices(below: columnCount),
        let isSeen = write("LessOrEqual", columns, rows), let masked = write("Where", isSeen, scores, never)
      else { return nil }
      scores = masked
    }
    if let mask = input(3) {
      let isTruth = writer.known(mask).type.element == .bool
      guard let masked = isTruth ? write("Where", mask, scores, never) : write("Add", scores, mask) else { return nil }
      scores = masked
    }
    let cap = Double(attribute("softcap")?.float ?? 0)
    if cap > 0 {
      guard let limit = scalar(cap, like: scores), let part = write("Div", scores, limit),
        let bent = write("Tanh", part),
        let capped = write("Mul", bent, limit)
      else { return nil }
      scores = capped
    }
    return scores
  }

  private mutating func weights(_ scores: Value.ID, _ element: ElementType) -> Value.ID? {
    let precision = UInt8(exactly: attribute("softmax_precision")?.int ?? 0).flatMap(ElementType.init(rawValue:))
    guard let cast = cast(scores, to: precision ?? element),
      let weights = write("Softmax", cast, attributes: [Attribute("axis", .int(-1))])
    else { return nil }
    return self.cast(weights, to: element)
  }
}
