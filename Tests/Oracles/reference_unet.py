"""Two U-Nets computed with NumPy from their state dicts, to compare exported graphs with.

Written from the papers; shares nothing with ONNX.
"""

import numpy as np

from reference import State, conv
from reference_vision import attention, linear


def convolution(state: State, path: str, x: np.ndarray) -> np.ndarray:
    return conv(x, state[f"{path}.weight"], 1) + state.get(f"{path}.bias", np.zeros(1))[:, None, None]


def unet(state: State, x: np.ndarray) -> np.ndarray:
    """Ronneberger et al. 2015 (arXiv:1505.04597), figure 1, with padding and batch normalisation in evaluation mode."""

    def double(path: str, x: np.ndarray) -> np.ndarray:
        for index in 0, 3:
            x = convolution(state, f"{path}.double_conv.{index}", x)
            bn = f"{path}.double_conv.{index + 1}"
            scale = state[f"{bn}.weight"] / np.sqrt(state[f"{bn}.running_var"] + 1e-5)
            shift = state[f"{bn}.bias"] - state[f"{bn}.running_mean"] * scale
            x = np.maximum(x * scale[:, None, None] + shift[:, None, None], 0)
        return x

    levels = [double("inc", x)]
    for level in range(1, 5):
        x = levels[-1]
        largest = np.maximum.reduce([x[:, :, row::2, column::2] for row in (0, 1) for column in (0, 1)])
        levels.append(double(f"down{level}.maxpool_conv.1", largest))
    x = levels.pop()
    for level in range(1, 5):
        kernel = state[f"up{level}.up.weight"]
        count, _, height, width = x.shape
        finer = np.empty((count, kernel.shape[1], 2 * height, 2 * width))
        for row in 0, 1:
            for column in 0, 1:
                finer[:, :, row::2, column::2] = np.einsum("nchw,co->nohw", x, kernel[:, :, row, column])
        finer += state[f"up{level}.up.bias"][:, None, None]
        x = double(f"up{level}.conv", np.concatenate([levels.pop(), finer], axis=1))
    return convolution(state, "outc.conv", x)


def ddpm(state: State, image: np.ndarray, step: np.ndarray, levels: int, depth: int) -> np.ndarray:
    """Ho et al. 2020 (arXiv:2006.11239), appendix B: the noise in `image`, attention at the second level."""

    def silu(x: np.ndarray) -> np.ndarray:
        return x / (1 + np.exp(-x))

    def norm(path: str, x: np.ndarray) -> np.ndarray:
        groups = np.array_split(x, 32, axis=1)
        scaled = [
            (group - group.mean(axis=(1, 2, 3), keepdims=True)) / np.sqrt(group.var(axis=(1, 2, 3), keepdims=True) + 1e-6)
            for group in groups
        ]
        return np.concatenate(scaled, axis=1) * state[f"{path}.weight"][:, None, None] + state[f"{path}.bias"][:, None, None]

    def residual(path: str, x: np.ndarray) -> np.ndarray:
        y = convolution(state, f"{path}.conv1", silu(norm(f"{path}.norm1", x)))
        y = y + linear(state, f"{path}.time_emb_proj", silu(time))[:, :, None, None]
        y = convolution(state, f"{path}.conv2", silu(norm(f"{path}.norm2", y)))
        return y + (convolution(state, f"{path}.conv_shortcut", x) if f"{path}.conv_shortcut.weight" in state else x)

    def attend(path: str, x: np.ndarray) -> np.ndarray:
        pixels = norm(f"{path}.group_norm", x).reshape(*x.shape[:2], -1).transpose(0, 2, 1)
        query, key, value = (linear(state, f"{path}.to_{name}", pixels) for name in "qkv")
        y = linear(state, f"{path}.to_out.0", attention(query, key, value, 1, np.zeros((1, 1, 1))))
        return x + y.transpose(0, 2, 1).reshape(x.shape)

    half = state["conv_in.bias"].shape[0] // 2
    frequencies = [10000 ** (-index / (half - 1)) for index in range(half)]
    angles = np.outer(step, frequencies)
    time = linear(state, "time_embedding.linear_1", np.hstack([np.sin(angles), np.cos(angles)]))
    time = linear(state, "time_embedding.linear_2", silu(time))

    x = convolution(state, "conv_in", image)
    skips = [x]
    for level in range(levels):
        path = f"down_blocks.{level}"
        for index in range(depth):
            x = residual(f"{path}.resnets.{index}", x)
            if level == 1:
                x = attend(f"{path}.attentions.{index}", x)
            skips.append(x)
        if level < levels - 1:
            # Padded below and on the right only: the kernel's middle lies on the odd pixels.
            down = f"{path}.downsamplers.0.conv"
            x = convolution(state, down, x)[:, :, 1::2, 1::2]
            skips.append(x)
    x = residual("mid_block.resnets.1", attend("mid_block.attentions.0", residual("mid_block.resnets.0", x)))
    for level in reversed(range(levels)):
        path = f"up_blocks.{levels - 1 - level}"
        for index in range(depth + 1):
            x = residual(f"{path}.resnets.{index}", np.concatenate([x, skips.pop()], axis=1))
            if level == 1:
                x = attend(f"{path}.attentions.{index}", x)
        if level > 0:
            x = convolution(state, f"{path}.upsamplers.0.conv", x.repeat(2, axis=2).repeat(2, axis=3))
    return convolution(state, "conv_out", silu(norm("conv_norm_out", x)))
