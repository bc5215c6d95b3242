import ArgumentParser
import Execution
import Tensors

/// What commands that run models have in common: what to run them on.
struct SampleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many samples: drawn ones (4 by default), or at most so many of the files.", valueName: "N"))
  var samples: Int?

  @Option(help: ArgumentHelp("The seed of what is drawn.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Sizes of the inputs' open dimensions, for what is drawn: by name, or as INPUT.AXIS; 1 by default.",
      valueName: "NAME=SIZE"))
  var bind: [Bindings] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "What the numbers of an input lie between, for what is drawn.", valueName: "INPUT=LOW:HIGH"))
  var range: [InputRange] = []

  private static let defaultCount = 4

  func validate() throws {
    if let samples, samples < 1 { throw ValidationError("--samples takes 1 and more, and this is \(samples)") }
  }

  /// One of the options that is given; the seed has a value anyway.
  var given: String? {
    if samples != nil { return "--samples" }
    if !bind.isEmpty { return "--bind" }
    return range.isEmpty ? nil : "--range"
  }

  /// The samples for a model with the given inputs: those of `path`, or drawn ones.
  ///
  /// - Returns: the samples, and what was assumed for them.
  func samples(at path: String?, for inputs: [SessionValue]) throws(SampleError) -> (any Samples, notes: [String]) {
    if let path {
      let files = try SampleFiles(at: path, for: inputs)
      return (samples.map { files.first($0) } ?? files, [])
    }
    let sizes = bind.reduce(into: [:]) { $0.merge($1.sizes) { _, new in new } }
    let ranges = Dictionary(range.map { ($0.input, $0.range) }) { _, new in new }
    let drawn = try DrawnSamples(
      of: inputs, count: samples ?? Self.defaultCount, seed: seed, sizes: sizes, ranges: ranges)
    return (drawn, drawn.notes)
  }
}

/// `INPUT=LOW:HIGH`.
struct InputRange: ExpressibleByArgument {
  var input: String
  var range: ClosedRange<Double>

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex else { return nil }
    let ends = argument[argument.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
    guard ends.count == 2, let low = Double(ends[0]), let high = Double(ends[1]), low.isFinite, high.isFinite,
      low <= high
    else { return nil }
    input = String(argument[..<sign])
    range = low...high
  }
}
