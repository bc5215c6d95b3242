"""ViT-B/16 (Dosovitskiy et al. 2020, arXiv:2010.11929, table 1).

Names, parameters and operations: torchvision.models.vit_b_16, ViT_B_16_Weights. Its operations count the products of
attention.
"""

import numpy as np

from state import Shapes, affine, convolution, linear, norm, under

PARAMETERS = 86_567_656
MACS = 17.56e9
BINDINGS = {"N": 1}
SMALL = {
    "settings": {"size": 32, "patch": 8, "depth": 2, "width": 48, "heads": 3, "classes": 10},
    "bindings": {},
}


def parameters() -> Shapes:
    width = 768
    shapes = {"class_token": (1, 1, width), "encoder.pos_embedding": (1, 1 + 14 * 14, width)}
    shapes |= convolution("conv_proj", width, 3, 16, bias=True)
    for index in range(12):
        layer = {"self_attention.in_proj_weight": (3 * width, width), "self_attention.in_proj_bias": (3 * width,)}
        layer |= linear("self_attention.out_proj", width, width)
        layer |= linear("mlp.0", 4 * width, width) | linear("mlp.3", width, 4 * width)
        layer |= norm("ln_1", width) | norm("ln_2", width)
        shapes |= under(f"encoder.layers.encoder_layer_{index}", layer)
    return shapes | norm("encoder.ln", width) | affine("heads.head", 1000, width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"image": rng.standard_normal((2, 3, 32, 32), np.float32)}
