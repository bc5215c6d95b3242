package import Compression
package import Execution
import Formats
package import Graphs
import Tensors

/// What samples show of what the weights of a model are multiplied with.
package struct InputObservation {
  /// By the weight and its axis that is summed over.
  private var statistics: [StoredAxis: InputStatistics] = [:]

  /// The size of what is read at each index, by the weight's axis: the root of the sum of squares.
  package var norms: [StoredAxis: [Float]] { statistics.mapValues { $0.squares.map { Float($0.squareRoot()) } } }

  /// Runs the model on each sample; one sample's values are in memory at a time.
  ///
  /// - Parameters:
  ///   - progress: is told after each sample how many are done; `false` ends it.
  package init(
    of model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime,
    progress: (Int) -> Bool = { _ in true }
  ) throws(CalibrationError) {
    let graph = model.graph
    let names = Set(inputs.map { graph.values[$0.input].name })
    let byName = Dictionary(grouping: inputs) { graph.values[$0.input].name }
    var exposed = model
    exposed.graph = graph.exposing(names)
    let session = try Observation.session(of: exposed, runtime)
    let given = Set(session.file.outputs.map(\.name))
    for index in 0..<samples.count {
      let values = try samples.calibrationValues(at: index, runtime)
      do throws(RuntimeError) {
        for name in names.subtracting(given) {
          if let value = values[name] { try add(value, name, byName[name] ?? []) }
        }
        let outputs = names.intersection(given).sorted()
        for (name, value) in zip(outputs, try session.file.run(values, outputs: outputs)) {
          if let value { try add(value, name, byName[name] ?? []) }
        }
      } catch { throw .runtime(error) }
      for input in inputs where statistics[StoredAxis(input.weight, input.weightAxis)]?.isFinite == false {
        throw .notFinite(tensor: graph.values[input.input].name, sample: index + 1)
      }
      if !progress(index + 1) { throw .cancelled }
    }
  }

  private mutating func add(
    _ value: RuntimeValue, _ name: String, _ inputs: [WeightInput]
  ) throws(RuntimeError) {
    try value.withTensor(name) { element, sizes, bytes in
      guard element == .f32 else { return }
      let floats = bytes.bindMemory(to: Float.self)
      for input in inputs where sizes.indices.contains(input.inputAxis) {
        let key = StoredAxis(input.weight, input.weightAxis)
        statistics[key, default: InputStatistics(size: sizes[input.inputAxis])].add(floats, sizes: sizes, input)
      }
    }
  }
}
