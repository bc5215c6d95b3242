package import Checkpoints

/// Why there is no sample to run a model on.
package enum SampleError: Error, Hashable, Sendable {
  case file(CheckpointError)
  /// An array whose elements cannot be read.
  case unreadable(path: String, array: String, reason: String)
  case noFiles(path: String)
  /// A file that fits no input by its name.
  case unnamed(path: String, inputs: [String])
  case missing(path: String, input: String)
  /// An array that an input does not take.
  case mismatch(path: String, input: String, reason: String)
  /// An input that no sample can be drawn for.
  case undrawable(input: String, reason: String)
  /// A size that is bound, and is none of the model's.
  case unknownSize(String, known: [String])
  /// A range for an input that the model does not have.
  case unknownInput(String, known: [String])
}

extension SampleError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .unreadable(let path, let array, let reason): "'\(path)': the array '\(array)' is left out: \(reason)"
    case .noFiles(let path):
      "'\(path)' has no samples: .npz files with an array for each input, or .npy files, one for the only input or in a "
        + "folder for each sample"
    case .unnamed(let path, let inputs):
      "'\(path)' is named after no input; the model's inputs are \(inputs.joined(separator: ", "))"
    case .missing(let path, let input): "'\(path)' has no array for the input `\(input)`"
    case .mismatch(let path, let input, let reason): "'\(path)': the array for the input `\(input)` \(reason)"
    case .undrawable(let input, let reason):
      "no values can be drawn for the input `\(input)`: \(reason); give files of them"
    case .unknownSize(let name, let known):
      "the model has no size `\(name)` to bind"
        + (known.isEmpty ? "; all of its inputs' sizes are known" : "; it has \(known.joined(separator: ", "))")
    case .unknownInput(let name, let known):
      "the model has no input `\(name)`; it has \(known.joined(separator: ", "))"
    }
  }
}
