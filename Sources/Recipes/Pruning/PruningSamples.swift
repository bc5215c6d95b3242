package import Calibration
package import Compression
package import Execution
package import Graphs
package import Operators
import Tensors

/// A model that is to be pruned, with samples to run it on.
package struct PruningSamples {
  private let model: Model
  private let samples: any Samples
  private let runtime: Runtime
  private let progress: StaticQuantization.Progress

  /// - Parameter progress: is told what is being done, and how much of how much of it; `false` ends it.
  package init(
    _ model: Model, on source: StaticQuantization.Source, _ runtime: Runtime,
    progress: @escaping StaticQuantization.Progress
  ) throws(CalibrationError) {
    (self.model, self.runtime, self.progress) = (model, runtime, progress)
    let session = try Observation.session(of: model, runtime).file
    do throws(SampleError) { samples = try source(session.inputs).0 } catch { throw .samples(error) }
  }

  /// How large what each weight reads is, by the weight's axis that is summed over.
  package func norms(_ inference: ModelInference) throws(CalibrationError) -> [StoredAxis: [Float]] {
    try InputObservation(of: model, WeightInput.all(of: model, inference), on: samples, runtime) {
      progress("running samples", $0, samples.count)
    }.norms
  }

  /// New elements for the weights of a plan that puts zeros in, and what that does to the outputs.
  package func reconstruction(
    of plan: SparsityPlan, _ inference: ModelInference
  ) throws(CalibrationError) -> ReconstructedWeights {
    let rebuilt = try WeightReconstruction(
      of: plan, model, WeightInput.all(of: model, inference), on: samples, runtime, progress: progress)
    return try judged(rebuilt, plan.applied([:]), plan.applied(rebuilt.tensors))
  }

  /// New elements for the weights that read channels which go, and what that does to the outputs.
  package func reconstruction(
    of plan: PruningPlan, _ inference: ModelInference
  ) throws(CalibrationError) -> ReconstructedWeights {
    let rebuilt = try WeightReconstruction(
      of: plan, model, WeightInput.all(of: model, inference), on: samples, runtime, progress: progress)
    let (before, after): (Model, Model)
    do throws(PruningError) {
      (before, after) = (try plan.applied([:]), try plan.applied(rebuilt.tensors))
    } catch { throw .pruning(error) }
    return try judged(rebuilt, before, after)
  }

  private func judged(
    _ rebuilt: WeightReconstruction, _ before: Model, _ after: Model
  ) throws(CalibrationError) -> ReconstructedWeights {
    let reference = try ReferenceRuns(of: model, on: samples, runtime)
    return ReconstructedWeights(
      rebuilt, before: try reference.sqnr(of: before), after: try reference.sqnr(of: after),
      sampleCount: samples.count)
  }
}
