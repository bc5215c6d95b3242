extension OperatorRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [
    .abs, .add, .and, .argMax, .argMin, .averagePool, .batchNormalization, .cast, .castLike, .ceil, .clip, .concat,
    .constant, .constantOfShape, .conv, .convTranspose, .cos, .cumSum, .depthToSpace, .dequantizeLinear, .div,
    .dropout, .einsum, .elu, .equal, .erf, .exp, .expand, .flatten, .floor, .gather, .gatherElements, .gelu, .gemm,
    .globalAveragePool, .globalMaxPool, .greater, .greaterOrEqual, .groupNormalization, .hardSigmoid, .hardSwish,
    .identity, .instanceNormalization, .isNaN, .layerNormalization, .leakyRelu, .less, .lessOrEqual, .log,
    .logSoftmax, .matMul, .max, .maxPool, .min, .mish, .mod, .mul, .neg, .not, .oneHot, .or, .prelu, .pad, .pow,
    .quantizeLinear, .rmsNormalization, .range, .reciprocal, .reduceL2, .reduceMax, .reduceMean, .reduceMin,
    .reduceProd, .reduceSum, .reduceSumSquare, .relu, .reshape, .resize, .round, .scatterElements, .scatterND, .shape,
    .sigmoid, .sign, .sin, .size, .slice, .softmax, .softplus, .spaceToDepth, .split, .sqrt, .squeeze, .sub, .tanh,
    .tile, .topK, .transpose, .trilu, .unsqueeze, .`where`, .xor,
  ]
}
