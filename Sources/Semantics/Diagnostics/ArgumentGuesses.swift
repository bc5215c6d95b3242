import Syntax
import Tensors

/// What the author of a call may have meant to give a parameter, by what stands around the call.
struct ArgumentGuesses {
  private let caller: Declaration
  private let call: Place

  /// How many values are guessed for one parameter, and how many calls around one are looked at.
  private static let limits = (values: 10, calls: 200)

  /// `nil` where the call stands in no declaration.
  ///
  /// - Parameter call: the place of the callee with its parentheses, if any.
  init?(_ call: Place, in file: SourceFile) {
    let around = file.tree.root.children.first {
      $0.range.lowerBound <= call.range.lowerBound && call.range.upperBound <= $0.range.upperBound
    }
    guard let caller = around.flatMap({ Declaration($0, in: file) }) else { return nil }
    (self.caller, self.call) = (caller, call)
  }

  /// The values as the text writes them, the likeliest first: the caller's parameter of the same name, what calls of the same
  /// callee are given, the sizes that the caller declares for its results, the plainest value; then its other numbers.
  ///
  /// - Parameter callee: how the call names it.
  func values(for parameter: Declaration.Parameter, of callee: String) -> [String] {
    let spelling = parameter.type?.text
    let isNumber = spelling == "int"
    var found: [String] = []
    func add(_ values: [String]) { for value in values where !found.contains(value) { found.append(value) } }
    let own = caller.parameters.filter { !$0.isInput && $0.type?.text == spelling }
    add(own.filter { $0.name == parameter.name }.map { Dimension.spelling(ofName: $0.name) })
    add(given(parameter.name, of: callee))
    if isNumber { add(sizes(of: caller.results?.compactMap(\.type) ?? [])) }
    add([parameter.type?.plainestValue].compactMap(\.self))
    if isNumber {
      add(own.map { Dimension.spelling(ofName: $0.name) })
      add(sizes(of: caller.inputs.compactMap(\.type)))
    }
    return Array(found.prefix(Self.limits.values))
  }

  /// What calls of a callee in the same body give a parameter, the nearest first.
  private func given(_ name: String, of callee: String) -> [String] {
    guard let body = caller.body else { return [] }
    var found: [(distance: Int, text: String)] = []
    var open = [body]
    while let node = open.popLast(), found.count < Self.limits.calls {
      open += node.children
      guard node.kind == .call, let (called, list) = node.pair, called.text == callee else { continue }
      let argument = list.children.first { $0.kind == .namedArgument && $0.firstChild?.plainName == name }
      guard let value = argument?.pair?.1 else { continue }
      found.append((abs(node.range.lowerBound - call.range.lowerBound), value.text))
    }
    return found.sorted { $0.distance < $1.distance }.map(\.text)
  }

  /// The sizes that types spell out, the last axis first.
  private func sizes(of types: [Syntax]) -> [String] {
    types.flatMap { type in
      (type.child(.dimensions)?.children.filter { $0.kind != .unknownDimension && $0.kind != .ellipsis } ?? [])
        .map(\.text).reversed()
    }
  }
}

extension Syntax {
  /// A value of a type of configuration; `nil` where there is none to write.
  var plainestValue: String? {
    // One value stands for a list of it.
    if kind == .listType { return firstChild?.plainestValue }
    switch text {
    case "int", "any": return "1"
    case "float": return "1.0"
    case "bool": return "false"
    case "string": return "\"\""
    case "dtype": return "f32"
    case "callee": return "Identity"
    case "tensor": return "f32[]{0.0}"
    case "sparse_tensor": return "sparse f32[1]{0: 0.0}"
    case "type": return "type f32[1]"
    default: return nil
    }
  }
}
