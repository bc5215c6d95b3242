import Tensors

/// What passes between layers, as far as the sizes of weights tell.
enum Signal: Hashable {
  /// Indices of rows.
  case indices
  /// Vectors of a width.
  case vectors(Int)
  /// Channels over some spatial axes: `[N, C, …]`.
  case channels(Int, axes: Int)

  /// The number of features or channels.
  var width: Int? {
    switch self {
    case .indices: nil
    case .vectors(let width), .channels(let width, _): width
    }
  }
}

/// A layer of the library that the tensors of a module may be the parameters of.
struct LayerGuess: Equatable {
  var callee: String
  var arguments: [String]
  var input: Signal
  var output: Signal

  /// The layers that tensors may be of, the likeliest first; empty where no name and no size tells.
  ///
  /// - Parameters:
  ///   - name: the module's own name.
  ///   - tensors: its tensors; all that are no counters have the element type of the model.
  static func guesses(_ name: String, _ tensors: [String: Tensor]) -> [LayerGuess] {
    let kind = Set(tensors.keys).subtracting(["num_batches_tracked"])
    guard let weight = tensors["weight"]?.sizes, !weight.contains(0) else {
      return kind == ["running_mean", "running_var"]
        ? normalizations(tensors["running_mean"]?.sizes, arguments: ["affine=false"]) : []
    }
    let bias = tensors["bias"]?.sizes
    switch (kind, weight.count) {
    case (["weight", "bias", "running_mean", "running_var"], 1):
      let sizes = kind.map { tensors[$0]?.sizes }
      return sizes.allSatisfy { $0 == weight } ? normalizations(weight, arguments: []) : []
    case (["weight"], 1), (["weight", "bias"], 1):
      return vectorLayers(name, weight[0], hasBias: bias.map { $0 == weight })
    case (["weight"], 2), (["weight", "bias"], 2): return matrixLayers(name, weight, bias)
    case (["weight"], 3...5), (["weight", "bias"], 3...5):
      return bias.map { $0 == [weight[0]] } ?? true ? convolutions(name, weight, hasBias: bias != nil) : []
    default: return []
    }
  }

  private static func normalizations(_ sizes: [Int]?, arguments: [String]) -> [LayerGuess] {
    guard let sizes, sizes.count == 1, sizes[0] > 0 else { return [] }
    let signals = [Signal.channels(sizes[0], axes: 2), .vectors(sizes[0]), .channels(sizes[0], axes: 1)]
    let names = ["BatchNorm2d", "BatchNorm1d", "BatchNorm1d"]
    return zip(signals, names).map { LayerGuess(callee: $1, arguments: arguments, input: $0, output: $0) }
  }

  /// - Parameter hasBias: `nil` where there is none, `false` where it does not fit.
  private static func vectorLayers(_ name: String, _ width: Int, hasBias: Bool?) -> [LayerGuess] {
    let name = name.lowercased()
    let isNorm = name.contains("norm") || name.hasPrefix("ln")
    func layer(_ callee: String, _ arguments: [String], _ signal: Signal) -> LayerGuess {
      LayerGuess(callee: callee, arguments: arguments, input: signal, output: signal)
    }
    switch hasBias {
    case true? where isNorm: return [layer("LayerNorm", [], .vectors(width))]
    case nil where isNorm && width > 1: return [layer("RMSNorm", [], .vectors(width))]
    case nil where name.contains("prelu"):
      let signals = [Signal.channels(width, axes: 2), .vectors(width), .channels(width, axes: 1)]
      return signals.map { layer("PReLU", ["num_parameters=\(width)"], $0) }
    default: return []
    }
  }

  private static let embeddingNames = ["wte", "wpe", "tok_embeddings", "shared"]

  private static func matrixLayers(_ name: String, _ weight: [Int], _ bias: [Int]?) -> [LayerGuess] {
    if bias == nil, embeddingNames.contains(name) || name.lowercased().contains("emb") {
      let arguments = ["num_embeddings=\(weight[0])", "embedding_dim=\(weight[1])"]
      return [LayerGuess(callee: "Embedding", arguments: arguments, input: .indices, output: .vectors(weight[1]))]
    }
    // Hugging Face's Conv1D of GPT-2 stores [in, out]; where both are the same, its names tell.
    let isOutwards = bias == [weight[1]] && (weight[0] != weight[1] || ["c_proj", "c_attn", "c_fc"].contains(name))
    if isOutwards {
      return [
        LayerGuess(
          callee: "Conv1D", arguments: ["out_features=\(weight[1])"], input: .vectors(weight[0]),
          output: .vectors(weight[1]))
      ]
    }
    guard bias == nil || bias == [weight[0]] else { return [] }
    return [
      LayerGuess(
        callee: "Linear", arguments: ["out_features=\(weight[0])"] + (bias == nil ? ["bias=false"] : []),
        input: .vectors(weight[1]), output: .vectors(weight[0]))
    ]
  }

  private static func convolutions(_ name: String, _ weight: [Int], hasBias: Bool) -> [LayerGuess] {
    let name = name.lowercased()
    // A transposed convolution stores [in, out]: its sizes are those of another one.
    guard !name.contains("transpose"), !name.contains("deconv"), !name.hasPrefix("up") else { return [] }
    let axes = weight.count - 2
    let kernel = Array(weight[2...])
    func written(_ sizes: [Int]) -> String { Set(sizes).count == 1 ? "\(sizes[0])" : "\(sizes)" }
    var arguments = ["out_channels=\(weight[0])", "kernel_size=\(written(kernel))"]
    if kernel.contains(where: { $0 > 1 }) { arguments.append("padding=\(written(kernel.map { $0 / 2 }))") }
    let callee = "Conv\(axes)d"
    let output = Signal.channels(weight[0], axes: axes)
    func layer(groups: Int) -> LayerGuess {
      LayerGuess(
        callee: callee,
        arguments: arguments + (groups > 1 ? ["groups=\(groups)"] : []) + (hasBias ? [] : ["bias=false"]),
        input: .channels(weight[1] * groups, axes: axes), output: output)
    }
    return weight[1] == 1 && weight[0] > 1 ? [layer(groups: 1), layer(groups: weight[0])] : [layer(groups: 1)]
  }
}
