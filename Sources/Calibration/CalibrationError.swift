package import Compression
package import Execution
package import Formats
package import Tensors

/// Why a model was not calibrated.
package enum CalibrationError: Error {
  case runtime(RuntimeError)
  case samples(SampleError)
  case model(ONNXError)
  case pruning(PruningError)
  /// What a sample gives is infinite or no number; the first sample is 1.
  case notFinite(tensor: String, sample: Int)
  /// No sample can be run on.
  case noSamples
  /// No output has floating-point numbers, by which a plan could be judged.
  case noNumbers
  case cancelled
  case file(FileError)
}

extension CalibrationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .runtime(let error): error.description
    case .samples(let error): error.description
    case .model(let error): error.description
    case .pruning(let error): error.description
    case .notFinite(let tensor, let sample):
      "in sample \(sample), `\(tensor)` has infinite numbers or NaN, by which nothing can be weighed; leave the sample out, "
        + "or mend the weights before it"
    case .noSamples: "there is no sample to calibrate on"
    case .noNumbers: "the model has no output of floating-point numbers, by which its quantization could be judged"
    case .file(let error): error.description
    case .cancelled: "calibration was cancelled"
    }
  }
}
