"""Networks of images computed with NumPy from their state dicts, to compare exported graphs with.

Written from the papers' definitions, pixel by pixel where the graphs reshape and roll; shares nothing with ONNX.
"""

import math

import numpy as np

State = dict[str, np.ndarray]


def linear(state: State, path: str, x: np.ndarray) -> np.ndarray:
    return x @ state[f"{path}.weight"].T + state.get(f"{path}.bias", 0)


def norm(state: State, path: str, x: np.ndarray, eps: float) -> np.ndarray:
    """Over the last axis."""
    x = x - x.mean(axis=-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    return x * state[f"{path}.weight"] + state[f"{path}.bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def softmax(x: np.ndarray) -> np.ndarray:
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


def patches(state: State, path: str, image: np.ndarray) -> np.ndarray:
    """A convolution whose stride is its kernel: [N, C, H, W] to [N, rows, columns, width]."""
    weight = state[f"{path}.weight"]
    size = weight.shape[-1]
    count, _, height, width = image.shape
    rows = []
    for top in range(0, height, size):
        columns = [image[:, :, top : top + size, left : left + size] for left in range(0, width, size)]
        rows.append([patch.reshape(count, -1) @ weight.reshape(len(weight), -1).T for patch in columns])
    return np.array(rows).transpose(2, 0, 1, 3) + state[f"{path}.bias"]


def attention(query: np.ndarray, key: np.ndarray, value: np.ndarray, heads: int, bias: np.ndarray) -> np.ndarray:
    """Vaswani et al. 2017, section 3.2.2, head by head: [N, S, D]; `bias` is [heads, S, S]."""
    parts = []
    for head in range(heads):
        q, k, v = (np.split(x, heads, axis=-1)[head] for x in (query, key, value))
        scores = np.einsum("nqd,nkd->nqk", q, k) / math.sqrt(q.shape[-1]) + bias[head]
        parts.append(np.einsum("nqk,nkd->nqd", softmax(scores), v))
    return np.concatenate(parts, axis=-1)


# MARK: ViT


def self_attention(state: State, path: str, x: np.ndarray, heads: int) -> np.ndarray:
    weights = np.split(state[f"{path}.in_proj_weight"], 3)
    biases = np.split(state[f"{path}.in_proj_bias"], 3)
    query, key, value = (x @ weight.T + bias for weight, bias in zip(weights, biases))
    y = attention(query, key, value, heads, np.zeros((heads, 1, 1)))
    return linear(state, f"{path}.out_proj", y)


def vit(state: State, image: np.ndarray, depth: int, heads: int) -> np.ndarray:
    """Dosovitskiy et al. 2020 (arXiv:2010.11929), equations 1 to 4: [N, 3, H, W] to [N, classes]."""
    x = patches(state, "conv_proj", image)
    x = x.reshape(len(x), -1, x.shape[-1])
    token = np.repeat(state["class_token"], len(x), axis=0)
    x = np.concatenate([token, x], axis=1) + state["encoder.pos_embedding"]
    for index in range(depth):
        path = f"encoder.layers.encoder_layer_{index}"
        x = x + self_attention(state, f"{path}.self_attention", norm(state, f"{path}.ln_1", x, 1e-6), heads)
        y = gelu(linear(state, f"{path}.mlp.0", norm(state, f"{path}.ln_2", x, 1e-6)))
        x = x + linear(state, f"{path}.mlp.3", y)
    return linear(state, "heads.head", norm(state, "encoder.ln", x, 1e-6)[:, 0])


# MARK: Swin


def window_attention(state: State, path: str, x: np.ndarray, heads: int, window: int, shift: int) -> np.ndarray:
    """Liu et al. 2021 (arXiv:2103.14030), section 3.2, for all pixels of [N, H, W, C] at once.

    Windows begin at `shift` and every `window` pixels from there. What lies before the first one and behind the last
    one shares a window in the efficient computation of figure 4, which masks it: here they are windows of their own.
    """
    count, height, width, channels = x.shape
    row, column = (axis.ravel() for axis in np.indices((height, width)))
    own = [np.floor_divide(axis - shift, window) for axis in (row, column)]
    together = np.logical_and(*(axis[:, None] == axis for axis in own))
    table = state[f"{path}.relative_position_bias_table"].reshape(2 * window - 1, 2 * window - 1, heads)
    bias = np.full((heads, len(row), len(row)), -np.inf)
    for query, key in np.argwhere(together):
        down, right = row[query] - row[key], column[query] - column[key]
        bias[:, query, key] = table[down + window - 1, right + window - 1]
    query, key, value = np.split(linear(state, f"{path}.qkv", x.reshape(count, -1, channels)), 3, axis=-1)
    y = attention(query, key, value, heads, bias)
    return linear(state, f"{path}.proj", y).reshape(x.shape)


def swin(state: State, image: np.ndarray, depths: list[int], heads: list[int], window: int) -> np.ndarray:
    """Liu et al. 2021, figure 3: [N, 3, H, W] to [N, classes]."""
    x = norm(state, "features.0.2", patches(state, "features.0.0", image), 1e-5)
    for stage, depth in enumerate(depths):
        if stage > 0:
            path = f"features.{2 * stage}"
            # Of each four pixels: upper left, lower left, upper right, lower right.
            x = np.concatenate([x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)], axis=-1)
            x = linear(state, f"{path}.reduction", norm(state, f"{path}.norm", x, 1e-5))
        for index in range(depth):
            path = f"features.{2 * stage + 1}.{index}"
            shift = window // 2 if index % 2 == 1 and window < x.shape[1] else 0
            y = norm(state, f"{path}.norm1", x, 1e-5)
            x = x + window_attention(state, f"{path}.attn", y, heads[stage], window, shift)
            y = gelu(linear(state, f"{path}.mlp.0", norm(state, f"{path}.norm2", x, 1e-5)))
            x = x + linear(state, f"{path}.mlp.3", y)
    return linear(state, "head", norm(state, "norm", x, 1e-5).mean(axis=(1, 2)))
