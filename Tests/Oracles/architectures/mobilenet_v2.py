"""MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381, table 2).

Names, parameters and operations: torchvision.models.mobilenet_v2, MobileNet_V2_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running

PARAMETERS = 3_504_872
MACS = 0.301e9
BINDINGS = {"N": 1}
SMALL = {"settings": {"size": 32, "stages": [[1, 8, 1, 1], [6, 16, 2, 2]], "classes": 10}, "bindings": {}}


def parameters() -> Shapes:
    def conv_norm(path: str, outputs: int, inputs: int, kernel: int, groups: int = 1) -> Shapes:
        return convolution(f"{path}.0", outputs, inputs, kernel, groups) | norm(f"{path}.1", outputs)

    shapes = conv_norm("features.0", 32, 3, 3)
    inputs = 32
    index = 1
    for expand, outputs, count in (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1):
        for _ in range(count):
            path = f"features.{index}.conv"
            hidden = inputs * expand
            first = 0
            if expand != 1:
                shapes |= conv_norm(f"{path}.0", hidden, inputs, 1)
                first = 1
            shapes |= conv_norm(f"{path}.{first}", hidden, hidden, 3, groups=hidden)
            shapes |= convolution(f"{path}.{first + 1}", outputs, hidden, 1) | norm(f"{path}.{first + 2}", outputs)
            inputs = outputs
            index += 1
    return shapes | conv_norm(f"features.{index}", 1280, inputs, 1) | linear("classifier.1", 1000, 1280)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 32, 32), np.float32)}
