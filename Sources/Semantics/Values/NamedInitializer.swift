import Tensors

/// What `param w: f32[out, in] = normal(std=0.02)` names behind its `=`.
package struct NamedInitializer: Sendable {
  package var name: String
  /// What it takes, with what counts where nothing is given.
  package var options: [(name: String, value: Double)] = []
  /// What the elements are, in a sentence.
  package var summary: String
  let make: @Sendable (Fans, [String: Double]) -> Initialization

  /// How many elements of the input an element of the output comes from, and the other way round.
  struct Fans {
    var fanIn: Double
    var fanOut: Double

    init(_ sizes: [Int]) {
      fanIn = max(1, sizes.dropFirst().reduce(1) { $0 * Double($1) })
      fanOut = max(1, sizes.dropFirst(2).reduce(Double(sizes.first ?? 1)) { $0 * Double($1) })
    }
  }

  package static let all = [
    NamedInitializer(name: "zeros", summary: "Each element is 0.") { _, _ in .zeros },
    NamedInitializer(name: "ones", summary: "Each element is 1.") { _, _ in .ones },
    NamedInitializer(name: "constant", options: [("value", 0)], summary: "Each element is `value`.") {
      .constant($1["value"] ?? 0)
    },
    NamedInitializer(
      name: "normal", options: [("std", 1)], summary: "Drawn from the normal distribution of mean 0 and this deviation."
    ) { .normal(std: $1["std"] ?? 1) },
    NamedInitializer(name: "uniform", options: [("bound", 1)], summary: "Drawn evenly from −`bound` to `bound`.") {
      .uniform(bound: $1["bound"] ?? 1)
    },
    // He et al. 2015, with the negative slope √5 that PyTorch's layers take.
    NamedInitializer(
      name: "kaiming_uniform", summary: "Drawn evenly from −1/√fan_in to 1/√fan_in, as PyTorch's layers do."
    ) { fans, _ in .uniform(bound: 1 / fans.fanIn.squareRoot()) },
    NamedInitializer(
      name: "kaiming_normal", summary: "Drawn from the normal distribution of mean 0 and deviation √(2/fan_in)."
    ) { fans, _ in .normal(std: (2 / fans.fanIn).squareRoot()) },
    // Glorot and Bengio 2010.
    NamedInitializer(
      name: "xavier_uniform",
      summary: "Drawn evenly from −√(6/(fan_in + fan_out)) to √(6/(fan_in + fan_out))."
    ) { fans, _ in .uniform(bound: (6 / (fans.fanIn + fans.fanOut)).squareRoot()) },
    NamedInitializer(
      name: "xavier_normal",
      summary: "Drawn from the normal distribution of mean 0 and deviation √(2/(fan_in + fan_out))."
    ) { fans, _ in .normal(std: (2 / (fans.fanIn + fans.fanOut)).squareRoot()) },
  ]
}
