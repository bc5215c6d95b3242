import Graphs
import Operators
import Tensors

/// A call of an operator as the tables of the rule tests write it.
///
/// `Name@opset(arguments; attributes) : results`, such as `Conv(f32[N, 3, 8, 8], f32[4, 3, 3, 3]; pads=[1, 1, 1, 1])`.
/// An argument is a type, or `_`, or the elements of a stored tensor: `i64{2, 3}`, a scalar `i64{{2}}`, a matrix
/// `i64[2, 2]{1, 2, 3, 4}`. Integers of a vector or a scalar may be sizes, as in `i64{N, -1}`. A
/// sequence is `seq<f32[N]>`, or `seq(f32[2], f32[3])` where its members are known; an optional is
/// `optional<f32[N]>`, or `optional(f32[2])` where it is known what it holds, if anything; a map is `map<string, f32[]>`.
///
/// Before the name its domain may stand, as in `ai.onnx.preview.FlexAttention`. Without an opset version 23 is meant, or the
/// newest for operators that came later, and one result where no number says otherwise.
struct RuleCall {
  var domain = ""
  var name = ""
  var opset = 23
  var inputs: [InferredValue?] = []
  var attributes: [Attribute] = []
  var resultCount = 1

  init(_ text: String) {
    var reader = NotationReader(text)
    let path = reader.word().split(separator: ".")
    domain = path.dropLast().joined(separator: ".")
    name = String(path.last ?? "")
    if reader.take("@") {
      opset = Int(reader.word()) ?? 0
    } else if Catalogue.schema(domain: domain, name: name, opset: opset) == nil {
      opset = Catalogue.newestSchema(domain: domain, name: name)?.sinceVersion ?? opset
    }
    _ = reader.take("(")
    while !reader.isAt(")"), !reader.isAt(";") {
      inputs.append(reader.argument())
      _ = reader.take(",")
    }
    if reader.take(";") {
      while !reader.isAt(")") {
        let attribute = reader.word()
        _ = reader.take("=")
        attributes.append(Attribute(attribute, reader.attributeValue()))
        _ = reader.take(",")
      }
    }
    _ = reader.take(")")
    if reader.take(":") { resultCount = Int(reader.word()) ?? 1 }
    precondition(reader.isDone, "not understood from here: \(reader.rest)")
  }

  /// The types of the results, with the elements that are known, and then the problems.
  var outcome: String {
    guard let schema = Catalogue.schema(domain: domain, name: name, opset: opset) else { return "no schema" }
    let (outputs, problems) = schema.infer(
      opset: opset, inputs: inputs, attributes: attributes, outputCount: resultCount)
    let results = outputs.map { output in
      "\(output.type)" + (Self.text(output).map { "{" + $0.joined(separator: ", ") + "}" } ?? "")
    }
    let found = problems.map { " !\($0.identifier): \($0.message)" }
    return results.joined(separator: ", ") + found.joined()
  }

  /// What is wrong with the call.
  var problems: [OperatorProblem] {
    let schema = Catalogue.schema(domain: domain, name: name, opset: opset)
    return schema?.infer(opset: opset, inputs: inputs, attributes: attributes, outputCount: resultCount).problems ?? []
  }

  /// The elements of a value that flow through shapes, or those of a constant.
  private static func text(_ value: InferredValue) -> [String]? {
    if let elements = value.elements { return elements.map(\.description) }
    return value.constant?.fractions(limit: 64)?.map { "\($0)" } ?? value.constant?.integers(limit: 64)?.map { "\($0)" }
  }

  /// The cost of the call, as `macs / flops`.
  var cost: String {
    guard let schema = Catalogue.schema(domain: domain, name: name, opset: opset),
      let rule = Catalogue.rules(domain: domain, name: name)?.cost
    else { return "uncounted" }
    let (outputs, _) = schema.infer(opset: opset, inputs: inputs, attributes: attributes, outputCount: resultCount)
    let cost = rule(
      CostContext(schema: schema, inputs: inputs.map { $0?.type }, outputs: outputs.map(\.type), attributes: attributes)
    )
    return "\(cost.macs) / \(cost.flops)"
  }
}

/// Reads the notation of `RuleCall`, character by character.
struct NotationReader {
  private var text: Substring

  init(_ text: String) { self.text = text[...] }

  var rest: String { String(text) }

  var isDone: Bool {
    mutating get {
      skip()
      return text.isEmpty
    }
  }

  private mutating func skip() { text = text.drop { $0 == " " } }

  mutating func isAt(_ sign: Character) -> Bool {
    skip()
    return text.first == sign || text.isEmpty
  }

  mutating func take(_ sign: String) -> Bool {
    skip()
    guard text.hasPrefix(sign) else { return false }
    text = text.dropFirst(sign.count)
    return true
  }

  mutating func word() -> String {
    skip()
    let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    text = text.dropFirst(word.count)
    return String(word)
  }

  mutating func argument() -> InferredValue? {
    if take("_") { return nil }
    if take("?") {
      return InferredValue(type: text.first == "[" ? .tensor(TensorType(nil, shape())) : .unknown)
    }
    if take("seq(") {
      let members = list(until: ")") { $0.argument() ?? InferredValue(type: .unknown) }
      return InferredValue(members: members, of: .tensor(TensorType(.f32, nil)))
    }
    if take("seq<") { return InferredValue(type: .sequence(inside())) }
    if take("optional(") {
      let held = list(until: ")") { $0.argument() ?? InferredValue(type: .unknown) }
      var optional = InferredValue(type: .optional(held.first?.type ?? .tensor(TensorType(.f32, nil))))
      optional.members = held
      return optional
    }
    if take("optional<") { return InferredValue(type: .optional(inside())) }
    if take("map<") {
      let key = ElementType(spelling: word()) ?? .i64
      _ = take(",")
      return InferredValue(type: .map(key: key, value: inside()))
    }
    let element = ElementType(spelling: word())
    if isAt("{") { return stored(element ?? .i64) }
    let shape = shape()
    guard let sizes = shape?.constants, !sizes.isEmpty, take("{") else {
      return InferredValue(type: .tensor(TensorType(element, shape)))
    }
    let values = list(until: "}") { $0.fraction() }
    return Tensor.numbers(element ?? .i64, values, sizes: sizes).map { InferredValue(constant: $0) }
  }

  /// A type up to the bracket that closes it.
  private mutating func inside() -> ValueType {
    let type = argument()?.type ?? .unknown
    _ = take(">")
    return type
  }

  private mutating func shape() -> Shape? {
    guard take("[") else { return Shape([]) }
    if take("...") {
      _ = take("]")
      return nil
    }
    return Shape(list(until: "]") { $0.size() })
  }

  private mutating func list<Item>(until close: String, _ item: (inout Self) -> Item) -> [Item] {
    var items: [Item] = []
    while !take(close) {
      items.append(item(&self))
      _ = take(",")
    }
    return items
  }

  /// A stored tensor where its elements are numbers, elements alone where they are sizes.
  private mutating func stored(_ element: ElementType) -> InferredValue {
    _ = take("{")
    let isScalar = take("{")
    if element.isFloatingPoint {
      let values = list(until: "}") { $0.fraction() }
      if isScalar { _ = take("}") }
      let sizes = isScalar ? [] : [values.count]
      return InferredValue(
        type: .tensor(TensorType(element, sizes.map { Dimension($0) })),
        constant: Tensor.numbers(element, values, sizes: sizes))
    }
    let sizes = list(until: "}") { $0.size() }
    if isScalar { _ = take("}") }
    return InferredValue(
      type: .tensor(TensorType(element, isScalar ? [] : [Dimension(sizes.count)])), elements: sizes)
  }

  private mutating func fraction() -> Double {
    let isNegative = take("-")
    let value = Double(word()) ?? .nan
    return isNegative ? -value : value
  }

  /// A sum of products of integers and names; `/` rounds down and `?` is unknown.
  mutating func size() -> Dimension {
    var sum = product()
    while true {
      if take("+") { sum += product() } else if take("-") { sum -= product() } else { return sum }
    }
  }

  private mutating func product() -> Dimension {
    var product = atom()
    while true {
      if take("*") {
        product *= atom()
      } else if take("/") {
        product = product.floorDivided(by: atom())
      } else {
        return product
      }
    }
  }

  private mutating func atom() -> Dimension {
    if take("?") { return .unknown }
    if take("-") { return 0 - atom() }
    if take("(") {
      let inner = size()
      _ = take(")")
      return inner
    }
    let name = word()
    precondition(!name.isEmpty, "a size is missing before: \(rest)")
    return Int(name).map { Dimension($0) } ?? .symbol(name)
  }

  mutating func attributeValue() -> Attribute.Value {
    if take("\"") { return .string(quoted()) }
    if take("[") {
      if isAt("\"") {
        return .strings(
          list(until: "]") { reader in
            _ = reader.take("\"")
            return Array(reader.quoted().utf8)
          })
      }
      let values = list(until: "]") { $0.number() }
      if values.contains(where: { $0.contains(".") }) { return .floats(values.map { Float($0) ?? .nan }) }
      return .ints(values.map { Int64($0) ?? 0 })
    }
    let written = number()
    if let element = ElementType(spelling: written) {
      guard isAt("{"), !text.isEmpty else { return .int(Int64(element.rawValue)) }
      return .tensor(NamedTensor(Self.tensor(stored(element))))
    }
    return Int64(written).map { .int($0) } ?? .float(Float(written) ?? .nan)
  }

  /// The text up to the next quotation mark.
  private mutating func quoted() -> String {
    let string = text.prefix { $0 != "\"" }
    text = text.dropFirst(string.count + 1)
    return String(string)
  }

  private mutating func number() -> String { (take("-") ? "-" : "") + word() }

  /// A stored tensor of a value in notation.
  static func tensor(_ value: InferredValue) -> Tensor {
    if let constant = value.constant { return constant }
    let elements = (value.elements ?? []).map { $0.constant ?? 0 }
    let element = value.type.element ?? .i64
    guard let tensor = Tensor.integers(element, elements, sizes: value.type.shape?.constants ?? []) else {
      preconditionFailure("\(element) does not hold \(elements)")
    }
    return tensor
  }
}
