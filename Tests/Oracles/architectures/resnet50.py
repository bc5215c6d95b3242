"""ResNet-50 (He et al. 2015, arXiv:1512.03385, table 1), with the stride in the 3×3 convolution.

Names, parameters and operations: torchvision.models.resnet50, ResNet50_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running

PARAMETERS = 25_557_032
MACS = 4.089e9
BINDINGS = {"N": 1}
SMALL = {"settings": {"size": 64, "depths": [1, 2, 1, 1], "width": 8, "classes": 10}, "bindings": {}}


def parameters() -> Shapes:
    shapes = convolution("conv1", 64, 3, 7) | norm("bn1", 64)
    inputs = 64
    for stage, depth in enumerate((3, 4, 6, 3)):
        width = 64 * 2**stage
        for block in range(depth):
            path = f"layer{stage + 1}.{block}"
            shapes |= convolution(f"{path}.conv1", width, inputs, 1) | norm(f"{path}.bn1", width)
            shapes |= convolution(f"{path}.conv2", width, width, 3) | norm(f"{path}.bn2", width)
            shapes |= convolution(f"{path}.conv3", 4 * width, width, 1) | norm(f"{path}.bn3", 4 * width)
            if block == 0:
                shapes |= convolution(f"{path}.downsample.0", 4 * width, inputs, 1)
                shapes |= norm(f"{path}.downsample.1", 4 * width)
            inputs = 4 * width
    return shapes | linear("fc", 1000, inputs)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 64, 64), np.float32)}
