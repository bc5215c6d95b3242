import Authoring
package import Calibration
package import Compression
package import Execution
package import Graphs
package import JSON

/// A plan of static quantization on samples, and what it makes of the model's results.
package struct StaticQuantization: QuantizationResults {
  /// Which layers are left in floating point because they hurt the results.
  package enum Goal: Hashable, Sendable {
    /// So many of those that hurt most.
    case leavingWorst(Int)
    /// As few as it takes for every output to reach this SQNR in dB.
    case reaching(Double)
  }

  /// The samples for the inputs that a model declares, and what was assumed for them.
  package typealias Source = ([SessionValue]) throws(SampleError) -> (any Samples, notes: [String])

  /// Is told what is being done and how much of how much of it; `false` ends it.
  package typealias Progress = (String, Int, Int) -> Bool

  /// The SQNR in dB of each layer's result in the quantized model.
  package private(set) var errors: [Node.ID: Double] = [:]
  /// The SQNR in dB of each output of floating-point numbers, by name.
  private var outputs: [(name: String, agreement: Agreement)] = []
  private var sampleCount = 0
  private var comparedCount = 0
  private var notes: [String] = []
  private let goal: Goal?
  private let progress: Progress

  /// Calibrates the plan, which has been measured, and leaves the layers that hurt most where that is asked for.
  package init(
    _ plan: inout QuantizationPlan, on source: Source, by method: CalibrationMethod, goal: Goal?, _ runtime: Runtime,
    progress: @escaping Progress
  ) throws(CalibrationError) {
    (self.goal, self.progress) = (goal, progress)
    let samples: any Samples
    let session = try Observation.session(of: plan.model, runtime).file
    do throws(SampleError) { (samples, notes) = try source(session.inputs) } catch { throw .samples(error) }
    sampleCount = samples.count
    try calibrate(&plan, on: samples, method, runtime)
    let reference = try ReferenceRuns(of: plan.model, on: samples, runtime)
    comparedCount = reference.count
    try search(&plan, reference)
    try compare(plan, reference, samples, runtime)
  }

  private func calibrate(
    _ plan: inout QuantizationPlan, on samples: any Samples, _ method: CalibrationMethod, _ runtime: Runtime
  ) throws(CalibrationError) {
    let graph = plan.model.graph
    let names = Dictionary(plan.observedValues.map { (graph.values[$0].name, $0) }) { first, _ in first }
    let observation = try Observation(of: plan.model, Set(names.keys), on: samples, runtime) {
      progress("calibrating", $0, samples.count)
    }
    var histograms: [Value.ID: ValueHistogram] = [:]
    for (name, value) in names { histograms[value] = observation.histograms[name] }
    plan.calibrate(histograms, by: method)
  }

  private func search(_ plan: inout QuantizationPlan, _ reference: ReferenceRuns) throws(CalibrationError) {
    guard let goal else { return }
    let search = LayerSearch(plan, reference, progress: progress)
    let effects = try search.effects()
    switch goal {
    case .leavingWorst(let count): plan = search.leaving(worst: count, effects)
    case .reaching(let sqnr): plan = try search.reaching(sqnr, effects)
    }
    plan.setEffects(effects)
  }

  private mutating func compare(
    _ plan: QuantizationPlan, _ reference: ReferenceRuns, _ samples: any Samples, _ runtime: Runtime
  ) throws(CalibrationError) {
    guard progress("comparing", 0, reference.count) else { throw .cancelled }
    let quantized = plan.applied()
    let agreements = try reference.agreements(of: quantized)
    let graph = plan.model.graph
    for value in graph.regions[graph.body].outputs {
      let name = graph.values[value].name
      if let agreement = agreements[name] { outputs.append((name, agreement)) }
    }
    var layers: [String: Node.ID] = [:]
    for layer in plan.layers where layer.form != nil {
      if let result = graph.nodes[layer.node].results.first.flatMap(\.self) {
        layers[graph.values[result].name] = layer.node
      }
    }
    let interior = try ReferenceRuns(of: plan.model, exposing: Set(layers.keys), on: samples, runtime)
    for (name, agreement) in try interior.agreements(of: quantized, exposing: Set(layers.keys)) {
      if let node = layers[name] { errors[node] = agreement.sqnr }
    }
  }

  // MARK: - What is said of it

  /// Lines for the head of a report.
  package var lines: [String] {
    var lines = notes.map { "note: " + $0 }
    let samples = "\(sampleCount) sample\(sampleCount == 1 ? "" : "s")"
    let compared = comparedCount < sampleCount ? "the first \(comparedCount) of them" : "them"
    lines.append("calibrated on \(samples); against the model as it was, on \(compared):")
    lines += outputs.map { name, agreement in
      let cosine = agreement.cosine.map { ", cosine \($0)" } ?? ""
      return "  \(name): \(Self.decibels(agreement.sqnr)) SQNR\(cosine)"
    }
    return lines
  }

  /// The columns that a table of layers has for it: the error of the layer's result, and of the outputs where it alone changes.
  package var columns: [String] { ["result"] + (goal != nil ? ["alone"] : []) }

  package func cells(of layer: LayerPlan) -> [String] {
    let effect = layer.effect.map { Self.decibels($0) } ?? ""
    return [errors[layer.node].map { Self.decibels($0) } ?? ""] + (goal != nil ? [effect] : [])
  }

  private static func decibels(_ sqnr: Double?) -> String {
    guard let sqnr, sqnr > -.infinity else { return "no" }
    return Quantity.decibels(sqnr)
  }

  package var json: JSONValue {
    [
      "samples": .integer(Int64(sampleCount)), "compared": .integer(Int64(comparedCount)),
      "notes": .array(notes.map { .string($0) }),
      "outputs": .array(
        outputs.map { name, agreement in
          [
            "name": .string(name), "sqnr": agreement.sqnr.flatMap { $0.isFinite ? .number($0) : nil } ?? .null,
            "cosine": agreement.cosine.map { .number($0) } ?? .null,
            "largestDifference": .number(agreement.largestDifference),
          ]
        }),
    ]
  }
}
