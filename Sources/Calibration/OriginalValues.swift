import Compression
import Execution
import Formats
import Graphs
import Tensors

/// What the weights of a model are multiplied with before it is pruned, of as many of them at a time as memory holds.
struct OriginalValues {
  private let session: (file: Session, RunnableModel)
  private let graph: Graph
  private let samples: any Samples
  private let runtime: Runtime
  /// By sample, the values of `heldNames`.
  private var held: [[String: RuntimeValue]] = []
  private var heldNames: Set<String> = []

  /// The bytes of values that are held.
  private static let limit = 1 << 30

  init(
    of model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime
  ) throws(CalibrationError) {
    (graph, self.samples, self.runtime) = (model.graph, samples, runtime)
    var exposed = model
    exposed.graph = model.graph.ending(at: Set(inputs.map { model.graph.values[$0.input].name }))
    session = try Observation.session(of: exposed, runtime)
  }

  /// Runs the model once for all inputs of some stages, so many of the first that memory holds their values.
  mutating func hold(_ stages: some Sequence<[WeightInput]>) throws(CalibrationError) {
    let names = stages.map { inputs in Set(inputs.map { graph.values[$0.input].name }) }
    guard let next = names.first, !next.isSubset(of: heldNames), samples.count > 0 else { return }
    (held, heldNames) = ([], [])
    let all = names.reduce(into: Set<String>()) { $0.formUnion($1) }
    let first = try run(all, at: 0)
    var bytes = 0
    for stage in names {
      for name in stage.subtracting(heldNames) {
        do throws(RuntimeError) {
          bytes += try first[name]?.withTensor(name) { (_, _, bytes) throws(RuntimeError) in bytes.count } ?? 0
        } catch { throw .runtime(error) }
      }
      if bytes > Self.limit / samples.count { break }
      heldNames.formUnion(stage)
    }
    if heldNames.isEmpty { return }
    held = [first.filter { heldNames.contains($0.key) }]
    for index in 1..<max(samples.count, 1) { held.append(try run(heldNames, at: index)) }
  }

  /// Values for a sample.
  func values(
    _ names: Set<String>, of index: Int, _ given: [String: RuntimeValue]
  ) throws(CalibrationError) -> [String: RuntimeValue] {
    if names.isSubset(of: heldNames) { return held[index] }
    do throws(RuntimeError) { return try session.file.values(names, given) } catch { throw .runtime(error) }
  }

  private func run(_ names: Set<String>, at index: Int) throws(CalibrationError) -> [String: RuntimeValue] {
    let given = try samples.calibrationValues(at: index, runtime)
    do throws(RuntimeError) { return try session.file.values(names, given) } catch { throw .runtime(error) }
  }
}

extension Session {
  /// Values of a model by their names, its inputs among them.
  func values(
    _ names: Set<String>, _ given: [String: RuntimeValue]
  ) throws(RuntimeError) -> [String: RuntimeValue] {
    let outputs = names.intersection(self.outputs.map(\.name)).sorted()
    var values = given.filter { names.contains($0.key) }
    for (name, value) in zip(outputs, try run(given, outputs: outputs)) { values[name] = value }
    return values
  }
}
