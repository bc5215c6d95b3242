package import Compression
package import Execution
package import Graphs
package import Tensors

/// New elements for weights that lose some, so that results come nearer to what they were.
///
/// Weights are fitted in the order in which they are used, each to what it is multiplied with in the model that has the new
/// elements of those before, so that errors do not add up. The new elements are in temporary files.
package struct WeightReconstruction {
  /// By the weight, in its former shape.
  package private(set) var tensors: [Value.ID: Tensor] = [:]
  /// Weights that keep the elements that they have, since it is not known how they are multiplied.
  package private(set) var left: [String] = []
  /// Weights that keep the elements that they have, since no others do better on rows that they are not fitted to.
  package private(set) var unmatched: [String] = []
  /// The weight that has the fewest rows for each element that is looked for, where those are fewer.
  package private(set) var shortage: Shortage?

  /// Too few rows for a weight.
  package struct Shortage: Sendable {
    package let weight: String
    package let rowCount: Int
    /// The elements that are looked for with them.
    package let unknownCount: Int
    /// So many samples would have as many rows.
    package let sampleCount: Int
    /// The number of weights that have too few.
    package fileprivate(set) var weightCount = 1
  }

  /// The bytes of sums that are added up at a time.
  private static let bytesOfStage = 1 << 30

  /// A weight whose elements are to be found anew.
  private struct Target {
    var weight: Value.ID
    var name: String
    var tensor: Tensor
    var kept: Reconstruction.Kept
    var inputs: [WeightInput]

    /// The number of elements that make one channel; 0 where that is not known.
    var length: Int {
      guard let axis = inputs.first?.resultAxis, tensor.sizes[axis] > 0 else { return 0 }
      return tensor.elementCount / tensor.sizes[axis]
    }

    var isKnown: Bool {
      !inputs.isEmpty && inputs.allSatisfy { $0.layout != nil && $0.resultAxis == inputs[0].resultAxis }
        && tensor.element == .f32 && (1...InputDrift.longestRow).contains(length)
    }

    /// The channels of the input that stay, where some go.
    var channels: [Int]? {
      if case .channels(let indices, _) = kept { indices } else { nil }
    }
  }

  /// The model before and after, and what both are run on.
  private struct Runs {
    let model: Model
    let applied: ([Value.ID: Tensor]) throws(CalibrationError) -> Model
    let samples: any Samples
    let runtime: Runtime
  }

  /// For the weights of a plan that puts zeros in.
  ///
  /// - Parameter progress: is told what is done, how far it is and how much there is; `false` ends it.
  package init(
    of plan: SparsityPlan, _ model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime,
    progress: (String, Int, Int) -> Bool = { _, _, _ in true }
  ) throws(CalibrationError) {
    let byWeight = Dictionary(grouping: inputs, by: \.weight)
    let targets = plan.weights.compactMap { weight in
      weight.masked.map { masked in
        Target(
          weight: weight.value, name: weight.name, tensor: weight.tensor, kept: .elements(masked),
          inputs: byWeight[weight.value] ?? [])
      }
    }
    let runs = Runs(
      model: model, applied: { (tensors) throws(CalibrationError) in plan.applied(tensors) }, samples: samples,
      runtime: runtime)
    try self.init(targets, inputs, runs, progress: progress)
  }

  /// For the weights that read channels which go.
  ///
  /// - Parameter progress: is told what is done, how far it is and how much there is; `false` ends it.
  package init(
    of plan: PruningPlan, _ model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime,
    progress: (String, Int, Int) -> Bool = { _, _, _ in true }
  ) throws(CalibrationError) {
    let byWeight = Dictionary(grouping: inputs, by: \.weight)
    let targets = plan.readers(among: inputs).map { reader in
      Target(
        weight: reader.weight.value, name: model.graph.values[reader.weight.value].name, tensor: reader.tensor,
        kept: .channels(reader.kept, axis: reader.weight.axis), inputs: byWeight[reader.weight.value] ?? [])
    }
    let runs = Runs(
      model: model,
      applied: { (tensors) throws(CalibrationError) in
        do throws(PruningError) { return try plan.applied(tensors) } catch { throw .pruning(error) }
      }, samples: samples, runtime: runtime)
    try self.init(targets, inputs, runs, progress: progress)
  }

  private init(
    _ targets: [Target], _ inputs: [WeightInput], _ runs: Runs, progress: (String, Int, Int) -> Bool
  ) throws(CalibrationError) {
    left = targets.filter { !$0.isKnown }.map(\.name)
    let known = targets.filter(\.isKnown)
    let folder: TemporaryFolder
    do throws(FileError) { folder = try TemporaryFolder() } catch { throw .file(error) }
    var originals = try OriginalValues(of: runs.model, known.flatMap(\.inputs), on: runs.samples, runs.runtime)
    let readOtherwise = WeightInput.weightsReadOtherwise(in: runs.model, inputs)
    let stages = Self.stages(of: known, runs.model.graph)
    var done = 0
    for (place, stage) in stages.enumerated() {
      try originals.hold(stages[place...].lazy.map { $0.flatMap(\.inputs) })
      var drifts = try Self.drifts(of: stage, originals, runs, applied: runs.applied(tensors))
      for target in stage {
        if !progress("reconstructing", done, known.count) { throw .cancelled }
        done += 1
        guard let drift = drifts.removeValue(forKey: target.weight), let axis = target.inputs[0].resultAxis,
          let reconstruction = Reconstruction(
            of: target.tensor, target.kept, resultAxis: axis, isReadOtherwise: readOtherwise.contains(target.weight))
        else {
          left.append(target.name)
          continue
        }
        note(target.name, drift.rowCount, reconstruction.unknownCount, samples: runs.samples.count)
        guard let elements = reconstruction.elements(by: drift) else {
          unmatched.append(target.name)
          continue
        }
        do throws(FileError) {
          tensors[target.weight] = try Self.stored(elements, target.tensor.sizes, "\(folder.path)/\(done)")
        } catch { throw .file(error) }
      }
    }
  }

  /// The weights in parts of which none is needed for what its others are multiplied with, and whose sums are in memory at a
  /// time.
  private static func stages(of targets: [Target], _ graph: Graph) -> [[Target]] {
    let readers = Set(targets.flatMap(\.inputs).map(\.node))
    // The number of weights on the longest way to each value.
    var depths: [Value.ID: Int] = [:]
    for node in graph.executionOrder(of: graph.body).order {
      var depth = 0
      graph.forEachUse(of: node) { depth = max(depth, depths[$0] ?? 0) }
      for case let result? in graph.nodes[node].results { depths[result] = readers.contains(node) ? depth + 1 : depth }
    }
    func depth(_ target: Target) -> Int { target.inputs.map { depths[$0.input] ?? 0 }.max() ?? 0 }
    var result: [[Target]] = []
    var (bytes, last) = (0, -1)
    for (target, depth) in targets.map({ ($0, depth($0)) }).sorted(by: { $0.1 < $1.1 }) {
      let own = InputDrift.byteCount(length: target.length)
      if depth == last, bytes + own <= bytesOfStage {
        result[result.count - 1].append(target)
        bytes += own
      } else {
        result.append([target])
        (bytes, last) = (own, depth)
      }
    }
    return result
  }

  /// What the weights of a stage are multiplied with in both models.
  private static func drifts(
    of stage: [Target], _ originals: OriginalValues, _ runs: Runs, applied: Model
  ) throws(CalibrationError) -> [Value.ID: InputDrift] {
    let graph = runs.model.graph
    let names = Set(stage.flatMap(\.inputs).map { graph.values[$0.input].name })
    var pruned = applied
    pruned.graph = applied.graph.ending(at: names)
    let session = try Observation.session(of: pruned, runs.runtime)
    var drifts = Dictionary(uniqueKeysWithValues: stage.map { ($0.weight, InputDrift(length: $0.length)) })
    for index in 0..<runs.samples.count {
      let given = try runs.samples.calibrationValues(at: index, runs.runtime)
      let before = try originals.values(names, of: index, given)
      var unusable: String?
      do throws(RuntimeError) {
        let after = try session.file.values(names, given)
        for target in stage {
          for input in target.inputs {
            let name = graph.values[input.input].name
            guard let first = before[name], let second = after[name] else { continue }
            try pair(name, first, second) { whole, pruned in
              guard whole.isFinite else { return unusable = name }
              drifts[target.weight]?.add(
                whole, pruned, input, channels: target.channels, half: runs.samples.count > 1 ? index % 2 : nil)
            }
          }
        }
      } catch { throw .runtime(error) }
      if let unusable { throw .notFinite(tensor: unusable, sample: index + 1) }
    }
    for weight in drifts.keys { drifts[weight]?.finish() }
    return drifts
  }

  private static func pair(
    _ name: String, _ first: RuntimeValue, _ second: RuntimeValue, _ body: (InputDrift.Input, InputDrift.Input) -> Void
  ) throws(RuntimeError) {
    try first.withTensor(name) { (element, sizes, bytes) throws(RuntimeError) in
      try second.withTensor(name) { (other, otherSizes, otherBytes) throws(RuntimeError) in
        guard element == .f32, other == .f32 else { return }
        body(
          InputDrift.Input(bytes.bindMemory(to: Float.self), sizes),
          InputDrift.Input(otherBytes.bindMemory(to: Float.self), otherSizes))
      }
    }
  }

  /// Remembers the weight that has the fewest rows for what is looked for.
  private mutating func note(_ name: String, _ rowCount: Int, _ unknownCount: Int, samples: Int) {
    guard rowCount < unknownCount else { return }
    let count = (shortage?.weightCount ?? 0) + 1
    let needed = (samples * unknownCount + max(rowCount, 1) - 1) / max(rowCount, 1)
    if needed > shortage?.sampleCount ?? 0 {
      shortage = Shortage(weight: name, rowCount: rowCount, unknownCount: unknownCount, sampleCount: needed)
    }
    shortage?.weightCount = count
  }

  private static func stored(_ elements: [Float], _ sizes: [Int], _ path: String) throws(FileError) -> Tensor {
    let output = try OutputFile(path: path)
    try output.write(elements.withUnsafeBytes { Array($0) })
    try output.commit()
    let tensor = Tensor(.f32, sizes, .mapped(try MappedFile(path: path), 0..<elements.count * 4))
    return Tensor(.f32, sizes, .computed(FiledElements(tensor: tensor)))
  }
}

/// Elements that a temporary file holds: no model may name that file as where its data are.
private struct FiledElements: ElementSource {
  let tensor: Tensor

  var byteCount: Int { tensor.elementCount * 4 }
  var granule: Int { 4 }

  func write(_ range: Range<Int>, to bytes: UnsafeMutableRawBufferPointer) {
    tensor.copyBytes(ofElements: range.lowerBound / 4..<range.upperBound / 4, width: 4, to: bytes)
  }
}
