import Graphs
import Operators
package import Syntax
import Tensors

// Blocks that no model calls, such as those of a file that others import.

extension Program {
  /// What is wrong with the file's own blocks, and operators with a body, that none of the models has run.
  ///
  /// Nobody says what they are called with, so only what is wrong whatever it is gets reported: names, arguments and
  /// sizes that never fit.
  package func diagnoseUncalled(
    besides elaborations: [Elaboration]
  ) -> (diagnostics: [Diagnostic], unnamedLayers: [Diagnostic]) {
    let called = elaborations.reduce(into: Set<Syntax>()) { $0.formUnion($1.calledDeclarations) }
    var diagnostics: [Diagnostic] = []
    var unnamedLayers: [Diagnostic] = []
    for declaration in main.declarationsInOrder
    where declaration.kind != .model && declaration.body != nil && !called.contains(declaration.syntax) {
      var elaborator = Elaborator(self, declaration, ElaborationOptions())
      for diagnostic in elaborator.runUncalled() where !diagnostics.contains(diagnostic) {
        diagnostics.append(diagnostic)
      }
      unnamedLayers += elaborator.unnamedLayers
    }
    return (diagnostics, unnamedLayers)
  }
}

extension Elaborator {
  /// Runs the body of a block with a size for each name of its signature, and with whatever configuration has defaults.
  fileprivate mutating func runUncalled() -> [Diagnostic] {
    frame.isFunction = model.kind == .operator
    bindPredefined()
    for parameter in model.parameters {
      let place = parameter.syntax.place
      if !parameter.isInput {
        let term = parameter.defaultValue.map { converted(evaluate($0), to: parameter, at: $0.place) } ?? .unknown
        bind(parameter.name, term, at: place)
      } else if let type = parameter.type, type.kind != .listInput, !parameter.isVariadic {
        leaveOpen(type)
        bind(parameter.name, .tensor(builder.addInput(parameter.name, resolve(type, declaring: true))), at: place)
      } else {
        if let type = parameter.type { leaveOpen(type) }
        bind(parameter.name, .unknown, at: place)
      }
    }
    if let body = model.body { execute(body) }
    _ = checkedResults(of: model, at: model.namePlace)
    return diagnostics.filter { Self.holdsForEveryCall.contains($0.identifier) }
  }

  /// Element types and the sizes of a pack are whatever a call gives.
  private mutating func leaveOpen(_ type: Syntax) {
    guard type.kind == .tensorType else {
      for inner in type.children where inner.kind.isType || inner.kind == .parameter { leaveOpen(inner) }
      return
    }
    if let head = type.firstChild, let name = head.plainName, local(name) == nil {
      bind(name, .unknown, at: head.place)
    }
    // Configuration without a default may come behind the input whose type has it.
    for parameter in model.parameters
    where !parameter.isInput && local(parameter.name) == nil && type.mentions(parameter.name) {
      bind(parameter.name, .unknown, at: parameter.syntax.place)
    }
    guard let list = type.child(.dimensions) else { return }
    for item in list.children {
      if item.kind == .ellipsis { bind("...", .unknown, at: item.place) } else { declareDimensions(in: item) }
    }
  }

  /// Problems that no argument mends; others, such as a size that is not known, are a call's.
  private static let holdsForEveryCall: Set<String> = [
    "ambiguous-callee", "duplicate-label", "duplicate-name", "misplaced-annotation", "misplaced-label",
    "missing-argument", "missing-attribute", "missing-input", "missing-return", "not-callable", "parameter-in-operator",
    "rank-mismatch", "recursive-block", "result-count", "shape-mismatch", "too-many-arguments", "too-many-inputs",
    "too-many-outputs", "type-mismatch", "undeclared-operator", "unknown-argument", "unknown-attribute",
    "unknown-callee", "unknown-initializer", "unknown-name", "unknown-operator", "unreachable", "wrong-annotation",
    "wrong-attribute-kind", "wrong-configuration", "wrong-kind",
  ]
}
