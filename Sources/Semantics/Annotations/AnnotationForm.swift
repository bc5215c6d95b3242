import Syntax

/// What an annotation is called, where it may stand and what it takes.
struct AnnotationForm: Sendable {
  enum Kind: Sendable {
    /// A string, or a backquoted name with interpolations.
    case text
    case integer
    /// An integer, which may be below 0.
    case number
    case texts
    /// A list of numbers, texts, `_` and such lists.
    case list
    case type
  }

  struct Parameter: Sendable {
    var name: String
    var kind: Kind
    var isRequired = true
  }

  var name: String
  var subjects: [AnnotationSubject]
  /// Arguments by position.
  var positional: [Parameter]
  /// Arguments by name; `nil` takes texts by any name.
  var named: [Parameter]? = []
  /// Whether several may stand before one thing.
  var repeats = false
  var example: String

  static let all = [
    AnnotationForm(
      name: "name", subjects: [.statement, .value], positional: [Parameter(name: "name", kind: .text)],
      example: "@name(\"/encoder/MatMul\")"),
    AnnotationForm(
      name: "doc", subjects: [.model, .function, .port, .statement, .value, .parameter],
      positional: [Parameter(name: "text", kind: .text)], example: "@doc(\"logits before the softmax\")"),
    AnnotationForm(
      name: "meta", subjects: [.model, .function, .port, .statement, .value, .parameter],
      positional: [Parameter(name: "key", kind: .text), Parameter(name: "value", kind: .text)],
      named: [Parameter(name: "raw", kind: .text, isRequired: false)], repeats: true,
      example: "@meta(\"key\", \"value\")"),
    AnnotationForm(
      name: "quantized", subjects: [.port, .value, .parameter], positional: [], named: nil, repeats: true,
      example: "@quantized(SCALE_TENSOR=\"x_scale\", ZERO_POINT_TENSOR=\"x_zero_point\")"),
    AnnotationForm(
      name: "denotation", subjects: [.port, .value, .parameter],
      positional: [
        Parameter(name: "type", kind: .text), Parameter(name: "dimensions", kind: .texts, isRequired: false),
      ], example: "@denotation(\"IMAGE\", [\"DATA_BATCH\", \"DATA_CHANNEL\"])"),
    AnnotationForm(
      name: "recorded", subjects: [.value],
      positional: [
        Parameter(name: "type", kind: .type), Parameter(name: "position", kind: .integer, isRequired: false),
      ],
      example: "@recorded(type f32[N, 64])"),
    AnnotationForm(
      name: "producer", subjects: [.model],
      positional: [
        Parameter(name: "name", kind: .text), Parameter(name: "version", kind: .text, isRequired: false),
      ], example: "@producer(\"pytorch\", \"2.9\")"),
    AnnotationForm(
      name: "ir_version", subjects: [.model], positional: [Parameter(name: "version", kind: .number)],
      example: "@ir_version(8)"),
    AnnotationForm(
      name: "domain", subjects: [.model], positional: [Parameter(name: "domain", kind: .text)],
      example: "@domain(\"com.acme\")"),
    AnnotationForm(
      name: "model_version", subjects: [.model], positional: [Parameter(name: "version", kind: .number)],
      example: "@model_version(3)"),
    AnnotationForm(
      name: "device", subjects: [.model, .statement], positional: [Parameter(name: "configuration", kind: .text)],
      named: [
        Parameter(name: "device", kind: .texts, isRequired: false),
        Parameter(name: "num_devices", kind: .number, isRequired: false),
        Parameter(name: "pipeline_stage", kind: .number, isRequired: false),
      ], repeats: true, example: "@device(\"pair\", device=[\"cuda:0\", \"cuda:1\"])"),
    AnnotationForm(
      name: "sharding", subjects: [.statement], positional: [Parameter(name: "tensor", kind: .text)],
      named: [
        Parameter(name: "device", kind: .list, isRequired: false),
        Parameter(name: "groups", kind: .list, isRequired: false),
        Parameter(name: "axes", kind: .list, isRequired: false),
      ], repeats: true, example: "@sharding(\"x\", device=[0, 1], axes=[[0, [\"N\", 2]]])"),
    AnnotationForm(
      name: "device_raw", subjects: [.model, .statement], positional: [Parameter(name: "base64", kind: .text)],
      repeats: true, example: "@device_raw(\"CgRwYWly\")"),
    AnnotationForm(name: "verbatim", subjects: [.model], positional: [], example: "@verbatim"),
    AnnotationForm(name: "imported", subjects: [.model], positional: [], example: "@imported"),
    AnnotationForm(
      name: "graph", subjects: [.function, .statement],
      positional: [Parameter(name: "attribute", kind: .text), Parameter(name: "name", kind: .text)],
      named: [Parameter(name: "index", kind: .integer, isRequired: false)], repeats: true,
      example: "@graph(\"then_branch\", \"then\")"),
    AnnotationForm(
      name: "graph_doc", subjects: [.model, .function, .statement], positional: [Parameter(name: "text", kind: .text)],
      named: subgraph, repeats: true, example: "@graph_doc(\"a text that ends in blanks \")"),
    AnnotationForm(
      name: "graph_meta", subjects: [.model, .function, .statement],
      positional: [Parameter(name: "key", kind: .text), Parameter(name: "value", kind: .text)],
      named: subgraph + [Parameter(name: "raw", kind: .text, isRequired: false)], repeats: true,
      example: "@graph_meta(\"key\", \"value\")"),
    AnnotationForm(
      name: "graph_raw", subjects: [.model, .function, .statement],
      positional: [Parameter(name: "base64", kind: .text)],
      named: subgraph, repeats: true, example: "@graph_raw(\"mgYCSGk=\")"),
    AnnotationForm(
      name: "graph_quantized", subjects: [.model, .function, .statement],
      positional: [Parameter(name: "tensor", kind: .text), Parameter(name: "parameters", kind: .texts)],
      named: subgraph + [Parameter(name: "raw", kind: .text, isRequired: false)], repeats: true,
      example: "@graph_quantized(\"x\", [\"SCALE_TENSOR\", \"x_scale\"])"),
    AnnotationForm(
      name: "attribute", subjects: [.statement, .function], positional: [Parameter(name: "name", kind: .text)],
      named: [
        Parameter(name: "doc", kind: .text, isRequired: false),
        Parameter(name: "raw", kind: .text, isRequired: false),
        Parameter(name: "reference", kind: .text, isRequired: false),
        Parameter(name: "kind", kind: .number, isRequired: false),
      ], repeats: true, example: "@attribute(\"axis\", doc=\"of the channels\")"),
    AnnotationForm(
      name: "position", subjects: [.statement], positional: [Parameter(name: "position", kind: .integer)],
      example: "@position(3)"),
    AnnotationForm(
      name: "output", subjects: [.statement],
      positional: [
        Parameter(name: "index", kind: .integer), Parameter(name: "type", kind: .type, isRequired: false),
      ], named: description, repeats: true, example: "@output(0, type f32[N])"),
    AnnotationForm(
      name: "record", subjects: [.statement],
      positional: [
        Parameter(name: "index", kind: .integer), Parameter(name: "type", kind: .type, isRequired: false),
      ], named: description + [Parameter(name: "of", kind: .text, isRequired: false)], repeats: true,
      example: "@record(0, type f32[N])"),
    AnnotationForm(
      name: "operator", subjects: [.statement, .function],
      positional: [
        Parameter(name: "domain", kind: .text), Parameter(name: "name", kind: .text),
        Parameter(name: "overload", kind: .text, isRequired: false),
      ], example: "@operator(\"ai.onnx\", \"Relu\")"),
    AnnotationForm(name: "no_outputs", subjects: [.statement], positional: [], example: "@no_outputs"),
    AnnotationForm(
      name: "raw_type", subjects: [.port, .value], positional: [Parameter(name: "base64", kind: .text)],
      example: "@raw_type(\"CgIIAQ==\")"),
    AnnotationForm(
      name: "use", subjects: [.model, .function],
      positional: [
        Parameter(name: "domain", kind: .text), Parameter(name: "version", kind: .number),
        Parameter(name: "base64", kind: .text, isRequired: false),
      ], repeats: true, example: "@use(\"\", 17)"),
    AnnotationForm(name: "no_opsets", subjects: [.function], positional: [], example: "@no_opsets"),
    AnnotationForm(
      name: "graph_name", subjects: [.model], positional: [Parameter(name: "name", kind: .text)],
      example: "@graph_name(\"g\")"),
    AnnotationForm(
      name: "training_raw", subjects: [.model],
      positional: [
        Parameter(name: "base64", kind: .text), Parameter(name: "index", kind: .integer, isRequired: false),
      ], repeats: true, example: "@training_raw(\"mgYCSGk=\")"),
    AnnotationForm(
      name: "training", subjects: [.model],
      positional: [
        Parameter(name: "part", kind: .text), Parameter(name: "index", kind: .integer, isRequired: false),
      ], example: "@training(\"algorithm\")"),
    AnnotationForm(
      name: "training_binding", subjects: [.model],
      positional: [
        Parameter(name: "part", kind: .text), Parameter(name: "key", kind: .text),
        Parameter(name: "value", kind: .text), Parameter(name: "index", kind: .integer, isRequired: false),
      ], repeats: true, example: "@training_binding(\"update\", \"w\", \"w_new\")"),
    AnnotationForm(
      name: "raw", subjects: [.use, .model, .function, .port, .statement, .value, .parameter],
      positional: [Parameter(name: "base64", kind: .text)], repeats: true, example: "@raw(\"mgYCSGk=\")"),
  ]

  /// Which of the subgraphs of a statement is meant, where it is no model's own graph.
  private static let subgraph = [
    Parameter(name: "of", kind: .text, isRequired: false), Parameter(name: "index", kind: .integer, isRequired: false),
  ]

  /// What may be said of a value in one list that is not said of it elsewhere.
  private static let description = [
    Parameter(name: "doc", kind: .text, isRequired: false), Parameter(name: "meta", kind: .texts, isRequired: false),
    Parameter(name: "raw_meta", kind: .texts, isRequired: false),
    Parameter(name: "raw", kind: .text, isRequired: false),
    Parameter(name: "denotation", kind: .texts, isRequired: false),
    Parameter(name: "raw_type", kind: .text, isRequired: false),
  ]

  /// Whether it says something of values and nothing of nodes: before a binding it stands for the first name.
  var isForValues: Bool { subjects.contains(.value) && !subjects.contains(.statement) }

  func fits(_ subject: AnnotationSubject) -> Bool {
    if subject == .binding { return subjects.contains(.statement) || subjects.contains(.value) }
    return subjects.contains(subject)
  }

  static subscript(name name: String) -> AnnotationForm? { all.first { $0.name == name } }

  /// What is wrong with an annotation of this form before the subject.
  func problems(of annotation: Annotation, before subject: AnnotationSubject) -> [Diagnostic] {
    guard fits(subject) else { return [.misplacedAnnotation(annotation, form: self)] }
    var problems: [Diagnostic] = []
    func fail(_ what: String, at place: Place) {
      problems.append(.wrongAnnotation(annotation, what, form: self, at: place))
    }
    for (index, argument) in annotation.positional.enumerated() {
      guard let parameter = positional[safe: index] else {
        fail(
          "takes \(positional.count == 1 ? "one argument" : "\(positional.count) arguments") by position",
          at: argument.place)
        break
      }
      if !parameter.kind.fits(argument) { fail("takes \(parameter.kind.words) here", at: argument.place) }
    }
    if let missing = positional.dropFirst(annotation.positional.count).first(where: \.isRequired) {
      fail("needs its \(missing.name)", at: annotation.syntax.place)
    }
    for (name, value) in annotation.named {
      if let named {
        guard let parameter = named.first(where: { $0.name == name }) else {
          fail("has nothing called `\(name)`", at: value.place)
          continue
        }
        if !parameter.kind.fits(value) { fail("takes \(parameter.kind.words) as `\(name)`", at: value.place) }
      } else if !Kind.text.fits(value) {
        fail("takes \(Kind.text.words) as `\(name)`", at: value.place)
      }
    }
    if named == nil, annotation.named.isEmpty { fail("needs an argument with a name", at: annotation.syntax.place) }
    return problems
  }
}

extension AnnotationForm.Kind {
  var words: String {
    switch self {
    case .text: "a text in quotes"
    case .integer: "an integer"
    case .number: "an integer"
    case .list: "a list, `[0, [1, 2]]`"
    case .texts: "a list of texts, `[\"a\", \"b\"]`"
    case .type: "a type, `type f32[N]`"
    }
  }

  func fits(_ value: Syntax) -> Bool {
    switch self {
    case .text: value.kind == .string || value.kind == .quotedName
    case .integer: value.kind == .integer && value.integerValue != nil
    case .number: value.signedInteger != nil
    case .list:
      value.kind == .list
        && value.children.allSatisfy {
          $0.signedInteger != nil || $0.kind == .discard || Self.text.fits($0) || Self.list.fits($0)
        }
    case .texts: value.kind == .list && value.children.allSatisfy { Self.text.fits($0) }
    case .type: value.kind == .typeLiteral
    }
  }
}

extension Syntax {
  /// An integer literal, with a minus or without; `nil` for other expressions.
  var signedInteger: Int64? {
    if kind == .integer { return integerValue.map { Int64($0) } }
    guard kind == .unary, firstTokenText == "-", let value = firstChild, value.kind == .integer else { return nil }
    return value.integerValue.map { -Int64($0) }
  }

  /// What is wrong with the annotations in the node and below it: names, places and arguments.
  ///
  /// - Parameter owner: the declaration or the subgraph around the node.
  func annotationProblems(in owner: SyntaxKind? = nil) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var subject: AnnotationSubject?
    var seen: Set<String> = []
    for child in children {
      guard child.kind == .annotation else {
        guard child.mayHoldAnnotations else { continue }
        problems += child.annotationProblems(in: kind.isAnnotationOwner ? kind : owner)
        continue
      }
      guard kind != .error, let annotation = Annotation(child) else { continue }
      let before = subject ?? AnnotationSubject(of: self, in: owner)
      subject = before
      guard let form = AnnotationForm[name: annotation.name] else {
        problems.append(.unknownAnnotation(annotation))
        continue
      }
      problems += form.problems(of: annotation, before: before)
      if !seen.insert(annotation.name).inserted, !form.repeats {
        problems.append(.wrongAnnotation(annotation, "stands here twice", form: form, at: child.place))
      }
    }
    return problems
  }

  /// Whether an annotation can stand somewhere in the node: nothing else is worth a walk.
  private var mayHoldAnnotations: Bool { contains(.at) }
}

extension SyntaxKind {
  /// Whether parameters below belong to a node of the kind.
  fileprivate var isAnnotationOwner: Bool {
    switch self {
    case .modelDeclaration, .blockDeclaration, .operatorDeclaration, .graphLiteral: true
    default: false
    }
  }
}

/// What an editor may offer behind an `@`.
package struct AnnotationChoice: Sendable {
  /// What it may stand before.
  package enum Position: Sendable {
    case declaration, parameter, statement
  }

  package var name: String
  package var takesArguments: Bool
  /// One as it is written.
  package var example: String

  /// The annotations that may stand at a position, in the order of their table.
  package static func all(at position: Position) -> [AnnotationChoice] {
    let subjects: [AnnotationSubject] =
      switch position {
      case .declaration: [.model, .function, .use]
      case .parameter: [.port]
      case .statement: [.statement, .value, .parameter]
      }
    return AnnotationForm.all.filter { form in subjects.contains { form.subjects.contains($0) } }.map { form in
      AnnotationChoice(
        name: form.name, takesArguments: !form.positional.isEmpty || form.named == nil, example: form.example)
    }
  }
}
