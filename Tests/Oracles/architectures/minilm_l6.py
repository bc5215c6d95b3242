"""all-MiniLM-L6-v2: a BERT encoder (Devlin et al. 2018, arXiv:1810.04805) of six layers, distilled (Wang et al. 2020).

Names: Hugging Face's sentence-transformers/all-MiniLM-L6-v2, whose 22,713,216 parameters here lack the 147,840 of the
pooler, which sentence embeddings do not read.
"""

import numpy as np

from state import Shapes, embedding, linear, norm

PARAMETERS = 22_713_216 - 147_840
MACS = None
BINDINGS = {"N": 1, "S": 128}
SMALL = {"settings": {}, "bindings": {}}


def parameters() -> Shapes:
    width, hidden = 384, 1536
    shapes = embedding("embeddings.word_embeddings", 30522, width)
    shapes |= embedding("embeddings.position_embeddings", 512, width)
    shapes |= embedding("embeddings.token_type_embeddings", 2, width) | norm("embeddings.LayerNorm", width)
    for layer in range(6):
        path = f"encoder.layer.{layer}"
        for name in "query", "key", "value":
            shapes |= linear(f"{path}.attention.self.{name}", width, width)
        shapes |= linear(f"{path}.attention.output.dense", width, width)
        shapes |= norm(f"{path}.attention.output.LayerNorm", width)
        shapes |= linear(f"{path}.intermediate.dense", hidden, width)
        shapes |= linear(f"{path}.output.dense", width, hidden) | norm(f"{path}.output.LayerNorm", width)
    return shapes


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    mask = np.ones((2, 7), np.int64)
    mask[1, 4:] = 0
    ids = rng.integers(30522, size=(2, 7))
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros((2, 7), np.int64)}
