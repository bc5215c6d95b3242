"""BERT (Devlin et al. 2018, arXiv:1810.04805, section 3): the base size, uncased.

Names: Hugging Face's BertModel of bert-base-uncased, 109,482,240 parameters with the pooler. Cost: 22.5 GFLOPs for 128
tokens, two for each multiply-accumulate (Jiao et al. 2020, arXiv:1909.10351, table 1).
"""

import numpy as np

from state import Shapes, embedding, linear, norm

PARAMETERS = 109_482_240
MACS = 22.5e9 / 2
BINDINGS = {"N": 1, "S": 128}
SMALL = {"settings": {"depth": 2, "width": 24, "heads": 3, "vocabulary": 50}, "bindings": {}}


def parameters(depth: int = 12, width: int = 768, heads: int = 12, vocabulary: int = 30522) -> Shapes:
    shapes = embedding("embeddings.word_embeddings", vocabulary, width)
    shapes |= embedding("embeddings.position_embeddings", 512, width)
    shapes |= embedding("embeddings.token_type_embeddings", 2, width) | norm("embeddings.LayerNorm", width)
    for layer in range(depth):
        path = f"encoder.layer.{layer}"
        for name in "query", "key", "value":
            shapes |= linear(f"{path}.attention.self.{name}", width, width)
        shapes |= linear(f"{path}.attention.output.dense", width, width)
        shapes |= norm(f"{path}.attention.output.LayerNorm", width)
        shapes |= linear(f"{path}.intermediate.dense", 4 * width, width)
        shapes |= linear(f"{path}.output.dense", width, 4 * width) | norm(f"{path}.output.LayerNorm", width)
    return shapes | linear("pooler.dense", width, width)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    mask = np.ones((2, 7), np.int64)
    mask[1, 4:] = 0
    return {
        "input_ids": rng.integers(50, size=(2, 7)),
        "attention_mask": mask,
        "token_type_ids": rng.integers(2, size=(2, 7)),
    }
