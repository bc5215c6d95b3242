"""A vision transformer (Dosovitskiy et al. 2020, arXiv:2010.11929) of DeiT-Ti's size (Touvron et al. 2020), 5,717,416.

The names are of Mica's own library; the parameters of the query, key and value are timm's `qkv` in three.
"""

import numpy as np

from state import Shapes, affine, linear, norm

PARAMETERS = 5_717_416
MACS = None
BINDINGS = {"N": 1}
SMALL = {"settings": {"depth": 2, "width": 48}, "bindings": {}}


def parameters() -> Shapes:
    width = 192
    shapes = affine("patch.proj", width, 3, 16, 16)
    shapes |= {"patch.cls_token": (1, 1, width), "patch.pos_embed": (1, 1 + 14 * 14, width)}
    for layer in range(12):
        path = f"layers.{layer}"
        shapes |= norm(f"{path}.norm1", width) | norm(f"{path}.norm2", width)
        for name in "query", "key", "value", "out":
            shapes |= linear(f"{path}.attn.{name}", width, width)
        shapes |= linear(f"{path}.mlp.fc1", 4 * width, width) | linear(f"{path}.mlp.fc2", width, 4 * width)
    return shapes | norm("norm", width) | linear("head", 1000, width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((1, 3, 224, 224), np.float32)}
