import Graphs
import Operators
import Syntax
import Tensors

extension Elaborator {
  /// `param weight: f32[out, in] = zeros if bias`, and `buffer` likewise.
  mutating func executeParameter(_ statement: Syntax, role: Initializer.Role) {
    let children = statement.children.filter { $0.kind != .annotation }
    guard let pathSyntax = children.first, let path = path(pathSyntax) else { return }
    let name = pathSyntax.plainName
    if let condition = statement.child(.condition)?.firstChild {
      guard let decision = branch(on: condition) else { return bind(path, .unknown, at: pathSyntax.place) }
      guard decision else {
        if let name { bind(name, .none, at: pathSyntax.place) }
        return
      }
    }
    let full = frame.path(path)
    guard claim(full, at: pathSyntax.place) else { return }
    guard let type = children.first(where: { $0.kind.isType }) else { return }
    let value: Value.ID
    if frame.isRepeatedCall, let known = frame.parameters[full] {
      value = known
    } else {
      guard let made = makeParameter(full, type, statement, role: role, path: path) else {
        frame.hasForgotten = true
        return bind(path, .unknown, at: pathSyntax.place)
      }
      value = made
    }
    if let name { bind(name, .tensor(value), at: pathSyntax.place) }
  }

  private mutating func makeParameter(
    _ full: String, _ type: Syntax, _ statement: Syntax, role: Initializer.Role, path: String
  ) -> Value.ID? {
    let resolved = resolve(type, declaring: false)
    guard case .tensor(let tensor) = resolved, let element = tensor.element else { return nil }
    guard let shape = tensor.shape else {
      report(.openParameter(path, type: tensor, at: type.place))
      return nil
    }
    guard let sizes = shape.constants else {
      if !isSilent(shape) { report(.openParameter(path, type: tensor, at: type.place)) }
      return nil
    }
    guard fits(sizes, element) else {
      report(.hugeTensor(path, type: tensor, at: type.place))
      return nil
    }
    // What a file has, it has.
    if sizes.contains(0), role == .parameter, !isImported, weights.isEmpty {
      report(.emptyParameter(path, type: tensor, at: type.place))
    }
    if let elements = statement.child(.defaultValue)?.firstChild,
      elements.kind == .list || elements.kind == .tensorLiteral
    {
      let term = evaluate(elements)
      guard !term.isUnknown, let stored = literal(term, element: element, sizes: sizes, at: elements.place) else {
        return nil
      }
      return add(stored, full, statement, role: role, path: path)
    }
    let initialization =
      statement.child(.defaultValue)?.firstChild.map { self.initialization($0, sizes: sizes) }
      ?? (element.isFloatingPoint || element == .c64 || element == .c128 ? .normal(std: 0.02) : .zeros)
    guard let initialization else { return nil }
    // The seed comes with the name, once naming has run.
    guard let stored = Tensor.generated(element, sizes: sizes, initialization, seed: 0) else {
      report(.unfitInitializer(path, element, at: statement.child(.defaultValue)?.place ?? type.place))
      return nil
    }
    return add(stored, full, statement, role: role, path: path)
  }

  private mutating func add(
    _ tensor: Tensor, _ full: String, _ statement: Syntax, role: Initializer.Role, path: String
  ) -> Value.ID {
    let value = builder.addInitializer(path, tensor, role: role, origin: origin(statement.place))
    annotate(parameter: statement, value)
    frame.parameters[full] = value
    return value
  }

  /// Whether a size is unknown because of a mistake that was told already.
  private func isSilent(_ shape: Shape) -> Bool { hasErrors && shape.dimensions.contains(where: \.isUnknown) }

  private func fits(_ sizes: [Int], _ element: ElementType) -> Bool {
    Self.elementCount(sizes).flatMap { element.byteCount(of: $0) } != nil
  }

  /// The initialiser that an expression names, for a tensor of the given sizes.
  private mutating func initialization(_ expression: Syntax, sizes: [Int]) -> Initialization? {
    let callee = expression.kind == .call ? expression.firstChild?.plainName : expression.plainName
    guard let callee, local(callee) == nil else {
      guard let value = evaluate(expression).number else {
        report(.notAnInitializer(expression))
        return nil
      }
      return .constant(value)
    }
    guard let initializer = NamedInitializer.all.first(where: { $0.name == callee }) else {
      report(.notAnInitializer(expression))
      return nil
    }
    let known = initializer.options.map(\.name)
    var options: [String: Double] = [:]
    for argument in expression.kind == .call ? arguments(of: expression).named : [] {
      let term = evaluate(argument.value)
      if !known.contains(argument.name) {
        report(
          .unknownArgument(
            argument.name, of: callee, candidates: known,
            at: argument.syntax.firstChild?.place ?? argument.syntax.place))
      } else if let number = term.number {
        options[argument.name] = number
      } else if !term.isUnknown {
        report(.wrongKind(term, wanted: "a number", at: argument.value.place))
      }
    }
    return initializer.make(NamedInitializer.Fans(sizes), options)
  }
}
