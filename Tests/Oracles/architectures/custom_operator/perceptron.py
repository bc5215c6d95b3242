"""A perceptron of two layers with Swish (Ramachandran et al. 2017, arXiv:1710.05941) between them."""

import numpy as np

from state import Shapes, linear

PARAMETERS = 128 * 65 + 10 * 129
MACS = None
BINDINGS = {"N": 1}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    return linear("fc1", 128, 64) | linear("fc2", 10, 128)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"x": rng.standard_normal((3, 64), np.float32)}
