"""A bidirectional LSTM over words (Huang et al. 2015, arXiv:1508.01991), without the conditional random field on top.

Names: torch.nn.Embedding, torch.nn.LSTM and torch.nn.Linear.
"""

import numpy as np

from state import Shapes, embedding, linear, recurrent

PARAMETERS = 2_000_000 + 4 * (2 * 128 * (100 + 128 + 2) + 2 * 128 * (256 + 128 + 2)) + 17 * 257
MACS = None
BINDINGS = {"N": 1, "S": 32}
SMALL = {"settings": {"vocabulary": 50, "width": 6, "hidden": 5, "tags": 4}, "bindings": {}}


def parameters(vocabulary: int = 20000, width: int = 100, hidden: int = 128, depth: int = 2, tags: int = 17) -> Shapes:
    shapes = embedding("embedding", vocabulary, width)
    shapes |= recurrent("lstm", 4, hidden, width, depth, directions=2)
    return shapes | linear("classifier", tags, 2 * hidden)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"words": rng.integers(50, size=(2, 7))}
