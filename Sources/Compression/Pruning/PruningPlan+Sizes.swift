import Graphs
import Operators
import Rewriting
import Tensors

extension PruningPlan {
  /// Why the open sizes cannot be what they are counted as, with which the model contradicts itself; `nil` where they may.
  package var misfit: String? {
    var sizes = options.bindings
    for name in before.assumed { sizes[name] = 1 }
    guard isSound, !sizes.isEmpty else { return nil }
    let bound = subject.model.substituting(sizes.mapValues { Dimension($0) })
    return ModelInference(of: bound).problems.first { $0.severity == .contradiction }?.message
  }
}
