"""A decoder like Llama (Touvron et al. 2023, arXiv:2302.13971) with grouped queries (Ainslie et al. 2023).

Names: Hugging Face's LlamaForCausalLM; sizes: HuggingFaceTB/SmolLM-135M, 134,515,008 parameters, for the head is the
embedding's weight.
"""

import numpy as np

from state import Shapes, embedding, linear, norm

PARAMETERS = 134_515_008
MACS = None
BINDINGS = {"N": 1, "S": 1, "P": 127}
SMALL = {
    "settings": {"depth": 2, "width": 24, "heads": 6, "kv_heads": 2, "hidden": 40, "vocabulary": 50},
    "bindings": {},
}


def parameters(
    depth: int = 30, width: int = 576, heads: int = 9, kv_heads: int = 3, hidden: int = 1536, vocabulary: int = 49152
) -> Shapes:
    shapes = embedding("model.embed_tokens", vocabulary, width)
    for layer in range(depth):
        path = f"model.layers.{layer}"
        for name, outputs in ("q", width), ("k", width // heads * kv_heads), ("v", width // heads * kv_heads):
            shapes |= linear(f"{path}.self_attn.{name}_proj", outputs, width, bias=False)
        shapes |= linear(f"{path}.self_attn.o_proj", width, width, bias=False)
        shapes |= linear(f"{path}.mlp.gate_proj", hidden, width, bias=False)
        shapes |= linear(f"{path}.mlp.up_proj", hidden, width, bias=False)
        shapes |= linear(f"{path}.mlp.down_proj", width, hidden, bias=False)
        shapes |= norm(f"{path}.input_layernorm", width, bias=False)
        shapes |= norm(f"{path}.post_attention_layernorm", width, bias=False)
    return shapes | norm("model.norm", width, bias=False)


def buffers() -> Shapes:
    return {}


def inputs(rng: np.random.Generator) -> dict[str, np.ndarray]:
    past = {
        f"past_key_values.{layer}.{name}": rng.standard_normal((2, 2, 3, 4), np.float32)
        for layer in range(2)
        for name in ("key", "value")
    }
    return {"input_ids": rng.integers(50, size=(2, 5))} | past
