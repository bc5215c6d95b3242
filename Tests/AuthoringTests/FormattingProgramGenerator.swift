/// Writes random programs that elaborate, mostly: blocks and a model over tensors of f32[N, 8], with long lines.
struct FormattingProgramGenerator {
  private(set) var numbers: Soak.Numbers
  private var blocks: [String] = []
  private var labels = 0
  /// Whether labels need an index.
  private var isRepeated = false

  init(_ numbers: Soak.Numbers) { self.numbers = numbers }

  /// A file with some blocks and a model.
  mutating func program() -> String {
    var text = "use onnx 21\n"
    for index in 0..<Int.random(in: 0...1, using: &numbers) {
      let body = statements(1...2, 1)
      text += """
        /// Block \(index).
        block Block\(index)(x: T[N, D], y: T[N, D] = none, width: int = 2 * D, rate: float = 0.5) -> T[N, D] where D > 2 {
        \(body)return \(expression(2))
        }

        """
      blocks.append("Block\(index)")
    }
    let body = statements(1...3, 2)
    return text + """
      model m(x: f32[N, 8], y: f32[N, 8], width: int = 3, rate: float = 0.25) -> (z: f32[N, 8]) {
      \(body)return \(expression(2))
      }

      """
  }

  private mutating func statements(_ range: ClosedRange<Int>, _ depth: Int) -> String {
    (0..<Int.random(in: range, using: &numbers)).map { _ in statement(depth) + "\n" }.joined()
  }

  private mutating func statement(_ depth: Int) -> String {
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0 where depth > 1:
      isRepeated = true
      defer { isRepeated = false }
      return "repeat i in 0..<\(numbers.pick(["0", "2", "width"])) {\n\(statements(1...2, 1))}"
    case 1 where depth > 0:
      return "if \(condition()) {\n\(statements(1...2, depth - 1))} else {\n\(statements(1...2, depth - 1))}"
    case 2 where depth > 0: return "scope \(nextLabel()) {\n\(statements(1...2, depth - 1))}"
    case 3:
      let label = nextLabel()
      return "param \(label): f32[8] = \(numbers.pick(["zeros", "normal(std=0.1)"]))\nx = x + \(label)"
    case 4: return "first, rest = Split(\(expression(1)), axis=1, num_outputs=2)\nx = Concat(rest, first, axis=1)"
    case 5: return "@name(\"/x\(labels)\") @doc(\"d\")\nx = Add(x, y)"
    default: return "\(numbers.pick(["x", "y"])) = \(expression(numbers.pick([1, 1, 2, 3])))"
    }
  }

  private mutating func nextLabel() -> String {
    labels += 1
    if isRepeated { return numbers.pick(["l\(labels)[i]", "layers[\(labels)].dense[i]"]) }
    return numbers.pick(["l\(labels)", "layers[\(labels)].dense", "`odd name {width}.\(labels)`"])
  }

  private mutating func condition() -> String {
    numbers.pick(["width > 2", "width == 3 && opset > 13 || rate < 0.1", "rank(x) == 2", "!training", "N >= 1"])
  }

  /// A tensor of f32[N, 8].
  private mutating func expression(_ depth: Int) -> String {
    guard depth > 0 else { return numbers.pick(["x", "y"]) }
    let a = expression(depth - 1)
    let label = numbers.chance(70) ? nextLabel() + ": " : ""
    switch Int.random(in: 0..<14, using: &numbers) {
    case 0: return "(\(a) |> \(label)Linear(out_features=8, bias=\(numbers.pick(["true", "false"]))) |> Relu |> Tanh)"
    case 1: return "(\(a) |> \(label)LayerNorm(eps=1e-5) |> Sigmoid)"
    case 2 where !blocks.isEmpty: return "\(label)\(numbers.pick(blocks))(\(a), \(expression(0)), width=2 * width)"
    case 3: return "(\(a) * \(expression(0)) + rate * \(expression(depth - 1)) - 0.5 * \(expression(0)))"
    case 4: return "\(a)[:, \(numbers.pick(["0:8", ":", "::-1", "[0, 1, 2, 3, 4, 5, 6, 7]"]))]"
    case 5: return "Reshape(Reshape(\(a), [N, 2, 4]), [N, 8])"
    case 6: return "(if \(condition()) { \(a) } else { \(expression(depth - 1)) })"
    case 7: return "(-\(a) ** 2)"
    case 8: return "Where(\(a) > 0, \(expression(0)), 0.0)"
    case 9: return "(\(a) @ Transpose(\(expression(0)), perm=[1, 0]) @ \(expression(0)))"
    case 10: return "Clip(\(a), \(numbers.pick(["_", "-1", "0.0"])), \(numbers.pick(["1", "none", "6.0"])))"
    case 11: return "Gemm(\(a), f32[8, 8]{0.5}, transB=1, alpha=0.5)"
    case 12:
      return
        "If(ReduceSum(x) > 0.0, then_branch={ return \(a) }, else_branch={\ny = x + 1.0\nreturn y * \(expression(0))\n})"
    default: return "Concat(\(a)[:, :4], \(expression(depth - 1))[:, 4:], axis=1)"
    }
  }
}
