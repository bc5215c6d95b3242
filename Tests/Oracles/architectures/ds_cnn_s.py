"""DS-CNN-S of "Hello Edge: Keyword Spotting on Microcontrollers" (Zhang et al. 2017, arXiv:1711.07128).

The count is that of its Keras counterpart in MLPerf Tiny (Banbury et al. 2021, arXiv:2106.07597): 24,908, of which 1,152
are the running statistics of nine normalisations. The paper has no counts but sizes: 38.6 kB is a byte for each of the
22,604 weights that folding the normalisations leaves, and for the 2 × 8,000 activations of one layer.

Of the paper's 5.4 M operations, two are a multiplication and an addition, and 72,012 the additions of the biases.
"""

import numpy as np

from state import Shapes, convolution, linear, norm, running

PARAMETERS = 24_908 - 1_152
MACS = (5.4e6 - 72_012) / 2
BINDINGS = {"N": 1}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    shapes: Shapes = {"conv.weight": (64, 1, 10, 4), "conv.bias": (64,)} | norm("norm", 64)
    for layer in range(4):
        path = f"layers.{layer}"
        shapes |= convolution(f"{path}.depthwise", 64, 64, 3, groups=64, bias=True) | norm(f"{path}.norm1", 64)
        shapes |= convolution(f"{path}.pointwise", 64, 64, 1, bias=True) | norm(f"{path}.norm2", 64)
    return shapes | linear("fc", 12, 64)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"mfcc": rng.standard_normal((2, 1, 49, 10), np.float32)}
