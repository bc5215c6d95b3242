"""Convolutional networks computed with NumPy from their state dicts, in float64, to compare exported graphs with.

Written from the papers, by torchvision's names; shares nothing with ONNX or ONNX Runtime. Images are [N, C, H, W]. Each
network takes the configuration that makes it small, and finds the rest in the shapes of its state.
"""

import numpy as np

from reference_text import State, at, gelu, linear, sigmoid


class Layers:
    """A state and the layers that read it by path."""

    def __init__(self, state: State):
        self.state = state

    def conv(self, path: str, x: np.ndarray, stride: int = 1, groups: int = 1, pad: list | None = None) -> np.ndarray:
        """Pads by half the kernel unless `pad` says otherwise: ((top, bottom), (left, right))."""
        weight = self.state[f"{path}.weight"]
        outputs, _, *kernel = weight.shape
        x = np.pad(x, [(0, 0), (0, 0), *(pad or [(extent // 2,) * 2 for extent in kernel])])
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))[:, :, ::stride, ::stride]
        parts = [
            np.einsum("nchwij,ocij->nohw", part, kernels, optimize=True)
            for part, kernels in zip(np.split(windows, groups, axis=1), np.split(weight, groups))
        ]
        bias = self.state.get(f"{path}.bias", np.zeros(outputs))
        return np.concatenate(parts, axis=1) + bias[:, None, None]

    def batch_norm(self, path: str, x: np.ndarray) -> np.ndarray:
        weight, bias, mean, variance = (
            self.state[f"{path}.{name}"][:, None, None] for name in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + 1e-5) * weight + bias

    def layer_norm(self, path: str, x: np.ndarray) -> np.ndarray:
        """Over the last axis."""
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-6)
        return x * self.state[f"{path}.weight"] + self.state[f"{path}.bias"]

    def layer_norm_2d(self, path: str, x: np.ndarray) -> np.ndarray:
        return self.layer_norm(path, x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)

    def linear(self, path: str, x: np.ndarray) -> np.ndarray:
        return linear(self.state, path, x)

    def has(self, path: str) -> bool:
        return bool(at(self.state, path))


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def relu6(x: np.ndarray) -> np.ndarray:
    return np.clip(x, 0, 6)


def silu(x: np.ndarray) -> np.ndarray:
    return x * sigmoid(x)


def max_pool(x: np.ndarray, kernel: int, stride: int, margin: int = 0) -> np.ndarray:
    x = np.pad(x, [(0, 0), (0, 0), (margin, margin), (margin, margin)], constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (2, 3))[:, :, ::stride, ::stride].max((4, 5))


def vgg16(state: State, x: np.ndarray, stages: list[list[int]], **_) -> np.ndarray:
    """Simonyan and Zisserman 2014 (arXiv:1409.1556), section 2.1."""
    layers = Layers(state)
    index = 0
    for stage in stages:
        for _ in stage:
            x = relu(layers.conv(f"features.{index}", x))
            index += 2
        x = max_pool(x, 2, 2)
        index += 1
    x = x.reshape(len(x), -1)
    x = relu(layers.linear("classifier.3", relu(layers.linear("classifier.0", x))))
    return layers.linear("classifier.6", x)


def resnet50(state: State, x: np.ndarray, depths: list[int], **_) -> np.ndarray:
    """He et al. 2015 (arXiv:1512.03385), section 4.1, halving in the 3×3 convolutions."""
    layers = Layers(state)
    x = relu(layers.batch_norm("bn1", layers.conv("conv1", x, stride=2)))
    x = max_pool(x, 3, 2, margin=1)
    for stage, depth in enumerate(depths):
        for block in range(depth):
            path = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = relu(layers.batch_norm(f"{path}.bn1", layers.conv(f"{path}.conv1", x)))
            y = relu(layers.batch_norm(f"{path}.bn2", layers.conv(f"{path}.conv2", y, stride)))
            y = layers.batch_norm(f"{path}.bn3", layers.conv(f"{path}.conv3", y))
            if layers.has(f"{path}.downsample"):
                x = layers.batch_norm(f"{path}.downsample.1", layers.conv(f"{path}.downsample.0", x, stride))
            x = relu(x + y)
    return layers.linear("fc", x.mean((2, 3)))


def mobilenet_v2(state: State, x: np.ndarray, stages: list[list[int]], **_) -> np.ndarray:
    """Sandler et al. 2018 (arXiv:1801.04381), section 3.4."""
    layers = Layers(state)

    def conv_norm(path: str, x: np.ndarray, **options: int) -> np.ndarray:
        return relu6(layers.batch_norm(f"{path}.1", layers.conv(f"{path}.0", x, **options)))

    x = conv_norm("features.0", x, stride=2)
    index = 1
    for expand, outputs, count, first in stages:
        for block in range(count):
            path = f"features.{index}.conv"
            stride = first if block == 0 else 1
            y, child = x, 0
            if expand > 1:
                y, child = conv_norm(f"{path}.0", x), 1
            y = conv_norm(f"{path}.{child}", y, stride=stride, groups=y.shape[1])
            y = layers.batch_norm(f"{path}.{child + 2}", layers.conv(f"{path}.{child + 1}", y))
            x = x + y if stride == 1 and x.shape[1] == outputs else y
            index += 1
    x = conv_norm(f"features.{index}", x)
    return layers.linear("classifier.1", x.mean((2, 3)))


def efficientnet_b0(state: State, x: np.ndarray, stages: list[list[int]], **_) -> np.ndarray:
    """Tan and Le 2019 (arXiv:1905.11946), section 4; squeeze and excitation of Hu et al. 2017 (arXiv:1709.01507)."""
    layers = Layers(state)

    def conv_norm(path: str, x: np.ndarray, **options: int) -> np.ndarray:
        return layers.batch_norm(f"{path}.1", layers.conv(f"{path}.0", x, **options))

    x = silu(conv_norm("features.0", x, stride=2))
    for stage, (expand, _, outputs, count, first) in enumerate(stages, 1):
        for block in range(count):
            path = f"features.{stage}.{block}.block"
            stride = first if block == 0 else 1
            y, child = x, 0
            if expand > 1:
                y, child = silu(conv_norm(f"{path}.0", x)), 1
            y = silu(conv_norm(f"{path}.{child}", y, stride=stride, groups=y.shape[1]))
            squeezed = silu(layers.conv(f"{path}.{child + 1}.fc1", y.mean((2, 3), keepdims=True)))
            y = y * sigmoid(layers.conv(f"{path}.{child + 1}.fc2", squeezed))
            y = conv_norm(f"{path}.{child + 2}", y)
            x = x + y if stride == 1 and x.shape[1] == outputs else y
    x = silu(conv_norm(f"features.{len(stages) + 1}", x))
    return layers.linear("classifier.1", x.mean((2, 3)))


def densenet121(state: State, x: np.ndarray, depths: list[int], **_) -> np.ndarray:
    """Huang et al. 2016 (arXiv:1608.06993), section 3: each layer reads all before it in its block."""
    layers = Layers(state)

    def norm_conv(path: str, number: str, x: np.ndarray) -> np.ndarray:
        return layers.conv(f"{path}.conv{number}", relu(layers.batch_norm(f"{path}.norm{number}", x)))

    x = relu(layers.batch_norm("features.norm0", layers.conv("features.conv0", x, stride=2)))
    x = max_pool(x, 3, 2, margin=1)
    for block, depth in enumerate(depths, 1):
        seen = [x]
        for layer in range(1, depth + 1):
            path = f"features.denseblock{block}.denselayer{layer}"
            seen.append(norm_conv(path, "2", norm_conv(path, "1", np.concatenate(seen, axis=1))))
        x = np.concatenate(seen, axis=1)
        if block < len(depths):
            x = norm_conv(f"features.transition{block}", "", x)
            x = (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4
    x = relu(layers.batch_norm("features.norm5", x))
    return layers.linear("classifier", x.mean((2, 3)))


def convnext_tiny(state: State, x: np.ndarray, depths: list[int], **_) -> np.ndarray:
    """Liu et al. 2022 (arXiv:2201.03545), figure 4, with the layer scale of Touvron et al. 2021 (arXiv:2103.17239)."""
    layers = Layers(state)
    valid = [(0, 0), (0, 0)]
    x = layers.layer_norm_2d("features.0.1", layers.conv("features.0.0", x, stride=4, pad=valid))
    for stage, depth in enumerate(depths):
        if stage > 0:
            x = layers.layer_norm_2d(f"features.{2 * stage}.0", x)
            x = layers.conv(f"features.{2 * stage}.1", x, stride=2, pad=valid)
        for block in range(depth):
            path = f"features.{2 * stage + 1}.{block}"
            y = layers.conv(f"{path}.block.0", x, groups=x.shape[1]).transpose(0, 2, 3, 1)
            y = gelu(layers.linear(f"{path}.block.3", layers.layer_norm(f"{path}.block.2", y)))
            y = layers.linear(f"{path}.block.5", y).transpose(0, 3, 1, 2)
            x = x + state[f"{path}.layer_scale"] * y
    return layers.linear("classifier.2", layers.layer_norm("classifier.0", x.mean((2, 3))))


def ds_cnn_s(state: State, x: np.ndarray, depth: int = 4) -> np.ndarray:
    """Zhang et al. 2017 (arXiv:1711.07128), section 4.4; padded as TensorFlow pads "SAME": the odd row is below."""
    layers = Layers(state)
    x = relu(layers.batch_norm("norm", layers.conv("conv", x, stride=2, pad=[(4, 5), (1, 1)])))
    for layer in range(depth):
        path = f"layers.{layer}"
        x = relu(layers.batch_norm(f"{path}.norm1", layers.conv(f"{path}.depthwise", x, groups=x.shape[1])))
        x = relu(layers.batch_norm(f"{path}.norm2", layers.conv(f"{path}.pointwise", x)))
    return layers.linear("fc", x.mean((2, 3)))
