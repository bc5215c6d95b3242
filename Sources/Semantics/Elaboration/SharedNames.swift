import Operators
import Syntax

// Names that a library block and an operator share: `LSTM`.

/// A call as the text has it.
struct CallSyntax {
  var call: Syntax
  var isPiped: Bool
}

/// What a call looks like before its arguments are evaluated.
struct CallShape {
  /// How many tensors come by position, a piped one included; at least, where a list is spread.
  var positionalCount: Int
  var isOpen: Bool
  var names: [String]

  init(_ call: Syntax, isPiped: Bool) {
    let arguments = call.kind == .call ? call.child(.argumentList)?.children.map(\.self) ?? [] : []
    names = arguments.compactMap { $0.kind == .namedArgument ? $0.firstChild?.plainName : nil }
    positionalCount = arguments.count { $0.kind != .namedArgument } + (isPiped ? 1 : 0)
    isOpen = arguments.contains { $0.kind == .spread }
  }

  /// Whether a block takes the call: every name is a parameter's, and nothing is left over or missing.
  func fits(_ declaration: Declaration) -> Bool {
    let inputs = declaration.inputs
    guard names.allSatisfy({ name in declaration.parameters.contains { $0.name == name } }) else { return false }
    guard givesOnce(inputs.prefix { !$0.isVariadic }.map(\.name)) else { return false }
    let named = inputs.count { names.contains($0.name) }
    guard isOpen || positionalCount + named <= inputs.count || inputs.contains(where: \.isVariadic) else {
      return false
    }
    let required = inputs.count { $0.defaultValue == nil && !$0.isVariadic }
    guard isOpen || positionalCount + named >= required else { return false }
    return declaration.parameters.allSatisfy { $0.isInput || $0.defaultValue != nil || names.contains($0.name) }
  }

  /// Whether none of the inputs, in their order, comes both by position and by name.
  private func givesOnce(_ inputs: [String]) -> Bool {
    isOpen || !inputs.prefix(positionalCount).contains(where: names.contains)
  }

  /// Whether an operator takes the call, likewise.
  func fits(_ schema: OperatorSchema) -> Bool {
    let known = schema.inputs.map(\.name) + schema.attributes.map(\.name)
    guard names.allSatisfy(known.contains) else { return false }
    guard givesOnce(schema.inputs.map(\.name)) else { return false }
    let named = schema.inputs.count { names.contains($0.name) }
    let isVariadic = schema.inputs.last?.arity == .variadic
    guard isOpen || isVariadic || positionalCount + named <= schema.inputs.count else { return false }
    let required = schema.inputs.count { $0.arity == .single }
    return isOpen || positionalCount + named >= required
  }
}

extension Elaborator {
  /// The library block or the operator of a name that both have.
  ///
  /// Most such blocks do what the operator does, and more. Those that mean something else take a call only if the
  /// operator does not.
  func chosen(between block: Declaration, _ call: CallShape) -> Callee? {
    guard Library.apartFromOperators.contains(block.name), let schema = Catalogue.newestSchema(name: block.name) else {
      return .declaration(block)
    }
    switch (call.fits(block), call.fits(schema)) {
    case (true, true): return nil
    case (false, true): return .operator(domain: "", name: block.name)
    default: return .declaration(block)
    }
  }

  mutating func chosen(between block: Declaration, _ call: CallShape, at syntax: Syntax) -> Callee? {
    guard let callee = chosen(between: block, call) else {
      report(.ambiguousCallee(block.name, at: syntax.place))
      return nil
    }
    return callee
  }
}
