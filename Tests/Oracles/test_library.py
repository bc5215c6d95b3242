"""Every layer of the standard library that PyTorch has, against NumPy, in ONNX Runtime at several operator sets."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

import layers
import onnx_file
from command import convert
from layers import softmax

OPSETS = [13, 17, 18, 21, 23]


@dataclass(frozen=True)
class Case:
    """A call of a block on `x` and others, and what PyTorch's documentation says that it gives."""

    call: str
    #: The types of the inputs, as in a signature.
    inputs: str
    #: From the state dict and the inputs in order to the results in order.
    expected: Callable
    #: The sizes of the state dict's tensors, as PyTorch has them.
    state: dict[str, list[int]] = field(default_factory=dict)
    results: int = 1
    #: The part of the library that has the block, where it is not known everywhere.
    part: str = ""

    def __str__(self) -> str:
        return self.call


def values(inputs: str, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Random values for each input of a signature; indices are below 7, truth values mostly false."""
    made = {}
    for declaration in inputs.split("; "):
        name, kind = declaration.split(": ")
        element, sizes = kind[:-1].split("[")
        sizes = [int(size) for size in sizes.split(",")] if sizes else []
        if element == "bool":
            made[name] = random.random(sizes) < 0.25
            made[name][..., 0] = False
        elif element == "i64":
            made[name] = random.integers(0, 7, sizes)
        else:
            made[name] = random.standard_normal(sizes).astype({"f32": np.float32}[element])
    return made


def outputs(case: Case, opset: int, folder, feeds: dict[str, np.ndarray]):
    """The state dict and the results of the case's model, exported and run."""
    names = [f"y{i}" for i in range(case.results)]
    source = folder / "case.mica"
    body = f"{', '.join(names)} = m: {case.call}\n    return {', '.join(names)}"
    use = "use onnx 23\n" + (f"import {case.part}\n" if case.part else "")
    source.write_text(f"{use}model t({case.inputs.replace('; ', ', ')}) {{\n    {body}\n}}\n")
    path = convert(source, folder / "case.onnx", "--random-weights", "--opset", opset)
    model = onnx_file.check(path, opset)
    state = {name[2:]: value for name, value in onnx_file.tensors(model).items() if name.startswith("m.")}
    return state, onnx_file.session(path).run(None, feeds)


def recurrent(kind: str, **options):
    def expected(state, x, h_0=None, c_0=None):
        return layers.recurrent(kind, state, x, h_0, c_0, **options)

    return expected


def gates(count: int, hidden: int, width: int, layers: int = 1, directions: int = 1, bias: bool = True):
    """The state dict of a recurrent network, as PyTorch's documentation lists it."""
    sizes = {}
    for layer in range(layers):
        inner = width if layer == 0 else hidden * directions
        for suffix in ["", "_reverse"][:directions]:
            sizes[f"weight_ih_l{layer}{suffix}"] = [count * hidden, inner]
            sizes[f"weight_hh_l{layer}{suffix}"] = [count * hidden, hidden]
            if bias:
                sizes[f"bias_ih_l{layer}{suffix}"] = [count * hidden]
                sizes[f"bias_hh_l{layer}{suffix}"] = [count * hidden]
    return sizes


def per_channel(count: int) -> dict[str, list[int]]:
    return {"weight": [count], "bias": [count]}


def statistics(count: int) -> dict[str, list[int]]:
    return {"running_mean": [count], "running_var": [count]}


LINEAR = [
    Case("Linear(x, out_features=3)", "x: f32[2,5]", layers.linear, {"weight": [3, 5], "bias": [3]}),
    Case("Linear(x, out_features=3, bias=false)", "x: f32[2,4,5]", layers.linear, {"weight": [3, 5]}),
    Case(
        "Bilinear(x, z, out_features=3)",
        "x: f32[2,5]; z: f32[2,4]",
        lambda s, x, z: np.einsum("ni,kij,nj->nk", x, s["weight"], z) + s["bias"],
        {"weight": [3, 5, 4], "bias": [3]},
    ),
    Case("Identity(x)", "x: f32[2,3]", lambda s, x: x),
    Case(
        "Embedding(x, num_embeddings=7, embedding_dim=4, padding_idx=0)",
        "x: i64[2,5]",
        lambda s, x: s["weight"][x],
        {"weight": [7, 4]},
    ),
]


def conv(call: str, inputs: str, weight: list[int], bias: bool = True, **options) -> Case:
    channels = weight[1] * options.get("groups", 1) if "Transpose" in call else weight[0]
    function = layers.conv_transpose if "Transpose" in call else layers.conv
    state = {"weight": weight, "bias": [channels]} if bias else {"weight": weight}
    return Case(call, inputs, lambda s, x: function(s, x, **options), state)


CONVOLUTIONS = [
    conv("Conv1d(x, out_channels=6, kernel_size=3)", "x: f32[2,4,9]", [6, 4, 3]),
    conv(
        "Conv1d(x, out_channels=6, kernel_size=4, padding=\"same\", dilation=2)",
        "x: f32[2,4,9]",
        [6, 4, 4],
        padding="same",
        dilation=2,
    ),
    conv(
        "Conv1d(x, out_channels=6, kernel_size=3, stride=2, padding=1, groups=2, bias=false)",
        "x: f32[2,4,9]",
        [6, 2, 3],
        bias=False,
        stride=2,
        padding=1,
        groups=2,
    ),
    conv("Conv2d(x, out_channels=6, kernel_size=3, padding=1)", "x: f32[2,4,7,8]", [6, 4, 3, 3], padding=1),
    conv("Conv2d(x, out_channels=6, kernel_size=3, padding=\"valid\")", "x: f32[2,4,7,8]", [6, 4, 3, 3]),
    conv(
        "Conv2d(x, out_channels=4, kernel_size=[3, 1], stride=[2, 1], padding=[1, 0], dilation=[1, 2], groups=4)",
        "x: f32[2,4,7,8]",
        [4, 1, 3, 1],
        stride=[2, 1],
        padding=[1, 0],
        dilation=[1, 2],
        groups=4,
    ),
    conv(
        "Conv2d(x, out_channels=6, kernel_size=[3, 5], padding=\"same\")",
        "x: f32[2,4,7,8]",
        [6, 4, 3, 5],
        padding="same",
    ),
    *(
        conv(
            f"Conv2d(x, out_channels=2, kernel_size=3, padding=[1, 2], padding_mode=\"{mode}\")",
            "x: f32[2,4,7,8]",
            [2, 4, 3, 3],
            padding=[1, 2],
            padding_mode=theirs,
        )
        for mode, theirs in [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
    ),
    conv(
        "Conv3d(x, out_channels=2, kernel_size=[1, 2, 3], stride=[2, 1, 1], padding=[0, 1, 1])",
        "x: f32[1,3,4,5,6]",
        [2, 3, 1, 2, 3],
        stride=[2, 1, 1],
        padding=[0, 1, 1],
    ),
    conv(
        "ConvTranspose1d(x, out_channels=6, kernel_size=3, stride=2, padding=1, output_padding=1, groups=2)",
        "x: f32[2,4,5]",
        [4, 3, 3],
        stride=2,
        padding=1,
        output_padding=1,
        groups=2,
    ),
    conv(
        "ConvTranspose2d(x, out_channels=3, kernel_size=[2, 3], stride=[2, 1], dilation=[1, 2], bias=false)",
        "x: f32[2,4,5,4]",
        [4, 3, 2, 3],
        bias=False,
        stride=[2, 1],
        dilation=[1, 2],
    ),
    conv(
        "ConvTranspose3d(x, out_channels=2, kernel_size=[2, 3, 2], stride=2, padding=[0, 1, 0])",
        "x: f32[1,3,2,3,2]",
        [3, 2, 2, 3, 2],
        stride=2,
        padding=[0, 1, 0],
    ),
]

NORMALIZATIONS = [
    Case("BatchNorm1d(x)", "x: f32[3,4]", layers.batch_norm, per_channel(4) | statistics(4)),
    Case("BatchNorm1d(x, eps=0.1)", "x: f32[3,4,5]", lambda s, x: layers.batch_norm(s, x, 0.1), per_channel(4) | statistics(4)),
    Case("BatchNorm2d(x, affine=false)", "x: f32[3,4,5,2]", layers.batch_norm, statistics(4)),
    Case("BatchNorm2d(x, track_running_stats=false)", "x: f32[3,4,5,2]", layers.batch_norm, per_channel(4)),
    Case("BatchNorm3d(x)", "x: f32[3,4,5,2,2]", layers.batch_norm, per_channel(4) | statistics(4)),
    Case("InstanceNorm1d(x)", "x: f32[3,4,5]", layers.instance_norm),
    Case("InstanceNorm2d(x, affine=true)", "x: f32[3,4,5,2]", layers.instance_norm, per_channel(4)),
    Case("InstanceNorm2d(x, track_running_stats=true)", "x: f32[3,4,5,2]", layers.instance_norm, statistics(4)),
    Case("InstanceNorm3d(x, eps=0.1)", "x: f32[3,4,5,2,2]", lambda s, x: layers.instance_norm(s, x, 0.1)),
    Case("GroupNorm(x, num_groups=2)", "x: f32[3,4,5,2]", lambda s, x: layers.group_norm(s, x, 2), per_channel(4)),
    Case("GroupNorm(x, num_groups=4, affine=false)", "x: f32[3,4,5]", lambda s, x: layers.group_norm(s, x, 4)),
    Case("LayerNorm(x)", "x: f32[3,4,6]", layers.layer_norm, per_channel(6)),
    Case("LayerNorm(x, bias=false, eps=0.1)", "x: f32[3,4,6]", lambda s, x: layers.layer_norm(s, x, 0.1), {"weight": [6]}),
    Case("LayerNorm(x, elementwise_affine=false)", "x: f32[3,6]", layers.layer_norm),
    Case(
        "LayerNorm(x, normalized_shape=[4, 6])",
        "x: f32[3,4,6]",
        lambda s, x: layers.layer_norm(s, x, axes=2),
        {"weight": [4, 6], "bias": [4, 6]},
    ),
    Case(
        "LayerNorm(x, normalized_shape=[2, 4, 6], elementwise_affine=false)",
        "x: f32[3,2,4,6]",
        lambda s, x: layers.layer_norm(s, x, axes=3),
    ),
    Case("RMSNorm(x)", "x: f32[3,4,6]", layers.rms_norm, {"weight": [6]}),
    Case("RMSNorm(x, eps=0.1, elementwise_affine=false)", "x: f32[3,6]", lambda s, x: layers.rms_norm(s, x, 0.1)),
    Case("LocalResponseNorm(x, size=3, alpha=0.5)", "x: f32[2,6,3,3]", lambda s, x: layers.local_response_norm(x, 3, 0.5)),
]


def pool(call: str, inputs: str, **options) -> Case:
    reduce = "max" if "Max" in call else "mean"
    return Case(call, inputs, lambda s, x: layers.pool(x, reduce, **options))


def adaptive(call: str, inputs: str, output_size) -> Case:
    reduce = "max" if "Max" in call else "mean"
    return Case(call, inputs, lambda s, x: layers.adaptive_pool(x, reduce, output_size))


POOLING = [
    pool("MaxPool1d(x, kernel_size=3)", "x: f32[2,3,11]", kernel_size=3),
    pool("MaxPool2d(x, kernel_size=3, stride=2, padding=1)", "x: f32[2,3,9,8]", kernel_size=3, stride=2, padding=1),
    pool(
        "MaxPool2d(x, kernel_size=[2, 3], stride=[1, 2], dilation=[2, 1])",
        "x: f32[2,3,9,8]",
        kernel_size=[2, 3],
        stride=[1, 2],
        dilation=[2, 1],
    ),
    pool("MaxPool2d(x, kernel_size=2, ceil_mode=true)", "x: f32[2,3,9,7]", kernel_size=2, ceil_mode=True),
    pool("MaxPool3d(x, kernel_size=[1, 2, 2])", "x: f32[1,2,3,4,5]", kernel_size=[1, 2, 2]),
    pool("AvgPool1d(x, kernel_size=3, stride=2, padding=1)", "x: f32[2,3,11]", kernel_size=3, stride=2, padding=1),
    pool("AvgPool2d(x, kernel_size=[3, 2])", "x: f32[2,3,9,8]", kernel_size=[3, 2]),
    pool(
        "AvgPool2d(x, kernel_size=3, stride=2, padding=1, count_include_pad=false)",
        "x: f32[2,3,9,8]",
        kernel_size=3,
        stride=2,
        padding=1,
        count_include_pad=False,
    ),
    pool(
        "AvgPool2d(x, kernel_size=3, stride=2, padding=1, ceil_mode=true)",
        "x: f32[2,3,8,8]",
        kernel_size=3,
        stride=2,
        padding=1,
        ceil_mode=True,
    ),
    pool(
        "AvgPool2d(x, kernel_size=3, stride=2, padding=1, ceil_mode=true, count_include_pad=false)",
        "x: f32[2,3,8,8]",
        kernel_size=3,
        stride=2,
        padding=1,
        ceil_mode=True,
        count_include_pad=False,
    ),
    pool("AvgPool3d(x, kernel_size=2)", "x: f32[1,2,3,4,5]", kernel_size=2),
    *(
        adaptive(f"Adaptive{kind}Pool1d(x, output_size={size})", "x: f32[2,3,10]", size)
        for kind in ("Avg", "Max")
        for size in (1, 5, 3)
    ),
    *(
        adaptive(f"Adaptive{kind}Pool2d(x, output_size={size})", "x: f32[2,3,10,7]", size)
        for kind in ("Avg", "Max")
        for size in (1, [5, 7], [3, 1], 4)
    ),
    *(
        adaptive(f"Adaptive{kind}Pool3d(x, output_size={size})", "x: f32[1,2,4,5,6]", size)
        for kind in ("Avg", "Max")
        for size in (1, [2, 5, 3], 3)
    ),
    Case("GlobalAvgPool2d(x)", "x: f32[2,3,4,5]", lambda s, x: x.mean((2, 3), keepdims=True)),
    Case(
        "LPPool2d(x, norm_type=2, kernel_size=[2, 3])",
        "x: f32[2,3,4,6]",
        lambda s, x: np.sqrt(layers.pool(x * x, "mean", [2, 3]) * 6),
    ),
]


def activation(call: str, function, state=None) -> Case:
    return Case(call, "x: f32[3,4,5,6]", function if state else lambda s, x: function(x), state or {})


ACTIVATIONS = [
    activation("ReLU(x)", lambda x: np.maximum(x, 0)),
    activation("ReLU6(x)", lambda x: np.clip(x, 0, 6)),
    activation("GELU(x)", lambda x: x * 0.5 * (1 + layers.erf(x / np.sqrt(2)))),
    activation(
        "GELU(x, approximate=\"tanh\")",
        lambda x: x * 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    ),
    activation("SiLU(x)", lambda x: x * layers.sigmoid(x)),
    activation("Hardswish(x)", lambda x: x * np.clip(x + 3, 0, 6) / 6),
    activation("Hardsigmoid(x)", lambda x: np.clip(x + 3, 0, 6) / 6),
    activation("Hardtanh(x, min_val=-0.5)", lambda x: np.clip(x, -0.5, 1)),
    activation("LeakyReLU(x)", lambda x: np.where(x > 0, x, 0.01 * x)),
    activation("ELU(x, alpha=0.7)", lambda x: np.where(x > 0, x, 0.7 * np.expm1(x))),
    activation("SELU(x)", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))),
    activation("CELU(x, alpha=0.7)", lambda x: np.where(x > 0, x, 0.7 * np.expm1(x / 0.7))),
    activation("PReLU(x)", lambda s, x: np.where(x > 0, x, s["weight"] * x), {"weight": [1]}),
    activation(
        "PReLU(x, num_parameters=4)", lambda s, x: np.where(x > 0, x, s["weight"][:, None, None] * x), {"weight": [4]}
    ),
    activation("LogSigmoid(x)", lambda x: np.log(layers.sigmoid(x))),
    activation("Tanhshrink(x)", lambda x: x - np.tanh(x)),
    activation("Softshrink(x)", lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0)),
    activation("Hardshrink(x, lambd=0.7)", lambda x: np.where(abs(x) > 0.7, x, 0)),
    activation("Threshold(x, threshold=0.1, value=20.0)", lambda x: np.where(x > 0.1, x, 20)),
    activation("Softmin(x, dim=1)", lambda x: softmax(-x, 1)),
    activation("Softmax2d(x)", lambda x: softmax(x, 1)),
    activation("GLU(x)", lambda x: x[..., :3] * layers.sigmoid(x[..., 3:])),
    activation("GLU(x, dim=1)", lambda x: x[:, :2] * layers.sigmoid(x[:, 2:])),
    # The names that the operators have as well.
    activation("Mish(x)", lambda x: x * np.tanh(np.log1p(np.exp(x)))),
    activation("Softplus(x)", lambda x: np.log1p(np.exp(x))),
    activation("Softsign(x)", lambda x: x / (1 + abs(x))),
    activation("Tanh(x)", np.tanh),
    activation("Sigmoid(x)", layers.sigmoid),
    activation("Dropout(x, p=0.5)", lambda x: x),
    activation("Dropout2d(x)", lambda x: x),
    activation("StochasticDepth(x, p=0.2)", lambda x: x),
]


def shuffled(x, r):
    n, c, h, w = x.shape
    return x.reshape(n, c // r**2, r, r, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(n, c // r**2, h * r, w * r)


def unshuffled(x, r):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // r, r, w // r, r).transpose(0, 1, 3, 5, 2, 4).reshape(n, c * r**2, h // r, w // r)


def padded(call: str, mode: str, **options) -> Case:
    pads = [(0, 0), (0, 0), (3, 4), (1, 2)] if "2d" in call else [(0, 0), (0, 0), (1, 2)]
    inputs = "x: f32[2,3,6,5]" if "2d" in call else "x: f32[2,3,5]"
    return Case(call, inputs, lambda s, x: np.pad(x, pads, mode=mode, **options))


def upsampled(call: str, inputs: str, sizes, scales, mode, align_corners=False) -> Case:
    return Case(call, inputs, lambda s, x: layers.upsample(x, sizes, scales, mode, align_corners))


SHAPES = [
    Case("PixelShuffle(x, upscale_factor=2)", "x: f32[2,12,3,4]", lambda s, x: shuffled(x, 2)),
    Case("PixelUnshuffle(x, downscale_factor=2)", "x: f32[2,3,4,6]", lambda s, x: unshuffled(x, 2)),
    Case(
        "ChannelShuffle(x, groups=3)",
        "x: f32[2,6,2,2]",
        lambda s, x: x.reshape(2, 3, 2, 2, 2).swapaxes(1, 2).reshape(2, 6, 2, 2),
    ),
    Case("Unflatten(x, dim=1, unflattened_size=[2, 3])", "x: f32[2,6,4]", lambda s, x: x.reshape(2, 2, 3, 4)),
    Case("Unflatten(x, dim=-1, unflattened_size=[2, 2])", "x: f32[2,6,4]", lambda s, x: x.reshape(2, 6, 2, 2)),
    Case("ZeroPad2d(x, padding=1)", "x: f32[2,3,4,5]", lambda s, x: np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])),
    padded("ZeroPad1d(x, padding=[1, 2])", "constant"),
    padded("ZeroPad2d(x, padding=[1, 2, 3, 4])", "constant"),
    padded("ConstantPad1d(x, padding=[1, 2], value=0.5)", "constant", constant_values=0.5),
    padded("ConstantPad2d(x, padding=[1, 2, 3, 4], value=0.5)", "constant", constant_values=0.5),
    padded("ReflectionPad1d(x, padding=[1, 2])", "reflect"),
    padded("ReflectionPad2d(x, padding=[1, 2, 3, 4])", "reflect"),
    padded("ReplicationPad1d(x, padding=[1, 2])", "edge"),
    padded("ReplicationPad2d(x, padding=[1, 2, 3, 4])", "edge"),
    padded("CircularPad1d(x, padding=[1, 2])", "wrap"),
    padded("CircularPad2d(x, padding=[1, 2, 3, 4])", "wrap"),
    upsampled("Upsample(x, scale_factor=2)", "x: f32[2,3,4,5]", [8, 10], [2, 2], "nearest"),
    upsampled("Upsample(x, scale_factor=2)", "x: f32[2,3,5]", [10], [2], "nearest"),
    upsampled("Upsample(x, scale_factor=[1.5, 2])", "x: f32[2,3,4,5]", [6, 10], [1.5, 2], "nearest"),
    upsampled("Upsample(x, size=[7, 9])", "x: f32[2,3,4,5]", [7, 9], [7 / 4, 9 / 5], "nearest"),
    upsampled("Upsample(x, scale_factor=2, mode=\"bilinear\")", "x: f32[2,3,4,5]", [8, 10], [2, 2], "linear"),
    upsampled("Upsample(x, size=7, mode=\"bilinear\")", "x: f32[2,3,4,5]", [7, 7], [7 / 4, 7 / 5], "linear"),
    upsampled(
        "Upsample(x, scale_factor=2, mode=\"bilinear\", align_corners=true)",
        "x: f32[2,3,4,5]",
        [8, 10],
        [2, 2],
        "linear",
        True,
    ),
    upsampled("Upsample(x, scale_factor=2, mode=\"linear\")", "x: f32[2,3,5]", [10], [2], "linear"),
    upsampled("Upsample(x, scale_factor=2, mode=\"bicubic\")", "x: f32[2,3,4,5]", [8, 10], [2, 2], "cubic"),
    upsampled("Upsample(x, scale_factor=2, mode=\"trilinear\")", "x: f32[1,2,3,2,4]", [6, 4, 8], [2, 2, 2], "linear"),
]

RECURRENT = [
    Case("RNN(x, hidden_size=4)", "x: f32[5,2,3]", recurrent("RNN"), gates(1, 4, 3), 2),
    Case(
        "RNN(x, hidden_size=4, nonlinearity=\"relu\", bidirectional=true, bias=false)",
        "x: f32[5,2,3]",
        recurrent("RNN", nonlinearity="relu"),
        gates(1, 4, 3, directions=2, bias=False),
        2,
    ),
    Case("LSTM(x, hidden_size=4)", "x: f32[5,2,3]", recurrent("LSTM"), gates(4, 4, 3), 3),
    Case("LSTM(x, hidden_size=4, bias=false)", "x: f32[5,2,3]", recurrent("LSTM"), gates(4, 4, 3, bias=False), 3),
    Case(
        "LSTM(x, hidden_size=4, num_layers=3, batch_first=true)",
        "x: f32[2,5,3]",
        recurrent("LSTM", batch_first=True),
        gates(4, 4, 3, layers=3),
        3,
    ),
    Case(
        "LSTM(x, h_0=h, c_0=c, hidden_size=4, num_layers=2, bidirectional=true, batch_first=true)",
        "x: f32[2,5,3]; h: f32[4,2,4]; c: f32[4,2,4]",
        recurrent("LSTM", batch_first=True),
        gates(4, 4, 3, layers=2, directions=2),
        3,
    ),
    Case(
        "LSTM(x, h_0=h, c_0=c, hidden_size=4)",
        "x: f32[5,2,3]; h: f32[1,2,4]; c: f32[1,2,4]",
        recurrent("LSTM"),
        gates(4, 4, 3),
        3,
    ),
    Case("GRU(x, hidden_size=4)", "x: f32[5,2,3]", recurrent("GRU"), gates(3, 4, 3), 2),
    Case(
        "GRU(x, hidden_size=4, bidirectional=true, bias=false)",
        "x: f32[5,2,3]",
        recurrent("GRU"),
        gates(3, 4, 3, directions=2, bias=False),
        2,
    ),
    Case(
        "GRU(x, h, hidden_size=4, num_layers=2, bidirectional=true, batch_first=true)",
        "x: f32[2,5,3]; h: f32[4,2,4]",
        recurrent("GRU", batch_first=True),
        gates(3, 4, 3, layers=2, directions=2),
        2,
    ),
]


def cell(kind: str, gates: int, inputs: str, arguments: str) -> Case:
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    sizes = [[gates * 4, 3], [gates * 4, 4], [gates * 4], [gates * 4]]

    def expected(state, x, h=np.zeros((2, 4)), c=np.zeros((2, 4))):
        h, c = layers.step(kind, *(state[name] for name in names), x, h, c)
        return [h, c] if kind == "LSTM" else h

    return Case(f"{kind}Cell({arguments}, hidden_size=4)", inputs, expected, dict(zip(names, sizes)), 1 + (kind == "LSTM"))


RECURRENT += [
    cell("RNN", 1, "x: f32[2,3]; h: f32[2,4]", "x, h"),
    cell("LSTM", 4, "x: f32[2,3]; h: f32[2,4]; c: f32[2,4]", "x, h, c"),
    cell("LSTM", 4, "x: f32[2,3]", "x"),
    cell("GRU", 3, "x: f32[2,3]; h: f32[2,4]", "x, h"),
    cell("GRU", 3, "x: f32[2,3]", "x"),
]

PROJECTIONS = {"in_proj_weight": [24, 8], "in_proj_bias": [24], "out_proj.weight": [8, 8], "out_proj.bias": [8]}

ATTENTION = [
    Case(
        "MultiheadAttention(x, num_heads=2)",
        "x: f32[5,2,8]",
        lambda s, x: layers.multihead(s, x, x, x, 2)[0],
        PROJECTIONS,
    ),
    Case(
        "MultiheadAttention(x, x, x, num_heads=2, batch_first=true, need_weights=true)",
        "x: f32[2,5,8]",
        lambda s, x: [(r := layers.multihead(s, x, x, x, 2, batch_first=True))[0], r[1].mean(1)],
        PROJECTIONS,
        2,
    ),
    Case(
        "MultiheadAttention(x, k, v, num_heads=4, batch_first=true, need_weights=true, average_attn_weights=false)",
        "x: f32[2,5,8]; k: f32[2,3,6]; v: f32[2,3,4]",
        lambda s, x, k, v: list(layers.multihead(s, x, k, v, 4, batch_first=True)),
        {
            "q_proj_weight": [8, 8],
            "k_proj_weight": [8, 6],
            "v_proj_weight": [8, 4],
            "in_proj_bias": [24],
            "out_proj.weight": [8, 8],
            "out_proj.bias": [8],
        },
        2,
    ),
    Case(
        "MultiheadAttention(x, k, num_heads=2, bias=false, key_padding_mask=p)",
        "x: f32[5,2,8]; k: f32[3,2,8]; p: bool[2,3]",
        lambda s, x, k, p: layers.multihead(s, x, k, k, 2, padding=p)[0],
        {"in_proj_weight": [24, 8], "out_proj.weight": [8, 8]},
    ),
    *(
        Case(
            "MultiheadAttention(x, x, x, p, mask, num_heads=2, batch_first=true)",
            f"x: f32[2,5,8]; p: bool[2,5]; mask: {mask}",
            lambda s, x, p, mask: layers.multihead(s, x, x, x, 2, p, mask, True)[0],
            PROJECTIONS,
        )
        for mask in ("bool[5,5]", "f32[5,5]", "f32[4,5,5]", "bool[4,5,5]")
    ),
    Case(
        "MultiheadAttention(x, num_heads=2, batch_first=true, is_causal=true)",
        "x: f32[2,5,8]",
        lambda s, x: layers.multihead(s, x, x, x, 2, None, np.triu(np.ones((5, 5), bool), 1), True)[0],
        PROJECTIONS,
    ),
    Case(
        "ScaledDotProductAttention(x, k, v)",
        "x: f32[2,3,4,8]; k: f32[2,3,5,8]; v: f32[2,3,5,6]",
        lambda s, x, k, v: layers.attend(x, k, v)[0],
    ),
    Case(
        "ScaledDotProductAttention(x, k, v, mask, scale=0.3)",
        "x: f32[2,3,4,8]; k: f32[2,3,5,8]; v: f32[2,3,5,6]; mask: f32[4,5]",
        lambda s, x, k, v, mask: layers.attend(x, k, v, None, mask, 0.3)[0],
    ),
    Case(
        "ScaledDotProductAttention(x, k, v, hidden)",
        "x: f32[2,3,4,8]; k: f32[2,3,5,8]; v: f32[2,3,5,6]; hidden: bool[4,5]",
        lambda s, x, k, v, hidden: layers.attend(x, k, v, ~hidden)[0],
    ),
    Case(
        "ScaledDotProductAttention(x, k, v, is_causal=true)",
        "x: f32[2,4,5,8]; k: f32[2,2,5,8]; v: f32[2,2,5,8]",
        lambda s, x, k, v: layers.attend(
            x, np.repeat(k, 2, 1), np.repeat(v, 2, 1), np.triu(np.ones((5, 5), bool), 1)
        )[0],
    ),
    Case(
        "AlibiBias(x)",
        "x: f32[2,4,3,5]",
        lambda s, x: x - abs(np.arange(5) - np.arange(2, 5)[:, None]) * 2.0 ** (-2 * np.arange(1, 5))[:, None, None],
    ),
]



def angles(positions, width: int, base: float = 10000.0):
    return np.asarray(positions)[..., None] * base ** (-2.0 * np.arange(width // 2) / width)


def rotated(x, angle, interleaved=False):
    """Each pair as a complex number, turned by its angle."""
    a, b = (x[..., 0::2], x[..., 1::2]) if interleaved else np.split(x, 2, axis=-1)
    turned = (a + 1j * b) * np.exp(1j * angle)
    if interleaved:
        return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape)
    return np.concatenate([turned.real, turned.imag], axis=-1)


def sinusoids(x):
    angle = angles(np.arange(x.shape[1]), x.shape[2])
    return x + np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(x.shape[1:])


POSITIONS = [
    Case("LearnedPositionEmbedding(x, max_len=9)", "x: f32[2,5,6]", lambda s, x: x + s["weight"][:5], {"weight": [9, 6]}),
    Case("SinusoidalPositionEncoding(x)", "x: f32[2,5,6]", lambda s, x: sinusoids(x)),
    Case(
        "RotaryAngles(p, dim=8, base=500.0)",
        "p: i64[2,5]",
        lambda s, p: [np.cos(angles(p, 8, 500.0)), np.sin(angles(p, 8, 500.0))],
        results=2,
    ),
    Case("RotaryPositionEmbedding(x)", "x: f32[2,3,5,8]", lambda s, x: rotated(x, angles(np.arange(5), 8))),
    Case(
        "RotaryPositionEmbedding(x, p, base=100.0)",
        "x: f32[2,3,5,8]; p: i64[2,5]",
        lambda s, x, p: rotated(x, angles(p, 8, 100.0)[:, None]),
    ),
    Case(
        "RotaryPositionEmbedding(x, interleaved=true)",
        "x: f32[2,3,5,8]",
        lambda s, x: rotated(x, angles(np.arange(5), 8), True),
    ),
]


def sublayer(state, name: str) -> dict:
    return {path[len(name) + 1 :]: value for path, value in state.items() if path.startswith(f"{name}.")}


def feed_forward(state, x, activation):
    return layers.linear(sublayer(state, "linear2"), activation(layers.linear(sublayer(state, "linear1"), x)))


def encoder_layer(state, x, heads, batch_first=False, norm_first=False, activation=lambda x: np.maximum(x, 0), **masks):
    def attend(x):
        return layers.multihead(sublayer(state, "self_attn"), x, x, x, heads, batch_first=batch_first, **masks)[0]

    def norm(index, x):
        return layers.layer_norm(sublayer(state, f"norm{index}"), x)

    if norm_first:
        x = x + attend(norm(1, x))
        return x + feed_forward(state, norm(2, x), activation)
    x = norm(1, x + attend(x))
    return norm(2, x + feed_forward(state, x, activation))


def decoder_layer(state, x, memory, heads, norm_first=False):
    def attend(name, x, y):
        return layers.multihead(sublayer(state, name), x, y, y, heads)[0]

    steps = [
        lambda x: attend("self_attn", x, x),
        lambda x: attend("multihead_attn", x, memory),
        lambda x: feed_forward(state, x, lambda x: np.maximum(x, 0)),
    ]
    for index, step in enumerate(steps, 1):
        norm = sublayer(state, f"norm{index}")
        x = x + step(layers.layer_norm(norm, x)) if norm_first else layers.layer_norm(norm, x + step(x))
    return x


def layer_state(width: int, hidden: int, attentions=("self_attn",), prefix="") -> dict[str, list[int]]:
    """The state dict of a layer of a transformer, as PyTorch lists it."""
    state = {}
    for name in attentions:
        state |= {f"{prefix}{name}.in_proj_weight": [3 * width, width], f"{prefix}{name}.in_proj_bias": [3 * width]}
        state |= {f"{prefix}{name}.out_proj.weight": [width, width], f"{prefix}{name}.out_proj.bias": [width]}
    state |= {f"{prefix}linear1.weight": [hidden, width], f"{prefix}linear1.bias": [hidden]}
    state |= {f"{prefix}linear2.weight": [width, hidden], f"{prefix}linear2.bias": [width]}
    for index in range(1, len(attentions) + 2):
        state |= {f"{prefix}norm{index}.weight": [width], f"{prefix}norm{index}.bias": [width]}
    return state


TRANSFORMERS = [
    Case(
        "TransformerEncoderLayer(x, nhead=2, dim_feedforward=12)",
        "x: f32[5,2,8]",
        lambda s, x: encoder_layer(s, x, 2),
        layer_state(8, 12),
    ),
    Case(
        "TransformerEncoderLayer(x, m, p, nhead=2, dim_feedforward=12, batch_first=true, norm_first=true, activation=GELU)",
        "x: f32[2,5,8]; m: f32[5,5]; p: bool[2,5]",
        lambda s, x, m, p: encoder_layer(
            s, x, 2, True, True, lambda x: x * 0.5 * (1 + layers.erf(x / np.sqrt(2))), mask=m, padding=p
        ),
        layer_state(8, 12),
    ),
    Case(
        "TransformerEncoder(x, num_layers=2, nhead=2, dim_feedforward=12, norm=true)",
        "x: f32[5,2,8]",
        lambda s, x: layers.layer_norm(
            sublayer(s, "norm"),
            encoder_layer(sublayer(s, "layers.1"), encoder_layer(sublayer(s, "layers.0"), x, 2), 2),
        ),
        layer_state(8, 12, prefix="layers.0.") | layer_state(8, 12, prefix="layers.1.") | {"norm.weight": [8], "norm.bias": [8]},
    ),
    *(
        Case(
            f"TransformerDecoderLayer(x, m, nhead=2, dim_feedforward=12{options})",
            "x: f32[5,2,8]; m: f32[4,2,8]",
            lambda s, x, m, norm_first=norm_first: decoder_layer(s, x, m, 2, norm_first),
            layer_state(8, 12, ("self_attn", "multihead_attn")),
        )
        for options, norm_first in [("", False), (", norm_first=true", True)]
    ),
    Case(
        "MLP(x, hidden=[5, 6], out_features=3)",
        "x: f32[2,4]",
        lambda s, x: layers.linear(
            sublayer(s, "layers.2"),
            np.maximum(
                layers.linear(sublayer(s, "layers.1"), np.maximum(layers.linear(sublayer(s, "layers.0"), x), 0)), 0
            ),
        ),
        {f"layers.{i}.{k}": v for i, (a, b) in enumerate([(4, 5), (5, 6), (6, 3)]) for k, v in [("weight", [b, a]), ("bias", [b])]},
    ),
    Case(
        "SwiGLU(x, hidden=5)",
        "x: f32[2,4]",
        lambda s, x: ((g := x @ s["gate_proj.weight"].T) * layers.sigmoid(g) * (x @ s["up_proj.weight"].T))
        @ s["down_proj.weight"].T,
        {"gate_proj.weight": [5, 4], "up_proj.weight": [5, 4], "down_proj.weight": [4, 5]},
    ),
    Case(
        "FeedForward(x, hidden=5, activation=ReLU)",
        "x: f32[2,4]",
        lambda s, x: layers.linear(sublayer(s, "fc2"), np.maximum(layers.linear(sublayer(s, "fc1"), x), 0)),
        {"fc1.weight": [5, 4], "fc1.bias": [5], "fc2.weight": [4, 5], "fc2.bias": [4]},
    ),
]

CASES = [*LINEAR, *CONVOLUTIONS, *NORMALIZATIONS, *POOLING, *ACTIVATIONS, *SHAPES, *RECURRENT, *ATTENTION, *POSITIONS, *TRANSFORMERS]


def check(case: Case, opset: int, folder) -> None:
    """The state dict has PyTorch's names and sizes, and the numbers are those of its formulas."""
    feeds = values(case.inputs, np.random.default_rng(0))
    state, found = outputs(case, opset, folder, feeds)
    assert {name: list(value.shape) for name, value in state.items()} == case.state
    exact = {name: value.astype(np.float64) for name, value in state.items()}
    wanted = case.expected(exact, *(v.astype(np.float64) if v.dtype == np.float32 else v for v in feeds.values()))
    wanted = wanted if isinstance(wanted, list) else [wanted]
    for ours, theirs in zip(found, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_layers_compute_what_pytorch_documents(case, opset, tmp_path):
    check(case, opset, tmp_path)
