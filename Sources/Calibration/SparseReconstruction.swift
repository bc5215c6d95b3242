package import Compression
package import Execution
package import Graphs
package import Tensors

/// New elements for the weights of a plan that puts zeros in, so that results come nearer to what they were.
///
/// Each weight's new elements are a file of their own among temporary ones: no two are in memory at a time.
package struct SparseReconstruction {
  /// By the weight.
  package private(set) var tensors: [Value.ID: Tensor] = [:]
  /// Weights with zeros that keep the elements that they have, since it is not known how they are multiplied.
  package private(set) var left: [String] = []

  /// The bytes of covariance matrices that are added up in one pass over the samples.
  private static let bytesOfPass = 768 << 20

  /// - Parameter progress: is told what is done, how far it is and how much there is; `false` ends it.
  package init(
    of plan: SparsityPlan, _ model: Model, _ inputs: [WeightInput], on samples: any Samples, _ runtime: Runtime,
    progress: (String, Int, Int) -> Bool = { _, _, _ in true }
  ) throws(CalibrationError) {
    var open: [(weight: SparsityPlan.Weight, inputs: [WeightInput], length: Int)] = []
    for weight in plan.weights where weight.masked != nil {
      let own = inputs.filter { $0.weight == weight.value }
      let rows = own.first?.resultAxis.map { weight.tensor.sizes[$0] } ?? 0
      let length = rows == 0 ? 0 : weight.count / rows
      guard !own.isEmpty, own.allSatisfy({ $0.layout != nil && $0.resultAxis == own[0].resultAxis }),
        weight.tensor.element == .f32, (1...InputStatistics.longestRow).contains(length)
      else {
        left.append(weight.name)
        continue
      }
      open.append((weight, own, length))
    }
    let folder: TemporaryFolder
    do throws(FileError) { folder = try TemporaryFolder() } catch { throw .file(error) }
    let count = open.count
    var done = 0
    while !open.isEmpty {
      var bytes = 0
      let batch = Array(
        open.prefix { part in
          bytes += part.length * part.length * 4
          return bytes <= Self.bytesOfPass
        })
      let pass = batch.isEmpty ? [open[0]] : batch
      open.removeFirst(pass.count)
      var observation = try InputObservation(
        of: model, pass.flatMap(\.inputs),
        covarianceOf: Dictionary(uniqueKeysWithValues: pass.map { ($0.weight.value, $0.length) }), on: samples, runtime)
      for part in pass {
        if !progress("reconstructing", done, count) { throw .cancelled }
        done += 1
        let key = StoredAxis(part.weight.value, part.inputs[0].weightAxis)
        guard let covariance = observation.take(key), let masked = part.weight.masked,
          let axis = part.inputs[0].resultAxis,
          let elements = Reconstruction.elements(of: part.weight.tensor, masked, resultAxis: axis, covariance)
        else {
          left.append(part.weight.name)
          continue
        }
        do throws(FileError) {
          tensors[part.weight.value] = try Self.stored(elements, part.weight.tensor.sizes, "\(folder.path)/\(done)")
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
  fileprivate mutating func take(_ key: StoredAxis) -> [Float]? {
    statistics[key]?.takeCovariance()
  }
}
