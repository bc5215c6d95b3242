package import Tensors

/// What a model amounts to: parameters, work and memory, in total and layer by layer.
///
/// Sizes that the model leaves open are taken from `bindings`; those that nothing binds count as the least that they may
/// be, 1 in general, which `assumed` says.
package struct ModelSummary: Sendable {
  /// One row: an instance of a library block, an operator of the text, or a block that the depth folds up.
  ///
  /// The rows part the model: their parameters and MACs add up to the totals.
  package struct Layer: Sendable {
    /// The state-dict path; for what holds no parameters, where it would stand.
    package var path: String
    package var callee: String
    /// The type of the first result, sizes open where they are.
    package var type: ValueType
    package var parameters: Int
    package var macs: Int
  }

  /// A kind of node whose work is not in the totals, and how many there are.
  package struct Uncounted: Sendable {
    package var operatorType: String
    package var count: Int
  }

  package var model: String
  package var parameters: Int
  /// Elements of stored tensors that are no parameters.
  package var buffers: Int
  /// Multiply-accumulate operations.
  package var macs: Int
  /// The MACs as an expression of the open sizes.
  package var macsFormula: Dimension
  /// Two operations for each MAC, and one for each other elementary operation.
  package var flops: Int
  package var flopsFormula: Dimension
  /// Bytes of parameters and buffers.
  package var weightBytes: Int
  /// The most bytes that inputs and results take at one time when nodes run in order and each value is freed after its last
  /// use; weights apart.
  package var peakActivationBytes: Int
  /// Bytes that all nodes read and write, each on its own; `nil` where that of one is not known.
  package var movedBytes: Int?
  package var uncounted: [Uncounted]
  package var layers: [Layer]
  package var bindings: [String: Int]
  /// Open sizes that nothing binds, and what they count as.
  package var assumed: [String: Int]
}
