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
      guard let decision = decide(condition) else {
        if let name { bind(name, .unknown, at: pathSyntax.place) }
        return
      }
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
        if let name { bind(name, .unknown, at: pathSyntax.place) }
        return
      }
      value = made
    }
    if let name { bind(name, .tensor(value), at: pathSyntax.place) }
  }

  private mutating func makeParameter(
    _ full: String, _ type: Syntax, _ statement: Syntax, role: Initializer.Role, path: String
  ) -> Value.ID? {
    let resolved = resolve(type, declaring: false)
    guard case .tensor(let tensor) = resolved, let element = tensor.element, let shape = tensor.shape else {
      return nil
    }
    guard let sizes = shape.constants else {
      if !shape.dimensions.contains(where: \.isUnknown) { report(.openParameter(path, type: tensor, at: type.place)) }
      return nil
    }
    guard fits(sizes, element) else {
      report(.hugeTensor(path, type: tensor, at: type.place))
      return nil
    }
    let initialization =
      statement.child(.defaultValue)?.firstChild.map { self.initialization($0, sizes: sizes) } ?? .normal(std: 0.02)
    guard let initialization else { return nil }
    // The seed comes with the name, once naming has run.
    guard let stored = Tensor.generated(element, sizes: sizes, initialization, seed: 0) else {
      report(.unfitInitializer(path, element, at: statement.child(.defaultValue)?.place ?? type.place))
      return nil
    }
    let value = builder.addInitializer(path, stored, role: role, origin: origin(statement.place))
    frame.parameters[full] = value
    return value
  }

  private func fits(_ sizes: [Int], _ element: ElementType) -> Bool {
    Self.elementCount(sizes).flatMap { element.byteCount(of: $0) } != nil
  }

  /// The initialiser that an expression names, for a tensor of the given sizes.
  private mutating func initialization(_ expression: Syntax, sizes: [Int]) -> Initialization? {
    let callee = expression.kind == .call ? expression.firstChild?.plainName : expression.plainName
    guard let callee, frame.locals[callee] == nil else {
      guard let value = evaluate(expression).number else {
        report(.notAnInitializer(expression))
        return nil
      }
      return .constant(value)
    }
    var options: [String: Double] = [:]
    if expression.kind == .call {
      for argument in arguments(of: expression).named { options[argument.name] = evaluate(argument.value).number }
    }
    let fanIn = Double(max(1, sizes.dropFirst().reduce(1, *)))
    let fanOut = Double(max(1, (sizes.first ?? 1) * sizes.dropFirst(2).reduce(1, *)))
    switch callee {
    case "zeros": return .zeros
    case "ones": return .ones
    case "constant": return .constant(options["value"] ?? 0)
    case "normal": return .normal(std: options["std"] ?? 1)
    case "uniform": return .uniform(bound: options["bound"] ?? 1)
    // He et al. 2015, with the negative slope √5 that PyTorch's layers take: the bound is 1 / √fan_in.
    case "kaiming_uniform": return .uniform(bound: 1 / fanIn.squareRoot())
    case "kaiming_normal": return .normal(std: (2 / fanIn).squareRoot())
    // Glorot and Bengio 2010.
    case "xavier_uniform": return .uniform(bound: (6 / (fanIn + fanOut)).squareRoot())
    case "xavier_normal": return .normal(std: (2 / (fanIn + fanOut)).squareRoot())
    default:
      report(.notAnInitializer(expression))
      return nil
    }
  }
}
