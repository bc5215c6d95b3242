import Graphs
import Operators
import Semantics
import Syntax
import Tensors

// What words mean that stand for no value: keywords, steps of recipes, initialisers, and callees that no model runs.

extension EditorView {
  /// What is called, as its declaration says it, where no call of it was elaborated.
  func hoverOfCallee(_ node: Syntax, parent: Syntax?) -> Hover? {
    guard let parent, let callee = callee(node) else { return nil }
    switch callee {
    case .step, .initializer, .weights: break
    case .declaration, .operator: guard node.isCallee(in: parent) else { return nil }
    }
    var lines = [callee.documentation]
    if case .operator(let schema) = callee { lines += schema.parameterLines }
    let told = callee.parameters.filter { !$0.documentation.isEmpty }.map { "- `\($0.text)`: \($0.documentation)" }
    lines.append(told.joined(separator: "\n"))
    var hover = Hover(place: node.place, title: callee.signature, lines: lines.filter { !$0.isEmpty })
    if case .operator(let schema) = callee { hover.link = schema.reference }
    return hover
  }

  /// The keyword at an offset, with its form and what it is for.
  func hoverOfKeyword(at offset: Int, _ path: [Syntax]) -> Hover? {
    guard let token = tree.tokens.last(startingBefore: offset + 1), tree.tokens.range(token).contains(offset) else {
      return nil
    }
    switch path.last?.kind {
    case .quotedName, .string: return nil
    case .name: guard path.dropLast().last?.kind == .configurationType else { return nil }
    default: break
    }
    let range = tree.tokens.range(token)
    guard let keyword = Keyword.all[String(decoding: tree.source[range], as: UTF8.self)] else { return nil }
    return Hover(place: Place(file: file.number, range: range), title: keyword.form, lines: [keyword.meaning])
  }
}

extension EditorView {
  /// The declared result whose name stands in a signature: what the model or block gives there.
  func hoverOfResult(_ node: Syntax, in path: [Syntax]) -> Hover? {
    guard path.contains(where: { $0.kind == .resultList }), let parameter = path.last(.parameter),
      parameter.firstChild == node || parameter.child(node.kind) == node,
      let syntax = path.first(where: { $0.kind.isDeclaration }),
      let declaration = analysis.program.main.declarationsInOrder.first(where: { $0.syntax == syntax }),
      let index = declaration.results?.firstIndex(where: { $0.syntax == parameter })
    else { return nil }
    var lines = ["A result of `\(declaration.name)`."]
    if let elaboration = analysis.elaborations.first(where: { $0.declaration.syntax == syntax }) {
      let graph = elaboration.model.graph
      let outputs = graph.regions[graph.body].outputs
      if index < outputs.count, let type = description(of: .tensor(outputs[index]), in: elaboration) {
        lines.insert("Gives `\(type)`.", at: 0)
      }
    }
    return Hover(place: node.place, title: parameter.line, lines: lines)
  }

  /// An input of an operator with a body, as its signature says it: each call decides the type.
  func hoverOfInput(_ node: Syntax) -> Hover? {
    guard let syntax = tree.nodes(at: node.range.lowerBound).first(where: { $0.kind == .operatorDeclaration }),
      let declaration = analysis.program.main.declarationsInOrder.first(where: { $0.syntax == syntax }),
      let parameter = declaration.parameters.first(where: { $0.name == node.plainName })
    else { return nil }
    return Hover(
      place: node.place, title: parameter.syntax.line,
      lines: ["Of `\(declaration.name)`, whose calls decide what it is."])
  }

  /// A part of the standard library that is imported.
  func hoverOfPart(_ node: Syntax) -> Hover? {
    let files = Library.files(ofPart: node.text)
    guard !files.isEmpty else { return nil }
    let names = files.flatMap { analysis.program.declarations(in: $0.number) }.map { "`\($0.name)`" }
    return Hover(
      place: node.place, title: node.text,
      lines: ["A part of the standard library: \(names.joined(separator: ", "))."])
  }

  /// An element type: what its name says, and its size.
  func hoverOfElementType(_ node: Syntax) -> Hover? {
    guard let element = ElementType(spelling: node.text) else { return nil }
    let size = element.byteCount(of: 8).map { bits in
      bits.isMultiple(of: 8) ? "\(bits / 8) \(bits == 8 ? "byte" : "bytes") an element" : "\(bits) bits an element"
    }
    let lines = ["An element type" + (size.map { ", \($0)" } ?? "") + "."]
    return Hover(place: node.place, title: node.text, lines: lines)
  }
}

/// What a keyword is for.
private struct Keyword {
  var form: String
  var meaning: String

  init(_ form: String, _ meaning: String) {
    (self.form, self.meaning) = (form, meaning)
  }

  static let all: [String: Keyword] = [
    "use": Keyword("use onnx 21", "The version of an operator set that the text is written for; one for each domain."),
    "import": Keyword(
      "import \"./blocks.mica\" as b", "Blocks of another file, or of a part of the library such as `std.vision`."),
    "?": Keyword("f32[?, 3]", "A size of which nothing is said, or a whole type."),
    "|>": Keyword("x |> f(…)", "Gives the call behind it what stands before it as its first input."),
    "as": Keyword("import \"./blocks.mica\" as b", "The name before the dot: `b.Half` is `Half` of that file."),
    "model": Keyword(
      "model name(inputs…, configuration…) -> (outputs…) where … { … }",
      "A graph that is exported; other models can call it like a block."),
    "block": Keyword(
      "block Name(inputs…, configuration…) -> type where … { … }",
      "A graph to be used again, with parameters of its own for each instance."),
    "operator": Keyword(
      "operator domain.Name(inputs…, attributes…) -> type",
      "The signature of a custom operator; with a body, a function of the exported file."),
    "recipe": Keyword("recipe name for model { … }", "The steps from a model to the files that are shipped."),
    "for": Keyword("recipe name for model { … }", "The model of the file that the steps start from."),
    "where": Keyword("where H % 32 == 0, A == B", "What is assumed of sizes and configuration; checked at each call."),
    "macs": Keyword("macs = …", "How many multiplications with addition a call of the operator takes."),
    "param": Keyword(
      "param weight: f32[out, in] = kaiming_uniform if …",
      "A parameter by its state-dict path, with its initialiser. Where the condition is false, the name is `none`."),
    "buffer": Keyword(
      "buffer running_mean: f32[C] = zeros",
      "Bound and exported like a parameter, not counted as one; weights files may lack it."),
    "const": Keyword("const k: i64[2] = [0, -1]", "A small constant tensor."),
    "layer": Keyword("layer shared = Linear(out_features=64)", "An instance that several calls share."),
    "repeat": Keyword(
      "repeat i in 0..<n { … }", "The statements once for each; a name that is bound again carries over."),
    "in": Keyword("repeat i in 0..<n { … }", "What is gone through: a range or a list."),
    "if": Keyword(
      "if condition { … } else { … }",
      "Decided from configuration and sizes before the graph runs; the other branch is not in it."),
    "else": Keyword("if condition { … } else { … }", "What holds where the condition is false."),
    "scope": Keyword("scope encoder { … }", "A part of the paths of what is in it; names of values are not its own."),
    "weights": Keyword(
      "weights \"file\" (prefix=…, rename={…}, ignore=[…], transpose=[…])",
      "The file that has the tensors of the parameters."),
    "require": Keyword("require D % heads == 0, \"why\"", "Checked for each instance; told at the call."),
    "return": Keyword("return a, b", "The outputs, in order."),
    "none": Keyword("none", "An optional input that is not given; in a subscript, a new axis."),
    "true": Keyword("true", "A truth value, known before the graph runs."),
    "false": Keyword("false", "A truth value, known before the graph runs."),
    "int": Keyword("int", "Configuration: an integer or a size, known before the graph runs."),
    "float": Keyword("float", "Configuration: a number, known before the graph runs."),
    "bool": Keyword("bool", "Configuration: `true` or `false`, known before the graph runs."),
    "string": Keyword("string", "A text in quotes; as the type of configuration, known before the graph runs."),
    "dtype": Keyword("dtype", "Configuration: an element type such as `f16`."),
    "callee": Keyword("callee", "Configuration: the name of a block or of an operator, which the body calls."),
  ]
}
