package import Execution
package import Graphs
import Tensors

/// What a model gives on a few samples, for others to be held against.
package struct ReferenceRuns {
  /// The number of samples.
  package var count: Int { samples.count }
  private let samples: [(inputs: [String: RuntimeValue], outputs: [RuntimeValue?])]
  /// The outputs of floating-point numbers.
  private let names: [String]
  private let runtime: Runtime

  /// No more samples than this are kept, with what is given for them.
  package static let limit = 8

  /// - Parameter exposed: values on the way that count as outputs.
  package init(
    of model: Model, exposing exposed: Set<String> = [], on samples: any Samples, _ runtime: Runtime
  ) throws(CalibrationError) {
    var model = model
    model.graph = model.graph.exposing(exposed)
    let session = try Observation.session(of: model, runtime)
    names = session.file.outputs.filter { $0.tensor?.element?.isFloatingPoint == true }.map(\.name)
    if names.isEmpty { throw .noNumbers }
    self.runtime = runtime
    var runs: [(inputs: [String: RuntimeValue], outputs: [RuntimeValue?])] = []
    for index in 0..<min(samples.count, Self.limit) {
      let inputs = try samples.calibrationValues(at: index, runtime)
      do throws(RuntimeError) {
        runs.append((inputs, try session.file.run(inputs, outputs: names)))
      } catch { throw .runtime(error) }
    }
    if runs.isEmpty { throw .noSamples }
    self.samples = runs
  }

  /// How near another model comes to each output, by name.
  ///
  /// - Parameter exposed: values on the way that count as its outputs.
  package func agreements(
    of model: Model, exposing exposed: Set<String> = []
  ) throws(CalibrationError) -> [String: Agreement] {
    var model = model
    model.graph = model.graph.exposing(exposed)
    let session = try Observation.session(of: model, runtime)
    let given = Set(session.file.outputs.map(\.name))
    let shared = names.indices.filter { given.contains(names[$0]) }
    var pairs = shared.map { ValuePair(names[$0], names[$0]) }
    for sample in samples {
      do throws(RuntimeError) {
        let outputs = try session.file.run(sample.inputs, outputs: shared.map { names[$0] })
        for (place, index) in shared.enumerated() { pairs[place].add(sample.outputs[index], outputs[place]) }
      } catch { throw .runtime(error) }
    }
    return Dictionary(pairs.filter { $0.problem == nil }.map { ($0.before, $0.agreement) }) { first, _ in first }
  }

  /// The SQNR in dB of the output that comes off worst.
  package func sqnr(of model: Model) throws(CalibrationError) -> Double {
    let all = try agreements(of: model)
    return names.map { all[$0]?.sqnr ?? -.infinity }.min() ?? -.infinity
  }
}

extension Samples {
  /// The values of a sample, as the runtime takes them.
  func calibrationValues(at index: Int, _ runtime: Runtime) throws(CalibrationError) -> [String: RuntimeValue] {
    let tensors: [String: Tensor]
    do throws(SampleError) { tensors = try values(at: index) } catch { throw .samples(error) }
    var values: [String: RuntimeValue] = [:]
    do throws(RuntimeError) {
      for (name, tensor) in tensors { values[name] = try RuntimeValue(tensor, name: name, runtime: runtime) }
    } catch { throw .runtime(error) }
    return values
  }
}
