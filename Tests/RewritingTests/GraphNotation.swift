import Graphs
import Operators
import Rewriting
import Tensors

/// A graph written line by line, for tests.
///
/// `x: f32[N, 3]` is an input, `c = i64[1, 2]` a stored vector, `c = f32 2.5` a scalar, `y = Transpose(x, perm=[1, 0])` a
/// node, `return y` says the outputs. An attribute is an integer, a list of integers or a word.
struct GraphNotation {
  private(set) var graph = Graph(name: "g")
  private var values: [String: Value.ID] = [:]

  /// The model that the text stands for.
  static func model(_ text: String, opset: Int64 = 17) -> Model {
    var notation = GraphNotation()
    for line in text.split(separator: "\n") { notation.read(line.filter { $0 != " " || line.contains("= f32 ") }) }
    return Model(graph: notation.graph, opsetImports: [OpsetImport(domain: "", version: opset)], irVersion: 8)
  }

  private mutating func read(_ line: String) {
    if line.hasPrefix("return") {
      graph.regions[graph.body].outputs = line.dropFirst(6).split(separator: ",").map { values[String($0)]! }
    } else if let colon = line.firstIndex(of: ":") {
      let type = line[line.index(after: colon)...]
      let sizes = list(type).map { Int($0).map { Dimension($0) } ?? .symbol($0) }
      let element = ElementType(spelling: String(type.prefix { $0 != "[" }))!
      let index = graph.regions[graph.body].inputs.count
      let id = define(
        String(line[..<colon]), .tensor(TensorType(element, sizes)), .input(graph.body, index: index))
      graph.regions[graph.body].inputs.append(id)
    } else if let sign = line.firstIndex(of: "=") {
      let name = String(line[..<sign].filter { $0 != " " })
      read(name, String(line[line.index(after: sign)...]).trimmed)
    }
  }

  private mutating func read(_ name: String, _ text: String) {
    if text.hasPrefix("f32 ") {
      store(Tensor.scalar(.f32, Double(text.dropFirst(4))!)!, name)
    } else if let element = ElementType(spelling: String(text.prefix { $0 != "[" })) {
      let numbers = list(Substring(text))
      let integers = Tensor.integers(element, numbers.compactMap { Int($0) }, sizes: [numbers.count])
      store(integers ?? Tensor.numbers(element, numbers.map { Double($0)! })!, name)
    } else {
      call(name, text)
    }
  }

  private mutating func call(_ name: String, _ text: String) {
    let operatorType = String(text.prefix { $0 != "(" })
    let arguments = pieces(text.dropFirst(operatorType.count + 1).dropLast())
    let inputs = arguments.filter { !$0.contains("=") }.map { $0 == "_" ? nil : values[$0] }
    let attributes = arguments.filter { $0.contains("=") }.map { attribute -> Attribute in
      let parts = attribute.split(separator: "=")
      let value: Attribute.Value =
        if parts[1].hasPrefix("[") {
          .ints(list(parts[1]).map { Int64($0)! })
        } else if let number = Int64(parts[1]) {
          .int(number)
        } else {
          .string(String(parts[1]))
        }
      return Attribute(String(parts[0]), value)
    }
    let node = graph.nodes.append(Node(operatorType, inputs: inputs, outputs: [], attributes: attributes))
    let names = name.split(separator: ",").map(String.init)
    graph.nodes[node].outputs = names.enumerated().map { define($1, .unknown, .result(node, index: $0)) }
    graph.regions[graph.body].nodes.append(node)
  }

  private mutating func store(_ tensor: Tensor, _ name: String) {
    let id = define(name, tensor.type, .initializer(graph.body))
    graph.regions[graph.body].initializers.append(Initializer(value: id, tensor: tensor, role: .constant))
  }

  private mutating func define(_ name: String, _ type: ValueType, _ definition: Value.Definition) -> Value.ID {
    let id = graph.values.append(Value(name: name, type: type, definition: definition))
    values[name] = id
    return id
  }

  /// What stands between brackets, by commas.
  private func list(_ text: Substring) -> [String] {
    guard let open = text.firstIndex(of: "[") else { return [] }
    return text[text.index(after: open)...].prefix { $0 != "]" }.split(separator: ",").map { String($0).trimmed }
  }

  /// Arguments by the commas outside of brackets.
  private func pieces(_ text: Substring) -> [String] {
    var pieces: [String] = [""]
    var depth = 0
    for character in text {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == ",", depth == 0 {
        pieces.append("")
      } else {
        pieces[pieces.count - 1].append(character)
      }
    }
    return pieces.filter { !$0.isEmpty }
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

extension Model {
  /// The nodes as lines, small stored tensors in the place of their names.
  var lines: [String] {
    let region = graph.regions[graph.body]
    var tensors: [Value.ID: String] = [:]
    for initializer in region.initializers { tensors[initializer.value] = initializer.tensor.notation }
    return region.nodes.map { id in
      let node = graph.nodes[id]
      let results = node.outputs.map { $0.map { graph.values[$0].name } ?? "_" }.joined(separator: ", ")
      let inputs = node.inputs.map { $0.map { tensors[$0] ?? graph.values[$0].name } ?? "_" }
      let attributes = node.attributes.map { "\($0.name)=\($0.value.notation)" }
      return "\(results) = \(node.operatorType)(\((inputs + attributes).joined(separator: ", ")))"
    }
  }
}

extension Tensor {
  fileprivate var notation: String {
    if let integers = integers(limit: 8) { return sizes.isEmpty ? "\(integers[0])" : "\(integers)" }
    if let fractions = fractions(limit: 8) { return sizes.isEmpty ? "\(fractions[0])" : "\(fractions)" }
    return "\(element.spelling)\(sizes)"
  }
}

extension Attribute.Value {
  fileprivate var notation: String {
    switch self {
    case .int(let value): "\(value)"
    case .ints(let values): "\(values)"
    case .tensor(let named): named.tensor.notation
    default: text ?? "?"
    }
  }
}
