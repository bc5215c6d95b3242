"""The U-Net of DDPM for CIFAR-10 (Ho et al. 2020, arXiv:2006.11239, appendix B: 35.7 million parameters).

Names: diffusers' UNet2DModel with the configuration of google/ddpm-cifar10-32. Its operations are not published with the
products of attention; those here follow from the shapes of the kernels and the sizes that they meet.
"""

import math

import numpy as np

from state import Shapes, convolution, linear, norm, under

PARAMETERS = 35_746_307
BINDINGS = {"N": 1, "H": 32, "W": 32}
TOLERANCE = 1e-9
SMALL = {"settings": {"widths": [32, 64], "depth": 1}, "bindings": {}}

WIDTHS = (128, 256, 256, 256)
DEPTH = 2
ATTENTIVE = 1  # the level that attends
TIME = 4 * WIDTHS[0]


def modules() -> list[tuple[str, int, Shapes]]:
    """Each module's path, the level of its resolution, and its tensors."""
    found = [
        ("time_embedding", 0, linear("linear_1", TIME, WIDTHS[0]) | linear("linear_2", TIME, TIME)),
        ("", 0, convolution("conv_in", WIDTHS[0], 3, 3, bias=True)),
    ]

    def residual(path: str, level: int, outputs: int, inputs: int) -> None:
        shapes = norm("norm1", inputs) | convolution("conv1", outputs, inputs, 3, bias=True)
        shapes |= linear("time_emb_proj", outputs, TIME)
        shapes |= norm("norm2", outputs) | convolution("conv2", outputs, outputs, 3, bias=True)
        if inputs != outputs:
            shapes |= convolution("conv_shortcut", outputs, inputs, 1, bias=True)
        found.append((path, level, shapes))

    def attention(path: str, level: int, width: int) -> None:
        shapes = norm("group_norm", width)
        for name in "to_q", "to_k", "to_v", "to_out.0":
            shapes |= linear(name, width, width)
        found.append((path, level, shapes))

    levels = len(WIDTHS)
    inputs = WIDTHS[0]
    skips = [inputs]
    for level, width in enumerate(WIDTHS):
        for index in range(DEPTH):
            residual(f"down_blocks.{level}.resnets.{index}", level, width, inputs)
            if level == ATTENTIVE:
                attention(f"down_blocks.{level}.attentions.{index}", level, width)
            inputs = width
            skips.append(width)
        if level < levels - 1:
            found.append((f"down_blocks.{level}.downsamplers.0", level + 1, convolution("conv", width, width, 3, bias=True)))
            skips.append(width)
    residual("mid_block.resnets.0", levels - 1, inputs, inputs)
    attention("mid_block.attentions.0", levels - 1, inputs)
    residual("mid_block.resnets.1", levels - 1, inputs, inputs)
    for block in range(levels):
        level = levels - 1 - block
        for index in range(DEPTH + 1):
            residual(f"up_blocks.{block}.resnets.{index}", level, WIDTHS[level], inputs + skips.pop())
            inputs = WIDTHS[level]
            if level == ATTENTIVE:
                attention(f"up_blocks.{block}.attentions.{index}", level, inputs)
        if level > 0:
            found.append((f"up_blocks.{block}.upsamplers.0", level - 1, convolution("conv", inputs, inputs, 3, bias=True)))
    found.append(("", 0, norm("conv_norm_out", WIDTHS[0]) | convolution("conv_out", 3, WIDTHS[0], 3, bias=True)))
    return found


def parameters() -> Shapes:
    shapes = {}
    for path, _, tensors in modules():
        shapes |= under(path, tensors) if path else tensors
    return shapes


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"sample": rng.standard_normal((2, 3, 16, 8), np.float32), "timestep": np.array([3, 500])}


def macs(height: int, width: int) -> int:
    total = 0
    for path, level, tensors in modules():
        pixels = height * width // 4**level
        for name, shape in tensors.items():
            if len(shape) == 4 or "to_" in name and len(shape) == 2:
                total += math.prod(shape) * pixels
            elif len(shape) == 2:  # of the time, once an image
                total += math.prod(shape)
        if ".attentions." in path:
            total += 2 * pixels**2 * tensors["group_norm.weight"][0]
    return total


MACS = macs(32, 32)
