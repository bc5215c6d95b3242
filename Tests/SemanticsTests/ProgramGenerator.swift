/// Writes random programs: mostly sound ones, with a mistake now and then.
struct ProgramGenerator {
  private(set) var numbers: RandomNumbers
  /// Names of tensors of f32[N, 8] that are in scope, and of the blocks that take and give one.
  private var tensors: [String] = []
  private var blocks: [String] = []
  private var labels = 0

  init(_ numbers: RandomNumbers) { self.numbers = numbers }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

  private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &numbers) ?? "x" }

  /// A file with some blocks and a model.
  mutating func program() -> String {
    var text = ""
    for index in 0..<Int.random(in: 0...3, using: &numbers) {
      tensors = ["x"]
      let body = statements(count: Int.random(in: 1...4, using: &numbers), depth: 1)
      let result = expression(1)
      text += "block B\(index)(x: T[N, D], k: int = 2) -> T[N, D] {\n\(body)return \(result)\n}\n"
      blocks.append("B\(index)")
    }
    tensors = ["x", "y"]
    let body = statements(count: Int.random(in: 2...8, using: &numbers), depth: 2)
    let result = expression(2)
    return text + "model m(x: f32[N, 8], y: f32[N, 8], k: int = 3) -> (z: f32[N, 8]) {\n\(body)return \(result)\n}\n"
  }

  private mutating func statements(count: Int, depth: Int) -> String {
    (0..<count).map { _ in statement(depth) }.joined()
  }

  private mutating func statement(_ depth: Int) -> String {
    switch Int.random(in: 0..<12, using: &numbers) {
    case 0 where depth > 0:
      return "repeat i in 0..<\(pick(["0", "1", "3", "k"])) {\n\(inner(depth))}\n"
    case 1 where depth > 0:
      return "if \(condition()) {\n\(inner(depth))} else {\n\(inner(depth))}\n"
    case 2 where depth > 0:
      return "scope \(pick(["s", "t[0]", "u.v"])) {\n\(inner(depth))}\n"
    case 3:
      let label = nextLabel()
      return "param \(label): f32[8] = \(pick(["zeros", "ones", "normal(std=0.1)", "0.5"]))\nx = x + \(label)\n"
    case 4:
      let label = nextLabel()
      return "layer \(label) = Linear(out_features=8)\nx = \(label)(\(label)(\(tensor())))\n"
    case 5:
      return "a, b = Split(\(tensor()), axis=1, num_outputs=2)\nx = Concat(b, a, axis=1)\n"
    default:
      let name = pick(["x", "y", "h", "v"])
      let text = "\(name) = \(expression(2))\n"
      if !tensors.contains(name) { tensors.append(name) }
      return text
    }
  }

  /// Statements whose names may or may not come to be.
  private mutating func inner(_ depth: Int) -> String {
    let outer = tensors
    defer { tensors = outer }
    return statements(count: Int.random(in: 1...3, using: &numbers), depth: depth - 1)
  }

  private mutating func nextLabel() -> String {
    labels += 1
    return chance(5) ? "l1" : "l\(labels)"
  }

  private mutating func tensor() -> String { chance(2) ? "w" : pick(tensors) }

  private mutating func condition() -> String {
    pick(["k > 2", "k == 3 && opset > 13", "rank(x) == 2", "N >= 1", "!training", "1.5 < 2", "x == none", "N > 7"])
  }

  /// A tensor of f32[N, 8].
  private mutating func expression(_ depth: Int) -> String {
    guard depth > 0 else { return tensor() }
    let inner = expression(depth - 1)
    let label = chance(60) ? nextLabel() + ": " : ""
    switch Int.random(in: 0..<16, using: &numbers) {
    case 0: return "(\(inner) |> \(label)Linear(out_features=\(chance(3) ? "7" : "8")))"
    case 1: return "(\(inner) |> \(label)LayerNorm)"
    case 2: return "(\(inner) |> \(label)\(blocks.isEmpty ? "SiLU" : pick(blocks)))"
    case 3: return "(\(inner) |> \(label)FeedForward(hidden=4 * k))"
    case 4: return "\(inner)[:, \(pick(["0:8", ":", "none, 0:8][:, 0", "-8:", "::-1", "[0, 1, 2, 3, 4, 5, 6, 7]"]))]"
    case 5: return "Reshape(Reshape(\(inner), [N, 2, 4]), [N, 8])"
    case 6: return "(if \(condition()) { \(inner) } else { \(tensor()) })"
    case 7: return "(\(inner) * \(pick(["0.5", "2", "k", "d ** -0.5", "x", "N"])))"
    case 8: return "(-\(inner) ** 2)"
    case 9: return "Where(\(inner) > 0, \(tensor()), 0.0)"
    case 10: return "Transpose(Transpose(\(inner)))"
    case 11: return "(\(inner) @ Transpose(\(tensor())) @ \(tensor()))"
    case 12: return "Expand(Max(\(inner), \(tensor()), 0.0), [N, 8])"
    case 13: return "Clip(\(inner), \(pick(["_", "-1", "0.0"])), \(pick(["1", "none", "6.0"])))"
    case 14: return "Gemm(\(inner), f32[8, 8]{0}, transB=1)"
    default: return "(\(inner) + \(tensor()))"
    }
  }
}
