"""Shapes of a state dict, layer by layer, by the rules of PyTorch's modules: what architectures/ is written in.

Nothing here asks mica. A path names a module; its tensors are the module's, so `linear("fc", 10, 64)` is
`{"fc.weight": (10, 64), "fc.bias": (10,)}`, and `|` puts two layers together.
"""

import math
from collections.abc import Iterable

Shapes = dict[str, tuple[int, ...]]


def affine(path: str, *weight: int, bias: bool = True) -> Shapes:
    """A weight, and a bias as long as its first axis."""
    return {f"{path}.weight": weight} | ({f"{path}.bias": weight[:1]} if bias else {})


def linear(path: str, outputs: int, inputs: int, bias: bool = True) -> Shapes:
    return affine(path, outputs, inputs, bias=bias)


def convolution(path: str, outputs: int, inputs: int, kernel: int, groups: int = 1, bias: bool = False) -> Shapes:
    """A square kernel; most networks of images leave the bias to the normalisation behind."""
    return affine(path, outputs, inputs // groups, kernel, kernel, bias=bias)


def norm(path: str, width: int, bias: bool = True) -> Shapes:
    """The parameters of any normalisation over `width` channels."""
    return affine(path, width, bias=bias)


def embedding(path: str, count: int, width: int) -> Shapes:
    return affine(path, count, width, bias=False)


def recurrent(path: str, gates: int, hidden: int, inputs: int, layers: int, directions: int = 1) -> Shapes:
    """An RNN (one gate), GRU (three) or LSTM (four), the gates of a tensor one below the other."""
    shapes = {}
    for layer in range(layers):
        for suffix in ["", "_reverse"][:directions]:
            end = f"l{layer}{suffix}"
            shapes[f"{path}.weight_ih_{end}"] = (gates * hidden, inputs)
            shapes[f"{path}.weight_hh_{end}"] = (gates * hidden, hidden)
            shapes[f"{path}.bias_ih_{end}"] = shapes[f"{path}.bias_hh_{end}"] = (gates * hidden,)
        inputs = directions * hidden
    return shapes


def under(prefix: str, shapes: Shapes) -> Shapes:
    """The same tensors in a module `prefix`."""
    return {f"{prefix}.{path}": shape for path, shape in shapes.items()}


def running(shapes: Shapes) -> Shapes:
    """The buffers of a network that normalises by batch only: each weight with one axis has a mean and a variance.

    Mica does not declare PyTorch's third, num_batches_tracked, which inference never reads.
    """
    norms = [path.removesuffix("weight") for path, shape in shapes.items() if path.endswith("weight") and len(shape) == 1]
    return {f"{path}{name}": shapes[f"{path}weight"] for path in norms for name in ("running_mean", "running_var")}


def count(shapes: Iterable[tuple[int, ...]]) -> int:
    """How many numbers tensors of these shapes hold."""
    return sum(map(math.prod, shapes))
