"""Power iteration, which has no parameters."""

import numpy as np

SMALL = {"settings": {}, "bindings": {}}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    root = rng.standard_normal((5, 5), np.float32)
    return {"matrix": root @ root.T, "start": rng.standard_normal(5, np.float32), "limit": np.array(100)}
