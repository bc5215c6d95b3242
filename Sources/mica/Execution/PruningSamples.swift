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
    let before = try reference.sqnr(of: applied([:]))
    let after = try reference.sqnr(of: applied(rebuilt.tensors))
    if let shortage = rebuilt.shortage { warn(of: shortage) }
    return ReconstructedWeights(rebuilt, before: before, after: after)
  }

  private func warn(of shortage: WeightReconstruction.Shortage) {
    let others = shortage.weightCount - 1
    let more = others == 0 ? "" : ", and \(others) other weight\(others == 1 ? "" : "s") to too few as well"
    Console.error(
      Console.escaped(
        "\(path):1:1: warning[few-samples]: \(shortage.weight) is fitted to \(shortage.rowCount) rows, each output with "
          + "\(shortage.unknownCount) unknowns\(more); give at least \(shortage.sampleCount) samples, not "
          + "\(samples.count)", keepsNewlines: false))
  }
}

/// What a reconstruction came to.
struct ReconstructedWeights {
  /// The new elements; none where they would make results worse.
  let tensors: [Value.ID: Tensor]
  /// Weights with zeros that stayed as they were otherwise.
  private let left: [String]
  /// Weights of which nothing fits samples that it is not fitted to.
  private let unmatched: [String]
  /// The SQNR in dB of the output that comes off worst, without and with it.
  private let before: Double
  private let after: Double
  private let isRefused: Bool

  init(_ rebuilt: WeightReconstruction, before: Double, after: Double) {
    isRefused = after < before
    tensors = isRefused ? [:] : rebuilt.tensors
    (left, unmatched, self.before) = (rebuilt.left, rebuilt.unmatched, before)
    self.after = isRefused ? before : after
  }

  /// What a report says of it.
  var lines: [String] {
    if isRefused {
      return ["reconstructed no weights: new elements make the worst output worse than \(Quantity.decibels(before))"]
    }
    var lines = [
      "reconstructed \(tensors.count) weights: SQNR \(Quantity.decibels(after)), \(Quantity.decibels(before)) without"
    ]
    if !left.isEmpty { lines.append("as they were otherwise: \(left.joined(separator: ", "))") }
    if !unmatched.isEmpty {
      lines.append("as they were, since samples apart agree on nothing better: \(unmatched.joined(separator: ", "))")
    }
    return lines
  }

  /// Writes the number of weights and the SQNR before and after into a report.
  func write(into report: inout JSONObject) {
    func number(_ decibels: Double) -> JSONValue { decibels.isFinite ? .number(decibels) : .null }
    report["reconstructed"] = .integer(Int64(tensors.count))
    report["sqnr"] = ["before": number(before), "after": number(after)]
  }
}
