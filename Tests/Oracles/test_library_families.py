"""The blocks of std.vision, std.text and std.audio against NumPy, in ONNX Runtime at several operator sets."""

import re

import numpy as np
import pytest

import layers
import onnx_file
from command import ROOT, convert
from layers import sigmoid
from test_library import OPSETS, PROJECTIONS, Case, angles, check, per_channel, rotated, statistics, sublayer


def relu(x):
    return np.maximum(x, 0)


def relu6(x):
    return np.clip(x, 0, 6)


def silu(x):
    return x * sigmoid(x)


def gelu(x):
    return x * 0.5 * (1 + layers.erf(x / np.sqrt(2)))


def conv(state, name, x, **options):
    return layers.conv(sublayer(state, name), x, **options)


def norm(state, name, x, eps=1e-5):
    return layers.batch_norm(sublayer(state, name), x, eps)


def linear(state, name, x):
    return layers.linear(sublayer(state, name), x)


def nested(prefix: str, *parts: dict) -> dict[str, list[int]]:
    return {f"{prefix}.{name}": sizes for part in parts for name, sizes in part.items()}


def batch(count: int) -> dict[str, list[int]]:
    return per_channel(count) | statistics(count)


def kernel(*sizes: int) -> dict[str, list[int]]:
    return {"weight": list(sizes)}


def dense(outputs: int, inputs: int, bias: bool = True) -> dict[str, list[int]]:
    return {"weight": [outputs, inputs]} | ({"bias": [outputs]} if bias else {})


# ---- std.vision --------------------------------------------------------------------------------------------------


def conv_norm(state, x, activation=relu, **options):
    return activation(norm(state, "1", conv(state, "0", x, **options)))


def conv_norm_state(outputs: int, inputs: int, size: int) -> dict[str, list[int]]:
    return nested("0", kernel(outputs, inputs, size, size)) | nested("1", batch(outputs))


def shortcut(state, x, stride):
    if "downsample.0.weight" not in state:
        return x
    return norm(state, "downsample.1", conv(state, "downsample.0", x, stride=stride))


def basic(state, x, stride=1):
    y = relu(norm(state, "bn1", conv(state, "conv1", x, stride=stride, padding=1)))
    return relu(norm(state, "bn2", conv(state, "conv2", y, padding=1)) + shortcut(state, x, stride))


def bottleneck(state, x, stride=1, groups=1):
    y = relu(norm(state, "bn1", conv(state, "conv1", x)))
    y = relu(norm(state, "bn2", conv(state, "conv2", y, stride=stride, padding=1, groups=groups)))
    return relu(norm(state, "bn3", conv(state, "conv3", y)) + shortcut(state, x, stride))


def squeeze(state, x, activation=relu):
    s = activation(conv(state, "fc1", x.mean((2, 3), keepdims=True)))
    return x * sigmoid(conv(state, "fc2", s))


def inverted(state, x, stride, hidden, residual):
    y = x
    k = 0
    if "conv.0.0.weight" in state and state["conv.0.0.weight"].shape[-1] == 1:
        y = conv_norm(sublayer(state, "conv.0"), y, relu6)
        k = 1
    y = conv_norm(sublayer(state, f"conv.{k}"), y, relu6, stride=stride, padding=1, groups=hidden)
    y = norm(state, f"conv.{k + 2}", conv(state, f"conv.{k + 1}", y))
    return x + y if residual else y


def mbconv(state, x, hidden):
    y = conv_norm(sublayer(state, "block.0"), x, silu)
    y = conv_norm(sublayer(state, "block.1"), y, silu, padding=2, groups=hidden)
    y = squeeze(sublayer(state, "block.2"), y, silu)
    return x + conv_norm(sublayer(state, "block.3"), y, lambda y: y)


def layer_norm_2d(state, x, eps=1e-6):
    return np.moveaxis(layers.layer_norm(state, np.moveaxis(x, 1, -1), eps), -1, 1)


def cn_block(state, x):
    y = np.moveaxis(conv(state, "block.0", x, padding=3, groups=x.shape[1]), 1, -1)
    y = layers.layer_norm(sublayer(state, "block.2"), y, 1e-6)
    y = linear(state, "block.5", gelu(linear(state, "block.3", y)))
    return x + state["layer_scale"] * np.moveaxis(y, -1, 1)


def dense_layer(state, x):
    y = conv(state, "conv1", relu(norm(state, "norm1", x)))
    return conv(state, "conv2", relu(norm(state, "norm2", y)), padding=1)


def dense_block(state, x):
    for name in ["denselayer1", "denselayer2"]:
        x = np.concatenate([x, dense_layer(sublayer(state, name), x)], 1)
    return x


def dense_layer_state(inputs: int) -> dict[str, list[int]]:
    return (
        nested("norm1", batch(inputs))
        | nested("conv1", kernel(12, inputs, 1, 1))
        | nested("norm2", batch(12))
        | nested("conv2", kernel(3, 12, 3, 3))
    )


def fire(state, x):
    s = relu(conv(state, "squeeze", x))
    return np.concatenate([relu(conv(state, "expand1x1", s)), relu(conv(state, "expand3x3", s, padding=1))], 1)


def encoder_block(state, x):
    y = layers.layer_norm(sublayer(state, "ln_1"), x, 1e-6)
    x = x + layers.multihead(sublayer(state, "self_attention"), y, y, y, 2, batch_first=True)[0]
    y = layers.layer_norm(sublayer(state, "ln_2"), x, 1e-6)
    return x + linear(state, "mlp.3", gelu(linear(state, "mlp.0", y)))


def vision(call: str, expected, state, inputs="x: f32[2,4,6,6]") -> Case:
    return Case(call, inputs, expected, state, part="std.vision")


def filled(outputs: int, inputs: int, size: int) -> dict[str, list[int]]:
    return {"weight": [outputs, inputs, size, size], "bias": [outputs]}


VISION = [
    vision(
        "Conv2dNormActivation(x, out_channels=6, stride=2)",
        lambda s, x: conv_norm(s, x, stride=2, padding=1),
        conv_norm_state(6, 4, 3),
    ),
    vision(
        "Conv2dNormActivation(x, out_channels=6, kernel_size=5, dilation=2, groups=2, activation=Hardswish, eps=0.001)",
        lambda s, x: (
            lambda y: y * np.clip(y + 3, 0, 6) / 6
        )(norm(s, "1", conv(s, "0", x, padding=4, dilation=2, groups=2), 1e-3)),
        conv_norm_state(6, 2, 5),
    ),
    vision(
        "SqueezeExcitation(x, squeeze_channels=2)",
        squeeze,
        nested("fc1", filled(2, 4, 1)) | nested("fc2", filled(4, 2, 1)),
    ),
    vision(
        "BasicBlock(x, planes=4)",
        basic,
        nested("conv1", kernel(4, 4, 3, 3))
        | nested("bn1", batch(4))
        | nested("conv2", kernel(4, 4, 3, 3))
        | nested("bn2", batch(4)),
    ),
    vision(
        "BasicBlock(x, planes=6, stride=2)",
        lambda s, x: basic(s, x, 2),
        nested("conv1", kernel(6, 4, 3, 3))
        | nested("bn1", batch(6))
        | nested("conv2", kernel(6, 6, 3, 3))
        | nested("bn2", batch(6))
        | nested("downsample.0", kernel(6, 4, 1, 1))
        | nested("downsample.1", batch(6)),
    ),
    vision(
        "Bottleneck(x, planes=2, stride=2, groups=2, base_width=128)",
        lambda s, x: bottleneck(s, x, 2, 2),
        nested("conv1", kernel(8, 4, 1, 1))
        | nested("bn1", batch(8))
        | nested("conv2", kernel(8, 4, 3, 3))
        | nested("bn2", batch(8))
        | nested("conv3", kernel(8, 8, 1, 1))
        | nested("bn3", batch(8))
        | nested("downsample.0", kernel(8, 4, 1, 1))
        | nested("downsample.1", batch(8)),
    ),
    vision(
        "InvertedResidual(x, out_channels=4, stride=1, expand_ratio=2)",
        lambda s, x: inverted(s, x, 1, 8, True),
        nested("conv.0", conv_norm_state(8, 4, 1))
        | nested("conv.1", conv_norm_state(8, 1, 3))
        | nested("conv.2", kernel(4, 8, 1, 1))
        | nested("conv.3", batch(4)),
    ),
    vision(
        "InvertedResidual(x, out_channels=6, stride=2, expand_ratio=1)",
        lambda s, x: inverted(s, x, 2, 4, False),
        nested("conv.0", conv_norm_state(4, 1, 3)) | nested("conv.1", kernel(6, 4, 1, 1)) | nested("conv.2", batch(6)),
    ),
    vision(
        "MBConv(x, out_channels=4, kernel_size=5, stride=1, expand_ratio=2)",
        lambda s, x: mbconv(s, x, 8),
        nested("block.0", conv_norm_state(8, 4, 1))
        | nested("block.1", conv_norm_state(8, 1, 5))
        | nested("block.2", nested("fc1", filled(1, 8, 1)) | nested("fc2", filled(8, 1, 1)))
        | nested("block.3", conv_norm_state(4, 8, 1)),
    ),
    vision("LayerNorm2d(x)", layer_norm_2d, per_channel(4)),
    vision(
        "CNBlock(x, layer_scale=0.5)",
        cn_block,
        nested("block.0", filled(4, 1, 7))
        | nested("block.2", per_channel(4))
        | nested("block.3", dense(16, 4))
        | nested("block.5", dense(4, 16))
        | {"layer_scale": [4, 1, 1]},
    ),
    vision("DenseLayer(x, growth_rate=3)", dense_layer, dense_layer_state(4)),
    vision(
        "DenseBlock(x, num_layers=2, growth_rate=3)",
        dense_block,
        nested("denselayer1", dense_layer_state(4)) | nested("denselayer2", dense_layer_state(7)),
    ),
    vision(
        "Transition(x)",
        lambda s, x: layers.pool(conv(s, "conv", relu(norm(s, "norm", x))), "mean", 2),
        nested("norm", batch(4)) | nested("conv", kernel(2, 4, 1, 1)),
    ),
    vision(
        "Fire(x, squeeze=2, expand1x1=3, expand3x3=5)",
        fire,
        nested("squeeze", filled(2, 4, 1)) | nested("expand1x1", filled(3, 2, 1)) | nested("expand3x3", filled(5, 2, 3)),
    ),
    vision("FrozenBatchNorm2d(x)", layers.batch_norm, batch(4)),
    vision(
        "EncoderBlock(x, num_heads=2, mlp_dim=12)",
        encoder_block,
        nested("ln_1", per_channel(8))
        | nested("self_attention", PROJECTIONS)
        | nested("ln_2", per_channel(8))
        | nested("mlp.0", dense(12, 8))
        | nested("mlp.3", dense(8, 12)),
        "x: f32[2,5,8]",
    ),
]

# ---- std.text ----------------------------------------------------------------------------------------------------


def causal(length: int):
    return np.triu(np.ones((length, length), bool), 1)


def attend(state, q, k, v, heads, groups=None, hidden=None, turn=lambda x: x):
    """Projected, split, attended to and merged, without what comes behind; with the keys and values."""
    groups = groups or heads
    q, k = (turn(layers.split_heads(linear(state, name, x), n)) for name, x, n in [(q[0], q[1], heads), (k[0], k[1], groups)])
    v = layers.split_heads(linear(state, v[0], v[1]), groups)
    many = [np.repeat(x, heads // groups, 1) for x in (k, v)]
    return layers.merge_heads(layers.attend(q, *many, hidden)[0]), k, v


def bert_embeddings(state, ids, types=None):
    types = np.zeros_like(ids) if types is None else types
    x = state["word_embeddings.weight"][ids] + state["position_embeddings.weight"][: ids.shape[1]]
    return layers.layer_norm(sublayer(state, "LayerNorm"), x + state["token_type_embeddings.weight"][types], 1e-12)


def bert_layer(state, x, hidden):
    own = sublayer(state, "attention.self")
    y, _, _ = attend(own, ("query", x), ("key", x), ("value", x), 2, hidden=hidden)
    x = layers.layer_norm(
        sublayer(state, "attention.output.LayerNorm"), x + linear(state, "attention.output.dense", y), 1e-12
    )
    y = linear(state, "output.dense", gelu(linear(state, "intermediate.dense", x)))
    return layers.layer_norm(sublayer(state, "output.LayerNorm"), x + y, 1e-12)


def conv1d(state, name, x):
    return x @ state[f"{name}.weight"] + state[f"{name}.bias"]


def gpt2_block(state, x):
    h = conv1d(state, "attn.c_attn", layers.layer_norm(sublayer(state, "ln_1"), x))
    q, k, v = (layers.split_heads(part, 2) for part in np.split(h, 3, -1))
    y = layers.merge_heads(layers.attend(q, k, v, causal(x.shape[1]))[0])
    x = x + conv1d(state, "attn.c_proj", y)
    h = conv1d(state, "mlp.c_fc", layers.layer_norm(sublayer(state, "ln_2"), x))
    h = h * 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (h + 0.044715 * h**3)))
    return x + conv1d(state, "mlp.c_proj", h)


def llama_attention(state, x, cos, sin, past_key=None, past_value=None):
    def turn(x):
        return rotated(x, np.arctan2(sin, cos)) * np.tile(np.hypot(sin, cos), 2)

    y, k, v = attend(state, ("q_proj", x), ("k_proj", x), ("v_proj", x), 4, 2, causal(x.shape[1]), turn)
    if past_key is None:
        return [linear(state, "o_proj", y), k, v]
    q = turn(layers.split_heads(linear(state, "q_proj", x), 4))
    k, v = np.concatenate([past_key, k], 2), np.concatenate([past_value, v], 2)
    past = past_key.shape[2]
    hidden = np.triu(np.ones((x.shape[1], past + x.shape[1]), bool), 1 + past)
    y = layers.attend(q, np.repeat(k, 2, 1), np.repeat(v, 2, 1), hidden)[0]
    return [linear(state, "o_proj", layers.merge_heads(y)), k, v]


def llama_layer(state, x, cos, sin):
    h = layers.rms_norm(sublayer(state, "input_layernorm"), x, 1e-6)
    y, k, v = llama_attention(sublayer(state, "self_attn"), h, cos, sin)
    x = x + y
    h = layers.rms_norm(sublayer(state, "post_attention_layernorm"), x, 1e-6)
    mlp = sublayer(state, "mlp")
    return [x + linear(mlp, "down_proj", silu(linear(mlp, "gate_proj", h)) * linear(mlp, "up_proj", h)), k, v]


LLAMA = (
    nested("q_proj", dense(8, 8, False))
    | nested("k_proj", dense(4, 8, False))
    | nested("v_proj", dense(4, 8, False))
    | nested("o_proj", dense(8, 8, False))
)
BERT_EMBEDDINGS = {
    "word_embeddings.weight": [7, 6],
    "position_embeddings.weight": [9, 6],
    "token_type_embeddings.weight": [7, 6],
    "LayerNorm.weight": [6],
    "LayerNorm.bias": [6],
}


def text(call: str, inputs: str, expected, state, results=1) -> Case:
    return Case(call, inputs, expected, state, results, "std.text")


TEXT = [
    text(
        "BertEmbeddings(x, t, width=6, vocab_size=7, max_position_embeddings=9, type_vocab_size=7)",
        "x: i64[2,5]; t: i64[2,5]",
        bert_embeddings,
        BERT_EMBEDDINGS,
    ),
    text(
        "BertEmbeddings(x, width=6, vocab_size=7, max_position_embeddings=9, type_vocab_size=7)",
        "x: i64[2,5]",
        bert_embeddings,
        BERT_EMBEDDINGS,
    ),
    text(
        "BertLayer(x, Not(m), heads=2, hidden=12)",
        "x: f32[2,5,8]; m: bool[2,1,1,5]",
        bert_layer,
        nested("attention.self", *(nested(name, dense(8, 8)) for name in ("query", "key", "value")))
        | nested("attention.output", nested("dense", dense(8, 8)), nested("LayerNorm", per_channel(8)))
        | nested("intermediate.dense", dense(12, 8))
        | nested("output", nested("dense", dense(8, 12)), nested("LayerNorm", per_channel(8))),
    ),
    text(
        "BertPooler(x)",
        "x: f32[2,5,8]",
        lambda s, x: np.tanh(linear(s, "dense", x[:, 0])),
        nested("dense", dense(8, 8)),
    ),
    text(
        "Conv1D(x, out_features=3)",
        "x: f32[2,5,8]",
        lambda s, x: x @ s["weight"] + s["bias"],
        {"weight": [8, 3], "bias": [3]},
    ),
    text(
        "GPT2Block(x, heads=2)",
        "x: f32[2,5,8]",
        gpt2_block,
        nested("ln_1", per_channel(8))
        | nested("attn.c_attn", {"weight": [8, 24], "bias": [24]})
        | nested("attn.c_proj", {"weight": [8, 8], "bias": [8]})
        | nested("ln_2", per_channel(8))
        | nested("mlp.c_fc", {"weight": [8, 32], "bias": [32]})
        | nested("mlp.c_proj", {"weight": [32, 8], "bias": [8]}),
    ),
    text(
        "LlamaAttention(x, c, s, heads=4, kv_heads=2)",
        "x: f32[2,5,8]; c: f32[5,1]; s: f32[5,1]",
        llama_attention,
        LLAMA,
        3,
    ),
    text(
        "LlamaAttention(x, c, s, k, v, heads=4, kv_heads=2)",
        "x: f32[2,3,8]; c: f32[3,1]; s: f32[3,1]; k: f32[2,2,4,2]; v: f32[2,2,4,2]",
        llama_attention,
        LLAMA,
        3,
    ),
    text(
        "LlamaDecoderLayer(x, c, s, heads=4, kv_heads=2, hidden=12)",
        "x: f32[2,5,8]; c: f32[5,1]; s: f32[5,1]",
        llama_layer,
        {"input_layernorm.weight": [8], "post_attention_layernorm.weight": [8]}
        | nested("self_attn", LLAMA)
        | nested(
            "mlp",
            nested("gate_proj", dense(12, 8, False)),
            nested("up_proj", dense(12, 8, False)),
            nested("down_proj", dense(8, 12, False)),
        ),
        3,
    ),
]

# ---- std.audio ---------------------------------------------------------------------------------------------------


def whisper_attention(state, x, memory=None, hidden=None):
    seen = x if memory is None else memory
    return linear(state, "out_proj", attend(state, ("q_proj", x), ("k_proj", seen), ("v_proj", seen), 2, hidden=hidden)[0])


def whisper_feed(state, x):
    h = layers.layer_norm(sublayer(state, "final_layer_norm"), x)
    return x + linear(state, "fc2", gelu(linear(state, "fc1", h)))


def whisper_encoder(state, x):
    h = layers.layer_norm(sublayer(state, "self_attn_layer_norm"), x)
    return whisper_feed(state, x + whisper_attention(sublayer(state, "self_attn"), h))


def whisper_decoder(state, x, memory):
    h = layers.layer_norm(sublayer(state, "self_attn_layer_norm"), x)
    x = x + whisper_attention(sublayer(state, "self_attn"), h, hidden=causal(x.shape[1]))
    h = layers.layer_norm(sublayer(state, "encoder_attn_layer_norm"), x)
    return whisper_feed(state, x + whisper_attention(sublayer(state, "encoder_attn"), h, memory))


def whisper_stem(state, x):
    y = gelu(conv(state, "conv1", x, padding=1))
    return gelu(conv(state, "conv2", y, stride=2, padding=1)).swapaxes(1, 2)


def separable(state, x):
    y = relu(norm(state, "norm1", conv(state, "depthwise", x, stride=2, padding=1, groups=4)))
    return relu(norm(state, "norm2", conv(state, "pointwise", y)))


def audio(call: str, inputs: str, expected, state) -> Case:
    return Case(call, inputs, expected, state, part="std.audio")


WHISPER = (
    nested("q_proj", dense(8, 8))
    | nested("k_proj", dense(8, 8, False))
    | nested("v_proj", dense(8, 8))
    | nested("out_proj", dense(8, 8))
)
WHISPER_LAYER = (
    nested("self_attn_layer_norm", per_channel(8))
    | nested("self_attn", WHISPER)
    | nested("final_layer_norm", per_channel(8))
    | nested("fc1", dense(32, 8))
    | nested("fc2", dense(8, 32))
)

AUDIO = [
    audio("WhisperAttention(x, heads=2)", "x: f32[2,5,8]", whisper_attention, WHISPER),
    audio(
        "WhisperStem(x, width=6)",
        "x: f32[2,3,8]",
        whisper_stem,
        nested("conv1", {"weight": [6, 3, 3], "bias": [6]}) | nested("conv2", {"weight": [6, 6, 3], "bias": [6]}),
    ),
    audio("WhisperEncoderLayer(x, heads=2)", "x: f32[2,5,8]", whisper_encoder, WHISPER_LAYER),
    audio(
        "WhisperDecoderLayer(x, m, heads=2)",
        "x: f32[2,5,8]; m: f32[2,4,8]",
        whisper_decoder,
        WHISPER_LAYER | nested("encoder_attn_layer_norm", per_channel(8)) | nested("encoder_attn", WHISPER),
    ),
    audio(
        "DepthwiseSeparable(x, out_channels=6, stride=2)",
        "x: f32[2,4,7,6]",
        separable,
        nested("depthwise", kernel(4, 1, 3, 3))
        | nested("norm1", batch(4))
        | nested("pointwise", kernel(6, 4, 1, 1))
        | nested("norm2", batch(6)),
    ),
]

CASES = [*VISION, *TEXT, *AUDIO]


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_families_compute_what_their_papers_say(case, opset, tmp_path):
    check(case, opset, tmp_path)


def test_every_block_has_a_case():
    tested = {(case.part, case.call.split("(")[0]) for case in CASES}
    files = (ROOT / "Sources/Semantics/Library").glob("*/*.mica")
    blocks = {
        (f"std.{file.parent.name}", name) for file in files for name in re.findall(r"^block (\w+)", file.read_text(), re.M)
    }
    assert len(blocks) > 20 and tested == blocks


def test_an_activation_may_be_a_block_of_the_user(tmp_path):
    source = tmp_path / "case.mica"
    source.write_text(
        "import std.vision as v\n"
        "block Squared(x: T[...]) -> T[...] {\n    return x * x\n}\n"
        "model t(x: f32[2, 4, 6, 6]) {\n"
        "    return m: v.Conv2dNormActivation(x, out_channels=6, activation=Squared)\n}\n"
    )
    path = convert(source, tmp_path / "case.onnx", "--random-weights")
    state = {name[2:]: value for name, value in onnx_file.tensors(onnx_file.check(path)).items() if name.startswith("m.")}
    x = np.random.default_rng(0).standard_normal((2, 4, 6, 6)).astype(np.float32)
    expected = conv_norm(state, x, lambda y: y * y, padding=1)
    np.testing.assert_allclose(onnx_file.session(path).run(None, {"x": x})[0], expected, rtol=1e-5, atol=1e-5)
