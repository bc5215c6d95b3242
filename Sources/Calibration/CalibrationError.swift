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
    case .noSamples: "there is no sample to calibrate on"
    case .noNumbers: "the model has no output of floating-point numbers, by which its quantization could be judged"
    case .file(let error): error.description
    case .cancelled: "calibration was cancelled"
    }
  }
}
