import ArgumentParser
import Authoring
import Calibration
import Compression
import Formats
import Graphs
import JSON
import Recipes
import Tensors

/// `mica quantize IN OUT`.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Write a model with its weights in fewer bits, and say what that changes in each layer.")

  @Argument(help: ArgumentHelp("A Mica or an ONNX file.", valueName: "in"), completion: .models)
  var input: String

  @Argument(
    help: ArgumentHelp("The ONNX file to write; with --dry-run there need be none.", valueName: "out"),
    completion: .models)
  var output: String?

  @Option(help: ArgumentHelp(Self.schemes, valueName: "NAME"))
  var scheme: QuantizationOptions.Scheme?

  @Option(help: ArgumentHelp("What weights become.", valueName: "TYPE"))
  var type: ElementType?

  @Flag(help: "Give each output channel a scale of its own.")
  var perChannel = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cut matrices in blocks of so many weights, a scale each: 16, 32, 64, 128.", valueName: "N"))
  var block: Int?

  @Option(
    help: ArgumentHelp(
      "How ranges are chosen: minmax, sigma (within K standard deviations), or hqq; for the activations of --scheme static "
        + "also percentile, entropy, or mse, which is its default.", valueName: "NAME"))
  var method: RangeMethodName?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The standard deviations of --method sigma; 3 by default.", valueName: "K"))
  var deviations: Double?

  @Option(
    help: ArgumentHelp(
      "What blocks are written as: matmulnbits (ONNX Runtime's, for any operator set) or qdq (ONNX's, from 21 on).",
      valueName: "NAME"))
  var form: QuantizationOptions.BlockForm?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Leave nodes and tensors with such names as they are; * stands for anything.", valueName: "PATTERN"))
  var skip: [String] = []

  @Flag(help: "Say what would change, and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: ArgumentHelp("The model, where a Mica file has several.", valueName: "NAME"))
  var model: String?

  @OptionGroup(title: "Static quantization") var calibration: CalibrationOptions

  private static let schemes =
    "dynamic (integer arithmetic, activations quantized as they come), static (the same by ranges that samples show), "
    + "weights (weights alone) or float (a narrower floating-point type)."

  func validate() throws {
    guard input.hasSuffix(".mica") || input.hasSuffix(".onnx") else {
      throw ValidationError("\(input): this version quantizes .mica and .onnx files")
    }
    if model != nil, input.hasSuffix(".onnx") { throw ValidationError("\(input): --model is for Mica files") }
    if let deviations, !(deviations > 0 && deviations.isFinite) {
      throw ValidationError("--deviations takes a number above 0, and this is \(deviations)")
    }
    if deviations != nil, method != .sigma { throw ValidationError("--deviations goes with --method sigma") }
    if scheme != .static, let option = calibration.given {
      throw ValidationError("\(option) goes with --scheme static")
    }
    if scheme == .static {
      if method == .hqq { throw ValidationError("--method hqq is for weights in blocks") }
    } else if method?.isForActivations == true {
      throw ValidationError("--method percentile, entropy and mse go with --scheme static")
    }
    guard let output else {
      if !dryRun { throw ValidationError("give the file to write, or --dry-run") }
      return
    }
    guard output.hasSuffix(".onnx") else { throw ValidationError("\(output): this version writes .onnx files") }
  }

  func run() throws {
    if let output { try ModelOutput.refuse(output, from: [input]) }
    let (model, source) = try LoadedModel.any(input, named: model)
    var plan: QuantizationPlan
    do throws(QuantizationPlanner.Problem) {
      plan = try QuantizationPlanner.plan(for: model, options)
    } catch {
      try fail("\(input):1:1: error[cannot-quantize]: \(error)")
    }
    plan.measure()
    var results: StaticQuantization?
    if scheme == .static { results = try calibrated(&plan) }
    var bytes: (before: Int, after: Int)?
    if !dryRun, let output {
      let quantized = plan.applied()
      do {
        var options = ONNXWriter.Options()
        options.replacesSources = !input.hasSuffix(".mica")
        if let source { options.externalData = .asRead(from: source) }
        try ONNXWriter.write(quantized, to: output, options: options)
      } catch {
        try fail("\(output):1:1: error[unwritable-file]: \(error)")
      }
      bytes = (ONNXWriter.byteCount(of: model), ONNXWriter.byteCount(of: quantized))
    }
    let report = QuantizationReport(plan, path: dryRun ? nil : output, fileBytes: bytes, results: results)
    if json {
      Console.output(report.json.serialized(pretty: true) + [UInt8(ascii: "\n")])
    } else {
      Console.output(report.text)
    }
  }

  /// Calibrates a plan on samples; where that cannot be, the reason ends the command.
  private func calibrated(_ plan: inout QuantizationPlan) throws -> StaticQuantization {
    let runtime = try LoadedSession.runtime()
    defer { Progress.clear() }
    do throws(CalibrationError) {
      return try StaticQuantization(
        &plan, on: calibration.source, by: calibrationMethod, goal: calibration.goal, runtime
      ) {
        Progress.show($0, $1, $2)
        return true
      }
    } catch {
      Progress.clear()
      try LoadedSession.fail(calibration.calibration ?? input, "\(error)")
    }
  }

  private var options: QuantizationOptions {
    let element = type ?? .i8
    let method: RangeMethod =
      switch method {
      case .sigma: .sigma(deviations ?? 3)
      case .hqq: .hqq
      case .minmax, .percentile, .entropy, .mse, nil: .minMax
      }
    return QuantizationOptions(
      scheme: scheme ?? .usual(for: element, inBlocks: block != nil || form != nil), element: element,
      perChannel: perChannel, block: block, method: method, form: form, skipped: skip)
  }

  /// How the ranges of activations are chosen.
  private var calibrationMethod: CalibrationMethod {
    switch method {
    case .minmax: .minMax
    case .percentile: .percentile(calibration.percentile ?? CalibrationOptions.defaultPercentile)
    case .entropy: .entropy
    case .sigma: .sigma(deviations ?? 3)
    case .mse, .hqq, nil: .meanSquaredError
    }
  }

  private func fail(_ message: String) throws -> Never {
    Console.error(Console.escaped(message, keepsNewlines: false))
    throw ExitCode(1)
  }
}

extension QuantizationOptions.Scheme: ExpressibleByArgument {}

extension QuantizationOptions.BlockForm: ExpressibleByArgument {}

/// How ranges are chosen, by name.
enum RangeMethodName: String, CaseIterable, ExpressibleByArgument {
  case minmax, sigma, hqq, percentile, entropy, mse

  /// Whether it is for activations alone.
  var isForActivations: Bool { [.percentile, .entropy, .mse].contains(self) }
}

extension ElementType: ExpressibleByArgument {
  /// A type by the name that tools for quantization give it, or Mica.
  package init?(argument: String) { self.init(longOrShort: argument) }

  /// The types that a quantization is to.
  package static var allValueStrings: [String] {
    let integers: [ElementType] = [.i8, .u8, .i4, .u4]
    let floats: [ElementType] = [.f16, .bf16, .f8e4m3fn, .f8e4m3fnuz, .f8e5m2, .f8e5m2fnuz]
    return (integers + floats).map(\.longName)
  }
}
