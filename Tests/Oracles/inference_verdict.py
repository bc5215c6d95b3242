"""What an inferred type says of a value, held against the value that was seen."""

from collections.abc import Mapping
from enum import Enum

import onnx

import dimension
from inference_cases import Seen


class Verdict(Enum):
    """How much an inferred type says of a value."""

    FULL = "full"
    PARTIAL = "partial"
    RANK_UNKNOWN = "rank unknown"
    WRONG = "wrong"
    FAILURE = "failure"


def types(model: onnx.ModelProto) -> dict[str, onnx.TypeProto]:
    """The types of all values of the outermost graph, by name."""
    graph = model.graph
    return {value.name: value.type for value in [*graph.input, *graph.value_info, *graph.output]}


def judge(type: onnx.TypeProto | None, value: Seen | None, sizes: Mapping[str, int]) -> Verdict:
    """The verdict on a type: `sizes` are those of the names in it, and a size with another name says nothing."""
    if value is None:
        return Verdict.FULL if type is None or not type.HasField("tensor_type") else Verdict.WRONG
    kind = None if type is None else type.WhichOneof("value")
    if kind is None:
        return Verdict.RANK_UNKNOWN
    if kind == "optional_type":
        return judge(type.optional_type.elem_type, value, sizes)
    if (kind == "sequence_type") != (value.sequence is not None) or kind not in ("sequence_type", "tensor_type"):
        return Verdict.WRONG
    if value.sequence is not None:
        verdicts = [judge(type.sequence_type.elem_type, item, sizes) for item in value.sequence]
        return max(verdicts, key=list(Verdict).index, default=Verdict.FULL)
    tensor = type.tensor_type
    if tensor.elem_type not in (onnx.TensorProto.UNDEFINED, value.element):
        return Verdict.WRONG
    if not tensor.HasField("shape"):
        return Verdict.RANK_UNKNOWN
    if len(tensor.shape.dim) != len(value.sizes):
        return Verdict.WRONG
    claimed = [_size(item, sizes) for item in tensor.shape.dim]
    if any(claim not in (None, size) for claim, size in zip(claimed, value.sizes)):
        return Verdict.WRONG
    return Verdict.PARTIAL if None in claimed else Verdict.FULL


def spelled(type: onnx.TypeProto | None) -> str:
    """The type in a line, such as `FLOAT[2, N, ?]`."""
    kind = None if type is None else type.WhichOneof("value")
    if kind in ("sequence_type", "optional_type"):
        return f"{kind.removesuffix('_type')} of {spelled(getattr(type, kind).elem_type)}"
    if kind != "tensor_type":
        return str(kind)
    element = onnx.TensorProto.DataType.Name(type.tensor_type.elem_type)
    if not type.tensor_type.HasField("shape"):
        return f"{element}[...]"
    known = [
        str(item.dim_value) if item.HasField("dim_value") else item.dim_param for item in type.tensor_type.shape.dim
    ]
    return f"{element}[{', '.join(size or '?' for size in known)}]"


def spelled_value(value: Seen | None) -> str:
    """The type of a value in a line, such as `FLOAT[2, 3, 5]`."""
    if value is None:
        return "none"
    if value.sequence is not None:
        return f"sequence of ({', '.join(spelled_value(item) for item in value.sequence)})"
    return f"{onnx.TensorProto.DataType.Name(value.element)}[{', '.join(map(str, value.sizes))}]"


def _size(item: onnx.TensorShapeProto.Dimension, sizes: Mapping[str, int]) -> int | None:
    if item.HasField("dim_value"):
        return item.dim_value
    return dimension.evaluate(item.dim_param, sizes) if item.dim_param else None
