"""LeNet-5 (LeCun et al. 1998, section II.B), every map of the second convolution connected to all six of the first.

The count is that of the network as PyTorch's tutorials have it: 61,706.
"""

import numpy as np

from state import Shapes, convolution, linear

PARAMETERS = 61_706
MACS = None
BINDINGS = {"N": 1}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    shapes = convolution("conv1", 6, 1, 5, bias=True) | convolution("conv2", 16, 6, 5, bias=True)
    return shapes | linear("fc1", 120, 16 * 5 * 5) | linear("fc2", 84, 120) | linear("fc3", 10, 84)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 1, 28, 28), np.float32)}
