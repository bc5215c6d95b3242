import Graphs
import Syntax

/// What is in scope while one instance of a block is elaborated.
struct Frame: Sendable {
  /// A name and what it stands for.
  struct Local: Sendable {
    var term: Term
    /// Where it was bound; `nil` for what the language predefines.
    var place: Place?
  }

  let declaration: Declaration
  /// The number of the file that the declaration stands in.
  let file: UInt32
  /// The instance that new nodes belong to: the frame's own, or the innermost scope in it.
  var instance: Graphs.Instance.ID
  /// The paths of the open scopes, outermost first.
  var scopes: [String] = []
  var locals = Scope()
  /// Instances by their path from the frame's root.
  var instances: [String: InstanceRecord] = [:]
  /// Unlabelled instances by what they are of, in the order of their calls.
  var unlabelled: [Syntax: [InstanceRecord]] = [:]
  /// How many unlabelled calls of each declaration there were in this pass over the body.
  var unlabelledCalls: [Syntax: Int] = [:]
  /// The instances of `scope`s by their path from the frame's root.
  var scopeInstances: [String: Graphs.Instance.ID] = [:]
  /// Parameters and buffers by their path from the frame's root, those of labelled instances included.
  var parameters: [String: Value.ID] = [:]
  /// The paths taken in this pass over the body, with the place that took them.
  var taken: [String: Place] = [:]
  /// The variables of each `repeat` around that tell its rounds apart, the outermost one first.
  var rounds: [[String]] = []
  /// How many layers without a label there were under each name that they get.
  var unnamedLayers: [String: Int] = [:]
  /// True where an instance is called once more: its parameters are there already.
  var isRepeatedCall = false
  /// True in the body of an operator, which becomes a function of its own.
  var isFunction = false
  /// True once a statement was broken or skipped: it may have made instances, and parameters of interpolated names.
  var hasForgotten = false
  /// What `return` gave.
  var results: [Term]?
  /// Where the results stand in the `return`.
  var resultPlaces: [Place] = []
  /// What stands before the `return` of some of the results: `@output`.
  var resultAnnotations: [Annotation] = []

  init(_ declaration: Declaration, instance: Graphs.Instance.ID) {
    self.declaration = declaration
    file = declaration.file.number
    self.instance = instance
  }

  /// A path from here, seen from the frame's root.
  func path(_ relative: String) -> String {
    scopes.isEmpty ? relative : (scopes + [relative]).joined(separator: ".")
  }

  /// Finds what `path` means from here: in the innermost scope first, then outwards.
  func resolve<Found>(_ path: String, in table: [String: Found]) -> (path: String, found: Found)? {
    if table.isEmpty { return nil }
    if scopes.isEmpty { return table[path].map { (path, $0) } }
    for count in stride(from: scopes.count, through: 0, by: -1) {
      let candidate = (scopes.prefix(count) + [path]).joined(separator: ".")
      if let found = table[candidate] { return (candidate, found) }
    }
    return nil
  }
}

/// An instance that a label or `layer` made.
struct InstanceRecord: Sendable {
  var declaration: Declaration
  /// The configuration that the first mention gave.
  var configuration: [NamedArgument]
  var place: Place
  /// The instance in the graph; `nil` until the first call.
  var id: Graphs.Instance.ID?
  /// What the first call left in the instance's frame.
  var instances: [String: InstanceRecord] = [:]
  var unlabelled: [Syntax: [InstanceRecord]] = [:]
  var scopeInstances: [String: Graphs.Instance.ID] = [:]
  var parameters: [String: Value.ID] = [:]
}

extension InstanceRecord {
  /// Whether the instance has parameters, itself or further down.
  var hasParameters: Bool {
    !parameters.isEmpty || unlabelled.values.contains { $0.contains(where: \.hasParameters) }
  }

  /// Keeps what a call left, for later ones.
  mutating func keep(_ id: Graphs.Instance.ID, _ frame: Frame) {
    self.id = id
    instances = frame.instances
    unlabelled = frame.unlabelled
    scopeInstances = frame.scopeInstances
    parameters = frame.parameters
  }
}

/// `name=value` in a call, its value not yet evaluated: what it means depends on the callee.
struct NamedArgument: Sendable {
  var name: String
  var value: Syntax
  /// The value where it is not the text's, as `--set` gives it.
  var term: Term?
  var syntax: Syntax
}

/// A named argument with its value.
struct GivenArgument {
  var term: Term
  /// The place of the value.
  var place: Place
  /// The place of the name.
  var name: Place
}

/// A positional argument.
struct PositionalArgument {
  var term: Term
  var place: Place
  /// Whether a pipe gives it.
  var isPiped = false
}

/// The arguments of a call.
struct Arguments {
  var positional: [PositionalArgument] = []
  var named: [NamedArgument] = []
  /// Whether the parser has found a mistake among them: then what is missing or too much is not the user's.
  var isBroken = false
}
