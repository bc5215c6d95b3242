"""The encoder of Whisper (Radford et al. 2022, arXiv:2212.04356, table 1), the tiny size.

Names: Hugging Face's WhisperForConditionalGeneration of openai/whisper-tiny, which has 37,760,640 parameters in all,
the sinusoids of the encoder among them; its decoder has the other 29,552,256.
"""

import numpy as np

from state import Shapes, affine, linear, norm

PARAMETERS = 8_208_384
MACS = None
BINDINGS = {"N": 1}
SMALL = {"settings": {"depth": 1, "width": 12, "heads": 2}, "bindings": {}}


def attention(path: str, width: int) -> Shapes:
    shapes = linear(f"{path}.k_proj", width, width, bias=False)
    for name in "q_proj", "v_proj", "out_proj":
        shapes |= linear(f"{path}.{name}", width, width)
    return shapes


def parameters(depth: int = 4, width: int = 384, heads: int = 6) -> Shapes:
    shapes = affine("model.encoder.conv1", width, 80, 3) | affine("model.encoder.conv2", width, width, 3)
    shapes |= {"model.encoder.embed_positions.weight": (1500, width)}
    for layer in range(depth):
        path = f"model.encoder.layers.{layer}"
        shapes |= attention(f"{path}.self_attn", width)
        shapes |= norm(f"{path}.self_attn_layer_norm", width) | norm(f"{path}.final_layer_norm", width)
        shapes |= linear(f"{path}.fc1", 4 * width, width) | linear(f"{path}.fc2", width, 4 * width)
    return shapes | norm("model.encoder.layer_norm", width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"input_features": rng.standard_normal((1, 80, 3000), np.float32)}
