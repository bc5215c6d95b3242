import ArgumentParser
import Calibration
import Compression
import Execution
import Graphs
import Operators
import Recipes

/// What `mica prune` is told of samples; sizes are its own.
struct PruningSampleOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many samples: drawn ones (4 by default), or at most so many.", valueName: "N"))
  var samples: Int?

  @Option(help: ArgumentHelp("The seed of what is drawn.", valueName: "S"))
  var seed: UInt64 = 0

  var given: Bool { samples != nil }

  func validate() throws {
    if let samples, samples < 1 { throw ValidationError("--samples takes 1 and more, and this is \(samples)") }
  }
}

/// The samples of `mica prune`; where something cannot be run, the reason ends the command.
struct LoadedPruningSamples {
  private let samples: PruningSamples
  private let path: String

  init(_ model: Model, _ options: PruningSampleOptions, _ data: String?, path: String) throws {
    self.path = path
    let runtime = try LoadedSession.runtime()
    do throws(CalibrationError) {
      samples = try PruningSamples(
        model,
        on: { inputs throws(SampleError) in
          guard let data else {
            let count = options.samples ?? 4
            return (try DrawnSamples(of: inputs, count: count, seed: options.seed, sizes: [:], ranges: [:]), [])
          }
          let files = try SampleFiles(at: data, for: inputs)
          return (options.samples.map { files.first($0) } ?? files, [])
        }, runtime
      ) {
        Progress.show($0, $1, $2)
        return true
      }
    } catch {
      if case .samples = error { try LoadedSession.fail(data ?? path, "\(error)") }
      try LoadedSession.fail(path, "\(error)")
    }
  }

  /// How large what each weight reads is.
  func norms(_ inference: ModelInference) throws -> [StoredAxis: [Float]] {
    try done { () throws(CalibrationError) in try samples.norms(inference) }
  }

  /// New elements for the weights of a plan that puts zeros in, and what that does to the outputs.
  func reconstruction(of plan: SparsityPlan, _ inference: ModelInference) throws -> ReconstructedWeights {
    try told(done { () throws(CalibrationError) in try samples.reconstruction(of: plan, inference) })
  }

  /// New elements for the weights that read channels which go, and what that does to the outputs.
  func reconstruction(of plan: PruningPlan, _ inference: ModelInference) throws -> ReconstructedWeights {
    try told(done { () throws(CalibrationError) in try samples.reconstruction(of: plan, inference) })
  }

  private func done<Result>(_ work: () throws(CalibrationError) -> Result) throws -> Result {
    defer { Progress.clear() }
    do throws(CalibrationError) { return try work() } catch {
      Progress.clear()
      try LoadedSession.fail(path, "\(error)")
    }
  }

  private func told(_ rebuilt: ReconstructedWeights) -> ReconstructedWeights {
    if let warning = rebuilt.warning {
      Console.error(Console.escaped("\(path):1:1: warning[few-samples]: \(warning)", keepsNewlines: false))
    }
    return rebuilt
  }
}
