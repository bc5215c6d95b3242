import Semantics
import Testing

/// A small program whose comments say what is expected of it; see `Notation`.
struct Example: Sendable, CustomTestStringConvertible {
  let name: String
  let source: String
  let options: ElaborationOptions

  /// A whole file.
  init(_ name: String, options: ElaborationOptions = ElaborationOptions(), _ source: String) {
    self.name = name
    self.source = source
    self.options = options
  }

  /// The body of a model with the inputs; where it does not return anything, it returns its first input.
  init(
    _ name: String, inputs: String, options: ElaborationOptions = ElaborationOptions(), _ body: String
  ) {
    let returns = body.split(separator: "\n").contains { $0.drop { $0 == " " }.hasPrefix("return") }
    let first = inputs.prefix { $0 != ":" }
    let end = returns ? "" : "\nreturn \(first)"
    self.init(name, options: options, "model m(\(inputs)) {\n\(body)\(end)\n}\n")
  }

  var testDescription: String { name }
}

extension Example {
  /// Every table of examples, for the properties that hold of all programs.
  static let all: [Example] =
    NameTests.examples + DiagnosticTests.examples + CaptureTests.examples + ConfigurationTests.examples
    + ControlTests.examples + ArithmeticTests.examples + SlicingTests.examples + LiteralTests.examples
    + SizeTests.examples + ResultTests.examples + InstanceTests.examples + SubgraphTests.examples
    + OptionTests.examples + OperatorDeclarationTests.examples + LibraryTests.examples + AnnotationTests.examples
}
