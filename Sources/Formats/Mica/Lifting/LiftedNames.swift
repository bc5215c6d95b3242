import Graphs
import Tensors

/// Names for the values of a text, each given once.
struct LiftedNames {
  private var taken: Set<String>
  private var numbers: [String: Int] = [:]

  /// - Parameter taken: names that mean something else.
  init(taken: Set<String>) {
    self.taken = taken.union(Self.reserved)
  }

  private static let reserved: Set<String> = [
    "if", "else", "return", "none", "true", "false", "_", "opset", "training", "inf", "nan", "min", "max", "sqrt",
    "floor",
    "ceil", "len", "repeat", "scope", "layer", "param", "buffer", "const", "weights", "require", "model", "block",
    "operator",
    "recipe", "use", "import", "onnx", "std", "ints", "floats", "strings", "type", "sparse", "seq", "optional", "map",
    "bool",
    "string", "int", "float", "dtype", "callee", "where", "in", "for",
  ]

  /// A name that nothing has yet: the stem, or the stem and a number.
  mutating func name(_ stem: String) -> String {
    var stem = stem
    if ElementType(spelling: stem) != nil { stem += "_" }
    var name = stem
    while !taken.insert(name).inserted {
      numbers[stem, default: 1] += 1
      name = "\(stem)_\(numbers[stem] ?? 0)"
    }
    return name
  }

  /// What a node's result is called after: its module, where there is a word in that, or else its operator.
  static func stem(of node: Node, in module: Substring?) -> String {
    let component = module?.split(separator: "/").last ?? ""
    let stem = component.contains("__") ? "" : identifier(component)
    if stem.utf8.count > 1, !generic.contains(stem) { return stem }
    let operatorStem = identifier(Substring(node.operatorType))
    return operatorStem.isEmpty ? "value" : operatorStem
  }

  /// A name as an identifier, `input` where it has no letters.
  static func identifier(of name: String) -> String {
    let text = identifier(Substring(name))
    return text.isEmpty ? "input" : text
  }

  private static let generic: Set<String> = ["model", "module", "self", "layers", "layer", "blocks", "block"]

  /// The letters of a component, without numbers at its end.
  private static func identifier(_ component: Substring) -> String {
    var text = ""
    for scalar in component.unicodeScalars {
      let isLetter = scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "_")
      let isDigit = scalar.isASCII && scalar.properties.numericType != nil
      if isLetter || isDigit && !text.isEmpty {
        text.unicodeScalars.append(scalar)
      } else if !text.isEmpty {
        text += "_"
      }
    }
    while let last = text.last, last == "_" || last.isNumber { text.removeLast() }
    return text.lowercased()
  }
}
