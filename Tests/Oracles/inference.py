"""Shapes that a file records or an engine infers, and those that values have when ONNX Runtime computes them."""

import contextlib
import itertools
import re
import resource
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, TypeProto, ValueInfoProto, helper, numpy_helper

from command import Outcome, mica
from sizes import Size, parse

# A value: the path of its graph, such as `/3.then_branch` for that branch of node 3 of the model's graph, and its name.
Key = tuple[str, str]
# A number, an expression or None for each axis; None for an unknown rank.
Shape = list[int | Size | None] | None

SENTINEL = (0,) * 9


@dataclass(frozen=True)
class Problem:
    """One `file: severity[identifier]: message` line, whose file may be followed by a place."""

    file: str
    severity: str
    identifier: str
    message: str


def problems(outcome: Outcome) -> list[Problem]:
    form = re.compile(r"^(.+?)(?::\d+:\d+|:[^:]*)?: (error|warning)\[([a-z-]+)\]: (.*)$", re.MULTILINE)
    return [Problem(*match.groups()) for match in form.finditer(outcome.err)]


def infer(
    source: ModelProto | Path, folder: Path, *options: str, name: str = "model"
) -> tuple[Outcome, ModelProto | None]:
    """Runs `mica convert --infer-shapes`; the result is None where mica writes no file."""
    if isinstance(source, ModelProto):
        path = folder / f"{name}.onnx"
        path.write_bytes(source.SerializeToString())
        source = path
    target = folder / f"{name}-inferred.onnx"
    target.unlink(missing_ok=True)
    outcome = mica("convert", source, target, "--infer-shapes", *options)
    return outcome, onnx.load(target) if target.exists() else None


# MARK: - What a file says


def graphs(graph: GraphProto, path: str = "") -> Iterator[tuple[str, GraphProto]]:
    """Yields the graph and all its subgraphs, each with its path."""
    yield path, graph
    for index, node in enumerate(graph.node):
        for attribute in node.attribute:
            if attribute.type == AttributeProto.GRAPH:
                yield from graphs(attribute.g, f"{path}/{index}.{attribute.name}")
            for place, inner in enumerate(attribute.graphs):
                yield from graphs(inner, f"{path}/{index}.{attribute.name}[{place}]")


def results(model: ModelProto) -> list[Key]:
    """Every value that a node gives."""
    return [(path, name) for path, graph in graphs(model.graph) for node in graph.node for name in node.output if name]


def types(model: ModelProto) -> dict[Key, TypeProto]:
    """What the file says of each value's type."""
    return {
        (path, value.name): value.type
        for path, graph in graphs(model.graph)
        for value in [*graph.input, *graph.value_info, *graph.output]
        if value.HasField("type")
    }


def inputs(model: ModelProto) -> list[ValueInfoProto]:
    """The inputs that a run must be given."""
    constant = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in constant]


def declared(model: ModelProto) -> set[str]:
    """The names of sizes that the model's inputs declare; `?`, which some exporters write, says that a size is open."""
    return named(model) - {"?"}


def named(model: ModelProto) -> set[str]:
    return {dim.dim_param for value in inputs(model) for dim in value.type.tensor_type.shape.dim if dim.dim_param}


def shape(type: TypeProto | None, names: Collection[str]) -> Shape:
    """A tensor's shape; sizes that are no numbers and no expressions in `names` are unknown."""
    if type is None or not type.HasField("tensor_type") or not type.tensor_type.HasField("shape"):
        return None
    sizes: list[int | Size | None] = []
    for dim in type.tensor_type.shape.dim:
        size: int | Size | None = None
        if dim.WhichOneof("value") == "dim_value" and dim.dim_value >= 0:
            size = dim.dim_value
        elif dim.dim_param:
            try:
                size = parse(dim.dim_param, names)
            except ValueError:
                size = None
            if size is not None and not set(size.names) <= set(names):
                size = None
        sizes.append(size)
    return sizes


def is_known(shape: Shape) -> bool:
    return shape is not None and None not in shape


def spelled(shape: Shape) -> str:
    return (
        "of unknown rank" if shape is None else f"[{', '.join('?' if size is None else str(size) for size in shape)}]"
    )


def bare(model: ModelProto) -> ModelProto:
    """The model without what it says of its values, but for the inputs' types and the outputs' element types."""
    model = clone(model)
    for _, graph in graphs(model.graph):
        del graph.value_info[:]
        for output in graph.output:
            if output.type.tensor_type.elem_type:
                output.type.tensor_type.ClearField("shape")
            else:
                output.ClearField("type")
    return model


def untyped(model: ModelProto) -> ModelProto:
    """The model without what inference may write: the types of values and outputs."""
    model = clone(model)
    for _, graph in graphs(model.graph):
        del graph.value_info[:]
        for output in graph.output:
            output.ClearField("type")
    return model


def concrete(model: ModelProto, arrays: Mapping[str, np.ndarray]) -> ModelProto:
    """The bare model, its inputs declared as large as `arrays` are."""
    model = bare(model)
    for value in inputs(model):
        value.type.tensor_type.shape.CopyFrom(
            helper.make_tensor_type_proto(1, arrays[value.name].shape).tensor_type.shape
        )
    return model


def clone(model: ModelProto) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    return copy


def infer_with_onnx(model: ModelProto) -> tuple[ModelProto, bool]:
    """What the onnx package infers, and whether it took the model in strict mode."""
    try:
        return onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True), True
    except Exception:
        return onnx.shape_inference.infer_shapes(model, strict_mode=False, data_prop=True), False


# MARK: - What a run shows


def observable(model: ModelProto, known: Mapping[Key, TypeProto]) -> tuple[ModelProto, dict[str, Key]]:
    """The model with every value of its graph as an output, and those of the branches of its Ifs.

    A branch's values become outputs of the If; the other branch gives an empty tensor of SENTINEL's shape for each.
    Only values with an element type in `known` come out of a branch.
    """
    model = clone(model)
    fresh = (f"observed:{number}" for number in itertools.count())

    def expose(graph: GraphProto, path: str) -> list[tuple[Key, str, int]]:
        """Gives each value that can be had within the graph: what it is, its name there, and its element type."""
        found: list[tuple[Key, str, int]] = []
        for index, node in enumerate(list(graph.node)):
            for name in node.output:
                key = path, name
                element = known[key].tensor_type.elem_type if key in known else 0
                if name and (element or not path):
                    found.append((key, name, element))
            if node.op_type != "If" or node.domain not in ("", "ai.onnx"):
                continue
            branches = {attribute.name: attribute.g for attribute in node.attribute}
            inner = {name: expose(branches[name], f"{path}/{index}.{name}") for name in ("then_branch", "else_branch")}
            for taken, other in (("then_branch", "else_branch"), ("else_branch", "then_branch")):
                for key, name, element in inner[taken]:
                    if element in (TensorProto.UNDEFINED, TensorProto.STRING):
                        continue
                    given, absent, result = next(fresh), next(fresh), next(fresh)
                    nothing = numpy_helper.from_array(np.zeros(SENTINEL, helper.tensor_dtype_to_np_dtype(element)))
                    type = helper.make_tensor_type_proto(element, None)
                    branches[taken].node.append(helper.make_node("Identity", [name], [given]))
                    branches[taken].output.append(helper.make_value_info(given, type))
                    branches[other].node.append(helper.make_node("Constant", [], [absent], value=nothing))
                    branches[other].output.append(helper.make_value_info(absent, type))
                    node.output.append(result)
                    found.append((key, result, element))
        return found

    exposed = expose(model.graph, "")
    present = {output.name for output in model.graph.output}
    model.graph.output.extend(ValueInfoProto(name=name) for _, name, _ in exposed if name not in present)
    return model, {name: key for key, name, _ in exposed}


# The most bytes that a run may take beside what the process has: drawn sizes may ask for more than any machine has.
RUN_BYTES = 2 << 30


@contextlib.contextmanager
def limited_memory() -> Iterator[None]:
    """Makes allocations fail that go beyond RUN_BYTES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    own = int(re.search(r"VmData:\s*(\d+)", Path("/proc/self/status").read_text())[1]) << 10
    resource.setrlimit(resource.RLIMIT_DATA, (own + RUN_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def observed(model: ModelProto, known: Mapping[Key, TypeProto], arrays: Mapping[str, np.ndarray]) -> dict[Key, tuple]:
    """The shapes that values have in a run, each node as it stands; those of a branch that is not taken are absent."""
    model, keys = observable(bare(model), known)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 2
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = list(keys)
    with limited_memory():
        given = session.run(names, dict(arrays))
    return {
        keys[name]: value.shape
        for name, value in zip(names, given)
        if isinstance(value, np.ndarray) and value.shape != SENTINEL
    }


def bound(model: ModelProto, arrays: Mapping[str, np.ndarray]) -> dict[str, int]:
    """What each declared name stands for in a run; a name that stands for several sizes is left out."""
    sizes: dict[str, set[int]] = {}
    for value in inputs(model):
        for dim, size in zip(value.type.tensor_type.shape.dim, arrays[value.name].shape, strict=True):
            if dim.dim_param:
                sizes.setdefault(dim.dim_param, set()).add(size)
    return {name: next(iter(all)) for name, all in sizes.items() if len(all) == 1}


def contradictions(model: ModelProto, actual: Mapping[Key, tuple], sizes: Mapping[str, int]) -> Iterator[str]:
    """Yields each value of which the file says something that the run does not show.

    An expression in a name that stands for several sizes in the run is false.
    """
    known = types(model)
    for key, truth in actual.items():
        said = shape(known.get(key), named(model))
        if said is not None and not agrees(said, truth, sizes):
            yield f"{'/'.join(key)}: {spelled(said)}, but it is {list(truth)} where {dict(sizes)}"


def agrees(said: list[int | Size | None], truth: tuple, sizes: Mapping[str, int]) -> bool:
    def is_true(size: int | Size | None, true: int) -> bool:
        if isinstance(size, Size):
            return set(size.names) <= set(sizes) and size.at(sizes) == true
        return size in (None, true)

    return len(said) == len(truth) and all(map(is_true, said, truth))
