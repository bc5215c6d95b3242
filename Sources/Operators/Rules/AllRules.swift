extension OperatorRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [
    .abs, .acos, .acosh, .add, .and, .argMax, .argMin, .asin, .asinh, .atan, .atanh, .averagePool, .batchNormalization,
    .bitShift, .bitwiseAnd, .bitwiseNot, .bitwiseOr, .bitwiseXor, .cast, .castLike, .ceil, .celu, .clip, .concat,
    .constant, .constantOfShape, .conv, .convTranspose, .cos, .cosh, .cumSum, .depthToSpace, .dequantizeLinear, .div,
    .dropout, .einsum, .elu, .equal, .erf, .exp, .expand, .flatten, .floor, .gru, .gather, .gatherElements, .gelu,
    .gemm, .globalAveragePool, .globalLpPool, .globalMaxPool, .greater, .greaterOrEqual, .groupNormalization,
    .hardSigmoid, .hardSwish, .hardmax, .identity, .instanceNormalization, .isInf, .isNaN, .lrn, .lstm,
    .layerNormalization, .leakyRelu, .less, .lessOrEqual, .log, .logSoftmax, .lpNormalization, .lpPool, .matMul, .max,
    .maxPool, .mean, .min, .mish, .mod, .mul, .neg, .not, .oneHot, .or, .prelu, .pad, .pow, .quantizeLinear,
    .rmsNormalization, .rnn, .range, .reciprocal, .reduceL1, .reduceL2, .reduceLogSum, .reduceLogSumExp, .reduceMax,
    .reduceMean, .reduceMin, .reduceProd, .reduceSum, .reduceSumSquare, .relu, .reshape, .resize, .round,
    .scatterElements, .scatterND, .selu, .shape, .shrink, .sigmoid, .sign, .sin, .sinh, .size, .slice, .softmax,
    .softplus, .softsign, .spaceToDepth, .split, .sqrt, .squeeze, .sub, .sum, .tan, .tanh, .thresholdedRelu, .tile,
    .topK, .transpose, .trilu, .unsqueeze, .`where`, .xor,
  ]
}
