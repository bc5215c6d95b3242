"""ResNet-18 (He et al. 2015, arXiv:1512.03385, table 1).

Names, parameters and operations: torchvision.models.resnet18, ResNet18_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running

PARAMETERS = 11_689_512
MACS = 1.814e9
BINDINGS = {"N": 1}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    shapes = convolution("conv1", 64, 3, 7) | norm("bn1", 64)
    inputs = 64
    for stage, width in enumerate((64, 128, 256, 512)):
        for block in range(2):
            path = f"layer{stage + 1}.{block}"
            shapes |= convolution(f"{path}.conv1", width, inputs, 3) | norm(f"{path}.bn1", width)
            shapes |= convolution(f"{path}.conv2", width, width, 3) | norm(f"{path}.bn2", width)
            if inputs != width:
                shapes |= convolution(f"{path}.downsample.0", width, inputs, 1) | norm(f"{path}.downsample.1", width)
            inputs = width
    return shapes | linear("fc", 1000, inputs)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((1, 3, 224, 224), np.float32)}
