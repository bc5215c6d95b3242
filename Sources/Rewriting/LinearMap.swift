import Graphs
import Tensors

/// A convolution or a Gemm with stored weights of `f32` whose result has channels at axis 1.
struct LinearMap {
  let node: Node.ID
  let name: String
  let result: Value.ID
  let weight: Value.ID
  let bias: Value.ID?
  let sizes: [Int]
  let channels: Int
  private let groups: Int
  private let isTransposed: Bool
  /// What the bias is multiplied by.
  private let biasFactor: Double

  /// The node that gives `value`, if `user` alone takes that and nothing else takes its weights.
  init?(giving value: Value.ID, in rewriter: Rewriter, for user: Node.ID) {
    guard rewriter.storesInitializers, rewriter.isUsedOnce(value), let node = rewriter.producer(of: value),
      rewriter.isStandard(node), rewriter.places[node.index] == rewriter.places[user.index],
      let weight = rewriter.input(node, 1), rewriter.isStored(weight), rewriter.isUsedOnce(weight),
      let tensor = rewriter.tensor(weight), tensor.element == .f32
    else { return nil }
    self.node = node
    result = value
    name = rewriter.graph.nodes[node].operatorType
    self.weight = weight
    sizes = tensor.sizes
    bias = rewriter.input(node, 2)
    var biasFactor = 1.0
    switch name {
    case "Conv":
      guard sizes.count >= 3 else { return nil }
      (channels, groups, isTransposed) = (sizes[0], 1, false)
    case "ConvTranspose":
      groups = rewriter.int(node, "group") ?? 1
      guard sizes.count >= 3, groups > 0, sizes[0] % groups == 0 else { return nil }
      let (product, overflow) = sizes[1].multipliedReportingOverflow(by: groups)
      guard !overflow else { return nil }
      (channels, isTransposed) = (product, true)
    case "Gemm":
      guard rewriter.opset >= 7, sizes.count == 2 else { return nil }
      groups = 1
      isTransposed = (rewriter.int(node, "transB") ?? 0) == 0
      channels = isTransposed ? sizes[1] : sizes[0]
      biasFactor = Double(rewriter.graph.nodes[node][attribute: "beta"]?.float ?? 1)
    default: return nil
    }
    self.biasFactor = biasFactor
    guard let bias else { return }
    guard let tensor = rewriter.tensor(bias), tensor.element == .f32, tensor.elementCount == channels,
      tensor.sizes.last == channels
    else { return nil }
  }

  /// A number for each channel, where the tensor has one for each or one for all, and broadcasts along nothing else.
  func channelValues(_ tensor: Tensor) -> [Double]? {
    guard tensor.element == .f32, tensor.sizes.count <= sizes.count,
      let values = try? tensor.float32Elements().map(Double.init)
    else { return nil }
    let padded = Array(repeating: 1, count: sizes.count - tensor.sizes.count) + tensor.sizes
    guard padded.enumerated().allSatisfy({ $1 == 1 || $0 == 1 && $1 == channels }) else { return nil }
    return padded[1] == channels ? values : values.count == 1 ? Array(repeating: values[0], count: channels) : nil
  }

  /// Multiplies each channel of the result by a factor and adds a number to it, in the place of `user`.
  func fold(factors: [Double], shifts: [Double], of user: Node.ID, in rewriter: inout Rewriter) -> Bool {
    guard let outcome = rewriter.output(user), rewriter.haveSameShape(outcome, result) || name != "Gemm",
      rewriter.canReplace(outcome, with: result),
      let old = bias.map({ rewriter.fractions($0) }) ?? Array(repeating: 0, count: channels)
    else { return false }
    let needsBias = bias != nil || shifts.contains { $0 != 0 }
    let isBiasFreed = bias.map { rewriter.isUsedOnce($0) } ?? false
    guard !needsBias || isBiasFreed || rewriter.isWorth(4 * channels, insteadOf: user) else { return false }
    var inputs = rewriter.graph.nodes[node].inputs
    if factors.contains(where: { $0 != 1 }) {
      guard let elements = try? rewriter.tensor(weight)?.float32Elements() else { return false }
      let scaled = scaledWeights(elements, factors)
      guard scaled.allSatisfy(\.isFinite) else { return false }
      inputs[1] = rewriter.makeTensor(.floats32(scaled, sizes: sizes), like: weight, for: node)
    }
    if needsBias {
      let numbers = (0..<channels).map { Float(old[$0] * biasFactor * factors[$0] + shifts[$0]) }
      let tensor = Tensor.floats32(numbers, sizes: [channels])
      let value = rewriter.makeTensor(tensor, like: bias ?? weight, for: node)
      inputs = Array(inputs.prefix(2)) + [value]
      if name == "Gemm" { rewriter.set("beta", nil, of: node) }
    }
    rewriter.rewire(node, inputs)
    rewriter.replace(outcome, with: result)
    rewriter.removeIfDead(user)
    return true
  }

  private func scaledWeights(_ elements: [Float], _ factors: [Double]) -> [Float] {
    var scaled = elements
    guard isTransposed else {
      let inner = channels > 0 ? elements.count / channels : 0
      for channel in 0..<channels {
        for place in (channel * inner)..<((channel + 1) * inner) {
          scaled[place] = Float(Double(elements[place]) * factors[channel])
        }
      }
      return scaled
    }
    let inner = sizes.dropFirst(2).reduce(1, *)
    let perGroup = sizes[0] / groups
    for row in 0..<sizes[0] {
      for column in 0..<sizes[1] {
        let factor = factors[row / max(perGroup, 1) * sizes[1] + column]
        let start = (row * sizes[1] + column) * inner
        for place in start..<(start + inner) { scaled[place] = Float(Double(elements[place]) * factor) }
      }
    }
    return scaled
  }
}

extension Tensor {
  /// A tensor of `f32`.
  static func floats32(_ numbers: [Float], sizes: [Int]) -> Tensor {
    var bytes = [UInt8](repeating: 0, count: 4 * numbers.count)
    bytes.withUnsafeMutableBytes { buffer in
      for (index, number) in numbers.enumerated() {
        buffer.storeBytes(of: number.bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
      }
    }
    return Tensor(.f32, sizes, .bytes(bytes))
  }
}
