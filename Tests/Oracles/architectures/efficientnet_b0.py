"""EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946, table 1).

Names, parameters and operations: torchvision.models.efficientnet_b0, EfficientNet_B0_Weights.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running, under

PARAMETERS = 5_288_548
MACS = 0.386e9
BINDINGS = {"N": 1}
SMALL = {"settings": {"size": 32, "stages": [[1, 3, 16, 1, 1], [6, 5, 24, 2, 2]], "classes": 10}, "bindings": {}}


def conv_norm(path: str, outputs: int, inputs: int, kernel: int, groups: int = 1) -> Shapes:
    return convolution(f"{path}.0", outputs, inputs, kernel, groups) | norm(f"{path}.1", outputs)


def mb_conv(inputs: int, outputs: int, kernel: int, expand: int) -> Shapes:
    """A block, which squeezes to a quarter of its own inputs, not of its widened ones."""
    hidden, squeezed = inputs * expand, inputs // 4
    widen = [] if expand == 1 else [lambda path: conv_norm(path, hidden, inputs, 1)]
    children = [
        *widen,
        lambda path: conv_norm(path, hidden, hidden, kernel, groups=hidden),
        lambda path: convolution(f"{path}.fc1", squeezed, hidden, 1, bias=True)
        | convolution(f"{path}.fc2", hidden, squeezed, 1, bias=True),
        lambda path: conv_norm(path, outputs, hidden, 1),
    ]
    shapes: Shapes = {}
    for index, child in enumerate(children):
        shapes |= child(f"block.{index}")
    return shapes


def parameters() -> Shapes:
    shapes = conv_norm("features.0", 32, 3, 3)
    inputs = 32
    stages = (1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3), (6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1)
    for stage, (expand, kernel, outputs, count) in enumerate(stages):
        for block in range(count):
            shapes |= under(f"features.{stage + 1}.{block}", mb_conv(inputs, outputs, kernel, expand))
            inputs = outputs
    return shapes | conv_norm("features.8", 1280, inputs, 1) | linear("classifier.1", 1000, 1280)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 32, 32), np.float32)}
