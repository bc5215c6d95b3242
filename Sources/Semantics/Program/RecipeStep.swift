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
    /// What it decides, in a sentence.
    package var summary: String

    init(_ name: String, _ kind: Kind, isRequired: Bool = false, _ summary: String) {
      self.name = name
      self.kind = kind
      self.isRequired = isRequired
      self.summary = summary
    }
  }

  package var name: String
  /// What the step does, in a sentence.
  package var summary: String
  package var parameters: [Parameter]
  /// The parameters that may be given without their names, in order.
  package var positional: [String] = []
  /// Whether this version runs the step; `false` for one that it only checks.
  var isRun = true
  /// Why a call cannot be done whatever the model, where each of its arguments is of the right kind.
  var check: @Sendable (RecipeCall) throws(RecipeProblem) -> Void = { _ in }

  private static let keep = Parameter(
    "keep", .paths, "Layers, nodes and tensors that stay as they are, each with all that is in it.")

  package static let all = [
    RecipeStep(
      name: "prune", summary: "Takes channels out of the model, or makes weights 0, as `mica prune` does.",
      parameters: [
        Parameter("granularity", .granularity, "What goes: channels, single weights, or all but N of each M weights."),
        Parameter("ratio", .number, "The part that goes, from 0 to less than 1."),
        Parameter("threshold", .number, "What is less important than this part of the most important goes."),
        Parameter("target", .text, "As many go as this needs: `\"macs=-40%\"`, `\"parameters=-50%\"`."),
        Parameter("by", .importance, "How importance is measured; `\"wanda\"` on samples."),
        Parameter(
          "scope", .choice(["global", "local"]),
          "Whether channels of all groups are compared with each other, or only those of each."),
        Parameter("round_to", .integer, "A multiple of this many channels is left."),
        Parameter("max_ratio", .number, "The most that goes of one group; 0.9 by default."), keep,
        Parameter("only", .paths, "Channels go that these layers, nodes and tensors make, and no others."),
        Parameter(
          "allow_norm_change", .boolean, "Whether channels go over which a normalization takes its statistics."),
        Parameter("reconstruct", .boolean, "Whether the weights that are left are fitted to samples."),
        Parameter("calibration", .text, "The samples: a folder, an `.npz` or `.npy` file, or a pattern of files."),
      ], check: { call throws(RecipeProblem) in _ = try PruneSettings(call) }),
    RecipeStep(
      name: "quantize", summary: "Stores weights, or computes, in fewer bits, as `mica quantize` does.",
      parameters: [
        Parameter("type", .elementType, isRequired: true, "The element type of quantized weights."),
        Parameter(
          "scheme", .choice(["dynamic", "static", "weight_only"]),
          "Whether activations are quantized as they come, by ranges of samples, or not at all."),
        Parameter(
          "calibration", .text,
          "The samples of a static quantization: a folder, an `.npz` or `.npy` file, or a pattern of files."),
        Parameter(
          "method", .choice(["minmax", "entropy", "percentile", "mse", "sigma", "rtn", "hqq"]), "How ranges are chosen."
        ),
        Parameter("per_channel", .boolean, "Whether each channel of a weight has a scale of its own."),
        Parameter("symmetric", .boolean, "Whether 0 is in the middle of the integers."),
        Parameter("block_size", .integer, "How many weights in a row share a scale."),
        Parameter("min_sqnr", .number, "The SQNR in dB that results keep; layers that cost more are left."),
        Parameter("skip_worst", .integer, "How many layers are left that hurt the results most."), keep,
      ], check: { call throws(RecipeProblem) in _ = try QuantizeSettings(call) }),
    RecipeStep(
      name: "distill", summary: "Trains the model on the results of another one. It is checked, and not run yet.",
      parameters: [
        Parameter("teacher", .text, isRequired: true, "The model that is learned from."),
        Parameter("split", .paths, "The layers whose results are compared."),
        Parameter("data", .text, "The samples."),
        Parameter("temperature", .number, "What both models' logits are divided by."),
        Parameter("epochs", .integer, "How often the samples are gone through."),
      ], isRun: false),
    RecipeStep(
      name: "simplify", summary: "Rewrites the graph into a simpler one of the same results, as `mica simplify` does.",
      parameters: [keep],
      check: { call throws(RecipeProblem) in
        if call.has("keep") {
          throw call.problem("keep", "this version simplifies the whole model; leave it out")
        }
      }),
    RecipeStep(
      name: "export", summary: "Writes the model as it is by then.",
      parameters: [
        Parameter("path", .text, isRequired: true, "The `.onnx` file, relative to the text."),
        Parameter("opset", .integer, "The version of ai.onnx that all files of the recipe are written for."),
      ], positional: ["path"],
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
