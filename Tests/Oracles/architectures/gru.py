"""Gated recurrent units (Cho et al. 2014, arXiv:1406.1078) over characters.

Names: torch.nn.Embedding, torch.nn.GRU and torch.nn.Linear.
"""

import numpy as np

from state import Shapes, embedding, linear, recurrent

PARAMETERS = 256 * 64 + 3 * 512 * (64 + 512 + 2) + 3 * 512 * (512 + 512 + 2) + 256 * 513
MACS = None
BINDINGS = {"N": 1, "S": 32}
SMALL = {"settings": {"vocabulary": 50, "width": 6, "hidden": 5}, "bindings": {}}


def parameters(vocabulary: int = 256, width: int = 64, hidden: int = 512, depth: int = 2) -> Shapes:
    shapes = embedding("embedding", vocabulary, width)
    return shapes | recurrent("gru", 3, hidden, width, depth) | linear("head", vocabulary, hidden)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"characters": rng.integers(50, size=(3, 7)), "state": rng.standard_normal((2, 3, 5), np.float32)}
