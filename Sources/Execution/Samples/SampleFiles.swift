import Checkpoints
package import Tensors

/// Samples in NumPy's files.
///
/// An `.npz` file is a sample, with an array for each input. So is an `.npy` file for a model with one input; where `.npy`
/// files are named after the inputs, those of a folder are a sample together. A path that is not there and has `*` in its
/// last part means the files of its folder that are named so.
package struct SampleFiles: Samples {
  private let inputs: [SessionValue]
  private let samples: [[String]]

  package var count: Int { samples.count }

  /// Finds the samples at a path: a file, or a folder with files and with folders of them.
  package init(at path: String, for inputs: [SessionValue]) throws(SampleError) {
    self.inputs = inputs
    let names = inputs.map(\.name)
    let found: [[String]]
    if FolderListing.isFolder(path) {
      found = try Self.samples(in: path, names, depth: 0)
    } else if let matches = FolderListing.matches(path) {
      found = try Self.samples(of: matches, names, depth: 1)
    } else {
      found = [[path]]
    }
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
    let names = FolderListing.names(in: folder).filter { !$0.hasPrefix(".") }
    return try samples(of: names.map { "\(folder)/\($0)" }, inputs, depth: depth)
  }

  /// The samples of files of one folder, and of the folders among them.
  private static func samples(
    of paths: [String], _ inputs: [String], depth: Int
  ) throws(SampleError) -> [[String]] {
    var samples: [[String]] = []
    var named: [String] = []
    for path in paths {
      let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
      if FolderListing.isFolder(path) {
        if depth == 0 { samples += try Self.samples(in: path, inputs, depth: 1) }
      } else if name.hasSuffix(".npz") {
        samples.append([path])
      } else if name.hasSuffix(".npy") {
        if inputs.contains(String(name.dropLast(".npy".utf8.count))) {
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
    for path in samples[index] { arrays.merge(try self.arrays(in: path)) { _, new in new } }
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

  /// The arrays of a file; those that cannot be read are an error where an input is called as they are.
  private func arrays(in path: String) throws(SampleError) -> [String: Tensor] {
    let file: WeightsFile
    do throws(CheckpointError) { file = try WeightsFile.open(path) } catch { throw .file(error) }
    for entry in file.entries {
      if case .unreadable(let reason) = entry.content, inputs.contains(where: { $0.name == entry.name }) {
        throw .unreadable(path: path, array: entry.name, reason: reason)
      }
    }
    return Dictionary(file.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
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
