"""A RetinaNet (Lin et al. 2017, arXiv:1708.02002) over a backbone of its own, so nobody has published its count.

The heads are the paper's (section 4): four convolutions and a prediction, shared by all levels, nine anchors a pixel.
"""

import numpy as np

from state import Shapes, convolution, count, norm, under

BINDINGS = {"H": 320, "W": 320}
MACS = None  # NonMaxSuppression costs what the boxes are
SMALL = {"settings": {"width": 16}, "bindings": {}}
GAIN = 0.5  # extents are exponentials

WIDTH = 128
ANCHORS = 9
CLASSES = 20
BACKBONE = [  # path, outputs, inputs
    ("stem.0", 32, 3),
    ("stem.1", 64, 32),
    ("layer3.0", 64, 64),
    ("layer3.1", 64, 64),
    ("layer4.0", 128, 64),
    ("layer4.1", 128, 128),
    ("layer5.0", 256, 128),
    ("layer5.1", 256, 256),
]


def parameters() -> Shapes:
    shapes = {}
    for path, outputs, inputs in BACKBONE:
        shapes |= under(path, convolution("conv", outputs, inputs, 3) | norm("norm", outputs))
    for level, inputs in (3, 64), (4, 128), (5, 256):
        shapes |= convolution(f"fpn.inner{level}", WIDTH, inputs, 1, bias=True)
        shapes |= convolution(f"fpn.layer{level}", WIDTH, WIDTH, 3, bias=True)
    for head, outputs in ("classification", CLASSES), ("regression", 4):
        for index in range(4):
            shapes |= convolution(f"{head}.conv.{index}", WIDTH, WIDTH, 3, bias=True)
        shapes |= convolution(f"{head}.predict", ANCHORS * outputs, WIDTH, 3, bias=True)
    return shapes


def buffers() -> Shapes:
    return {f"{path}.norm.{name}": (outputs,) for path, outputs, _ in BACKBONE for name in ("running_mean", "running_var")}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.uniform(0, 255, (1, 3, 64, 96)).astype(np.float32)}


PARAMETERS = count(parameters().values())
