extension RewriteRule {
  /// The rules, in the order in which they are tried on a node.
  package static let all: [RewriteRule] = [
    storedConstant, knownResult, evaluatedConstant,
    identity, dropout, sameTypeCast, identityTranspose, unchangedShape, neutralOperand,
    transposePair, castPair, reshapePair, unsqueezePair, slicePair, concatOfConcat, reductionAndUnsqueeze,
    knownTarget, decidedIf,
    batchNormalization, channelArithmetic, matrixProductAndSum, paddedConvolution,
  ]
}
