extension MicrosoftRules {
  /// The rules of all operators that have any, sorted by name.
  package static let all: [OperatorRules] = [
    attention, attnLSTM, biasAdd, biasDropout, biasGelu, biasSoftmax, biasSplitGelu, bitmaskBiasDropout, bitmaskDropout,
    branchwiseRMSNorm, cDist, complexMul, complexMulConj, convTransposeWithDynamicPads, cropAndResize, decoderAttention,
    decoderMaskedMultiHeadAttention, decoderMaskedSelfAttention, dequantizeLinear, dynamicQuantizeLSTM,
    dynamicQuantizeMatMul, dynamicTimeWarping, embedLayerNormalization, expandDims, fastGelu, fusedConv, fusedGemm,
    fusedMatMul, fusedMatMulActivation, gatedAdd, gatedRMSNorm, gatedRelativePositionBias, gatherBlockQuantized,
    gatherND, gatherPacked, gelu, gemmFastGelu, gemmFloat8, gemmaRotaryEmbedding, gridSample, groupNorm,
    groupQueryAttention, hyperConnectionPostMix, hyperConnectionPreMix, inverse, irfft, isAllFinite, linearAttention,
    linearAttentionGate, longformerAttention, mRotaryEmbedding, matMulBlockQuantizedFp4Weight,
    matMulBlockQuantizedFp8Weight, matMulBnb4, matMulFpQ4, matMulInteger16, matMulIntegerToFloat, matMulNBits,
    matMulNBitsMlp, matMulNBitsQLoRA, matMulNBitsQkv, matMulPacked, maxpoolWithMask, moE, mulInteger,
    multiHeadAttention, murmurHash3, nGramHashMapping, nGramRepeatBlock, nhwcConv, nhwcFusedConv, nhwcMaxPool,
    packedAttention, packedMultiHeadAttention, pad, pagedAttention, qAttention, qEmbedLayerNormalization, qGemm,
    qLinearAdd, qLinearAveragePool, qLinearConcat, qLinearConv, qLinearGlobalAveragePool, qLinearLeakyRelu, qLinearMul,
    qLinearReduceMean, qLinearSigmoid, qLinearSoftmax, qLinearWhere, qMoE, qOrderedGelu, qOrderedLayerNormalization,
    quantizeLinear, quickGelu, range, reduceSumInteger, relativePositionBias, removePadding, restorePadding, rfft,
    rotaryEmbedding, sampleOp, scaledSiLU, skipGroupNorm, skipLayerNormalization, skipSimplifiedLayerNormalization,
    sparseAttention, swiGLU, tokenizer, torchEmbedding, transposeMatMul, trilu, unfoldTensor, unique, wordConvEmbedding,
  ]
}
