import Graphs
import Tensors

/// Infers the subgraphs of a call, as often as its rule asks.
package struct SubgraphInference {
  private let infer: (Region.ID, [InferredValue], Bool) -> [InferredValue]
  private let declared: (Region.ID) -> [ValueType]
  private let bounded: (Region.ID, () -> Void) -> Void

  /// - Parameters:
  ///   - declared: the types that the model's file has for the outputs of a subgraph.
  ///   - bounded: runs an attempt on a subgraph with a part of the work that is left, or not at all where that was too
  ///     little before.
  init(
    declared: @escaping (Region.ID) -> [ValueType], bounded: @escaping (Region.ID, () -> Void) -> Void,
    _ infer: @escaping (Region.ID, [InferredValue], _ isReached: Bool) -> [InferredValue]
  ) {
    self.infer = infer
    self.declared = declared
    self.bounded = bounded
  }

  /// What is known of the outputs of a subgraph for arguments of which so much is known.
  ///
  /// - Parameter isReached: whether the subgraph may run at all: what is wrong in one that never does is no problem.
  func callAsFunction(_ region: Region.ID, _ arguments: [InferredValue], _ isReached: Bool) -> [InferredValue] {
    infer(region, arguments, isReached)
  }

  /// The types that the model's file has for the outputs of a subgraph.
  func declaredOutputs(of region: Region.ID) -> [ValueType] { declared(region) }

  /// What an attempt gives that may be too much work: then its results come out unknown, and it is not made again.
  func attempt<Result>(on region: Region.ID, _ body: () -> Result?) -> Result? {
    var result: Result?
    bounded(region) { result = body() }
    return result
  }
}
