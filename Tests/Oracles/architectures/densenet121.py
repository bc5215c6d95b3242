"""DenseNet-121 (Huang et al. 2016, arXiv:1608.06993, table 1), growing by 32.

Names, parameters and operations: torchvision.models.densenet121, DenseNet121_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running

PARAMETERS = 7_978_856
MACS = 2.834e9
BINDINGS = {"N": 1}
SMALL = {"settings": {"size": 64, "depths": [2, 3, 1], "growth": 8, "classes": 10}, "bindings": {}}


def parameters() -> Shapes:
    growth, depths = 32, (6, 12, 24, 16)
    channels = 2 * growth
    shapes = convolution("features.conv0", channels, 3, 7) | norm("features.norm0", channels)
    for block, depth in enumerate(depths, 1):
        for layer in range(1, depth + 1):
            path = f"features.denseblock{block}.denselayer{layer}"
            shapes |= norm(f"{path}.norm1", channels) | convolution(f"{path}.conv1", 4 * growth, channels, 1)
            shapes |= norm(f"{path}.norm2", 4 * growth) | convolution(f"{path}.conv2", growth, 4 * growth, 3)
            channels += growth
        if block < len(depths):
            path = f"features.transition{block}"
            shapes |= norm(f"{path}.norm", channels) | convolution(f"{path}.conv", channels // 2, channels, 1)
            channels //= 2
    return shapes | norm("features.norm5", channels) | linear("classifier", 1000, channels)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 64, 64), np.float32)}
