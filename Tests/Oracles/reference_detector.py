"""The detector of Examples/ computed with NumPy from its state dict, to compare its exported graph with.

Written from the papers (He et al. 2015; Lin et al. 2017, arXiv:1612.03144 and arXiv:1708.02002); shares nothing with ONNX.
"""

import numpy as np

from reference import State, conv

Detections = tuple[np.ndarray, np.ndarray, np.ndarray]


def detector(state: State, image: np.ndarray, limit: int) -> Detections:
    """The boxes, scores and labels that are found in an image [1, 3, H, W], the best one first."""

    def convolution(path: str, x: np.ndarray) -> np.ndarray:
        return conv(x, state[f"{path}.weight"], 1) + state[f"{path}.bias"][:, None, None]

    def normed(path: str, x: np.ndarray, stride: int) -> np.ndarray:
        x = conv(x, state[f"{path}.conv.weight"], stride)
        scale = state[f"{path}.norm.weight"] / np.sqrt(state[f"{path}.norm.running_var"] + 1e-5)
        shift = state[f"{path}.norm.bias"] - state[f"{path}.norm.running_mean"] * scale
        return np.maximum(x * scale[:, None, None] + shift[:, None, None], 0)

    def head(path: str, x: np.ndarray) -> np.ndarray:
        """[rows, columns, anchors, outputs]"""
        for index in range(4):
            x = np.maximum(convolution(f"{path}.conv.{index}", x), 0)
        x = convolution(f"{path}.predict", x)[0]
        return x.reshape(9, -1, *x.shape[1:]).transpose(2, 3, 0, 1)

    x = normed("stem.1", normed("stem.0", image, 2), 2)
    features = {}
    for level in 3, 4, 5:
        x = normed(f"layer{level}.1", normed(f"layer{level}.0", x, 2), 1)
        features[level] = convolution(f"fpn.inner{level}", x)
    for level in 4, 3:
        features[level] = features[level] + features[level + 1].repeat(2, axis=2).repeat(2, axis=3)

    boxes, scores = [], []
    for level, x in features.items():
        x = convolution(f"fpn.layer{level}", x)
        deltas, logits = head("regression", x), head("classification", x)
        for row, column, anchor in np.ndindex(deltas.shape[:3]):
            stride = 2**level
            ratio = (0.5, 1, 2)[anchor // 3]
            side = 4 * stride * 2 ** (anchor % 3 / 3)
            size = np.array([side / ratio**0.5, side * ratio**0.5])
            shift, growth = np.split(deltas[row, column, anchor], 2)
            centre = (np.array([column, row]) + 0.5) * stride + shift * size
            size = size * np.exp(growth)
            boxes.append(np.concatenate([centre - size / 2, centre + size / 2]))
            scores.append(1 / (1 + np.exp(-logits[row, column, anchor])))
    return best(np.array(boxes), np.array(scores), limit)


def best(boxes: np.ndarray, scores: np.ndarray, limit: int) -> Detections:
    """Greedy suppression, class by class, of what overlaps a better box; then the best of all classes."""
    found = []
    for label in range(scores.shape[1]):
        kept = []
        for index in np.argsort(-scores[:, label]):
            if scores[index, label] <= 0.05 or len(kept) == limit:
                break
            if all(overlap(boxes[index], boxes[other]) <= 0.5 for other in kept):
                kept.append(index)
        found += [(scores[index, label], label, index) for index in kept]
    found = sorted(found, reverse=True)[:limit]
    chosen = np.array([index for _, _, index in found], int)
    return boxes[chosen], np.array([score for score, _, _ in found]), np.array([label for _, label, _ in found])


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """The intersection of two boxes over their union."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = np.prod(np.maximum(sides, 0))
    return shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared)
