"""VGG-16 (Simonyan and Zisserman 2014, arXiv:1409.1556, table 1, column D).

Names, parameters and operations: torchvision.models.vgg16, VGG16_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear

PARAMETERS = 138_357_544
MACS = 15.47e9
BINDINGS = {"N": 1}
SMALL = {"settings": {"size": 16, "stages": [[8, 8], [16, 16, 16]], "hidden": 32, "classes": 10}, "bindings": {}}


def parameters() -> Shapes:
    shapes: Shapes = {}
    inputs = 3
    index = 0
    for outputs, count in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        for _ in range(count):
            shapes |= convolution(f"features.{index}", outputs, inputs, 3, bias=True)
            inputs = outputs
            index += 2  # a convolution and its ReLU
        index += 1  # the pooling
    shapes |= linear("classifier.0", 4096, 512 * 7 * 7) | linear("classifier.3", 4096, 4096)
    return shapes | linear("classifier.6", 1000, 4096)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 16, 16), np.float32)}
