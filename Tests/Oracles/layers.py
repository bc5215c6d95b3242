"""PyTorch's layers computed with NumPy from its documentation's formulas, in evaluation mode.

Written for small tensors: plain loops over windows and steps. Shares nothing with ONNX or ONNX Runtime. `state` maps
the paths of a layer's state dict to its tensors.
"""

import itertools
import math

import numpy as np

State = dict[str, np.ndarray]
erf = np.vectorize(math.erf, otypes=[np.float64])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x, axis=-1):
    x = np.exp(x - x.max(axis=axis, keepdims=True))
    return x / x.sum(axis=axis, keepdims=True)


def each(value, count):
    """A number for each axis."""
    value = list(value) if isinstance(value, (list, tuple)) else [value]
    return value * count if len(value) == 1 else value


def linear(state, x, path=""):
    y = x @ state[f"{path}weight"].T
    return y + state[f"{path}bias"] if f"{path}bias" in state else y


# ---- Convolutions ------------------------------------------------------------------------------------------------


def conv(state, x, stride=1, padding=0, dilation=1, groups=1, padding_mode="constant"):
    weight = state["weight"]
    axes = weight.ndim - 2
    stride, dilation = each(stride, axes), each(dilation, axes)
    kernel = weight.shape[2:]
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(dilation, kernel)]
        pads = [(t // 2, t - t // 2) for t in total]
    else:
        pads = [(p, p) for p in each(padding, axes)]
    x = np.pad(x, [(0, 0), (0, 0), *pads], mode=padding_mode)
    sizes = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation)]
    y = np.zeros((x.shape[0], weight.shape[0], *sizes))
    inputs, outputs = x.shape[1] // groups, weight.shape[0] // groups
    for group, place in itertools.product(range(groups), itertools.product(*map(range, sizes))):
        window = tuple(slice(p * s, p * s + d * (k - 1) + 1, d) for p, s, d, k in zip(place, stride, dilation, kernel))
        patch = x[(slice(None), slice(group * inputs, (group + 1) * inputs), *window)]
        part = slice(group * outputs, (group + 1) * outputs)
        y[(slice(None), part, *place)] = np.tensordot(patch, weight[part], (range(1, axes + 2), range(1, axes + 2)))
    return y + state["bias"].reshape(-1, *[1] * axes) if "bias" in state else y


def conv_transpose(state, x, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    weight = state["weight"]
    axes = weight.ndim - 2
    stride, padding, extra, dilation = (each(v, axes) for v in (stride, padding, output_padding, dilation))
    kernel = weight.shape[2:]
    full = [(n - 1) * s + d * (k - 1) + 1 + e for n, s, d, k, e in zip(x.shape[2:], stride, dilation, kernel, extra)]
    inputs, outputs = x.shape[1] // groups, weight.shape[1]
    y = np.zeros((x.shape[0], outputs * groups, *full))
    for group, place in itertools.product(range(groups), itertools.product(*map(range, x.shape[2:]))):
        source = slice(group * inputs, (group + 1) * inputs)
        window = tuple(slice(p * s, p * s + d * (k - 1) + 1, d) for p, s, d, k in zip(place, stride, dilation, kernel))
        pixel = x[(slice(None), source, *place)]
        y[(slice(None), slice(group * outputs, (group + 1) * outputs), *window)] += np.tensordot(pixel, weight[source], 1)
    y = y[(slice(None), slice(None), *(slice(p, n - p) for p, n in zip(padding, full)))]
    return y + state["bias"].reshape(-1, *[1] * axes) if "bias" in state else y


# ---- Normalisation -----------------------------------------------------------------------------------------------


def affine(state, y, axis):
    shape = [-1 if a == axis else 1 for a in range(y.ndim)]
    y = y * state["weight"].reshape(shape) if "weight" in state else y
    return y + state["bias"].reshape(shape) if "bias" in state else y


def batch_norm(state, x, eps=1e-5):
    axes = tuple(a for a in range(x.ndim) if a != 1)
    shape = [1, -1] + [1] * (x.ndim - 2)
    mean = state["running_mean"].reshape(shape) if "running_mean" in state else x.mean(axes, keepdims=True)
    variance = state["running_var"].reshape(shape) if "running_var" in state else x.var(axes, keepdims=True)
    return affine(state, (x - mean) / np.sqrt(variance + eps), 1)


def instance_norm(state, x, eps=1e-5):
    if "running_mean" in state:
        return batch_norm(state, x, eps)
    axes = tuple(range(2, x.ndim))
    return affine(state, (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps), 1)


def group_norm(state, x, num_groups, eps=1e-5):
    y = x.reshape(x.shape[0], num_groups, -1)
    y = (y - y.mean(-1, keepdims=True)) / np.sqrt(y.var(-1, keepdims=True) + eps)
    return affine(state, y.reshape(x.shape), 1)


def layer_norm(state, x, eps=1e-5, axes=1, path=""):
    over = tuple(range(-axes, 0))
    y = (x - x.mean(over, keepdims=True)) / np.sqrt(x.var(over, keepdims=True) + eps)
    y = y * state[f"{path}weight"] if f"{path}weight" in state else y
    return y + state[f"{path}bias"] if f"{path}bias" in state else y


def rms_norm(state, x, eps=2.0**-23):
    y = x / np.sqrt((x * x).mean(-1, keepdims=True) + eps)
    return y * state["weight"] if "weight" in state else y


def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    y = np.empty_like(x)
    for c in range(x.shape[1]):
        around = x[:, max(0, c - size // 2) : c + (size - 1) // 2 + 1]
        y[:, c] = x[:, c] / (k + alpha * (around * around).sum(1) / size) ** beta
    return y


# ---- Pooling -----------------------------------------------------------------------------------------------------


def pooled_size(n, k, s, p, d, ceil_mode):
    """The documented size; with `ceil_mode`, windows that start in the right padding are left out."""
    size = (n + 2 * p - d * (k - 1) - 1 + (s - 1 if ceil_mode else 0)) // s + 1
    return size - 1 if ceil_mode and (size - 1) * s >= n + p else size


def pool(x, reduce, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, count_include_pad=True):
    axes = x.ndim - 2
    kernel, padding, dilation = each(kernel_size, axes), each(padding, axes), each(dilation, axes)
    stride = each(stride or kernel_size, axes)
    sizes = [pooled_size(*v, ceil_mode) for v in zip(x.shape[2:], kernel, stride, padding, dilation)]
    y = np.zeros((*x.shape[:2], *sizes))
    for place in itertools.product(*map(range, sizes)):
        window, count = [], 1
        for a, at in enumerate(place):
            start = at * stride[a] - padding[a]
            seen = [start + i * dilation[a] for i in range(kernel[a])]
            inside = [i for i in seen if 0 <= i < x.shape[a + 2]]
            # The padding of a mean counts, what ceil_mode adds beyond it does not.
            count *= len([i for i in seen if i < x.shape[a + 2] + padding[a]]) if count_include_pad else len(inside)
            window.append(inside)
        patch = x[np.ix_(range(x.shape[0]), range(x.shape[1]), *window)].reshape(*x.shape[:2], -1)
        y[(slice(None), slice(None), *place)] = patch.max(-1) if reduce == "max" else patch.sum(-1) / count
    return y


def adaptive_pool(x, reduce, output_size):
    sizes = each(output_size, x.ndim - 2)
    y = np.zeros((*x.shape[:2], *sizes))
    for place in itertools.product(*map(range, sizes)):
        window = [slice(p * n // o, -(-(p + 1) * n // o)) for p, n, o in zip(place, x.shape[2:], sizes)]
        patch = x[(slice(None), slice(None), *window)].reshape(*x.shape[:2], -1)
        y[(slice(None), slice(None), *place)] = patch.max(-1) if reduce == "max" else patch.mean(-1)
    return y


# ---- Interpolation -----------------------------------------------------------------------------------------------


def cubic(t, a=-0.75):
    t = abs(t)
    if t <= 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a if t < 2 else 0.0


def upsample(x, sizes, scales, mode, align_corners=False):
    """Each axis behind batch and channel in turn: every mode is separable."""
    for axis, (size, scale) in enumerate(zip(sizes, scales), 2):
        old = x.shape[axis]
        matrix = np.zeros((size, old))
        for i in range(size):
            if mode == "nearest":
                matrix[i, min(int(i / scale), old - 1)] = 1
                continue
            place = i * (old - 1) / (size - 1) if align_corners else (i + 0.5) / scale - 0.5
            if mode == "cubic":
                for j in range(math.floor(place) - 1, math.floor(place) + 3):
                    matrix[i, min(max(j, 0), old - 1)] += cubic(place - j)
            else:
                place = max(place, 0)
                below = min(int(place), old - 1)
                matrix[i, below] += 1 - (place - below)
                matrix[i, min(below + 1, old - 1)] += place - below
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ matrix.T, -1, axis)
    return x


# ---- Recurrence --------------------------------------------------------------------------------------------------


def step(kind, w_ih, w_hh, b_ih, b_hh, x, h, c, nonlinearity="tanh"):
    """The state and the cell behind one step; gates in PyTorch's order."""
    a, b = x @ w_ih.T + b_ih, h @ w_hh.T + b_hh
    if kind == "RNN":
        return (np.tanh(a + b) if nonlinearity == "tanh" else np.maximum(a + b, 0)), c
    if kind == "LSTM":
        i, f, g, o = np.split(a + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    (ar, az, an), (br, bz, bn) = np.split(a, 3, axis=-1), np.split(b, 3, axis=-1)
    r, z = sigmoid(ar + br), sigmoid(az + bz)
    n = np.tanh(an + r * bn)
    return (1 - z) * n + z * h, c


def recurrent(kind, state, x, h_0=None, c_0=None, batch_first=False, nonlinearity="tanh"):
    """The outputs of the last layer, and the last state (and cell) of each layer and direction."""
    x = x.swapaxes(0, 1) if batch_first else x
    layers = sum(name.startswith("weight_ih") and not name.endswith("reverse") for name in state)
    directions = 2 if "weight_ih_l0_reverse" in state else 1
    hidden = state["weight_hh_l0"].shape[1]
    zeros = np.zeros((layers * directions, x.shape[1], hidden))
    h_0, c_0 = (zeros if v is None else v for v in (h_0, c_0))
    states, cells = [], []
    for layer in range(layers):
        outputs = []
        for direction in range(directions):
            suffix = f"_l{layer}" + ("_reverse" if direction else "")
            weights = [state[f"weight_ih{suffix}"], state[f"weight_hh{suffix}"]]
            weights += [state.get(f"bias_{part}{suffix}", 0) for part in ("ih", "hh")]
            h, c = h_0[layer * directions + direction], c_0[layer * directions + direction]
            results = {}
            for t in range(len(x))[:: -1 if direction else 1]:
                h, c = step(kind, *weights, x[t], h, c, nonlinearity)
                results[t] = h
            outputs.append(np.stack([results[t] for t in range(len(x))]))
            states.append(h)
            cells.append(c)
        x = np.concatenate(outputs, axis=-1)
    output = x.swapaxes(0, 1) if batch_first else x
    return [output, np.stack(states)] + ([np.stack(cells)] if kind == "LSTM" else [])


# ---- Attention ---------------------------------------------------------------------------------------------------


def attend(q, k, v, blocked=None, added=None, scale=None):
    """softmax(q kᵀ / sqrt(d)) v; `blocked` says what is not seen."""
    scores = q @ k.swapaxes(-1, -2) * (scale or q.shape[-1] ** -0.5)
    scores = scores + added if added is not None else scores
    scores = np.where(blocked, -np.inf, scores) if blocked is not None else scores
    weights = softmax(scores)
    return weights @ v, weights


def split_heads(x, heads):
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def merge_heads(x):
    x = x.swapaxes(1, 2)
    return x.reshape(*x.shape[:2], -1)


def multihead(state, q, k, v, heads, padding=None, mask=None, batch_first=False, path=""):
    """The result and the weights of each head; masks of truth values say what is not seen."""
    if not batch_first:
        q, k, v = (x.swapaxes(0, 1) for x in (q, k, v))
    width = q.shape[-1]
    if f"{path}in_proj_weight" in state:
        weights = np.split(state[f"{path}in_proj_weight"], 3)
    else:
        weights = [state[f"{path}{name}_proj_weight"] for name in "qkv"]
    biases = np.split(state[f"{path}in_proj_bias"], 3) if f"{path}in_proj_bias" in state else [np.zeros(width)] * 3
    q, k, v = (split_heads(x @ w.T + b, heads) for x, w, b in zip((q, k, v), weights, biases))
    blocked = np.zeros((q.shape[0], heads, q.shape[2], k.shape[2]), bool)
    added = np.zeros(blocked.shape)
    if padding is not None:
        blocked |= padding[:, None, None, :]
    if mask is not None and mask.dtype == bool:
        blocked |= mask.reshape(-1, heads, *mask.shape[1:]) if mask.ndim == 3 else mask
    elif mask is not None:
        added += mask.reshape(-1, heads, *mask.shape[1:]) if mask.ndim == 3 else mask
    y, weights = attend(q, k, v, blocked, added)
    y = linear(state, merge_heads(y), f"{path}out_proj.")
    return (y if batch_first else y.swapaxes(0, 1)), weights
