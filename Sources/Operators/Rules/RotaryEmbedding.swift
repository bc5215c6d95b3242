import Graphs
import Tensors

extension OperatorRules {
  /// Pairs of each vector's elements turned by the angles of its position (Su and others, 2021).
  ///
  /// Three operations per element: two products and a sum.
  package static let rotaryEmbedding = OperatorRules(
    "RotaryEmbedding",
    infer: { context in
      context.set(shape: context.shape(0))
      _ = context.requireRank(3...4, of: context.shape(0), "the input", at: .input(0))
    },
    cost: { $0.elementwise(3) },
    decompose: { $0.rotaryEmbedding() })
}

extension DecompositionContext {
  fileprivate mutating func rotaryEmbedding() -> Bool {
    let heads = Int(clamping: attribute("num_heads")?.int ?? 0)
    guard let x = input(0), let rank = rank(of: x), rank == 4 || rank == 3 && heads > 0,
      // [N, S, heads, d], so that the angles of a position broadcast over the heads.
      let split = rank == 4 ? transpose(x, [0, 2, 1, 3]) : reshape(x, to: [0, 0, heads, -1]),
      let (cos, sin) = angles()
    else { return false }
    let width = Int(clamping: attribute("rotary_embedding_dim")?.int ?? 0)
    var turned = split
    if width > 0 {
      guard let part = slice(split, from: 0, to: width, axis: 3) else { return false }
      turned = part
    }
    guard var result = rotated(turned, cos, sin) else { return false }
    if width > 0 {
      guard let rest = slice(split, from: width, to: .max, axis: 3), let joined = concatenate([result, rest], axis: 3)
      else { return false }
      result = joined
    }
    if rank == 4 {
      guard let back = transpose(result, [0, 2, 1, 3]) else { return false }
      result = back
    } else {
      guard let back = reshape(result, to: [0, 0, -1]) else { return false }
      result = back
    }
    results = [result]
    return true
  }

  /// The cosines and sines of each position as `[N, S, 1, d / 2]`.
  private mutating func angles() -> (cos: Value.ID, sin: Value.ID)? {
    guard var cos = input(1), var sin = input(2) else { return nil }
    if let positions = input(3) {
      guard let pickedCos = write("Gather", cos, positions), let pickedSin = write("Gather", sin, positions) else {
        return nil
      }
      (cos, sin) = (pickedCos, pickedSin)
    }
    guard let first = unsqueeze(cos, 2), let second = unsqueeze(sin, 2) else { return nil }
    return (first, second)
  }

  private mutating func rotated(_ x: Value.ID, _ cos: Value.ID, _ sin: Value.ID) -> Value.ID? {
    let isInterleaved = (attribute("interleaved")?.int ?? 0) != 0
    var pair: (Value.ID, Value.ID)?
    if isInterleaved {
      if let even = slice(x, from: 0, to: .max, axis: 3, step: 2),
        let odd = slice(x, from: 1, to: .max, axis: 3, step: 2)
      {
        pair = (even, odd)
      }
    } else {
      let halves = writer.write(
        "Split", [x], attributes: [Attribute("axis", .int(3)), Attribute("num_outputs", .int(2))], outputCount: 2)
      if halves.count == 2 { pair = (halves[0], halves[1]) }
    }
    guard let (a, b) = pair, let ac = write("Mul", a, cos), let bs = write("Mul", b, sin),
      let real = write("Sub", ac, bs),
      let s = write("Mul", a, sin), let bc = write("Mul", b, cos), let imaginary = write("Add", s, bc)
    else { return nil }
    guard isInterleaved else { return concatenate([real, imaginary], axis: 3) }
    guard let first = unsqueeze(real, 4), let second = unsqueeze(imaginary, 4),
      let pairs = concatenate([first, second], axis: 4)
    else { return nil }
    return reshape(pairs, to: [0, 0, 0, -1])
  }
}
