"""The decoder of Whisper (Radford et al. 2022, arXiv:2212.04356, table 1), the tiny size, its head the embedding's weight.

Names: Hugging Face's WhisperForConditionalGeneration of openai/whisper-tiny, which has 37,760,640 parameters in all:
its encoder has the other 8,208,384.
"""

import numpy as np

from architectures.whisper_tiny.encoder import attention
from state import Shapes, embedding, linear, norm

PARAMETERS = 29_552_256
MACS = None
BINDINGS = {"N": 1, "S": 1, "L": 1500}
SMALL = {"settings": {"depth": 2, "width": 24, "heads": 3, "vocabulary": 50}, "bindings": {}}


def parameters(depth: int = 4, width: int = 384, heads: int = 6, vocabulary: int = 51865) -> Shapes:
    shapes = embedding("model.decoder.embed_tokens", vocabulary, width)
    shapes |= embedding("model.decoder.embed_positions", 448, width)
    for layer in range(depth):
        path = f"model.decoder.layers.{layer}"
        shapes |= attention(f"{path}.self_attn", width) | norm(f"{path}.self_attn_layer_norm", width)
        shapes |= attention(f"{path}.encoder_attn", width) | norm(f"{path}.encoder_attn_layer_norm", width)
        shapes |= linear(f"{path}.fc1", 4 * width, width) | linear(f"{path}.fc2", width, 4 * width)
        shapes |= norm(f"{path}.final_layer_norm", width)
    return shapes | norm("model.decoder.layer_norm", width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {
        "input_ids": rng.integers(50, size=(2, 7)),
        "encoder_hidden_states": rng.standard_normal((2, 9, 24), np.float32),
    }
