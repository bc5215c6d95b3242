extension OperatorRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [
    .abs, .acos, .acosh, .add, .affineGrid, .and, .argMax, .argMin, .asin, .asinh, .atan, .atanh, .attention,
    .averagePool, .batchNormalization, .bernoulli, .bitCast, .bitShift, .bitwiseAnd, .bitwiseNot, .bitwiseOr,
    .bitwiseXor, .blackmanWindow, .cast, .castLike, .causalConvWithState, .ceil, .celu, .centerCropPad, .clip, .col2Im,
    .compress, .concat, .concatFromSequence, .constant, .constantOfShape, .conv, .convInteger, .convTranspose, .cos,
    .cosh, .cumProd, .cumSum, .dft, .deformConv, .depthToSpace, .dequantizeLinear, .det, .div, .dropout,
    .dynamicQuantizeLinear, .einsum, .elu, .equal, .erf, .exp, .expand, .eyeLike, .flatten, .flexAttention, .floor,
    .gru, .gather, .gatherElements, .gatherND, .gelu, .gemm, .globalAveragePool, .globalLpPool, .globalMaxPool,
    .greater, .greaterOrEqual, .gridSample, .groupNormalization, .hammingWindow, .hannWindow, .hardSigmoid, .hardSwish,
    .hardmax, .identity, .`if`, .imageDecoder, .instanceNormalization, .isInf, .isNaN, .lrn, .lstm, .layerNormalization,
    .leakyRelu, .less, .lessOrEqual, .linearAttention, .log, .logSoftmax, .loop, .lpNormalization, .lpPool, .matMul,
    .matMulInteger, .max, .maxPool, .maxRoiPool, .maxUnpool, .mean, .meanVarianceNormalization, .melWeightMatrix, .min,
    .mish, .mod, .mul, .multinomial, .neg, .negativeLogLikelihoodLoss, .nonMaxSuppression, .nonZero, .not, .oneHot,
    .optional, .optionalGetElement, .optionalHasElement, .or, .prelu, .pad, .pow, .qLinearConv, .qLinearMatMul,
    .quantizeLinear, .rmsNormalization, .rnn, .randomNormal, .randomNormalLike, .randomUniform, .randomUniformLike,
    .range, .reciprocal, .reduceL1, .reduceL2, .reduceLogSum, .reduceLogSumExp, .reduceMax, .reduceMean, .reduceMin,
    .reduceProd, .reduceSum, .reduceSumSquare, .regexFullMatch, .relu, .reshape, .resize, .reverseSequence, .roiAlign,
    .rotaryEmbedding, .round, .stft, .scan, .scatter, .scatterElements, .scatterND, .selu, .sequenceAt,
    .sequenceConstruct, .sequenceEmpty, .sequenceErase, .sequenceInsert, .sequenceLength, .sequenceMap, .shape, .shrink,
    .sigmoid, .sign, .simplifiedLayerNormalization, .sin, .sinh, .size, .slice, .softmax, .softmaxCrossEntropyLoss,
    .softplus, .softsign, .spaceToDepth, .split, .splitToSequence, .sqrt, .squeeze, .stringConcat, .stringNormalizer,
    .stringSplit, .sub, .sum, .swiGLU, .swish, .tan, .tanh, .tensorScatter, .tfIdfVectorizer, .thresholdedRelu, .tile,
    .topK, .transpose, .trilu, .unique, .unsqueeze, .upsample, .`where`, .xor,
  ]
}
