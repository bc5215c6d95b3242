package import Compression
package import Execution
package import Graphs
package import Tensors

/// New elements for weights that lose some, so that results come nearer to what they were.
///
/// Each weight's new elements are a file of their own among temporary ones: no two are in memory at a time.
package struct WeightReconstruction {
  /// By the weight, in its former shape.
  package private(set) var tensors: [Value.ID: Tensor] = [:]
  /// Weights that keep the elements that they have, since it is not known how they are multiplied.
  package private(set) var left: [String] = []

  /// The bytes of covariance matrices that are added up in one pass over the samples.
  private static let bytesOfPass = 768 << 20

  /// A weight whose elements are to be found anew.
  private struct Target {
    var weight: Value.ID
    var name: String
    var tensor: Tensor
    var inputs: [WeightInput]
    /// The elements by the covariance of the rows that the weight is multiplied with, and its axis that makes channels.
    var elements: ([Double], Int) -> [Float]?

    /// The number of elements that make one channel; 0 where that is not known.
    var length: Int {
      guard let axis = inputs.first?.resultAxis, tensor.sizes[axis] > 0 else { return 0 }
      return tensor.elementCount / tensor.sizes[axis]
    }

    var isKnown: Bool {
      !inputs.isEmpty && inputs.allSatisfy { $0.layout != nil && $0.resultAxis == inputs[0].resultAxis }
        && tensor.element == .f32 && (1...InputStatistics.longestRow).contains(length)
    }
  }

  /// For the weights of a plan that puts zeros in.
  ///
  /// - Parameter progress: is told what is done, how far it is and how much there is; `false` ends it.
  package init(
    of plan: SparsityPlan, _ model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime,
    progress: (String, Int, Int) -> Bool = { _, _, _ in true }
  ) throws(CalibrationError) {
    let targets = plan.weights.compactMap { weight in
      weight.masked.map { masked in
        Target(
          weight: weight.value, name: weight.name, tensor: weight.tensor,
          inputs: inputs.filter { $0.weight == weight.value }
        ) { Reconstruction.elements(of: weight.tensor, masked, resultAxis: $1, $0) }
      }
    }
    try self.init(targets, model, on: samples, runtime, progress: progress)
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
        inputs: byWeight[reader.weight.value] ?? []
      ) {
        Reconstruction.elements(
          of: reader.tensor, keeping: reader.kept, of: reader.weight.axis, resultAxis: $1, $0)
      }
    }
    try self.init(targets, model, on: samples, runtime, progress: progress)
  }

  private init(
    _ targets: [Target], _ model: Model, on samples: any Samples, _ runtime: Runtime,
    progress: (String, Int, Int) -> Bool
  ) throws(CalibrationError) {
    left = targets.filter { !$0.isKnown }.map(\.name)
    var open = targets.filter(\.isKnown)
    let folder: TemporaryFolder
    do throws(FileError) { folder = try TemporaryFolder() } catch { throw .file(error) }
    let count = open.count
    var done = 0
    while !open.isEmpty {
      var bytes = 0
      let batch = Array(
        open.prefix { target in
          bytes += target.length * target.length * MemoryLayout<Double>.stride
          return bytes <= Self.bytesOfPass
        })
      let pass = batch.isEmpty ? [open[0]] : batch
      open.removeFirst(pass.count)
      var observation = try InputObservation(
        of: model, pass.flatMap(\.inputs),
        covarianceOf: Dictionary(uniqueKeysWithValues: pass.map { ($0.weight, $0.length) }), on: samples, runtime)
      for target in pass {
        if !progress("reconstructing", done, count) { throw .cancelled }
        done += 1
        let key = StoredAxis(target.weight, target.inputs[0].weightAxis)
        guard let covariance = observation.take(key), let axis = target.inputs[0].resultAxis,
          let elements = target.elements(covariance, axis)
        else {
          left.append(target.name)
          continue
        }
        do throws(FileError) {
          tensors[target.weight] = try Self.stored(elements, target.tensor.sizes, "\(folder.path)/\(done)")
        } catch { throw .file(error) }
      }
    }
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

extension InputObservation {
  /// The covariance of what a weight is multiplied with, which is given up by it.
  fileprivate mutating func take(_ key: StoredAxis) -> [Double]? {
    statistics[key]?.takeCovariance()
  }
}
