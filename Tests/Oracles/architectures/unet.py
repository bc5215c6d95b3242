"""U-Net (Ronneberger et al. 2015, arXiv:1505.04597, figure 1), with padding and batch normalisation.

Names and parameters: github.com/milesial/Pytorch-UNet, UNet(n_channels=3, n_classes=2, bilinear=False). Its operations
are not published; those here are each kernel's size times the pixels of its output.
"""

import numpy as np

from state import Shapes, convolution, norm, running, under

PARAMETERS = 31_037_698
BINDINGS = {"N": 1, "H": 512, "W": 512}
TOLERANCE = 1e-9
SMALL = {"settings": {"width": 8}, "bindings": {}}

WIDTHS = (64, 128, 256, 512, 1024)


def double(path: str, outputs: int, inputs: int) -> Shapes:
    shapes = convolution("0", outputs, inputs, 3) | norm("1", outputs)
    shapes |= convolution("3", outputs, outputs, 3) | norm("4", outputs)
    return under(f"{path}.double_conv", shapes)


def parameters() -> Shapes:
    shapes = double("inc", WIDTHS[0], 3)
    for level in range(1, 5):
        shapes |= double(f"down{level}.maxpool_conv.1", WIDTHS[level], WIDTHS[level - 1])
    for level in range(1, 5):
        inputs, outputs = WIDTHS[-level], WIDTHS[-level - 1]
        # A transposed convolution's kernel begins with its inputs.
        shapes |= {f"up{level}.up.weight": (inputs, outputs, 2, 2), f"up{level}.up.bias": (outputs,)}
        shapes |= double(f"up{level}.conv", outputs, inputs)
    return shapes | convolution("outc.conv", 2, WIDTHS[0], 1, bias=True)


def buffers() -> Shapes:
    return running(parameters())


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 32, 48), np.float32)}


def macs(height: int, width: int) -> int:
    def double(outputs: int, inputs: int, pixels: int) -> int:
        return 9 * (inputs + outputs) * outputs * pixels

    pixels = [height * width // 4**level for level in range(5)]
    total = double(WIDTHS[0], 3, pixels[0]) + 2 * WIDTHS[0] * pixels[0]
    for level in range(4):
        narrow, wide = WIDTHS[level], WIDTHS[level + 1]
        total += double(wide, narrow, pixels[level + 1])
        # Each pixel of the coarse image meets the whole 2×2 kernel.
        total += 4 * wide * narrow * pixels[level + 1]
        total += double(narrow, wide, pixels[level])
    return total


MACS = macs(512, 512)
