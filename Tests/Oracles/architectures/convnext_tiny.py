"""ConvNeXt-T (Liu et al. 2022, arXiv:2201.03545, section 3).

Names, parameters and operations: torchvision.models.convnext_tiny, ConvNeXt_Tiny_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm

PARAMETERS = 28_589_128
MACS = 4.456e9
BINDINGS = {"N": 1}
SMALL = {
    "settings": {"size": 64, "depths": [1, 2, 1, 1], "widths": [8, 16, 24, 32], "classes": 10},
    "bindings": {},
}


def parameters() -> Shapes:
    shapes = convolution("features.0.0", 96, 3, 4, bias=True) | norm("features.0.1", 96)
    for stage, (depth, width) in enumerate(((3, 96), (3, 192), (9, 384), (3, 768))):
        if stage > 0:
            path = f"features.{2 * stage}"
            shapes |= norm(f"{path}.0", width // 2) | convolution(f"{path}.1", width, width // 2, 2, bias=True)
        for block in range(depth):
            path = f"features.{2 * stage + 1}.{block}"
            shapes[f"{path}.layer_scale"] = (width, 1, 1)
            # 1, 4 and 6 have no parameters: two permutations and the GELU.
            shapes |= convolution(f"{path}.block.0", width, width, 7, groups=width, bias=True)
            shapes |= norm(f"{path}.block.2", width)
            shapes |= linear(f"{path}.block.3", 4 * width, width) | linear(f"{path}.block.5", width, 4 * width)
    return shapes | norm("classifier.0", 768) | linear("classifier.2", 1000, 768)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 64, 64), np.float32)}
