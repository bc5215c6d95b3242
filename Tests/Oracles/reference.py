"""Two networks computed with NumPy from their state dicts, to compare exported graphs with.

Written from the papers; shares nothing with ONNX or ONNX Runtime.
"""

import math

import numpy as np

State = dict[str, np.ndarray]


def conv(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    """[N, C, H, W] with [O, C, K, K], zero-padded by half the kernel."""
    kernel = weight.shape[-1]
    margin = kernel // 2
    x = np.pad(x, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def resnet18(state: State, image: np.ndarray) -> np.ndarray:
    """He et al. 2015 (arXiv:1512.03385), the 18-layer network, in evaluation mode: [N, 3, H, W] to [N, classes]."""

    def norm(path: str, x: np.ndarray) -> np.ndarray:
        scale = state[f"{path}.weight"] / np.sqrt(state[f"{path}.running_var"] + 1e-5)
        shift = state[f"{path}.bias"] - state[f"{path}.running_mean"] * scale
        return x * scale[:, None, None] + shift[:, None, None]

    x = np.maximum(norm("bn1", conv(image, state["conv1.weight"], 2)), 0)
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    x = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))[:, :, ::2, ::2].max(axis=(4, 5))
    for stage in range(4):
        for block in range(2):
            path = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = np.maximum(norm(f"{path}.bn1", conv(x, state[f"{path}.conv1.weight"], stride)), 0)
            y = norm(f"{path}.bn2", conv(y, state[f"{path}.conv2.weight"], 1))
            if f"{path}.downsample.0.weight" in state:
                x = norm(f"{path}.downsample.1", conv(x, state[f"{path}.downsample.0.weight"], stride))
            x = np.maximum(x + y, 0)
    return x.mean(axis=(2, 3)) @ state["fc.weight"].T + state["fc.bias"]


def bert(state: State, ids: np.ndarray, mask: np.ndarray, layers: int = 6, heads: int = 12) -> np.ndarray:
    """Devlin et al. 2018 (arXiv:1810.04805), the encoder alone, all of segment 0: [N, S] to [N, S, D]."""
    erf = np.vectorize(math.erf, otypes=[np.float32])

    def linear(path: str, x: np.ndarray) -> np.ndarray:
        return x @ state[f"{path}.weight"].T + state[f"{path}.bias"]

    def norm(path: str, x: np.ndarray) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
        return x * state[f"{path}.weight"] + state[f"{path}.bias"]

    count, length = ids.shape
    x = state["embeddings.word_embeddings.weight"][ids]
    x = x + state["embeddings.position_embeddings.weight"][:length]
    x = norm("embeddings.LayerNorm", x + state["embeddings.token_type_embeddings.weight"][0])
    hidden = np.where(mask[:, None, None, :] != 0, 0, -np.inf).astype(np.float32)
    for layer in range(layers):
        path = f"encoder.layer.{layer}"
        query, key, value = (
            linear(f"{path}.attention.self.{name}", x).reshape(count, length, heads, -1).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(query.shape[-1])) + hidden
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        attended = attended.transpose(0, 2, 1, 3).reshape(x.shape)
        x = norm(f"{path}.attention.output.LayerNorm", x + linear(f"{path}.attention.output.dense", attended))
        inner = linear(f"{path}.intermediate.dense", x)
        inner = inner * np.float32(0.5) * (1 + erf(inner / np.float32(math.sqrt(2))))
        x = norm(f"{path}.output.LayerNorm", x + linear(f"{path}.output.dense", inner))
    return x
