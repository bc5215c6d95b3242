import Graphs
import Operators
package import Semantics
import Syntax

/// The signature of a callee while a call of it is written.
package struct SignatureHelp: Hashable, Sendable {
  package var label: String
  package var documentation: String
  /// The parameters' texts, as they stand in the label.
  package var parameters: [String]
  /// The parameter that the cursor is at, or else the next; `nil` where all are given.
  package var active: Int?
}

/// What a call may be given, whatever is called.
struct CalleeParameter {
  var name: String
  /// The parameter as a signature writes it: `kernel_size: int = 3`.
  var text: String
  var isInput: Bool
  /// Whether it takes any number of tensors.
  var isVariadic: Bool
  var callee: String?
  /// What it decides, in a sentence; empty where nothing says it.
  var documentation = ""
}

extension Syntax {
  /// The name of a named argument.
  var argumentName: String? { kind == .namedArgument ? firstChild?.plainName : nil }
}

extension EditorView {
  /// The signature of the innermost call around an offset, inside its parentheses.
  package func signatureHelp(at offset: Int) -> SignatureHelp? {
    for node in tree.calls(around: offset) {
      guard let list = node.child(.argumentList), let callee = node.firstChild, let found = self.callee(callee) else {
        continue
      }
      let parameters = found.parameters
      return SignatureHelp(
        label: found.signature, documentation: found.documentation, parameters: parameters.map(\.text),
        active: active(at: offset, in: node, list, parameters))
    }
    return nil
  }

  /// The parameter that is written at an offset, or the next that is not given yet; `nil` where all are.
  private func active(at offset: Int, in call: Syntax, _ list: Syntax, _ parameters: [CalleeParameter]) -> Int? {
    let current = list.children.first { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
    if let name = parameter(before: offset, in: call) ?? current?.argumentName {
      return parameters.firstIndex { $0.name == name }
    }
    let given = Set(list.children.compactMap(\.argumentName))
    let isFree = { (index: Int) in !given.contains(parameters[index].name) }
    let position =
      list.children.count { $0.kind != .namedArgument && $0.range.upperBound < offset } + (isPiped(call) ? 1 : 0)
    let inputs = parameters.indices.filter { parameters[$0].isInput }
    // What is written by position is that input, even if it is given by its name, too.
    if let input = inputs.dropFirst(position).first(where: { current != nil || isFree($0) }) { return input }
    if let last = inputs.last, parameters[last].isVariadic { return last }
    return parameters.indices.first { !parameters[$0].isInput && isFree($0) }
  }

  /// Whether a pipe gives a call its first tensor.
  func isPiped(_ call: Syntax) -> Bool {
    tree.nodes(at: call.range.lowerBound).contains { node in
      guard node.kind == .pipe, let fed = node.pair?.1 else { return false }
      return fed == call || fed.kind == .label && fed.pair?.1 == call
    }
  }

  /// A callee that is named in the file, whether or not its call was elaborated.
  func callee(_ syntax: Syntax) -> NamedCallee? { callee(syntax, observed: observation(at: syntax.place)) }

  /// The same, with what was observed of its name.
  func callee(
    _ syntax: Syntax, observed: (elaboration: Elaboration, observation: Observation)?
  ) -> NamedCallee? {
    if let found = observed, case .callee(let callee) = found.observation.meaning {
      switch callee {
      case .declaration(let declaration): return .declaration(declaration)
      case .operator(let domain, let name, _):
        let opset = found.elaboration.opsets[domain] ?? 1
        return Catalogue.schema(domain: domain, name: name, opset: opset).map { .operator($0) }
      default: return nil
      }
    }
    if let form = callForm(of: syntax) { return form }
    let name = syntax.text
    if let declaration = declaration(named: name) { return .declaration(declaration) }
    let parts = name.split(separator: ".").map(String.init)
    guard let last = parts.last else { return nil }
    let qualifier = parts.dropLast().joined(separator: ".")
    let domain = qualifier == "onnx" ? "" : Catalogue.canonical(qualifier)
    let usual = domain.isEmpty ? Program.defaultOpset : Catalogue.newestOpset(domain: domain)
    guard let opset = analysis.program.opsets[domain] ?? usual else { return nil }
    return Catalogue.schema(domain: domain, name: last, opset: opset).map { .operator($0) }
  }

  /// The parameter that the name of an argument means.
  func parameter(named name: Syntax, in argument: Syntax) -> CalleeParameter? {
    let path = tree.nodes(at: name.range.lowerBound)
    guard let call = path.last(.call, .weightsStatement), let callee = call.firstChild, let found = self.callee(callee)
    else { return nil }
    return found.parameters.first { $0.name == name.plainName }
  }
}

/// What a call names.
enum NamedCallee {
  case declaration(Declaration)
  case `operator`(OperatorSchema)
  /// A step of a recipe.
  case step(RecipeStep)
  /// What fills a parameter: `normal` in `param w: f32[D] = normal(std=0.02)`.
  case initializer(NamedInitializer)
  /// `weights "file" (…)`.
  case weights

  var signature: String {
    switch self {
    case .declaration(let declaration): declaration.signatureText
    case .operator(let schema): schema.signatureText
    case .step(let step): "\(step.name)(\(parameters.map(\.text).joined(separator: ", ")))"
    case .initializer(let initializer):
      parameters.isEmpty ? initializer.name : "\(initializer.name)(\(parameters.map(\.text).joined(separator: ", ")))"
    case .weights: "weights \"file\" (\(parameters.map(\.text).joined(separator: ", ")))"
    }
  }

  var documentation: String {
    switch self {
    case .declaration(let declaration): declaration.syntax.docComment
    case .operator(let schema): Catalogue.summary(domain: schema.domain, name: schema.name) ?? ""
    case .step(let step): step.summary
    case .initializer(let initializer): initializer.summary
    case .weights: "The parameters of the model, or of the block, are the tensors of a file that have their paths."
    }
  }

  var parameters: [CalleeParameter] {
    switch self {
    case .declaration(let declaration):
      declaration.parameters.map {
        CalleeParameter(
          name: $0.name, text: $0.syntax.line, isInput: $0.isInput, isVariadic: $0.isVariadic, callee: declaration.name)
      }
    case .operator(let schema):
      schema.inputs.map {
        CalleeParameter(
          name: $0.name, text: $0.signatureText, isInput: true, isVariadic: $0.arity == .variadic, callee: schema.name)
      }
        + schema.attributes.map {
          CalleeParameter(
            name: $0.name, text: $0.signatureText, isInput: false, isVariadic: false, callee: schema.name)
        }
    case .step(let step):
      step.parameters.map { parameter in
        CalleeParameter(
          name: parameter.name, text: parameter.signatureText, isInput: step.positional.contains(parameter.name),
          isVariadic: false, callee: step.name, documentation: parameter.summary)
      }
    case .initializer(let initializer):
      initializer.options.map { option in
        let isWhole = option.value == option.value.rounded()
        let value = isWhole ? "\(Int(option.value))" : "\(option.value)"
        return CalleeParameter(
          name: option.name, text: "\(option.name): float = \(value)", isInput: false, isVariadic: false,
          callee: initializer.name)
      }
    case .weights:
      WeightsArgument.all.map {
        CalleeParameter(
          name: $0.name, text: "\($0.name): \($0.type) = none", isInput: false, isVariadic: false, callee: "weights",
          documentation: $0.summary)
      }
    }
  }
}

extension NamedCallee {
  /// What is usually written for a parameter, with `$1` where something is filled in.
  func snippet(ofValue parameter: String) -> String? {
    switch self {
    case .step(let step):
      step.parameters.contains { $0.name == parameter && $0.isText } ? "\"$1\"" : nil
    case .weights: WeightsArgument.all.first { $0.name == parameter }?.snippet
    case .declaration, .operator, .initializer: nil
    }
  }
}

extension EditorView {
  /// What stands where a call does and is no call of the graph: a step, an initialiser, `weights`.
  fileprivate func callForm(of syntax: Syntax) -> NamedCallee? {
    let path = tree.nodes(at: syntax.range.lowerBound)
    guard let index = path.lastIndex(of: syntax), index > 0 else { return nil }
    if path[index - 1].kind == .weightsStatement { return syntax.kind == .string ? .weights : nil }
    let isCalled = path[index - 1].kind == .call && path[index - 1].firstChild == syntax
    let outer = path[..<(isCalled ? index - 1 : index)]
    switch outer.last?.kind {
    case .recipeStep: return RecipeStep.all.first { $0.name == syntax.text }.map { .step($0) }
    case .defaultValue
    where outer.dropLast().last.map { $0.kind == .parameterStatement || $0.kind == .bufferStatement } ?? false:
      return NamedInitializer.all.first { $0.name == syntax.text }.map { .initializer($0) }
    default: return nil
    }
  }
}

extension RecipeStep.Parameter {
  fileprivate var signatureText: String {
    let type =
      switch kind {
      case .number: "float"
      case .integer: "int"
      case .boolean: "bool"
      case .text, .choice, .importance, .granularity: "string"
      case .elementType: "dtype"
      case .paths: "[path]"
      }
    return "\(name): \(type)" + (isRequired ? "" : " = none")
  }
}

extension Declaration {
  /// The declaration without its body and its comments, on one line.
  package var signatureText: String {
    let (source, tokens) = (syntax.tree.source, syntax.tree.tokens)
    let first = syntax.children.first { $0.kind != .annotation }.map { max(0, $0.tokens.lowerBound - 1) }
    let end = body?.tokens.lowerBound ?? syntax.tokens.upperBound
    var text: [UInt8] = []
    for token in (first ?? syntax.tokens.lowerBound)..<max(first ?? 0, end) {
      let range = tokens.range(token)
      if !text.isEmpty, tokens.end(token - 1) < tokens.start(token) { text.append(UInt8(ascii: " ")) }
      text += source[range]
    }
    return Syntax.line(text[...])
  }
}

extension Syntax {
  /// The node's text on one line.
  var line: String { Self.line(tree.source[range]) }

  static func line(_ bytes: ArraySlice<UInt8>) -> String {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return words.joined(separator: " ").replacing("( ", with: "(").replacing(", )", with: ")").replacing(
      " )", with: ")")
  }
}

extension OperatorSchema {
  /// The operator as a signature: inputs, attributes, outputs.
  var signatureText: String {
    let parts = inputs.map(\.signatureText) + attributes.map(\.signatureText)
    let results = outputs.map(\.signatureText)
    let domain = domain.isEmpty ? "" : domain + "."
    return "\(domain)\(name)(\(parts.joined(separator: ", "))) -> (\(results.joined(separator: ", ")))"
  }

  /// Inputs and attributes one by one, as a list.
  var parameterLines: [String] {
    var lines: [String] = []
    if !inputs.isEmpty { lines.append("Inputs: " + inputs.map { "`\($0.signatureText)`" }.joined(separator: ", ")) }
    if !attributes.isEmpty {
      lines.append("Attributes: " + attributes.map { "`\($0.signatureText)`" }.joined(separator: ", "))
    }
    lines.append(historyLines)
    return lines
  }
}

extension OperatorSchema.Parameter {
  fileprivate var signatureText: String {
    switch arity {
    case .single: "\(name): \(type)"
    case .optional: "\(name): \(type) = none"
    case .variadic: "*\(name): \(type)"
    }
  }
}

extension OperatorSchema.AttributeFact {
  fileprivate var signatureText: String {
    let type = "\(name): \(kind)"
    if let defaultValue { return "\(type) = \(defaultValue.shortText)" }
    return isRequired ? type : "\(type) = none"
  }
}

extension Attribute.Value {
  /// A default value as text.
  fileprivate var shortText: String {
    switch self {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let bytes): "\"\(String(decoding: bytes, as: UTF8.self))\""
    case .ints(let values): "\(values)"
    case .floats(let values): "\(values)"
    default: "…"
    }
  }
}
