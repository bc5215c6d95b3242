package import Tensors

/// What a model is run on, one sample at a time: values by the names of its inputs.
package protocol Samples: Sendable {
  /// The number of samples.
  var count: Int { get }

  /// The values of a sample.
  func values(at index: Int) throws(SampleError) -> [String: Tensor]
}
