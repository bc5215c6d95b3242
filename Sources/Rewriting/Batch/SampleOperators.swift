/// Operators by how the samples of a batch go through them.
enum SampleOperators {
  /// Each element comes from the elements at its place, after broadcasting.
  static let elementwise: Set<String> = [
    "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "Bernoulli", "BitShift", "BitwiseAnd",
    "BitwiseNot", "BitwiseOr", "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh",
    "Div", "Dropout", "Elu", "Equal", "Erf", "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid",
    "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less", "LessOrEqual", "Log", "Max", "Mean", "Min", "Mish",
    "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "RandomNormalLike", "RandomUniformLike", "Reciprocal", "Relu",
    "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Swish",
    "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor", "BiasGelu", "FastGelu", "QuickGelu", "QLinearAdd", "QLinearMul",
    "QLinearSigmoid", "QLinearLeakyRelu",
  ]

  /// Samples stand along the first axis of the first argument and of the results; no other argument has samples.
  static let batchFirst: Set<String> = [
    "AveragePool", "BatchNormalization", "Conv", "ConvInteger", "ConvTranspose", "DeformConv", "DepthToSpace",
    "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "GroupNormalization", "InstanceNormalization", "LRN",
    "LpPool", "MaxPool", "QLinearAveragePool", "QLinearConv", "QLinearGlobalAveragePool", "SpaceToDepth", "FusedConv",
    "GroupNorm", "NhwcConv",
  ]

  /// Samples stand along the first axis of every argument that has any, and of the results.
  static let allBatchFirst: Set<String> = [
    "Attention", "EmbedLayerNormalization", "GridSample", "MultiHeadAttention", "PackedMultiHeadAttention",
    "SkipGroupNorm", "AffineGrid",
  ]

  /// A function along an axis that is the attribute `axis`; what it is in general.
  static let alongAxis: [String: Int] = [
    "Softmax": -1, "LogSoftmax": -1, "Hardmax": -1, "LpNormalization": -1,
  ]

  /// A function of the axes from the attribute `axis` on.
  static let fromAxis: Set<String> = [
    "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization", "SkipLayerNormalization",
    "SkipSimplifiedLayerNormalization",
  ]

  static let reductions: Set<String> = [
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare",
  ]

  static let matrixProducts: Set<String> = ["MatMul", "MatMulInteger", "FusedMatMul", "MatMulNBits", "QLinearMatMul"]

  /// Elements keep their order, and sizes are what the result has.
  static let orderKeeping: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]

  static let recurrent: Set<String> = ["LSTM", "GRU", "RNN"]

  /// Operators that take sizes, and at which places.
  static let sizeArguments: [String: Set<Int>] = [
    "Reshape": [1], "Expand": [1], "ConstantOfShape": [0], "Slice": [1, 2, 3, 4], "Tile": [1], "Resize": [2, 3],
    "Upsample": [1], "Split": [1], "Pad": [1],
  ]

  /// Those of them that give the same along the axes that they add.
  static let filling: Set<String> = ["Expand", "ConstantOfShape"]
}
