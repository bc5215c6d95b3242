"""Networks of text and sound computed with NumPy from their state dicts, in float64, to compare exported graphs with.

Written from the papers; shares nothing with ONNX or ONNX Runtime. Tensors are [N, S, D], states those of one module:
`at(state, "h.0")` has the tensors below that path under what is left of their names.
"""

import math

import numpy as np

State = dict[str, np.ndarray]
erf = np.vectorize(math.erf, otypes=[np.float64])


def at(state: State, path: str) -> State:
    prefix = f"{path}."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def linear(state: State, path: str, x: np.ndarray) -> np.ndarray:
    return x @ state[f"{path}.weight"].T + state.get(f"{path}.bias", 0)


def layer_norm(state: State, path: str, x: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5)
    return x * state[f"{path}.weight"] + state[f"{path}.bias"]


def rms_norm(state: State, path: str, x: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5) * state[f"{path}.weight"]


def gelu(x: np.ndarray) -> np.ndarray:
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def gelu_new(x: np.ndarray) -> np.ndarray:
    """The approximation by tanh of Hendrycks and Gimpel 2016, section 2, which GPT-2 was trained with."""
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def attend(query: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Softmax(q · k / sqrt(d)) over the keys, of their values: [d], [M, d], [M, d] to [d]."""
    scores = keys @ query / math.sqrt(len(query))
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray, heads: int, causal: bool) -> np.ndarray:
    """Each position's attention, one head after the other.

    Where k and v have fewer heads, neighbouring queries share theirs. A causal query sees the keys up to its own, the
    queries being the last of the keys' positions.
    """
    width = q.shape[-1] // heads
    shared = heads // (k.shape[-1] // width)
    past = k.shape[1] - q.shape[1]
    y = np.empty(q.shape)
    for sample, position, head in np.ndindex(*q.shape[:2], heads):
        own = slice(head * width, (head + 1) * width)
        theirs = slice(head // shared * width, (head // shared + 1) * width)
        seen = slice(past + position + 1 if causal else None)
        y[sample, position, own] = attend(q[sample, position, own], k[sample, seen, theirs], v[sample, seen, theirs])
    return y


def gpt2(state: State, ids: np.ndarray, heads: int) -> np.ndarray:
    """Radford et al. 2019, with the weights of its maps as [in, out]: [N, S] to [N, S, vocabulary]."""

    def affine(layer: State, path: str, x: np.ndarray) -> np.ndarray:
        return x @ layer[f"{path}.weight"] + layer[f"{path}.bias"]

    x = state["wte.weight"][ids] + state["wpe.weight"][: ids.shape[1]]
    for layer in stack(state, "h"):
        q, k, v = np.split(affine(layer, "attn.c_attn", layer_norm(layer, "ln_1", x)), 3, axis=-1)
        x = x + affine(layer, "attn.c_proj", attention(q, k, v, heads, causal=True))
        x = x + affine(layer, "mlp.c_proj", gelu_new(affine(layer, "mlp.c_fc", layer_norm(layer, "ln_2", x))))
    return layer_norm(state, "ln_f", x) @ state["wte.weight"].T


def stack(state: State, path: str) -> list[State]:
    """The states of the layers `path.0`, `path.1`, …"""
    numbers = {int(name.split(".")[0]) for name in at(state, path)}
    return [at(state, f"{path}.{number}") for number in sorted(numbers)]


def rotary(x: np.ndarray, heads: int, theta: float = 10000.0) -> np.ndarray:
    """Su et al. 2021 (arXiv:2104.09864), section 3.2: the numbers i and i + d/2 of a head as one complex number."""
    count, length, _ = x.shape
    x = x.reshape(count, length, heads, 2, -1)
    frequency = theta ** -(np.arange(x.shape[-1]) / x.shape[-1])
    turned = (x[..., 0, :] + 1j * x[..., 1, :]) * np.exp(1j * np.outer(np.arange(length), frequency))[:, None]
    return np.stack([turned.real, turned.imag], axis=-2).reshape(count, length, -1)


def llama(state: State, ids: np.ndarray, heads: int, kv_heads: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Touvron et al. 2023, section 2.2; returns logits, and each layer's keys and values as [N, S, kv_heads * d]."""
    x = state["model.embed_tokens.weight"][ids]
    cache = []
    for layer in stack(state, "model.layers"):
        h = rms_norm(layer, "input_layernorm", x)
        q, k, v = (linear(layer, f"self_attn.{name}_proj", h) for name in "qkv")
        q, k = rotary(q, heads), rotary(k, kv_heads)
        cache += [k, v]
        x = x + linear(layer, "self_attn.o_proj", attention(q, k, v, heads, causal=True))
        h = rms_norm(layer, "post_attention_layernorm", x)
        gate = linear(layer, "mlp.gate_proj", h)
        x = x + linear(layer, "mlp.down_proj", gate * sigmoid(gate) * linear(layer, "mlp.up_proj", h))
    return rms_norm(state, "model.norm", x) @ state["model.embed_tokens.weight"].T, cache


def whisper_layer(layer: State, x: np.ndarray, memory: np.ndarray | None, heads: int) -> np.ndarray:
    """A layer of the decoder, or without a memory one of the encoder."""

    def attended(path: str, x: np.ndarray, memory: np.ndarray, causal: bool) -> np.ndarray:
        q = linear(layer, f"{path}.q_proj", x)
        k, v = (linear(layer, f"{path}.{name}_proj", memory) for name in "kv")
        return linear(layer, f"{path}.out_proj", attention(q, k, v, heads, causal))

    h = layer_norm(layer, "self_attn_layer_norm", x)
    x = x + attended("self_attn", h, h, causal=memory is not None)
    if memory is not None:
        x = x + attended("encoder_attn", layer_norm(layer, "encoder_attn_layer_norm", x), memory, causal=False)
    return x + linear(layer, "fc2", gelu(linear(layer, "fc1", layer_norm(layer, "final_layer_norm", x))))


def conv(state: State, path: str, x: np.ndarray, stride: int) -> np.ndarray:
    """[N, C, L] with a kernel of 3, zero-padded by 1."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (0, 0), (1, 1))), 3, axis=2)[:, :, ::stride]
    return np.einsum("ncpk,ock->nop", windows, state[f"{path}.weight"]) + state[f"{path}.bias"][:, None]


def whisper_encoder(state: State, features: np.ndarray, heads: int) -> np.ndarray:
    """Radford et al. 2022, section 2.2: [N, 80, 2 L] to [N, L, D]."""
    state = at(state, "model.encoder")
    x = gelu(conv(state, "conv2", gelu(conv(state, "conv1", features, 1)), 2))
    x = x.transpose(0, 2, 1) + state["embed_positions.weight"]
    for layer in stack(state, "layers"):
        x = whisper_layer(layer, x, None, heads)
    return layer_norm(state, "layer_norm", x)


def whisper_decoder(state: State, ids: np.ndarray, memory: np.ndarray, heads: int) -> np.ndarray:
    """Radford et al. 2022, section 2.2: [N, S] and [N, L, D] to [N, S, vocabulary]."""
    state = at(state, "model.decoder")
    x = state["embed_tokens.weight"][ids] + state["embed_positions.weight"][: ids.shape[1]]
    for layer in stack(state, "layers"):
        x = whisper_layer(layer, x, memory, heads)
    return layer_norm(state, "layer_norm", x) @ state["embed_tokens.weight"].T


def lstm_step(w: np.ndarray, u: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hochreiter and Schmidhuber 1997, with the gates of PyTorch's torch.nn.LSTM; `w` and `u` are what they are given."""
    entry, forget, cell, out = np.split(w + u, 4, axis=-1)
    c = sigmoid(forget) * c + sigmoid(entry) * np.tanh(cell)
    return sigmoid(out) * np.tanh(c), c


def gru_step(w: np.ndarray, u: np.ndarray, h: np.ndarray) -> tuple[np.ndarray]:
    """Cho et al. 2014, as in torch.nn.GRU: the reset gate works behind the matrix."""
    (reset, update, new), (reset_h, update_h, new_h) = np.split(w, 3, axis=-1), np.split(u, 3, axis=-1)
    update = sigmoid(update + update_h)
    return ((1 - update) * np.tanh(new + sigmoid(reset + reset_h) * new_h) + update * h,)


def recurrent(state: State, end: str, step, x: np.ndarray, *initial: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One layer in one direction over [N, S, D]: the outputs, and the last one."""
    outputs = np.empty((*x.shape[:2], state[f"weight_hh_{end}"].shape[1]))
    states = initial
    order = range(x.shape[1])
    for position in reversed(order) if end.endswith("_reverse") else order:
        w = x[:, position] @ state[f"weight_ih_{end}"].T + state[f"bias_ih_{end}"]
        u = states[0] @ state[f"weight_hh_{end}"].T + state[f"bias_hh_{end}"]
        states = step(w, u, *states)
        outputs[:, position] = states[0]
    return outputs, states[0]


def tagger(state: State, words: np.ndarray, depth: int = 2) -> np.ndarray:
    x, lstm = state["embedding.weight"][words], at(state, "lstm")
    for layer in range(depth):
        zero = np.zeros((len(words), lstm[f"weight_hh_l{layer}"].shape[1]))
        ends = f"l{layer}", f"l{layer}_reverse"
        x = np.concatenate([recurrent(lstm, end, lstm_step, x, zero, zero)[0] for end in ends], axis=-1)
    return linear(state, "classifier", x)


def gru(state: State, characters: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, last = state["embedding.weight"][characters], []
    for layer, initial in enumerate(start):
        x, final = recurrent(at(state, "gru"), f"l{layer}", gru_step, x, initial)
        last.append(final)
    return linear(state, "head", x), np.stack(last)


def swish(x: np.ndarray, beta: float = 1.0) -> np.ndarray:
    return x * sigmoid(beta * x)


def graph_network(state: State, x: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    for number in range(3):
        message = linear(state, f"message.{number}", x)
        heard = np.zeros_like(x)
        for start, end in zip(source, target):
            heard[end] += message[start]
        x = swish(x + heard)
    return linear(state, "head", x)
