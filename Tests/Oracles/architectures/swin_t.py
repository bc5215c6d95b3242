"""Swin-T (Liu et al. 2021, arXiv:2103.14030, section 3.3).

Names, parameters and operations: torchvision.models.swin_t, Swin_T_Weights. Its operations count the products of
attention. Its buffers hold, for the pixels of a window two by two, the row of the table of biases; the example computes
them, because no initialiser can say them, and declares no buffer.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, under

PARAMETERS = 28_288_354
MACS = 4.49e9
BINDINGS = {"N": 1}
SMALL = {
    "settings": {"size": 64, "width": 16, "depths": [2, 2], "heads": [2, 4], "window": 4, "classes": 10},
    "bindings": {},
}


def parameters() -> Shapes:
    shapes = convolution("features.0.0", 96, 3, 4, bias=True) | norm("features.0.2", 96)
    for stage, (depth, heads) in enumerate(zip((2, 2, 6, 2), (3, 6, 12, 24))):
        width = 96 * 2**stage
        if stage > 0:
            shapes |= linear(f"features.{2 * stage}.reduction", width, 2 * width, bias=False)
            shapes |= norm(f"features.{2 * stage}.norm", 2 * width)
        for index in range(depth):
            layer = {"attn.relative_position_bias_table": (13 * 13, heads)}
            layer |= linear("attn.qkv", 3 * width, width) | linear("attn.proj", width, width)
            layer |= linear("mlp.0", 4 * width, width) | linear("mlp.3", width, 4 * width)
            layer |= norm("norm1", width) | norm("norm2", width)
            shapes |= under(f"features.{2 * stage + 1}.{index}", layer)
    return shapes | norm("norm", 768) | linear("head", 1000, 768)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 64, 64), np.float32)}
