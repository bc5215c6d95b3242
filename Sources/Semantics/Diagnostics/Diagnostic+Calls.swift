import Graphs
import Operators
import Syntax
import Tensors

/// Problems with calls: arguments, results, configuration.
extension Diagnostic {
  static func missingConfiguration(
    _ names: [String], of declaration: Declaration, at place: Place, fixes: [Fix] = []
  ) -> Diagnostic {
    let wanted = names.map { "`\($0)=…`" }.joined(separator: " and ")
    return Diagnostic(
      "missing-argument", "\(declaration.name) needs \(wanted), which \(names.count == 1 ? "has" : "have") no default",
      at: place, related: declaration.isLibrary ? [] : [Related("declared here", at: declaration.namePlace)],
      fixes: fixes)
  }

  /// Configuration that is given by position.
  ///
  /// - Parameter rest: what gives the call the configuration that it lacks besides, the likeliest first.
  static func configurationByPosition(
    _ arguments: [MisplacedConfiguration], wanted: Int, of declaration: Declaration, rest: [Fix]
  ) -> Diagnostic {
    let fixes = MisplacedConfiguration.naming(arguments, rest: rest)
    let spelling =
      fixes.isEmpty ? "" : ": " + arguments.map { "`\($0.parameter ?? "")=\($0.text)`" }.joined(separator: ", ")
    return Diagnostic(
      "too-many-arguments",
      "\(declaration.name) takes \(wanted) tensor\(wanted == 1 ? "" : "s"), and configuration by name\(spelling)",
      at: arguments[0].place, fixes: fixes)
  }

  /// Attributes that are given by position.
  static func attributeByPosition(_ arguments: [MisplacedConfiguration], of schema: OperatorSchema) -> Diagnostic {
    let fixes = MisplacedConfiguration.naming(arguments)
    let spelling =
      fixes.isEmpty
      ? schema.attributes.isEmpty ? "" : ": it has \(schema.attributes.map(\.name).joined(separator: ", "))"
      : ": " + arguments.map { "`\($0.parameter ?? "")=\($0.text)`" }.joined(separator: ", ")
    let count = schema.inputs.count
    return Diagnostic(
      "too-many-inputs",
      "\(schema.name) takes \(count) input\(count == 1 ? "" : "s"), and attributes by name\(spelling)",
      at: arguments[0].place, fixes: fixes)
  }

  /// An input that is given by its name and by position.
  ///
  /// - Parameters:
  ///   - first: the tensor that comes by position.
  ///   - free: the inputs that the call needs besides.
  static func inputGivenTwice(
    _ name: String, of callee: String, at place: Place, first: PositionalArgument, free: [String]
  ) -> Diagnostic {
    let giver = first.isPiped ? "the pipe" : "position"
    let missing = free.isEmpty ? "" : ", and " + free.map { "`\($0)`" }.joined(separator: ", ") + " not at all"
    return Diagnostic(
      "duplicate-name", "`\(name)` of \(callee) is given twice, by \(giver) and by name\(missing)", at: place,
      related: [Related("by \(giver)", at: first.place)],
      fixes: free.count == 1
        ? [Fix("Write `\(free[0])=`", [Fix.Edit(place, Dimension.spelling(ofName: free[0]))])] : [])
  }

  static func missingInput(_ name: String, of declaration: Declaration, at place: Place) -> Diagnostic {
    Diagnostic("missing-argument", "\(declaration.name) needs a tensor for its input `\(name)`", at: place)
  }

  static func tooManyArguments(_ count: Int, wanted: Int, of declaration: Declaration, at place: Place) -> Diagnostic {
    Diagnostic(
      "too-many-arguments",
      "\(declaration.name) takes \(wanted) tensor\(wanted == 1 ? "" : "s") and gets \(count); configuration is given by name",
      at: place)
  }

  static func wrongConfiguration(_ term: Term, parameter: Declaration.Parameter, at place: Place) -> Diagnostic {
    Diagnostic(
      "wrong-configuration",
      "`\(parameter.name)` is of type \(parameter.type?.text ?? "?"), and `\(term)` is \(term.kindDescription)",
      at: place)
  }

  static func wrongAttribute(_ fact: OperatorSchema.AttributeFact, _ term: Term, at place: Place) -> Diagnostic {
    var element: String?
    if fact.isElementType, case .text(let text) = term {
      element = ElementType(spelling: text)?.spelling ?? ForeignTypes.elementTypes[text.lowercased()]
    }
    let kind = fact.isElementType ? "an element type such as `\(fact.name)=\(element ?? "f32")`" : "\(fact.kind)"
    return Diagnostic(
      "wrong-attribute-kind",
      "the attribute `\(fact.name)` takes \(kind), and `\(term)` is \(term.kindDescription)", at: place,
      fixes: element.map { [Fix("Write `\($0)`", [Fix.Edit(place, $0)])] } ?? [])
  }

  /// - Parameter limit: how deep calls may be, where it is that which is passed; `nil` where the block calls itself.
  static func recursive(_ declaration: Declaration, deeperThan limit: Int?, at place: Place) -> Diagnostic {
    let fact =
      limit.map { "\(declaration.name) is called more than \($0) calls deep" } ?? "\(declaration.name) calls itself"
    return Diagnostic("recursive-block", "\(fact), and blocks are inlined", at: place)
  }

  static func requirement(
    _ condition: Syntax, of name: String, values: String, reason: String?, at place: Place
  ) -> Diagnostic {
    let facts = values.isEmpty ? "" : ", with \(values)"
    return Diagnostic(
      "requirement", "\(name) requires `\(condition.text)`\(facts)\(reason.map { ": \($0)" } ?? "")", at: place,
      related: [Related("required here", at: condition.place)])
  }

  /// A condition on sizes of a model that never holds.
  ///
  /// - Parameter others: what else the model requires of these sizes.
  static func contradiction(_ condition: Syntax, of model: String, others: [Syntax]) -> Diagnostic {
    let reason =
      others.isEmpty
      ? "it is so of no size, which is at least 1"
      : "it contradicts " + others.map { "`\($0.text)`" }.joined(separator: ", ")
    return Diagnostic(
      "requirement", "\(model) requires `\(condition.text)`, which never holds: \(reason)", at: condition.place,
      related: others.map { Related("required here as well", at: $0.place) })
  }

  static func unsupportedOpset(_ opset: Int, at place: Place) -> Diagnostic {
    let range = Program.writableOpsets
    return Diagnostic(
      "unsupported-opset",
      "graphs are written for opset \(range.lowerBound) to \(range.upperBound), and this file is for \(opset); --opset chooses another",
      at: place)
  }

  /// Operators that ONNX took out, and those that it put in their places.
  private static let successors = ["Scatter": "ScatterElements", "Upsample": "Resize"]

  static func operatorRemoved(_ name: String, at version: Int, place: Place) -> Diagnostic {
    let successor = successors[name]
    return Diagnostic(
      "not-in-opset",
      "ONNX has had no \(name) since opset \(version)" + (successor.map { "; \($0) takes its place" } ?? ""), at: place,
      fixes: successor == "ScatterElements"
        ? [Fix("Write `ScatterElements`", [Fix.Edit(place, "ScatterElements")])] : [])
  }

  static func operatorTooNew(_ name: String, since: Int, opset: Int, at place: Place, fixes: [Fix]) -> Diagnostic {
    Diagnostic(
      "not-in-opset",
      "the operator \(name) exists from opset \(since) on; this file is written for \(opset) (`use onnx \(since)`)",
      at: place, fixes: fixes)
  }

  static func argumentTooNew(
    _ argument: String, of name: String, since: Int, opset: Int, at place: Place, fixes: [Fix]
  ) -> Diagnostic {
    Diagnostic(
      "not-in-opset",
      "\(name) has `\(argument)` from opset \(since) on; this file is written for \(opset) (`use onnx \(since)`)",
      at: place, fixes: fixes)
  }

  static func resultCount(_ count: Int, targets: Int, at place: Place) -> Diagnostic {
    Diagnostic(
      "result-count",
      "\(targets) names stand on the left, and the right side has \(count) value\(count == 1 ? "" : "s")", at: place)
  }

  static func returnCount(_ count: Int, declared: Int, of declaration: Declaration) -> Diagnostic {
    Diagnostic(
      "result-count",
      "\(declaration.name) declares \(declared) result\(declared == 1 ? "" : "s") and returns \(count)",
      at: declaration.namePlace)
  }

  static func listLength(_ count: Int, wanted: Int, subject: String, at place: Place) -> Diagnostic {
    Diagnostic("result-count", "\(subject) has \(wanted) tensors in its list, and this list has \(count)", at: place)
  }

  static func parameterInFunction(_ declaration: Declaration, at place: Place?) -> Diagnostic {
    Diagnostic(
      "parameter-in-operator",
      "an operator with a body is an ONNX function, which holds no parameters: make this an input of \(declaration.name), or \(declaration.name) a block",
      at: place ?? declaration.namePlace)
  }

  static func variadicFunctionInput(_ parameter: Declaration.Parameter) -> Diagnostic {
    Diagnostic(
      "not-supported", "ONNX functions have no variadic inputs: `*\(parameter.name)` needs an operator without a body",
      at: parameter.syntax.place)
  }

  static func undeclaredOperator(_ name: String, at place: Place) -> Diagnostic {
    Diagnostic(
      "undeclared-operator",
      "nothing says what \(name) gives: its results have no types; `operator \(name)(x: T[...]) -> T[...]` declares them",
      at: place, severity: .hint)
  }

  static func inputDefault(_ parameter: Declaration.Parameter) -> Diagnostic {
    Diagnostic(
      "wrong-kind",
      "an input of a model is given by whoever runs it; only a tensor of the weights file can stand in for it, as in `\(parameter.name): … = $\(parameter.name)`",
      at: parameter.defaultValue?.place ?? parameter.syntax.place)
  }

  static func variadicModelInput(_ parameter: Declaration.Parameter) -> Diagnostic {
    Diagnostic(
      "variadic-model-input",
      "a model says how many inputs it has: write a list such as ``\(parameter.name): [`\(parameter.name).{i}`: f32[N]; i in 0..<4]``",
      at: parameter.syntax.place)
  }

  static func missingReturn(_ declaration: Declaration, fixes: [Fix]) -> Diagnostic {
    Diagnostic(
      "missing-return", "\(declaration.name) has no `return`, so it computes nothing", at: declaration.namePlace,
      fixes: fixes)
  }

  static func missingReturn(of argument: Syntax) -> Diagnostic {
    let name = argument.firstChild?.text ?? "the graph"
    return Diagnostic(
      "missing-return", "the graph of `\(name)` has no `return`, so it computes nothing", at: argument.place)
  }

  static func badFunctionArguments(_ name: String, _ terms: [Term], at place: Place) -> Diagnostic {
    let given = terms.map(\.kindDescription).joined(separator: " and ")
    return Diagnostic("wrong-kind", "\(name) does not take \(given.isEmpty ? "nothing" : given)", at: place)
  }

  static func tooManySteps(_ model: Declaration, limit: Int) -> Diagnostic {
    Diagnostic(
      "too-large", "\(model.name) takes more than \(limit) statements when all is unrolled and inlined",
      at: model.namePlace)
  }

  /// - Parameter body: what the first statement that is not executed stands in.
  static func unreachable(_ statement: Syntax, in body: Syntax) -> Diagnostic {
    let rest = body.children.filter { $0.range.lowerBound >= statement.range.lowerBound }
    let edits = rest.map { Fix.Edit($0.wholeLines, "") }
    return Diagnostic(
      "unreachable", "nothing behind `return` is executed", at: statement.place, severity: .warning,
      fixes: [Fix("Remove what is not executed", edits)])
  }

  /// A body that is never executed, whatever is given.
  ///
  /// - Parameter removed: what may go with it; `nil` where that leaves no statement.
  static func neverExecuted(_ body: Syntax, reason: String, removed: Place?) -> Diagnostic {
    Diagnostic(
      "unreachable", "this is never executed: \(reason)", at: body.place, severity: .warning,
      fixes: removed.map { [Fix("Remove what is not executed", [Fix.Edit($0, "")])] } ?? [])
  }

  /// Something that the language has and this version does not do.
  static func notYet(_ syntax: Syntax) -> Diagnostic {
    let what =
      switch syntax.kind {
      case .graphLiteral: "a graph that is no argument of an operator"
      default: "`\(syntax.text.prefix(40))`"
      }
    return Diagnostic("not-supported", "\(what) cannot be used yet in this version of Mica", at: syntax.place)
  }
}
