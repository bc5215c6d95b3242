import ArgumentParser
import Execution
import Recipes

/// What static quantization is told beside the samples that it runs on.
struct CalibrationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Samples to calibrate on: a .npz file with an array for each input, a .npy file for the only input, a folder of them, "
        + "or a pattern such as 'samples/*.npy'; without it, samples are drawn.",
      valueName: "PATH"), completion: .file())
  var calibration: String?

  @Option(
    help: ArgumentHelp("The percent of numbers that --method percentile keeps; 99.999 by default.", valueName: "P"))
  var percentile: Double?

  @Option(help: ArgumentHelp("Leave the N layers that hurt the results most.", valueName: "N"))
  var skipWorst: Int?

  @Option(
    help: ArgumentHelp(
      "Leave the layers that hurt the results most, as few as it takes for every output to reach this SQNR.",
      valueName: "DB"))
  var minSqnr: Double?

  @OptionGroup var samples: SampleOptions

  static let defaultPercentile = 99.999

  func validate() throws {
    if let percentile, !(percentile > 0 && percentile <= 100) {
      throw ValidationError("--percentile takes a number above 0 and up to 100, and this is \(percentile)")
    }
    if let skipWorst, skipWorst < 0 { throw ValidationError("--skip-worst takes 0 and more, and this is \(skipWorst)") }
    if skipWorst != nil, minSqnr != nil { throw ValidationError("--skip-worst and --min-sqnr exclude each other") }
    if let minSqnr, !minSqnr.isFinite { throw ValidationError("--min-sqnr takes a number of decibels") }
  }

  /// The samples: those of the files, or drawn ones.
  var source: StaticQuantization.Source {
    { inputs throws(SampleError) in try samples.samples(at: calibration, for: inputs) }
  }

  /// Which layers are to be left.
  var goal: StaticQuantization.Goal? { skipWorst.map { .leavingWorst($0) } ?? minSqnr.map { .reaching($0) } }

  /// One of the options that is given.
  var given: String? {
    if calibration != nil { return "--calibration" }
    if percentile != nil { return "--percentile" }
    if skipWorst != nil { return "--skip-worst" }
    if minSqnr != nil { return "--min-sqnr" }
    return samples.given
  }
}
