import Authoring
import Compression
package import Semantics
import Syntax

/// What an editor writes behind the steps of a recipe: the bytes of the model's tensors, before anything is run.
package struct SizePredictions {
  /// A text for the end of each step of which it is known.
  package private(set) var hints: [(offset: Int, label: String)] = []

  /// No weights are read, so that only one step that makes them smaller can be foretold, and none behind pruned channels.
  package init(of recipe: Recipe, on elaboration: Elaboration) {
    let layers = LayerNames(elaboration)
    var bytes: Int? = elaboration.model.storedBytes
    // What simplifying folds changes sizes a little.
    var sign = ""
    var isQuantized = false
    for call in recipe.calls {
      switch call.name {
      case "quantize":
        let before = bytes
        bytes =
          isQuantized || bytes == nil
          ? nil
          : (try? QuantizeSettings(call).options(call, layers)).flatMap {
            try? QuantizationPlanner.plan(for: elaboration.model, $0).bytesAfter
          }
        isQuantized = true
        if let before, let bytes {
          hints.append((call.end, "\(sign)\(Quantity.bytes(before)) → \(Quantity.bytes(bytes))"))
        }
      case "export":
        if let bytes { hints.append((call.end, sign + Quantity.bytes(bytes))) }
      case "simplify": sign = "≈ "
      case "prune" where ["channel", nil].contains(call.text("granularity")): bytes = nil
      case "prune": break
      default: bytes = nil
      }
    }
  }
}
