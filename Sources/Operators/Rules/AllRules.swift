extension OperatorRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [
    .abs, .acos, .acosh, .add, .affineGrid, .and, .argMax, .argMin, .asin, .asinh, .atan, .atanh, .attention,
    .averagePool, .batchNormalization, .bernoulli, .bitShift, .bitwiseAnd, .bitwiseNot, .bitwiseOr, .bitwiseXor,
    .blackmanWindow, .cast, .castLike, .ceil, .celu, .centerCropPad, .clip, .concat, .constant, .constantOfShape,
    .conv, .convTranspose, .cos, .cosh, .cumSum, .depthToSpace, .dequantizeLinear, .div, .dropout, .einsum, .elu,
    .equal, .erf, .exp, .expand, .flatten, .floor, .gru, .gather, .gatherElements, .gatherND, .gelu, .gemm,
    .globalAveragePool, .globalLpPool, .globalMaxPool, .greater, .greaterOrEqual, .groupNormalization, .hammingWindow,
    .hannWindow, .hardSigmoid, .hardSwish, .hardmax, .identity, .`if`, .instanceNormalization, .isInf, .isNaN, .lrn,
    .lstm,
    .layerNormalization, .leakyRelu, .less, .lessOrEqual, .log, .logSoftmax, .loop, .lpNormalization, .lpPool, .matMul,
    .max,
    .maxPool, .mean, .min, .mish, .mod, .mul, .neg, .nonMaxSuppression, .not, .oneHot, .or, .prelu, .pad, .pow,
    .quantizeLinear, .rmsNormalization, .rnn, .range, .reciprocal, .reduceL1, .reduceL2, .reduceLogSum,
    .reduceLogSumExp, .reduceMax, .reduceMean, .reduceMin, .reduceProd, .reduceSum, .reduceSumSquare, .relu, .reshape,
    .resize, .rotaryEmbedding, .round, .scan, .scatterElements, .scatterND, .selu, .sequenceMap, .shape, .shrink,
    .sigmoid, .sign, .sin,
    .sinh, .size, .slice, .softmax, .softplus, .softsign, .spaceToDepth, .split, .sqrt, .squeeze, .sub, .sum, .tan,
    .tanh, .thresholdedRelu, .tile, .topK, .transpose, .trilu, .unsqueeze, .`where`, .xor,
  ]
}
