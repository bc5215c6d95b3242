import Compression
import Syntax

/// What a step of a recipe is called and takes.
package struct RecipeStep: Sendable {
  /// What may be given for a parameter.
  package enum Kind: Sendable {
    case number, integer, boolean, text, elementType
    /// One of these, in quotes.
    case choice([String])
    /// An importance of channels or weights, in quotes.
    case importance
    /// `channel`, `element`, or a pattern such as `2:4`, in quotes.
    case granularity
    /// A path of a layer, or a list of them: `[fc, layers[0].attn]`.
    case paths
  }

  package struct Parameter: Sendable {
    package var name: String
    package var kind: Kind
    package var isRequired = false

    init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
      self.name = name
      self.kind = kind
      self.isRequired = isRequired
    }
  }

  package var name: String
  package var parameters: [Parameter]
  /// The parameters that may be given without their names, in order.
  package var positional: [String] = []
  /// Whether this version runs the step; `false` for one that it only checks.
  var isRun = true
  /// Why a call cannot be done whatever the model, where each of its arguments is of the right kind.
  var check: @Sendable (RecipeCall) throws(RecipeProblem) -> Void = { _ in }

  package static let all = [
    RecipeStep(
      name: "prune",
      parameters: [
        Parameter("granularity", .granularity),
        Parameter("ratio", .number), Parameter("threshold", .number),
        Parameter("target", .text), Parameter("by", .importance),
        Parameter("scope", .choice(["global", "local"])), Parameter("round_to", .integer),
        Parameter("max_ratio", .number), Parameter("keep", .paths), Parameter("only", .paths),
        Parameter("allow_norm_change", .boolean), Parameter("reconstruct", .boolean), Parameter("calibration", .text),
      ], check: { call throws(RecipeProblem) in _ = try PruneSettings(call) }),
    RecipeStep(
      name: "quantize",
      parameters: [
        Parameter("type", .elementType, isRequired: true),
        Parameter("scheme", .choice(["dynamic", "static", "weight_only"])), Parameter("calibration", .text),
        Parameter("method", .choice(["minmax", "entropy", "percentile", "mse", "sigma", "rtn", "hqq"])),
        Parameter("per_channel", .boolean), Parameter("symmetric", .boolean), Parameter("block_size", .integer),
        Parameter("min_sqnr", .number), Parameter("skip_worst", .integer), Parameter("keep", .paths),
      ], check: { call throws(RecipeProblem) in _ = try QuantizeSettings(call) }),
    RecipeStep(
      name: "distill",
      parameters: [
        Parameter("teacher", .text, isRequired: true), Parameter("split", .paths), Parameter("data", .text),
        Parameter("temperature", .number), Parameter("epochs", .integer),
      ], isRun: false),
    RecipeStep(
      name: "simplify", parameters: [Parameter("keep", .paths)],
      check: { call throws(RecipeProblem) in
        if call.has("keep") {
          throw call.problem("keep", "this version simplifies the whole model; leave it out")
        }
      }),
    RecipeStep(
      name: "export",
      parameters: [Parameter("path", .text, isRequired: true), Parameter("opset", .integer)], positional: ["path"],
      check: { call throws(RecipeProblem) in _ = try ExportSettings(call) }),
  ]
}

extension RecipeStep.Kind {
  /// What the parameter takes, in words, where a value is certainly something else; `nil` where it fits.
  func mismatch(with value: Syntax) -> String? {
    switch self {
    case .number: value.numberValue == nil ? "a number such as 0.4" : nil
    case .integer: value.kind == .integer && value.integerValue != nil ? nil : "an integer"
    case .boolean: value.kind == .boolean ? nil : "true or false"
    case .text: value.kind == .string ? nil : "a text in quotes"
    case .granularity:
      value.kind == .string && value.stringValue.isGranularity
        ? nil : "\"channel\", \"element\", or a pattern such as \"2:4\""
    case .elementType: value.kind == .elementType ? nil : "an element type such as i8"
    case .choice(let choices):
      value.kind == .string && choices.contains(value.stringValue) ? nil : oneOf(choices)
    case .importance:
      value.kind == .string && PruningOptions.Importance(name: value.stringValue) != nil
        ? nil : oneOf(PruningOptions.Importance.allCases.map(\.rawValue))
    case .paths: value.isPathOrPaths ? nil : "a path such as layers[0].attn, or a list of paths"
    }
  }

  private func oneOf(_ choices: [String]) -> String {
    "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
  }
}

extension String {
  fileprivate var isGranularity: Bool {
    let parts = split(separator: ":", omittingEmptySubsequences: false)
    return self == "channel" || self == "element" || parts.count == 2 && parts.allSatisfy { UInt16($0) != nil }
  }
}

extension Syntax {
  /// The value of a literal number.
  var numberValue: Double? {
    switch kind {
    case .integer: integerValue.map(Double.init)
    case .float: floatValue.flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  fileprivate var isPathOrPaths: Bool {
    switch kind {
    case .name, .quotedName: true
    case .member, .index: firstChild?.isPathOrPaths ?? false
    case .list: children.allSatisfy(\.isPathOrPaths)
    default: false
    }
  }
}
