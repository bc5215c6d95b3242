package import Compression
package import Execution
import Formats
package import Graphs
import Tensors

/// Histograms of values of a model over samples.
///
/// One sample's values are in memory at a time: they are counted, and given up.
package struct Observation {
  /// The histograms by the names of the values.
  package private(set) var histograms: [String: ValueHistogram] = [:]

  /// Runs the model on each sample.
  ///
  /// - Parameters:
  ///   - names: names of values of the model's body, which may be its inputs and outputs.
  ///   - progress: is told after each sample how many are done; `false` ends it.
  package init(
    of model: Model, _ names: Set<String>, on samples: any Samples, _ runtime: Runtime,
    progress: (Int) -> Bool = { _ in true }
  ) throws(CalibrationError) {
    var exposed = model
    exposed.graph = model.graph.exposing(names)
    // What is exposed decides what ONNX Runtime fuses, and with that the last digits: no number may depend on which others
    // are asked for.
    let session = try Self.session(of: exposed, runtime, optimization: .none)
    let given = Set(session.file.outputs.map(\.name))
    let outputs = names.intersection(given).sorted()
    let inputs = names.subtracting(given)
    for index in 0..<samples.count {
      let values = try samples.calibrationValues(at: index, runtime)
      do throws(RuntimeError) {
        for name in inputs {
          if let value = values[name] { try count(value, name) }
        }
        let results = try session.file.run(values, outputs: outputs)
        for (name, value) in zip(outputs, results) {
          if let value { try count(value, name) }
        }
      } catch { throw .runtime(error) }
      if !progress(index + 1) { throw .cancelled }
    }
  }

  private mutating func count(_ value: RuntimeValue, _ name: String) throws(RuntimeError) {
    try value.withTensor(name) { element, _, bytes in
      guard element == .f32 else { return }
      histograms[name, default: ValueHistogram()].add(bytes.bindMemory(to: Float.self))
    }
  }

  /// A session with the file that it was loaded from.
  package static func session(
    of model: Model, _ runtime: Runtime, optimization: SessionOptions.Optimization = .all
  ) throws(CalibrationError) -> (file: Session, RunnableModel) {
    let file: RunnableModel
    do throws(ONNXError) { file = try RunnableModel(model) } catch { throw .model(error) }
    do throws(RuntimeError) {
      var options = SessionOptions()
      options.optimization = optimization
      return (try file.session(options, runtime), file)
    } catch { throw .runtime(error) }
  }
}
