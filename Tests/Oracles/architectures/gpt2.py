"""GPT-2 (Radford et al. 2019), the small size: 124,439,808 parameters, for the head is the embedding's weight.

Names: Hugging Face's GPT2LMHeadModel of gpt2, without its prefix `transformer.`, as the published file has them. Its
Conv1D stores a weight as [in, out].
"""

import numpy as np

from state import Shapes, embedding, norm

PARAMETERS = 124_439_808
MACS = None
BINDINGS = {"N": 1, "S": 128}
SMALL = {"settings": {"depth": 2, "width": 24, "heads": 3, "vocabulary": 50}, "bindings": {}}


def transposed(path: str, outputs: int, inputs: int) -> Shapes:
    return {f"{path}.weight": (inputs, outputs), f"{path}.bias": (outputs,)}


def parameters(depth: int = 12, width: int = 768, heads: int = 12, vocabulary: int = 50257) -> Shapes:
    shapes = embedding("wte", vocabulary, width) | embedding("wpe", 1024, width)
    for layer in range(depth):
        path = f"h.{layer}"
        shapes |= norm(f"{path}.ln_1", width) | norm(f"{path}.ln_2", width)
        shapes |= transposed(f"{path}.attn.c_attn", 3 * width, width) | transposed(f"{path}.attn.c_proj", width, width)
        shapes |= transposed(f"{path}.mlp.c_fc", 4 * width, width) | transposed(f"{path}.mlp.c_proj", width, 4 * width)
    return shapes | norm("ln_f", width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"input_ids": rng.integers(50, size=(2, 7))}
