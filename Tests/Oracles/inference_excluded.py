"""Runs that ONNX Runtime and onnx's reference implementation both accept though the specification does not."""

from collections.abc import Callable

import onnx

from inference_cases import Case
from inference_runs import Run

Shape = tuple[int, ...]


def is_excluded(case: Case, run: Run) -> bool:
    """Whether a node of the model is outside what the specification allows, by the sizes of what it takes."""
    if "Reshape" in {node.op_type for node in case.model.graph.node} and _empty_twice(run):
        return True
    shapes = {name: shape for name, shape in run.shapes.items() if shape is not None}
    shapes |= {name: value.sizes for name, value in run.values.items() if value and value.sequence is None}
    return any(
        EXCLUDED[node.op_type](node, [shapes.get(name) for name in node.input])
        for node in case.model.graph.node
        if node.op_type in EXCLUDED
    )


def _empty_twice(run: Run) -> bool:
    """Where a size in the shape of a Reshape is 0, it copies one of the input; a claim holds only if no other is 0."""
    return list(run.sizes.values()).count(0) > 1


def _prelu(node: onnx.NodeProto, shapes: list[Shape | None]) -> bool:
    """The slope has to be broadcast to the input's sizes, not the input to the slope's."""
    return not _broadcasts(shapes[1], shapes[0])


def _attention(node: onnx.NodeProto, shapes: list[Shape | None]) -> bool:
    """The mask has to be broadcast to [batch, heads, query, keys] but for the keys, of which it may leave out some."""
    query, mask = shapes[0], shapes[3] if len(shapes) > 3 else None
    if mask is None:
        return False
    heads = query[1] if len(query) == 4 else next(a.i for a in node.attribute if a.name == "q_num_heads")
    return not _broadcasts(mask[:-1], (query[0], heads, query[-2]))


def _broadcasts(shape: Shape, target: Shape) -> bool:
    return len(shape) <= len(target) and all(
        size in (1, other) for size, other in zip(reversed(shape), reversed(target))
    )


EXCLUDED: dict[str, Callable[[onnx.NodeProto, list[Shape | None]], bool]] = {
    "Attention": _attention,
    "PRelu": _prelu,
}
