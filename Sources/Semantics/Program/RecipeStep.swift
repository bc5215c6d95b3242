import Syntax

/// What a step of a recipe is called and takes.
struct RecipeStep {
  /// What may be given for a parameter.
  enum Kind {
    case number, integer, boolean, text, elementType
    /// One of these, in quotes.
    case choice([String])
    /// A path of a layer, or a list of them: `[fc, layers[0].attn]`.
    case paths
  }

  struct Parameter {
    var name: String
    var kind: Kind
    var isRequired = false

    init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
      self.name = name
      self.kind = kind
      self.isRequired = isRequired
    }
  }

  var name: String
  var parameters: [Parameter]
  /// The parameters that may be given without their names, in order.
  var positional: [String] = []

  static let all = [
    RecipeStep(
      name: "prune",
      parameters: [
        Parameter("granularity", .choice(["element", "n:m", "channel"])),
        Parameter("ratio", .number), Parameter("threshold", .number),
        Parameter("by", .choice(["l1", "l2", "lamp", "fpgm", "batch_norm", "wanda", "gradient"])),
        Parameter("scope", .choice(["global", "local"])), Parameter("round_to", .integer),
        Parameter("keep", .paths), Parameter("target", .text), Parameter("calibration", .text),
      ]),
    RecipeStep(
      name: "quantize",
      parameters: [
        Parameter("type", .elementType, isRequired: true),
        Parameter("scheme", .choice(["dynamic", "static", "weight_only"])), Parameter("calibration", .text),
        Parameter("method", .choice(["minmax", "entropy", "percentile", "mse", "sigma", "rtn", "hqq"])),
        Parameter("per_channel", .boolean), Parameter("symmetric", .boolean), Parameter("block_size", .integer),
        Parameter("keep", .paths),
      ]),
    RecipeStep(
      name: "distill",
      parameters: [
        Parameter("teacher", .text, isRequired: true), Parameter("split", .paths), Parameter("data", .text),
        Parameter("temperature", .number), Parameter("epochs", .integer),
      ]),
    RecipeStep(name: "simplify", parameters: [Parameter("keep", .paths)]),
    RecipeStep(
      name: "export",
      parameters: [Parameter("path", .text, isRequired: true), Parameter("opset", .integer)], positional: ["path"]),
  ]
}

extension RecipeStep.Kind {
  /// What the parameter takes, in words, where a value is certainly something else; `nil` where it fits.
  func mismatch(with value: Syntax) -> String? {
    switch self {
    case .number: value.kind == .integer || value.kind == .float ? nil : "a number such as 0.4"
    case .integer: value.kind == .integer ? nil : "an integer"
    case .boolean: value.kind == .boolean ? nil : "true or false"
    case .text: value.kind == .string ? nil : "a text in quotes"
    case .elementType: value.kind == .elementType ? nil : "an element type such as i8"
    case .choice(let choices):
      value.kind == .string && choices.contains(value.stringValue)
        ? nil : "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
    case .paths: value.isPathOrPaths ? nil : "a path such as layers[0].attn, or a list of paths"
    }
  }
}

extension Syntax {
  fileprivate var isPathOrPaths: Bool {
    switch kind {
    case .name, .quotedName: true
    case .member, .index: firstChild?.isPathOrPaths ?? false
    case .list: children.allSatisfy(\.isPathOrPaths)
    default: false
    }
  }
}
