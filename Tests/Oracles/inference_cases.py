"""The node tests of the onnx package as questions to shape inference, and what their recorded results say."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

#: A value at run time: a tensor, a sequence, or an optional that has none.
Value = np.ndarray | list | None


@dataclass(frozen=True)
class Seen:
    """The type of a value at run time: a tensor's element type and sizes, or a sequence's elements."""

    element: int = 0
    sizes: tuple[int, ...] = ()
    sequence: "tuple[Seen, ...] | None" = None


@dataclass
class Case:
    """A model whose outputs say no sizes, recorded inputs for it, and the types of the results recorded for these."""

    name: str
    model: onnx.ModelProto
    feeds: dict[str, Value]
    results: dict[str, Seen | None]

    @property
    def sizes(self) -> dict[str, int]:
        """The named sizes of the tensors that the model takes, as recorded."""
        return {
            dimension.dim_param: size
            for value in self.model.graph.input
            if value.type.HasField("tensor_type")
            for dimension, size in zip(value.type.tensor_type.shape.dim, self.feeds[value.name].shape, strict=True)
            if dimension.dim_param
        }

    def symbolic(self) -> "Case":
        """The case with a name such as `i0d1` for every size that the model declares for a tensor that it takes."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        for index, value in enumerate(model.graph.input):
            if value.type.HasField("tensor_type"):
                for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
                    dimension.dim_param = f"i{index}d{axis}"
        return Case(self.name, model, self.feeds, self.results)


def collect() -> list[Case]:
    """Every node test; the same ones at each call."""
    state = np.random.get_state()
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [_case(test) for test in collect_testcases(None)]
    np.random.set_state(state)
    return found


def seen(value: Value) -> Seen | None:
    """The type of a value; nothing of an optional that has none."""
    if value is None:
        return None
    if isinstance(value, list):
        return Seen(sequence=tuple(seen(item) for item in value))
    return Seen(onnx.helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)


def is_tensor(value: onnx.ValueInfoProto) -> bool:
    return value.type.HasField("tensor_type")


def producers(case: Case) -> dict[str, onnx.NodeProto]:
    """The node that gives each value."""
    return {name: node for node in case.model.graph.node for name in node.output if name}


def subgraphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """The graph and all within it."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                if inner.node or inner.output:
                    yield from subgraphs(inner)


def _case(test) -> Case:
    model = onnx.ModelProto()
    model.CopyFrom(test.model)
    inputs, outputs = test.data_sets[0]
    feeds = {value.name: _value(data) for value, data in zip(model.graph.input, inputs, strict=True)}
    results = {value.name: seen(_value(data)) for value, data in zip(model.graph.output, outputs, strict=True)}
    for value in model.graph.output:
        _forget_sizes(value.type)
    del model.graph.value_info[:]
    return Case(test.name, model, feeds, results)


def _value(data: object) -> Value:
    if data is None or isinstance(data, list):
        return data if data is None else [_value(item) for item in data]
    if isinstance(data, onnx.TensorProto):
        return onnx.numpy_helper.to_array(data)
    return np.asarray(data)


def _forget_sizes(type: onnx.TypeProto) -> None:
    kind = type.WhichOneof("value")
    if kind in ("sequence_type", "optional_type"):
        _forget_sizes(getattr(type, kind).elem_type)
    elif kind == "tensor_type":
        type.tensor_type.ClearField("shape")
