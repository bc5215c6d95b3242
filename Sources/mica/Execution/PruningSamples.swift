import ArgumentParser
import Authoring
import Calibration
import Compression
import Execution
import Graphs
import JSON
import Operators
import Tensors

/// What `mica prune` is told of samples; sizes are its own.
struct PruningSampleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many samples: drawn ones (4 by default), or at most so many.", valueName: "N"))
  var samples: Int?

  @Option(help: ArgumentHelp("The seed of what is drawn.", valueName: "S"))
  var seed: UInt64 = 0

  var given: Bool { samples != nil }

  func validate() throws {
    if let samples, samples < 1 { throw ValidationError("--samples takes 1 and more, and this is \(samples)") }
  }
}

/// A model with samples to run it on; where it cannot be run, the reason ends the command.
struct PruningSamples {
  private let model: Model
  private let samples: any Samples
  private let runtime: Runtime
  private let path: String

  init(
    _ model: Model, _ options: PruningSampleOptions, _ data: String?, path: String, sizes: [String: Int] = [:]
  ) throws {
    (self.model, self.path) = (model, path)
    runtime = try LoadedSession.runtime()
    let file = try LoadedSession.written(model, for: path)
    let session = try LoadedSession.session(file, path, runtime)
    do {
      if let data {
        let files = try SampleFiles(at: data, for: session.inputs)
        samples = options.samples.map { files.first($0) } ?? files
      } else {
        samples = try DrawnSamples(
          of: session.inputs, count: options.samples ?? 4, seed: options.seed, sizes: sizes, ranges: [:])
      }
    } catch {
      try LoadedSession.fail(data ?? path, "\(error)")
    }
  }

  /// How large what each weight reads is.
  func norms(_ inference: ModelInference) throws -> [StoredAxis: [Float]] {
    do {
      return try InputObservation(of: model, WeightInput.all(of: model, inference), on: samples, runtime) {
        Progress.show("running samples", $0, samples.count)
        return true
      }.norms
    } catch {
      try LoadedSession.fail(path, "\(error)")
    }
  }

  /// New elements for the weights of a plan that puts zeros in, and what that does to the outputs.
  func reconstruction(of plan: SparsityPlan, _ inference: ModelInference) throws -> ReconstructedWeights {
    do {
      let rebuilt = try WeightReconstruction(
        of: plan, model, WeightInput.all(of: model, inference), on: samples, runtime, progress: Self.show)
      return try judged(rebuilt) { plan.applied($0) }
    } catch {
      try LoadedSession.fail(path, "\(error)")
    }
  }

  /// New elements for the weights that read channels which go, and what that does to the outputs.
  func reconstruction(of plan: PruningPlan, _ inference: ModelInference) throws -> ReconstructedWeights {
    do {
      let rebuilt = try WeightReconstruction(
        of: plan, model, WeightInput.all(of: model, inference), on: samples, runtime, progress: Self.show)
      return try judged(rebuilt) { try plan.applied($0) }
    } catch {
      try LoadedSession.fail(path, "\(error)")
    }
  }

  private static func show(_ what: String, _ done: Int, _ count: Int) -> Bool {
    Progress.show(what, done, count)
    return true
  }

  private func judged(
    _ rebuilt: WeightReconstruction, _ applied: ([Value.ID: Tensor]) throws -> Model
  ) throws -> ReconstructedWeights {
    Progress.clear()
    let reference = try ReferenceRuns(of: model, on: samples, runtime)
    return ReconstructedWeights(
      tensors: rebuilt.tensors, left: rebuilt.left, before: try reference.sqnr(of: applied([:])),
      after: try reference.sqnr(of: applied(rebuilt.tensors)))
  }
}

/// What a reconstruction came to.
struct ReconstructedWeights {
  var tensors: [Value.ID: Tensor]
  /// Weights with zeros that stayed as they were otherwise.
  var left: [String]
  /// The SQNR in dB of the output that comes off worst, without and with it.
  var before: Double
  var after: Double

  /// What a report says of it.
  var lines: [String] {
    let lines = [
      "reconstructed \(tensors.count) weights: SQNR \(Quantity.decibels(after)), \(Quantity.decibels(before)) without"
    ]
    return left.isEmpty ? lines : lines + ["as they were otherwise: \(left.joined(separator: ", "))"]
  }

  /// Writes the number of weights and the SQNR before and after into a report.
  func write(into report: inout JSONObject) {
    func number(_ decibels: Double) -> JSONValue { decibels.isFinite ? .number(decibels) : .null }
    report["reconstructed"] = .integer(Int64(tensors.count))
    report["sqnr"] = ["before": number(before), "after": number(after)]
  }
}
