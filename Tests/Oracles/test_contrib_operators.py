"""The operators that ONNX Runtime adds, each run by ONNX Runtime, against what Mica says of the results."""

import re
from dataclasses import dataclass, field

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from command import succeed

RNG = np.random.default_rng(7)


def f32(*sizes):
    return RNG.uniform(-1, 1, sizes).astype(np.float32)


def f64(*sizes):
    return f32(*sizes).astype(np.float64)


def u8(*sizes, low=0, high=256):
    return RNG.integers(low, high, sizes, dtype=np.uint8)


def i8(*sizes):
    return RNG.integers(-100, 100, sizes, dtype=np.int8)


def i16(*sizes):
    return RNG.integers(-100, 100, sizes, dtype=np.int16)


def i32(*sizes, low=0, high=3):
    return RNG.integers(low, high, sizes, dtype=np.int32)


def i64(*sizes, low=0, high=3):
    return RNG.integers(low, high, sizes, dtype=np.int64)


def scale(value=0.05):
    return np.array(value, np.float32)


def zero(element=np.uint8):
    return np.array(3, element)


def cumulative(*lengths):
    return np.cumsum([0, *lengths]).astype(np.int32)


@dataclass
class Case:
    """A call of an operator; the arguments at `constants` are initializers, and `None` is an omitted one."""

    operator: str
    inputs: list
    attributes: dict = field(default_factory=dict)
    outputs: int = 1
    constants: tuple = ()
    domain: str = "com.microsoft"
    label: str = ""
    # Why Mica cannot know all of the results, where it cannot; and why it cannot where sizes are names.
    unknown: str = ""
    unknown_with_names: str = ""
    # The element types of results that ONNX Runtime wants to be told, by their places.
    declared: dict = field(default_factory=dict)

    def __str__(self):
        return self.operator + (f"-{self.label}" if self.label else "")


AT_RUN_TIME = "how many there are is known only at run time"


def attention(label="", past=None, outputs=1, d=8, heads=2, s=5, b=3, out=None, **attributes):
    """Attention of `[b, s, d]`."""
    width = out or 3 * 6
    inputs = [f32(b, s, d), f32(d, width), f32(width), None, f32(2, b, heads, past, 3) if past else None]
    return Case("Attention", inputs, {"num_heads": heads, **attributes}, outputs, label=label)


def grouped(label="", past=4, s=1, total=5, packed=False, outputs=3, constants=(), unknown="", b=2, **attributes):
    """GroupQueryAttention of 4 heads of 8 over 2 groups."""
    query = f32(b, s, (4 + 2 * 2) * 8 if packed else 4 * 8)
    keys = [None, None] if packed else [f32(b, s, 16), f32(b, s, 16)]
    caches = [None, None] if past is None else [f32(b, 2, past, 8), f32(b, 2, past, 8)]
    lengths = [np.full(b, total - 1, np.int32), np.array(total, np.int32)]
    return Case(
        "GroupQueryAttention", [query, *keys, *caches, *lengths], {"num_heads": 4, "kv_num_heads": 2, **attributes},
        outputs, constants, label=label, unknown=unknown)


POSITIONS = "the number of positions is an argument that is known only at run time"

CASES = [
    # Activations
    Case("Gelu", [f32(2, 3, 5)]),
    Case("FastGelu", [f32(2, 3, 5), f32(5)]),
    Case("BiasGelu", [f32(2, 3, 5), f32(5)]),
    Case("QuickGelu", [f32(2, 3, 5)]),
    Case("ScaledSiLU", [f32(2, 3, 5)]),
    Case("SampleOp", [f32(2, 3)]),
    Case("GatedAdd", [f32(2, 3, 5), f32(2, 3, 5), f32(2, 3, 1)]),
    Case("Inverse", [f32(2, 4, 4) + 4 * np.eye(4, dtype=np.float32)]),
    Case("NGramRepeatBlock", [i64(2, 6), f32(2, 11)], {"ngram_size": 2}),
    Case("MurmurHash3", [i32(2, 3)]),
    Case("MurmurHash3", [i64(2, 3)], {"positive": 0}, label="signed"),
    Case("MurmurHash3", [np.array(["a", "bc"], object)], label="strings"),
    # Products
    Case("FusedMatMul", [f32(2, 3, 4), f32(2, 4, 5)]),
    Case("FusedMatMul", [f32(2, 4, 3), f32(2, 5, 4)], {"transA": 1, "transB": 1}, label="transposed"),
    Case("FusedMatMul", [f32(3, 2, 4), f32(4, 2, 5)], {"transBatchA": 1, "transBatchB": 1}, label="batch"),
    Case(
        "FusedMatMul", [f32(4, 7, 2, 3), f32(5, 7, 2, 4)],
        {"transBatchA": 1, "transBatchB": 1, "transA": 1, "transB": 1}, label="batch-transposed"),
    Case("FusedMatMul", [f32(4, 3), f32(2, 4, 5)], {"transA": 1}, label="broadcast"),
    Case("FusedMatMul", [f32(4), f32(4, 5)], {"transA": 1}, label="vector"),
    Case("TransposeMatMul", [f32(2, 4, 3), f32(2, 5, 4)], {"transA": 1, "transB": 1}),
    Case("MatMulInteger16", [i16(2, 3, 4), i16(4, 5)]),
    Case("DynamicQuantizeMatMul", [f32(2, 3, 4), u8(4, 5), scale(), zero(), f32(5)]),
    Case("MatMulIntegerToFloat", [u8(2, 3, 4), u8(4, 5), scale(), scale(), zero(), zero(), f32(5)]),
    Case("FusedGemm", [f32(3, 4), f32(4, 5), f32(5)], {"activation": "Relu"}),
    Case("QGemm", [u8(3, 4), scale(), zero(), u8(5, 4), scale(), zero(), i32(5), scale(), zero()], {"transB": 1}),
    Case("QGemm", [u8(3, 4), scale(), zero(), u8(4, 5), scale(), zero(), i32(5)], label="float"),
    Case("MatMulNBits", [f32(2, 3, 32), u8(5, 1, 16), f32(5)], {"K": 32, "N": 5, "block_size": 32, "bits": 4}),
    Case(
        "MatMulBnb4", [f32(2, 3, 32), u8(80), f32(5)], {"K": 32, "N": 5, "block_size": 32, "quant_type": 1},
        constants=(1, 2)),
    Case("MatMulNBits", [f32(32), u8(5, 1, 16), f32(5)], {"K": 32, "N": 5, "block_size": 32}, label="vector"),
    Case(
        "MatMulBnb4", [f32(3, 5), u8(80), f32(5)], {"K": 32, "N": 5, "block_size": 32, "quant_type": 1, "transB": 0},
        constants=(1, 2), label="upright"),
    # Quantized
    Case("QLinearAdd", [u8(2, 1, 5), scale(), zero(), u8(3, 1), scale(), zero(), scale(), zero()]),
    Case("QLinearMul", [u8(2, 3, 5), scale(), zero(), u8(5), scale(), zero(), scale(), zero()]),
    Case("QLinearSigmoid", [u8(2, 5), scale(), zero(), scale(), zero()]),
    Case("QLinearLeakyRelu", [u8(2, 5), scale(), zero(), scale(), zero()]),
    Case("QLinearSoftmax", [u8(2, 5), scale(), zero(), scale(), zero()], {"opset": 13}),
    Case("QLinearSoftmax", [u8(2, 5), scale(), zero(), scale(), zero()], {"opset": 11, "axis": 1}, label="old"),
    Case(
        "QLinearWhere",
        [f32(2, 1) > 0, u8(2, 5), scale(), zero(), u8(1, 5), scale(), zero(), scale(), zero()],
        constants=(2, 3, 5, 6, 7, 8)),
    Case(
        "QLinearConcat", [scale(), zero(), u8(2, 3), scale(), zero(), u8(2, 4), scale(), zero()], {"axis": 1}),
    Case(
        "QLinearConv", [u8(2, 4, 7, 6), scale(), zero(), u8(5, 4, 3, 2), scale(), zero(), scale(), zero(), i32(5)],
        {"strides": [2, 1], "pads": [1, 0, 1, 0]}),
    Case(
        "QLinearConv", [u8(2, 7, 6, 4), scale(), zero(), u8(5, 4, 3, 2), scale(), zero(), scale(), zero(), i32(5)],
        {"strides": [2, 1], "pads": [1, 0, 1, 0], "channels_last": 1}, label="channels-last", constants=(3,)),
    Case(
        "QLinearAveragePool", [u8(2, 4, 7, 6), scale(), zero(), scale(), zero()],
        {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 0]}),
    Case(
        "QLinearAveragePool", [u8(2, 7, 6, 4), scale(), zero(), scale(), zero()],
        {"kernel_shape": [3, 2], "strides": [2, 2], "channels_last": 1, "ceil_mode": 1}, label="channels-last"),
    *(
        Case(
            "QLinearAveragePool", [u8(1, 3, size, 9), scale(), zero(), scale(), zero()],
            {"kernel_shape": [kernel, 3], "strides": [stride, 2], "pads": [pad, 1, end, 1], "ceil_mode": 1},
            label=f"ceil-{size}-{kernel}-{stride}-{pad}-{end}")
        for size, kernel, stride, pad, end in [(6, 2, 3, 1, 1), (7, 3, 2, 0, 1), (5, 2, 4, 0, 1), (8, 3, 3, 1, 0)]
    ),
    Case("QLinearGlobalAveragePool", [u8(2, 4, 7, 6), scale(), zero(), scale(), zero()]),
    Case(
        "QLinearGlobalAveragePool", [u8(2, 7, 6, 4), scale(), zero(), scale(), zero()], {"channels_last": 1},
        label="channels-last"),
    Case("QuantizeLinear", [f32(2, 3), scale(), zero(np.int8)]),
    Case("QuantizeLinear", [f32(2, 3), scale()], label="default"),
    Case("DequantizeLinear", [u8(2, 3), scale(), zero()]),
    # Windows
    Case("FusedConv", [f32(2, 4, 7, 6), f32(5, 4, 3, 2), f32(5)], {"strides": [2, 1], "activation": "Relu"}),
    Case("NhwcMaxPool", [u8(2, 7, 6, 4)], {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 0]}),
    Case("NhwcMaxPool", [u8(2, 7, 6, 4)], {"kernel_shape": [3, 2], "strides": [2, 4], "ceil_mode": 1}, label="ceil"),
    Case("NhwcMaxPool", [u8(2, 7, 4)], {"kernel_shape": [3]}, label="line"),
    Case("MaxpoolWithMask", [f32(2, 4, 7, 6), i32(2, 4, 7, 6)], {"kernel_shape": [3, 2], "strides": [2, 1]}),
    Case(
        "ConvTransposeWithDynamicPads", [f32(2, 4, 5, 6), f32(4, 3, 3, 2), np.array([1, 0, 1, 0], np.int64), f32(3)],
        {"strides": [2, 1]}, constants=(2,)),
    Case(
        "ConvTransposeWithDynamicPads", [f32(2, 4, 5, 6), f32(4, 3, 3, 2), np.array([1, 0, 1, 0], np.int64)],
        {"strides": [2, 1]}, label="unknown", unknown="the padding is known only at run time"),
    # Movement
    Case("ExpandDims", [f32(2, 3), np.array(1, np.int32)], constants=(1,)),
    Case("ExpandDims", [f32(2, 3), np.array(-1, np.int32)], constants=(1,), label="negative"),
    Case(
        "ExpandDims", [f32(2, 3), np.array(0, np.int32)], label="unknown",
        unknown="the axis is known only at run time"),
    Case("GatherND", [f32(4, 5, 6), i64(2, 3, 2)], unknown_with_names="how long the index vectors are is a name"),
    Case("GridSample", [f32(2, 3, 5, 6), f32(2, 7, 4, 2)]),
    Case("Pad", [f32(2, 3), np.array([1, 0, 2, 4], np.int64), np.array(0, np.float32)], constants=(1,)),
    Case(
        "Pad", [f32(2, 3), np.array([[1, 0, 2, 4]], np.int64), np.array(0, np.float32)], constants=(1,), label="matrix",
        unknown="pads in a matrix are not followed"),
    Case("Trilu", [f32(2, 3, 4), np.array(1, np.int64)]),
    Case("Unique", [f32(7)], outputs=3, unknown=AT_RUN_TIME),
    Case("Range", [np.array(2, np.int64), np.array(9, np.int64), np.array(3, np.int64)], constants=(0, 1, 2)),
    Case("Range", [np.array([2], np.int32), np.array([9], np.int32)], constants=(0, 1), label="step-of-one"),
    Case(
        "Range", [np.array(2, np.float32), np.array(9.5, np.float32), np.array(2, np.float32)], constants=(0, 1, 2),
        label="float"),
    Case(
        "Range", [np.array(2, np.float32), np.array(9.5, np.float32)], constants=(0, 1), label="float-of-one",
        unknown="a default step is followed for integers only"),
    Case("Range", [np.array(2, np.int64), np.array(9, np.int64)], label="unknown", unknown=AT_RUN_TIME),
    Case(
        "Tokenizer", [np.array([["a b", "c"], ["d e f", "g"]], object)],
        {"mark": 0, "mincharnum": 1, "pad_value": "#", "separators": [" "]}, unknown=AT_RUN_TIME),
    Case(
        "Tokenizer", [np.array(["a b", "c"], object)],
        {"mark": 1, "mincharnum": 1, "pad_value": "#", "separators": [" "]}, label="marked", unknown=AT_RUN_TIME),
    Case(
        "Tokenizer", [np.zeros((2, 0), object)], {"mark": 1, "mincharnum": 1, "pad_value": "#", "separators": [" "]},
        label="empty", unknown="of no strings there is no further axis"),
    Case("UnfoldTensor", [f32(2, 9, 3)], {"dim": 1, "size": 4, "step": 2}),
    Case("UnfoldTensor", [f32(2, 3, 9)], {"size": 3}, label="last"),
    Case("GatherBlockQuantized", [u8(6, 16), i64(2, 3), f32(6, 2)], {"block_size": 16}, constants=(0, 2)),
    Case(
        "GatherBlockQuantized", [u8(6, 32), i64(2, 3), f32(6, 2)], {"block_size": 16, "bits": 8}, label="bytes",
        constants=(0, 2)),
    Case("CropAndResize", [f32(2, 3, 8, 9), f32(4, 4), i32(4, high=2), np.array([5, 6], np.int32)], constants=(3,)),
    Case(
        "CropAndResize", [f32(2, 3, 8, 9), f32(4, 4), i32(4, high=2), np.array([5, 6], np.int32)], label="unknown",
        unknown="the size is known only at run time"),
    Case("CDist", [f32(4, 3), f32(5, 3)]),
    Case("DynamicTimeWarping", [f32(4, 6)], unknown="the path's length is known only at run time"),
    Case("DynamicTimeWarping", [f32(1, 4, 6)], label="batch", unknown="the path's length is known only at run time"),
    Case(
        "WordConvEmbedding", [i32(3, 6, low=1, high=9), f32(7, 1, 2, 4), f32(7), f32(9, 4)],
        {"char_embedding_size": 4, "conv_window_size": 2, "embedding_size": 7}),
    # Recurrence
    Case(
        "DynamicQuantizeLSTM",
        [f32(5, 2, 4), u8(1, 4, 12), u8(1, 3, 12), f32(1, 24), None, None, None, None, f32(1), u8(1), f32(1), u8(1)],
        {"hidden_size": 3}, outputs=3, constants=(1, 2, 8, 9, 10, 11)),
    Case(
        "AttnLSTM",
        [
            f32(5, 2, 4), f32(1, 12, 4 + 6), f32(1, 12, 3), f32(1, 24), i32(2, low=3, high=5), None, None, None,
            f32(1, 3, 6), f32(1, 6, 6), f32(1, 6), f32(2, 7, 6), i32(2, low=3, high=6), None,
        ],
        {"hidden_size": 3}, outputs=3),
    Case(
        "AttnLSTM",
        [
            f32(5, 2, 4), f32(1, 12, 4 + 4), f32(1, 12, 3), f32(1, 24), i32(2, low=3, high=5), None, None, None,
            f32(1, 3, 6), f32(1, 6, 6), f32(1, 6), f32(2, 7, 6), i32(2, low=3, high=6), f32(1, 9, 4),
        ],
        {"hidden_size": 3}, outputs=3, label="layer"),
    # Normalization
    Case("SkipLayerNormalization", [f32(2, 3, 8), f32(2, 3, 8), f32(8), f32(8), f32(8)]),
    Case("SkipLayerNormalization", [f32(2, 3, 8), f32(3, 8), f32(8)], label="broadcast"),
    Case("SkipLayerNormalization", [f32(1, 3, 8), f32(2, 3, 8), f32(8)], label="larger-skip"),
    Case("SkipSimplifiedLayerNormalization", [f32(2, 3, 8), f32(2, 3, 8), f32(8)]),
    Case("SimplifiedLayerNormalization", [f32(2, 3, 8), f32(8)], {"axis": -1}, outputs=2, domain=""),
    Case("SimplifiedLayerNormalization", [f32(2, 3, 8), f32(3, 8)], {"axis": 1}, domain="", label="axis"),
    Case("GatedRMSNorm", [f32(2, 3, 8), f32(4), f32(2, 3, 8)]),
    Case("BranchwiseRMSNorm", [f32(2, 3, 8), f32(3, 8)]),
    Case(
        "EmbedLayerNormalization",
        [i32(2, 5), i32(2, 5, high=2), f32(11, 8), f32(9, 8), f32(2, 8), f32(8), f32(8), i32(2, 5, high=2)], outputs=3),
    Case(
        "EmbedLayerNormalization", [i32(2, 5), None, f32(11, 8), f32(9, 8), None, f32(8), f32(8)], outputs=2,
        label="words"),
    Case(
        "QEmbedLayerNormalization",
        [
            i32(2, 5), i32(2, 5, high=2), u8(11, 8), u8(9, 8), u8(2, 8), u8(8), u8(8), i32(2, 5, high=2),
            *(scale() for _ in range(5)), *(zero() for _ in range(5)),
        ],
        outputs=2, constants=tuple(range(2, 18))),
    # Positions
    Case("RotaryEmbedding", [f32(2, 3, 16), i64(2, 3), f32(9, 4), f32(9, 4)], {"num_heads": 2}),
    Case("RotaryEmbedding", [f32(2, 3, 16), i64(1), f32(9, 4), f32(9, 4)], {"num_heads": 2}, label="offset"),
    Case("RotaryEmbedding", [f32(2, 5, 3, 8), i64(2, 3), f32(9, 4), f32(9, 4)], label="heads"),
    Case(
        "MRotaryEmbedding", [f32(2, 3, 16), i64(3, 2, 3), f32(9, 4), f32(9, 4)],
        {"num_heads": 2, "mrope_section": [2, 1, 1]}),
    # States
    Case(
        "LinearAttention", [f32(2, 5, 12), f32(2, 5, 12), f32(2, 5, 9), f32(2, 3, 4, 3), f32(2, 5, 3), f32(2, 5, 3)],
        {"q_num_heads": 3, "kv_num_heads": 3}, outputs=2),
    Case(
        "LinearAttention", [f32(2, 5, 8), f32(2, 5, 16), f32(2, 5, 12), None, f32(2, 5, 4), f32(2, 5, 4)],
        {"q_num_heads": 2, "kv_num_heads": 4}, outputs=2, label="more-keys",
        unknown="a state's element type is only known from the state before"),
    Case("LinearAttentionGate", [f32(2, 5, 3), f32(3), f32(3), f32(2, 5, 3)], outputs=2),
    Case("HyperConnectionPreMix", [f32(2, 5, 3, 8), f32(2, 5, 3)]),
    Case("HyperConnectionPreMix", [f32(2, 5, 24), f32(2, 5, 3)], {"num_branches": 3}, label="flat"),
    Case("HyperConnectionPostMix", [f32(2, 5, 3, 8), f32(2, 5, 8), f32(2, 5, 3)]),
    Case(
        "NGramHashMapping", [i64(2, 5), i64(3, low=3, high=99), i64(8, low=11, high=99)],
        {"max_ngram_size": 3, "n_head_per_ngram": 4, "pad_id": 0}, outputs=2),
    # Experts
    Case("MoE", [f32(5, 8), f32(5, 3), f32(3, 6, 8), None, f32(3, 8, 6)], {"k": 2}),
    Case("MoE", [f32(2, 5, 8), f32(10, 3), f32(3, 6, 8), None, f32(3, 8, 6)], {"k": 2}, label="batch"),
    Case(
        "QMoE", [f32(5, 32), f32(5, 3), u8(3, 64, 16), f32(3, 64), None, u8(3, 32, 32), f32(3, 32), None], {"k": 2},
        constants=(2, 3, 5, 6)),
    # Attention
    attention(),
    attention("present", outputs=2),
    attention("past", past=4, outputs=2),
    attention("sizes", out=6 + 6 + 10, qkv_hidden_sizes=[6, 6, 10]),
    Case(
        "QAttention",
        [u8(2, 5, 8), u8(8, 18), f32(18), scale(), scale(), None, zero(), zero(), f32(2, 2, 2, 4, 3)],
        {"num_heads": 2, "unidirectional": 1}, outputs=2, constants=(1,)),
    Case("MultiHeadAttention", [f32(2, 5, 12), f32(2, 7, 12), f32(2, 7, 6)], {"num_heads": 3}),
    Case(
        "MultiHeadAttention", [f32(2, 5, 12), f32(2, 5, 12), f32(2, 5, 12)], {"num_heads": 3}, outputs=4,
        label="present", declared={3: TensorProto.FLOAT}),
    Case(
        "MultiHeadAttention",
        [f32(2, 5, 12), f32(2, 5, 12), f32(2, 5, 12), None, None, None, f32(2, 3, 6, 4), f32(2, 3, 6, 4)],
        {"num_heads": 3}, outputs=4, label="past", declared={3: TensorProto.FLOAT}),
    Case("MultiHeadAttention", [f32(2, 5, 12), f32(2, 3, 7, 4), f32(2, 3, 7, 4)], {"num_heads": 3}, label="cross"),
    Case(
        "DecoderMaskedMultiHeadAttention",
        [
            f32(2, 1, 12), f32(2, 1, 12), f32(2, 1, 12), None, None, f32(2, 3, 6, 4), f32(2, 3, 6, 4),
            np.array([4], np.int32),
        ],
        {"num_heads": 3, "past_present_share_buffer": 1}, outputs=3),
    Case(
        "MultiHeadAttention",
        [
            f32(2, 1, 12), f32(2, 1, 12), f32(2, 1, 12), None, None, None, f32(2, 3, 6, 4), f32(2, 3, 6, 4),
            np.array([4], np.int32),
        ],
        {"num_heads": 3}, outputs=3, label="shared"),
    Case(
        "MultiHeadAttention", [f32(2, 5, 12), f32(2, 3, 7, 4), f32(2, 3, 7, 4)], {"num_heads": 3}, outputs=3,
        label="cross-present"),
    Case(
        "DecoderMaskedMultiHeadAttention", [f32(2, 1, 12), f32(2, 3, 7, 4), f32(2, 3, 7, 4)], {"num_heads": 3},
        label="cross"),
    grouped(constants=(6,)),
    grouped("larger-cache", past=9, constants=(6,)),
    grouped("packed", packed=True, constants=(6,)),
    grouped("prompt", past=None, s=5, constants=(6,)),
    grouped("window", total=9, constants=(6,), sliding_window_cache=1, local_window_size=4),
    grouped("few-positions", past=9, total=3, constants=(6,)),
    grouped("unknown", unknown=POSITIONS),
    grouped("unknown-prompt", past=None, s=5, unknown=POSITIONS),
    grouped("scores", constants=(6,), outputs=4, qk_output=1),
]

# Operators with a kernel here that no case runs, and why.
WITHOUT_CASE = {
    "BeamSearch": "runs subgraphs of a language model; no rule",
    "GreedySearch": "runs a subgraph of a language model; no rule",
    "Sampling": "runs a subgraph of a language model; no rule",
    "WhisperBeamSearch": "runs subgraphs of a speech model; no rule",
    "BifurcationDetector": "no rule",
    "CausalConvWithState": "no rule",
    "EngramGate": "no rule",
    "GatedDeltaNet": "no rule",
    "GatherPacked": "its tables are in a format of their own",
    "MatMulFpQ4": "its weights are packed by a kernel that has no interface here",
    "MoEGroupRouter": "no rule",
    "SparseAttention": "reads and writes its caches in place",
    "SparseToDenseMatMul": "no rule",
    "VarlenCausalConvWithState": "no rule",
    "VarlenNGramHashMapping": "no rule",
}


def kind(array):
    """The element type of an array; objects are strings."""
    return TensorProto.STRING if array.dtype == object else helper.np_dtype_to_tensor_dtype(array.dtype)


def name_of(place, axis, size, naming):
    """An input's size as a model declares it: the number, a name of its own, or one that equal sizes share."""
    if naming == "sizes" or size == 0:
        return size
    if naming == "own names":
        return f"i{place}_{axis}"
    return f"s{size}" if size > 1 else size


def model(case, naming="sizes"):
    """The call as a model of one node."""
    inputs, initializers, names = [], [], []
    for place, array in enumerate(case.inputs):
        names.append("" if array is None else f"i{place}")
        if array is None:
            continue
        if place in case.constants:
            initializers.append(numpy_helper.from_array(array, names[-1]))
            continue
        sizes = [name_of(place, axis, size, naming) for axis, size in enumerate(array.shape)]
        inputs.append(helper.make_tensor_value_info(names[-1], kind(array), sizes))
    outputs = [f"o{index}" for index in range(case.outputs)]
    node = helper.make_node(case.operator, names, outputs, domain=case.domain, **case.attributes)
    results = [
        helper.make_tensor_value_info(name, case.declared[index], None)
        if index in case.declared
        else onnx.ValueInfoProto(name=name)
        for index, name in enumerate(outputs)
    ]
    graph = helper.make_graph([node], "call", inputs, results, initializers)
    return helper.make_model(
        graph, ir_version=10,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)])


def bindings_of(case):
    """What each name stands for that `name_of` gives."""
    bindings = {}
    for place, array in enumerate(case.inputs):
        for axis, size in enumerate(() if array is None else array.shape):
            bindings |= {f"i{place}_{axis}": size, f"s{size}": size}
    return bindings


def sizes_of(value, bindings):
    """The sizes of a value by what its names stand for; `None` where one is open."""
    sizes = []
    for dimension in value.type.tensor_type.shape.dim:
        expression = dimension.dim_param.replace("/", "//")
        names = set(re.findall(r"[A-Za-z_]\w*", expression)) - {"min", "max"}
        if dimension.HasField("dim_value"):
            sizes.append(dimension.dim_value)
        elif names and names <= set(bindings):
            sizes.append(eval(expression, {"min": min, "max": max}, bindings))
        else:
            sizes.append(None)
    return sizes


@pytest.fixture(scope="module")
def results():
    """What each case gives when it runs."""
    return {}


def run(case, results):
    if id(case) not in results:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            model(case).SerializeToString(), options, providers=["CPUExecutionProvider"])
        feeds = {
            f"i{place}": array
            for place, array in enumerate(case.inputs)
            if array is not None and place not in case.constants
        }
        results[id(case)] = session.run(None, feeds)
    return results[id(case)]


@pytest.mark.parametrize("naming", ["sizes", "own names", "shared names"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_inferred_holds_when_it_runs(case, naming, results, tmp_path):
    onnx.save(model(case, naming), tmp_path / "call.onnx")
    said = succeed("convert", tmp_path / "call.onnx", tmp_path / "typed.onnx", "--infer-shapes")
    assert said.diagnostics == [], said.err
    typed = onnx.load(tmp_path / "typed.onnx").graph
    bindings = bindings_of(case)
    gaps = []
    for value, array in zip(typed.output, run(case, results), strict=True):
        tensor = value.type.tensor_type
        if tensor.elem_type == 0:
            gaps.append(f"{value.name} has no element type")
        else:
            assert tensor.elem_type == kind(array), value
        if not tensor.HasField("shape"):
            gaps.append(f"{value.name} has no rank")
            continue
        sizes = sizes_of(value, bindings)
        assert len(sizes) == array.ndim, value
        for axis, (size, actual) in enumerate(zip(sizes, array.shape)):
            assert size in (None, actual), f"axis {axis} is {actual} in {value}"
            if size is None:
                gaps.append(f"axis {axis} of {value.name} is not known")
    # Names of their own say nothing of which sizes are equal, so that what broadcasts is not known then.
    if naming != "own names":
        cause = case.unknown or (case.unknown_with_names if naming == "shared names" else "")
        assert bool(gaps) == bool(cause), f"{gaps} ({cause})"


def test_each_operator_with_a_kernel_has_a_case():
    kernels = {
        definition.op_name for definition in runtime.get_all_opkernel_def() if definition.domain == "com.microsoft"}
    run = {case.operator for case in CASES if case.domain}
    assert kernels - run == set(WITHOUT_CASE)
    assert run <= kernels
