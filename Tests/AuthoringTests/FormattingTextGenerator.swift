/// Writes random texts without syntax errors, in all forms of the language; they need not mean anything.
struct FormattingTextGenerator {
  private(set) var numbers: Soak.Numbers
  /// The expressions that may still be more than a name or a literal.
  private var budget = 0

  init(_ numbers: Soak.Numbers) { self.numbers = numbers }

  private mutating func pick(_ choices: String...) -> String { numbers.pick(choices) }

  private mutating func list(_ range: ClosedRange<Int>, _ separator: String = ", ", _ element: (inout Self) -> String)
    -> String
  {
    (0..<Int.random(in: range, using: &numbers)).map { _ in element(&self) }.joined(separator: separator)
  }

  private mutating func maybe(_ percent: Int, _ text: (inout Self) -> String) -> String {
    numbers.chance(percent) ? text(&self) : ""
  }

  /// A whole file.
  mutating func file() -> String {
    budget = numbers.pick([20, 60, 60, 300])
    let uses = list(0...3, "") { "use \($0.path()) \($0.pick("1", "21"))\n" }
    let imports = list(0...2, "") { generator in
      "import \(generator.pick("\"./a b.mica\"", "std.vision"))\(generator.maybe(50) { " as \($0.name())" })\n"
    }
    return uses + imports + list(1...3, "\n") { $0.declaration() } + "\n"
  }

  private mutating func declaration() -> String {
    let annotations = annotations()
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0:
      return annotations + "recipe \(name()) for \(name()) {\n"
        + list(0...3, "") { "\($0.path())(\($0.arguments(2)))\n" } + "}"
    case 1:
      let cost = maybe(50) { " macs = \($0.expression(2))" }
      return annotations + "operator \(path())\(signature())\(cost)\(maybe(30) { " " + $0.body(1) })"
    default:
      return annotations + "\(pick("model", "block")) \(name())\(signature()) \(body(2))"
    }
  }

  private mutating func annotations() -> String {
    list(0...0 + (numbers.chance(20) ? 3 : 0), "") { generator in
      "@\(generator.name())\(generator.maybe(70) { "(\($0.arguments(1)))" })\(generator.pick(" ", "\n"))"
    }
  }

  private mutating func signature() -> String {
    let results = maybe(70) { generator in
      generator.numbers.chance(60) ? " -> \(generator.parameters())" : " -> \(generator.type(2))"
    }
    return parameters() + results + maybe(30) { " where " + $0.list(1...3) { $0.expression(2) } }
  }

  private mutating func parameters() -> String { "(" + list(0...6) { $0.parameter() } + ")" }

  private mutating func parameter() -> String {
    maybe(5) { "@doc(\($0.literal())) " } + maybe(10) { _ in "*" } + name() + ": " + type(2)
      + maybe(40) { " = " + $0.expression(2) }
  }

  private mutating func type(_ depth: Int) -> String {
    guard depth > 0, budget > 0 else { return "\(pick("f32", "T", "i64"))[\(list(0...4) { $0.dimension() })]" }
    switch Int.random(in: 0..<12, using: &numbers) {
    case 0: return "seq<\(type(depth - 1))>"
    case 1: return "optional<\(type(depth - 1))>"
    case 2: return "map<\(pick("i64", "string")), \(type(depth - 1))>"
    case 3: return "sparse f32[\(list(1...2) { $0.dimension() })]"
    case 4: return pick("int", "float", "bool", "string", "callee", "dtype")
    case 5: return "[\(type(0))]"
    case 6: return "[\(name()): \(type(0)); i in 0..<\(name())]"
    case 7: return "[(\(name()): \(type(0)), `p.{\(expression(1))}`: \(type(0))); i in \(expression(1))]"
    default: return type(0)
    }
  }

  private mutating func dimension() -> String { numbers.chance(15) ? pick("?", "...") : expression(1, isPart: true) }

  private mutating func body(_ depth: Int) -> String { "{\n" + list(0...5, "") { $0.statement(depth) + "\n" } + "}" }

  private mutating func statement(_ depth: Int) -> String {
    let blank = maybe(15) { _ in "\n\n" } + annotations()
    guard budget > 0 else { return blank + "x = y" }
    switch Int.random(in: 0..<16, using: &numbers) {
    case 0 where depth > 0:
      return blank + "repeat \(list(1...3) { $0.pick("_", "i", "k") }) in \(range()) \(body(depth - 1))"
    case 1 where depth > 0:
      let other = maybe(50) { " else if \($0.expression(2)) \($0.body(depth - 1))" }
      return blank + "if \(expression(2)) \(body(depth - 1))\(other)\(maybe(50) { " else \($0.body(depth - 1))" })"
    case 2 where depth > 0: return blank + "scope \(path()) \(body(depth - 1))"
    case 3:
      return blank + "\(pick("param", "buffer")) \(path()): \(type(1))" + maybe(50) { " = " + $0.expression(2) }
        + maybe(30) { " if " + $0.expression(2) }
    case 4: return blank + "const \(name()): \(type(1)) = \(expression(2))"
    case 5: return blank + "layer \(path()) = \(expression(2))"
    case 6: return blank + "weights \"a.safetensors\"" + maybe(50) { " (\($0.arguments(2)))" }
    case 7:
      return blank + "require \(name()) \(pick("==", "<", "%")) \(expression(1))" + maybe(50) { _ in ", \"why not\"" }
    case 8: return blank + "return" + maybe(80) { " " + $0.list(1...3) { $0.item(2) } }
    default: return blank + list(1...3) { $0.target() } + " = " + expression(4)
    }
  }

  private mutating func target() -> String {
    if numbers.chance(8) { return "(@name(\"v\") \(pick("", "*"))\(name())\(maybe(30) { ": " + $0.type(0) }))" }
    return maybe(5) { _ in "*" } + (numbers.chance(10) ? "_" : name()) + maybe(10) { ": " + $0.type(0) }
  }

  private mutating func range() -> String { expression(1) + maybe(60) { "..<" + $0.expression(1) } }

  private mutating func name() -> String {
    pick(
      "x", "y", "h", "out_channels", "kernel_size", "weights", "type_of_it", "layer", "model", "`a b`", "`l{i + 1}.x`",
      "`{a(b, c=[1])}-{-k}`",
      "attention_probabilities_dropout", "i", "self", "features")
  }

  private mutating func plainName() -> String { pick("x", "y", "channels", "`batch size`", "intermediate_size") }

  private mutating func path() -> String {
    guard budget > 0 else { return plainName() }
    budget -= 1
    return name()
      + list(0...2, "") { generator in
        generator.pick(".\(generator.name())", "[\(generator.expression(1, isPart: true))]", ".if", "~v2")
      }
  }

  private mutating func literal() -> String {
    pick(
      "0", "42", "0x1F", "1.5", "1e-5", "0x1p-126", "\"text\"", "'it is'", "b\"\\xff\"", "true", "false", "none",
      "f16", "$w", "$`enc.weight:0`", "ints []", "_", "\"a much longer text // that is no comment\"")
  }

  private mutating func item(_ depth: Int) -> String { maybe(8) { _ in "*" } + expression(depth) }

  /// An expression; as a part of a subscript without a label outside of parentheses.
  private mutating func expression(_ depth: Int, isPart: Bool = false) -> String {
    guard depth > 0, budget > 0 else { return numbers.chance(70) ? plainName() : literal() }
    budget -= 1
    let d = depth - 1
    switch Int.random(in: 0..<22, using: &numbers) {
    case 0 where !isPart: return list(1...1, "") { "\($0.operand(d)) |> \($0.list(1...4, " |> ") { $0.stage(d) })" }
    case 1, 2: return "(" + expression(depth) + ")"
    case 3: return list(2...4, pick(" + ", " - ")) { $0.operand(d) }
    case 4: return list(2...4, pick(" * ", " / ", " @ ", " % ")) { $0.operand(d) }
    case 5: return "\(operand(d)) \(pick("==", "!=", "<", "<=", ">", ">=")) \(operand(d))"
    case 6: return list(2...3, pick(" && ", " || ")) { $0.operand(d) }
    case 7: return pick("-", "!", "- -") + operand(d)
    case 8: return "\(operand(0)) ** \(pick("", "-"))\(operand(0))"
    case 9: return "if \(operand(d)) { \(expression(d)) } else \(pick("if x { y } else ", "")){ \(expression(d)) }"
    case 10: return "[" + list(0...6) { $0.item(d) } + "]"
    case 11: return "\(path())[" + list(1...4) { $0.part() } + "]"
    case 12: return "f32[\(list(0...2) { $0.dimension() })]{\(list(1...9) { $0.pick("0.5", "-1", "inf") })}"
    case 13: return "sparse f32[4]{\(list(1...4) { "\($0.pick("0", "[0, 1]")): \($0.expression(0))" })}"
    case 14: return "type " + pick("f32[\(list(0...2) { $0.dimension() })]", "seq<f32[N]>", "map<i64, T[]>")
    case 15: return "[" + list(1...3) { $0.graph(d) } + "]"
    default: return isPart ? "\(path())(\(arguments(d)))" : stage(depth)
    }
  }

  private mutating func operand(_ depth: Int) -> String {
    numbers.chance(50) ? expression(0) : "(" + expression(depth) + ")" + maybe(20) { "[\($0.part())]" }
  }

  private mutating func stage(_ depth: Int) -> String {
    let label = maybe(50) { generator in
      generator.pick("\(generator.path()): ", "[\(generator.expression(0))]: ", "[i].\(generator.name()): ")
    }
    return label + path() + (numbers.chance(80) || depth == 0 ? "(\(arguments(max(0, depth - 1))))" : "")
  }

  private mutating func part() -> String {
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: return "..."
    case 1: return ":"
    case 2: return expression(1, isPart: true) + ":"
    case 3: return ":" + expression(1, isPart: true) + maybe(30) { _ in ":2" }
    case 4: return "::2"
    default: return expression(1, isPart: true)
    }
  }

  private mutating func arguments(_ depth: Int) -> String {
    let positional = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in item(depth) }
    let named = (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
      let name = pick("axis", "if", "f32", "out_channels", "`a b`", "kernel_shape", "body")
      return name + "=" + (numbers.chance(10) ? value(depth) : expression(depth))
    }
    let all = positional + named
    return all.joined(separator: ", ") + (all.isEmpty ? "" : maybe(10) { _ in "," })
  }

  private mutating func value(_ depth: Int) -> String {
    numbers.chance(30) ? "{\(list(0...4) { "\"key\": \($0.expression(0))" })}" : graph(depth)
  }

  private mutating func graph(_ depth: Int) -> String {
    let parameters = maybe(50) { $0.parameters() + " " }
    if budget <= 0 || numbers.chance(40) { return parameters + "{ return \(expression(max(0, depth - 1))) }" }
    return parameters + "{\n" + list(1...3, "") { $0.statement(0) + "\n" } + "}"
  }
}
