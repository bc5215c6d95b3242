import ArgumentParser
import Authoring
import Compression
import Formats
import Graphs
import JSON
import Operators
import Recipes

/// `mica prune IN OUT`.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Write a model with fewer channels, and say which went, what stayed and why.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String

  @Argument(
    help: ArgumentHelp(
      "The file to write, needed unless there is --dry-run: ONNX, or for a Mica file a Mica text and its weights beside it.",
      valueName: "out"), completion: .models)
  var output: String?

  @Option(
    help: ArgumentHelp("What goes: channel (by default), element, or N:M such as 2:4.", valueName: "GRANULARITY"))
  var granularity = PruningGranularity.channel

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The part of the channels that goes, between 0 and 1 (0.3 by default).", valueName: "R"))
  var ratio: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Take what is less important than this part of the most important.", valueName: "ALPHA"))
  var threshold: Double?

  @Option(help: ArgumentHelp("Take as many as this needs, such as macs=-40% or parameters=-50%.", valueName: "TARGET"))
  var target: PruningTarget?

  @Option(
    name: .customLong("by"), help: "How importance is measured: l1, l2, lamp, fpgm or batch_norm; on samples wanda.")
  var importance = PruningOptions.Importance.l2

  @Option(
    help: ArgumentHelp(
      "Samples for --by wanda and --reconstruct, as mica compare takes them; without it, samples are drawn.",
      valueName: "PATH"), completion: .file())
  var data: String?

  @Flag(help: "Change the weights that are left so that results on samples come nearer to what they were.")
  var reconstruct = false

  @OptionGroup(title: "Samples") var sampleOptions: PruningSampleOptions

  @Flag(help: "Compare the channels of all groups with each other, not only within each.")
  var global = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Leave a multiple of this many channels.", valueName: "N"))
  var roundTo = 1

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The most that goes of one group (0.9 by default).", valueName: "R"))
  var maxRatio = 0.9

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Leave nodes and tensors of this name alone; * stands for any letters.", valueName: "PATTERN"))
  var keep: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Take only from channels that nodes and tensors of this name make; * stands for any letters.",
      valueName: "PATTERN"))
  var only: [String] = []

  @Flag(help: "Prune also what a normalization takes its statistics over, which changes them.")
  var allowNormChange = false

  @Option(help: ArgumentHelp("The model, where a Mica file has several.", valueName: "NAME"))
  var model: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Sizes that operations are counted at, such as N=1,S=128.", valueName: "NAME=SIZE"))
  var bind: [Bindings] = []

  @Flag(help: "Print the plan, and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError("\(input): this version prunes .mica and .onnx files")
    }
    if model != nil, input.hasSuffix(".onnx") { throw ValidationError("\(input): --model is for Mica files") }
    if let output, !output.hasSuffix(".onnx") {
      guard output.hasSuffix(".mica") else {
        throw ValidationError("\(output): this version writes .onnx and .mica files")
      }
      guard input.hasSuffix(".mica") else {
        throw ValidationError("\(output): a text is pruned as a text; prune to an ONNX file, and convert that")
      }
      guard case .channel = granularity else {
        throw ValidationError("\(output): zeros are no part of a text; give an ONNX file to write")
      }
    }
    if output == nil, !dryRun { throw ValidationError("give the file to write, or --dry-run") }
    if output != nil, dryRun { throw ValidationError("--dry-run writes nothing, and there is a file to write") }
    let amounts = [ratio != nil, threshold != nil, target != nil].count { $0 }
    if case .channel = granularity {
    } else {
      if target != nil { throw ValidationError("--target is for channels: zeros take as much work as other numbers") }
      let isForChannels =
        roundTo != 1 || allowNormChange || maxRatio != 0.9 || !only.isEmpty || !bind.isEmpty
        || ![.l2, .wanda].contains(importance)
      if isForChannels {
        throw ValidationError(
          "--by, but for wanda, --only, --round-to, --max-ratio, --allow-norm-change and --bind are for channels")
      }
      if importance == .wanda, threshold != nil || global {
        throw ValidationError("--by wanda takes a part of each row: leave --threshold and --global out")
      }
      if case .pattern = granularity, amounts > 0 || global {
        throw ValidationError("a pattern says itself how much goes: leave --ratio, --threshold and --global out")
      }
    }
    if !usesSamples, data != nil || sampleOptions.given {
      throw ValidationError("samples go with --by wanda and --reconstruct")
    }
    if amounts > 1 { throw ValidationError("give one of --ratio, --threshold and --target") }
    try require(ratio, "--ratio")
    try require(threshold, "--threshold")
    try require(maxRatio, "--max-ratio")
    guard (1...1 << 16).contains(roundTo) else {
      throw ValidationError("--round-to takes 1 to 65536, and this is \(roundTo)")
    }
  }

  private var usesSamples: Bool { reconstruct || importance == .wanda }

  private func require(_ part: Double?, _ name: String) throws {
    guard let part, !(part >= 0 && part < 1) else { return }
    throw ValidationError("\(name) takes 0 and more, less than 1, and this is \(part)")
  }

  private var options: PruningOptions {
    var options = PruningOptions()
    options.importance = importance
    options.amount = target?.amount ?? threshold.map { .threshold($0) } ?? .ratio(ratio ?? 0.3)
    options.isGlobal = global
    options.roundTo = roundTo
    options.largestRatio = maxRatio
    options.kept = keep
    options.chosen = only
    options.allowsNormChange = allowNormChange
    options.bindings = bind.reduce(into: [:]) { $0.merge($1.sizes) { _, new in new } }
    return options
  }

  /// What becomes 0, where it is not channels that go.
  private var sparsity: SparsityPlan.Kind? {
    switch granularity {
    case .channel: nil
    case .element: threshold.map { .threshold($0) } ?? .ratio(ratio ?? 0.3)
    case .pattern(let pattern): .pattern(pattern)
    }
  }

  func run() throws {
    if let output { try ModelOutput.refuse(output, from: [input]) }
    // A plan for a Mica file is tried as a text is pruned.
    if sparsity == nil, (output ?? input).hasSuffix(".mica") { return try runOnText() }
    let (model, source) = try LoadedModel.any(input, named: model)
    let inference =
      input.hasSuffix(".onnx") ? ONNXConversion.inference(of: model, at: input) : ModelInference(of: model)
    guard let inference else { throw ExitCode(1) }
    do {
      if let kind = sparsity {
        let samples = try samples(of: model)
        let norms = importance == .wanda ? try samples?.norms(inference) : nil
        let plan = try SparsityPlan(of: model, inference, kind, isGlobal: global, kept: keep, norms: norms)
        let rebuilt = reconstruct ? try samples?.reconstruction(of: plan, inference) : nil
        if let output { try write(plan.applied(rebuilt?.tensors ?? [:]), to: output, from: source) }
        let report = SparsityReport(plan, output: output, rebuilt)
        return json
          ? Console.output(report.json.serialized(pretty: true) + [UInt8(ascii: "\n")]) : Console.output(report.text)
      }
      let samples = try samples(of: model)
      let plan = try PruningPlan(of: model, inference, options(on: samples, inference))
      let rebuilt = reconstruct ? try samples?.reconstruction(of: plan, inference) : nil
      if let output { try write(plan.applied(rebuilt?.tensors ?? [:]), to: output, from: source) }
      show(PruningReport(plan, model.graph, output: output), rebuilt)
    } catch let error as PruningError {
      Console.error(Console.escaped("\(input):1:1: error[cannot-prune]: \(error)", keepsNewlines: false))
      throw ExitCode(1)
    } catch let error as ONNXError {
      Console.error("\(output ?? ""):1:1: error[unwritable-file]: \(error)")
      throw ExitCode(1)
    }
  }

  private func runOnText() throws {
    var samples: LoadedPruningSamples?
    var rebuilt: ReconstructedWeights?
    let report = try TextPruningRun.run(input, output, named: self.model) { model in
      samples = try self.samples(of: model)
      return try options(on: samples, ModelInference(of: model))
    } rebuilding: { plan, model in
      if reconstruct { rebuilt = try samples?.reconstruction(of: plan, ModelInference(of: model)) }
      return rebuilt?.tensors ?? [:]
    }
    show(report, rebuilt)
  }

  private func options(on samples: LoadedPruningSamples?, _ inference: ModelInference) throws -> PruningOptions {
    var options = options
    if importance == .wanda { options.inputNorms = try samples?.norms(inference) ?? [:] }
    return options
  }

  private func show(_ report: PruningReport, _ rebuilt: ReconstructedWeights?) {
    guard json else { return Console.output(([report.text] + (rebuilt?.lines ?? [])).joined(separator: "\n")) }
    var object = report.json.objectValue ?? JSONObject()
    rebuilt?.write(into: &object)
    Console.output(JSONValue.object(object).serialized(pretty: true) + [UInt8(ascii: "\n")])
  }

  private func samples(of model: Model) throws -> LoadedPruningSamples? {
    usesSamples ? try LoadedPruningSamples(model, sampleOptions, data, path: input) : nil
  }

  private func write(_ model: Model, to output: String, from source: String?) throws {
    var options = ONNXWriter.Options()
    options.replacesSources = !input.hasSuffix(".mica")
    if let source { options.externalData = .asRead(from: source) }
    try ONNXWriter.write(model, to: output, options: options)
  }
}

extension PruningOptions.Importance: ExpressibleByArgument {
  package init?(argument: String) { self.init(name: argument) }
}

/// `channel`, `element` or `2:4`.
enum PruningGranularity: ExpressibleByArgument {
  case channel
  case element
  case pattern(SparsePattern)

  init?(argument: String) {
    switch argument {
    case "channel": self = .channel
    case "element": self = .element
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let keep = Int(parts[0]), let of = Int(parts[1]),
        let pattern = SparsePattern(keep: keep, of: of)
      else { return nil }
      self = .pattern(pattern)
    }
  }

  var defaultValueDescription: String { "channel" }
}

/// `macs=-40%`.
struct PruningTarget: ExpressibleByArgument {
  var amount: PruningOptions.Amount

  init?(argument: String) {
    guard let amount = PruningOptions.Amount(target: argument) else { return nil }
    self.amount = amount
  }
}
