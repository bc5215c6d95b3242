package import Tensors

/// Samples in NumPy's files.
///
/// An `.npz` file is a sample, with an array for each input. So is an `.npy` file for a model with one input; where `.npy`
/// files are named after the inputs, those of a folder are a sample together.
package struct SampleFiles: Samples {
  private let inputs: [SessionValue]
  private let samples: [[String]]

  package var count: Int { samples.count }

  /// Finds the samples at a path: a file, or a folder with files and with folders of them.
  package init(at path: String, for inputs: [SessionValue]) throws(SampleError) {
    self.inputs = inputs
    let found =
      FolderListing.isFolder(path)
      ? try Self.samples(in: path, inputs.map(\.name), depth: 0) : [[path]]
    guard !found.isEmpty else { throw .noFiles(path: path) }
    samples = found
  }

  /// The samples of some of these, in order.
  package func first(_ count: Int) -> SampleFiles { SampleFiles(inputs, Array(samples.prefix(count))) }

  private init(_ inputs: [SessionValue], _ samples: [[String]]) {
    (self.inputs, self.samples) = (inputs, samples)
  }

  private static func samples(
    in folder: String, _ inputs: [String], depth: Int
  ) throws(SampleError) -> [[String]] {
    var samples: [[String]] = []
    var named: [String] = []
    for name in FolderListing.names(in: folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if FolderListing.isFolder(path) {
        if depth == 0 { samples += try Self.samples(in: path, inputs, depth: 1) }
      } else if name.hasSuffix(".npz") {
        samples.append([path])
      } else if name.hasSuffix(".npy") {
        if inputs.contains(NumPyFile.stem(of: name)) {
          named.append(path)
        } else if inputs.count == 1 {
          samples.append([path])
        } else {
          throw .unnamed(path: path, inputs: inputs)
        }
      }
    }
    if !named.isEmpty { samples.append(named) }
    return samples
  }

  package func values(at index: Int) throws(SampleError) -> [String: Tensor] {
    var arrays: [String: Tensor] = [:]
    for path in samples[index] { arrays.merge(try NumPyFile.arrays(at: path)) { _, new in new } }
    let path = samples[index][0]
    if inputs.count == 1, arrays.count == 1, let array = arrays.first?.value { arrays = [inputs[0].name: array] }
    var values: [String: Tensor] = [:]
    for input in inputs {
      guard let array = arrays[input.name] else { throw .missing(path: path, input: input.name) }
      if let declared = input.tensor, let reason = Self.mismatch(array, declared) {
        throw .mismatch(path: path, input: input.name, reason: reason)
      }
      values[input.name] = array
    }
    return values
  }

  /// Why an input does not take an array.
  private static func mismatch(_ array: Tensor, _ declared: SessionValue.TensorDeclaration) -> String? {
    if let element = declared.element, element != array.element {
      return "is \(array.element.spelling), and the model takes \(element.spelling); convert it with `astype`"
    }
    let sizes = "[" + array.sizes.map(String.init).joined(separator: ", ") + "]"
    guard array.sizes.count == declared.sizes.count else {
      return "has the sizes \(sizes), and the model takes \(declared.sizes.count) of them"
    }
    for (axis, (size, wanted)) in zip(array.sizes, declared.sizes).enumerated() {
      if case .known(let wanted) = wanted, wanted != size {
        return "has the sizes \(sizes), and size \(axis) is \(wanted) in the model"
      }
    }
    return nil
  }
}
