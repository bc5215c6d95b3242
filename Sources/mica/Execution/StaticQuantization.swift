import ArgumentParser
import Authoring
import Calibration
import Compression
import Execution
import Graphs
import JSON

/// A plan of static quantization on samples, and what it makes of the model's results.
struct StaticQuantization: QuantizationResults {
  /// The SQNR in dB of each layer's result in the quantized model.
  private(set) var errors: [Node.ID: Double] = [:]
  /// The SQNR in dB of each output of floating-point numbers, by name.
  private var outputs: [(name: String, agreement: Agreement)] = []
  private var sampleCount = 0
  private var comparedCount = 0
  private var notes: [String] = []
  private let hasEffects: Bool

  /// Calibrates the plan, and leaves the layers that hurt most where that is asked for; where it cannot be, the reason ends
  /// the command.
  init(_ plan: inout QuantizationPlan, _ options: CalibrationOptions, method: CalibrationMethod, path: String) throws {
    hasEffects = options.skipWorst != nil || options.minSqnr != nil
    let runtime = try LoadedSession.runtime()
    let file = try LoadedSession.written(plan.model, for: path)
    let session = try LoadedSession.session(file, path, runtime)
    do {
      let (samples, notes) = try options.samples.samples(at: options.calibration, for: session.inputs)
      (sampleCount, self.notes) = (samples.count, notes)
      try calibrate(&plan, on: samples, method, runtime)
      let reference = try ReferenceRuns(of: plan.model, on: samples, runtime)
      comparedCount = reference.count
      try search(&plan, reference, options)
      try compare(plan, reference, samples, runtime)
    } catch {
      try LoadedSession.fail(options.calibration ?? path, "\(error)")
    }
  }

  private func calibrate(
    _ plan: inout QuantizationPlan, on samples: any Samples, _ method: CalibrationMethod, _ runtime: Runtime
  ) throws {
    let graph = plan.model.graph
    let names = Dictionary(plan.observedValues.map { (graph.values[$0].name, $0) }) { first, _ in first }
    let observation = try Observation(of: plan.model, Set(names.keys), on: samples, runtime) {
      Progress.show("calibrating", $0, samples.count)
      return true
    }
    var histograms: [Value.ID: ValueHistogram] = [:]
    for (name, value) in names { histograms[value] = observation.histograms[name] }
    plan.calibrate(histograms, by: method)
  }

  private func search(
    _ plan: inout QuantizationPlan, _ reference: ReferenceRuns, _ options: CalibrationOptions
  ) throws {
    guard hasEffects else { return }
    let search = LayerSearch(plan, reference) {
      Progress.show($0, $1, $2)
      return true
    }
    let effects = try search.effects()
    plan =
      if let count = options.skipWorst {
        search.leaving(worst: count, effects)
      } else {
        try search.reaching(options.minSqnr ?? 0, effects)
      }
    plan.setEffects(effects)
  }

  private mutating func compare(
    _ plan: QuantizationPlan, _ reference: ReferenceRuns, _ samples: any Samples, _ runtime: Runtime
  ) throws {
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
    Progress.clear()
  }

  // MARK: - What is said of it

  /// Lines for the head of a report.
  var lines: [String] {
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
  var columns: [String] { ["result"] + (hasEffects ? ["alone"] : []) }

  func cells(of layer: LayerPlan) -> [String] {
    let effect = layer.effect.map { Self.decibels($0) } ?? ""
    return [errors[layer.node].map { Self.decibels($0) } ?? ""] + (hasEffects ? [effect] : [])
  }

  private static func decibels(_ sqnr: Double?) -> String {
    guard let sqnr else { return "no" }
    guard sqnr.isFinite, let tenths = Int(exactly: (sqnr * 10).rounded()) else { return sqnr > 0 ? "exact" : "no" }
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10) dB"
  }

  var json: JSONValue {
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
