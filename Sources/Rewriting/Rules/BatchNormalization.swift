import Graphs
import Tensors

extension RewriteRule {
  /// A BatchNormalization by stored statistics becomes a part of the convolution or Gemm before: of its weights, where
  /// nothing else takes them, and its bias (Markuš, "Fusing batch normalization and convolution in runtime", 2018).
  static let batchNormalization = RewriteRule(["BatchNormalization"]) { rewriter, node in
    guard rewriter.isOperator(node, "BatchNormalization"), rewriter.opset >= 7, !rewriter.hasReferences(node),
      (rewriter.int(node, "training_mode") ?? 0) == 0, (rewriter.int(node, "spatial") ?? 1) == 1,
      rewriter.givesOnlyFirst(node), let middle = rewriter.input(node, 0),
      let scale = rewriter.fractions(rewriter.input(node, 1)), let bias = rewriter.fractions(rewriter.input(node, 2)),
      let mean = rewriter.fractions(rewriter.input(node, 3)),
      let variance = rewriter.fractions(rewriter.input(node, 4)),
      let linear = LinearMap(giving: middle, in: rewriter, for: node),
      [scale, bias, mean, variance].allSatisfy({ $0.count == linear.channels })
    else { return false }
    let epsilon = Double(rewriter.graph.nodes[node][attribute: "epsilon"]?.float ?? 1e-5)
    let factors = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
    let shifts = (0..<linear.channels).map { bias[$0] - mean[$0] * factors[$0] }
    guard factors.allSatisfy(\.isFinite), linear.fold(factors: factors, shifts: shifts, of: node, in: &rewriter) else {
      return false
    }
    rewriter.tell("folded", "BatchNormalization", "into \(linear.name)")
    return true
  }
}

extension RewriteRule {
  /// A product or sum with a constant for each channel becomes a part of the convolution or Gemm before.
  static let channelArithmetic = RewriteRule(["Add", "Sub", "Mul", "Div"]) { rewriter, node in
    guard rewriter.isStandard(node), rewriter.opset >= 7, let left = rewriter.input(node, 0),
      let right = rewriter.input(node, 1)
    else { return false }
    let name = rewriter.graph.nodes[node].operatorType
    for (middle, other) in [(left, right), (right, left)] where middle == left || name == "Add" || name == "Mul" {
      guard let tensor = rewriter.tensor(other), let linear = LinearMap(giving: middle, in: rewriter, for: node),
        let values = linear.channelValues(tensor)
      else { continue }
      let ones = values.map { _ in 1.0 }
      let zeros = values.map { _ in 0.0 }
      let (factors, shifts) =
        switch name {
        case "Add": (ones, values)
        case "Sub": (ones, values.map { -$0 })
        case "Mul": (values, zeros)
        default: (values.map { 1 / $0 }, zeros)
        }
      guard factors.allSatisfy(\.isFinite), linear.fold(factors: factors, shifts: shifts, of: node, in: &rewriter)
      else {
        continue
      }
      rewriter.tell("folded", name, "into \(linear.name)")
      return true
    }
    return false
  }
}

extension Rewriter {
  /// The elements of a constant of `f32`.
  func fractions(_ value: Value.ID?) -> [Double]? {
    guard let tensor = tensor(value), tensor.element == .f32 else { return nil }
    return try? tensor.float32Elements().map(Double.init)
  }
}
