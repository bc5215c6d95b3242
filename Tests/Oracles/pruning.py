"""What tests of mica prune share: pruning a model, and the unpruned model that must give the same."""

import copy
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper

from command import succeed

Feeds = dict[str, np.ndarray]


@dataclass(frozen=True)
class Pruned:
    before: ModelProto
    after: ModelProto
    report: dict

    @property
    def lost(self) -> list[dict]:
        return [group for group in self.report["groups"] if group["removed"]]


def tensors(model: ModelProto) -> dict[str, TensorProto]:
    """The stored tensors of a model, be they initializers or Constants."""
    found = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = node.attribute[0].t
    return found


def prune(path: Path, folder: Path, *arguments: object, feeds: Feeds | None = None) -> Pruned:
    """Prunes a model; its open sizes are bound to those of the feeds, so that MACs are those of a run on them."""
    output = folder / f"{path.stem}.pruned.onnx"
    before = onnx.load(path)
    bound = [f"--bind={name}={size}" for name, size in sizes(before, feeds or {}).items()]
    report = json.loads(succeed("prune", path, output, "--json", *bound, *arguments).out)
    return Pruned(before, onnx.load(output), report)


def sizes(model: ModelProto, feeds: Feeds) -> dict[str, int]:
    """The sizes that feeds give to the open ones of a model's inputs."""
    return {
        dimension.dim_param: size
        for value in model.graph.input
        if value.name in feeds
        for dimension, size in zip(value.type.tensor_type.shape.dim, feeds[value.name].shape)
        if dimension.dim_param
    }


def masked(pruned: Pruned) -> ModelProto:
    """The unpruned model, in which nothing reads the channels that went: the consumers' weights for them are 0."""
    model = copy.deepcopy(pruned.before)
    stored = tensors(model)
    for group in pruned.lost:
        for axis in group["tensors"]:
            if "consumer" not in axis["roles"]:
                continue
            tensor = stored[axis["name"]]
            array = numpy_helper.to_array(tensor).copy()
            np.moveaxis(array, axis["axis"], 0)[axis["removed"]] = 0
            tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    return model


def fed(model: ModelProto, shapes: dict[str, list[int]], rng: np.random.Generator) -> Feeds:
    """Inputs of these shapes: images, or masks that hide nothing, kinds that are all the same, and tokens below 50."""
    feeds = {}
    for value in model.graph.input:
        shape = shapes[value.name]
        if value.type.tensor_type.elem_type == TensorProto.INT64:
            high = 1 if "mask" in value.name else 0 if "type" in value.name else 50
            feeds[value.name] = rng.integers(high if high == 1 else 0, high, shape, np.int64, endpoint=True)
        else:
            feeds[value.name] = rng.standard_normal(shape).astype(np.float32)
    return feeds


def unsaturated(pruned: Pruned) -> Pruned:
    """With what the Sigmoid nodes at the end take as outputs: behind them all may be 0 where much has gone."""
    models = []
    for model in (pruned.before, pruned.after):
        model = copy.deepcopy(model)
        ends = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Sigmoid"}
        for output in model.graph.output:
            output.name = ends.get(output.name, output.name)
        models.append(model)
    return Pruned(*models, pruned.report)


def run(model: ModelProto, feeds: Feeds) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def observed(model: ModelProto, feeds: Feeds, names: list[str]) -> tuple[list[np.ndarray], Feeds]:
    """The outputs of a model, and values inside of it."""
    whole = copy.deepcopy(model)
    outputs = {output.name for output in model.graph.output}
    whole.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in outputs)
    results = run(whole, feeds)
    return results[: len(outputs)], dict(zip([output.name for output in whole.graph.output], results))


def counted(model: ModelProto, feeds: Feeds) -> tuple[list[np.ndarray], int]:
    """The outputs of a model and its multiply-accumulate operations, from the shapes that values have in a run.

    Products with padding count, as they do in the papers' tables.
    """
    nodes = [node for node in model.graph.node if node.op_type in PRODUCTS]
    stored = tensors(model)
    made = {name for node in model.graph.node if node.op_type != "Constant" for name in node.output}
    inside = {name for node in nodes for name in [*node.input, node.output[0]] if name in made}
    outputs, values = observed(model, feeds, sorted(inside))
    shapes = {name: tuple(tensor.dims) for name, tensor in stored.items()}
    shapes |= {name: array.shape for name, array in (feeds | values).items()}
    return outputs, sum(
        PRODUCTS[node.op_type](
            {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute},
            [shapes.get(name, ()) for name in node.input], shapes.get(node.output[0], ()),
        )
        for node in nodes
    )  # fmt: skip


def recurrent(attributes: dict, inputs: list[tuple[int, ...]], output: tuple[int, ...]) -> int:
    """Each step multiplies the weights of all gates with the input and with the state."""
    steps, batch, _ = inputs[0]
    return steps * batch * (math.prod(inputs[1]) + math.prod(inputs[2]))


#: The MACs of a node by its attributes and the shapes of its inputs and its first output.
PRODUCTS: dict[str, Callable[[dict, list[tuple[int, ...]], tuple[int, ...]], int]] = {
    # Each element of the result is a sum over a window; each of ConvTranspose's input is spread over one.
    "Conv": lambda _, inputs, output: math.prod(output) * math.prod(inputs[1][1:]),
    "ConvTranspose": lambda _, inputs, output: math.prod(inputs[0]) * math.prod(inputs[1][1:]),
    "Gemm": lambda attributes, inputs, output: math.prod(output) * inputs[0][0 if attributes.get("transA") else 1],
    "MatMul": lambda _, inputs, output: math.prod(output) * inputs[0][-1],
    "LSTM": recurrent,
    "GRU": recurrent,
    "RNN": recurrent,
}


def difference(wanted: list[np.ndarray], found: list[np.ndarray]) -> float:
    """The largest difference, in standard deviations of the output that it is in.

    What all numbers of an output have in common says nothing; yet below a tenth of their magnitude is rounding.
    """
    worst = 0.0
    for one, other in zip(wanted, found, strict=True):
        assert one.shape == other.shape
        assert np.isfinite(one).all() and np.isfinite(other).all()
        magnitude = np.abs(one).max(initial=0)
        scale = max(float(one.std()) if one.size else 0, 0.1 * magnitude, 1e-6)
        worst = max(worst, float(np.abs(one - other).max(initial=0) / scale))
    return worst


def enliven(model: ModelProto, feeds: Feeds, rng: np.random.Generator) -> ModelProto:
    """A model with weights through which what it is given reaches its outputs, however deep it is.

    Matrices and kernels are drawn as He et al. (2015) say, scales about 1 and shifts about 0, no two of them the same, and
    each BatchNormalization has the mean and the variance that its input has on the feeds.
    """
    live = copy.deepcopy(model)
    stored = tensors(live)
    # Constants that an export needs beside the parameters have paths of their own.
    learned = {name: numpy_helper.to_array(tensor) for name, tensor in stored.items() if not name.startswith("/")}

    def store(name: str, array: np.ndarray) -> None:
        stored[name].CopyFrom(numpy_helper.from_array(array.astype(np.float32), name))

    for name, array in learned.items():
        if array.dtype != np.float32:
            continue
        if (array == array.flat[0]).all():
            store(name, rng.uniform(0.5, 1.5, array.shape) if array.any() else rng.normal(0, 0.3, array.shape))
        elif array.ndim > 1:
            store(name, rng.normal(0, np.sqrt(2 / math.prod(array.shape[1:])), array.shape))
    training = copy.deepcopy(live)
    statistics = {}
    for node in training.graph.node:
        if node.op_type == "BatchNormalization":
            kept = [attribute for attribute in node.attribute if attribute.name == "epsilon"]
            del node.attribute[:]
            node.attribute.extend([*kept, helper.make_attribute("training_mode", 1), helper.make_attribute("momentum", 0.0)])
            node.output.extend(f"{node.output[0]}.{name}" for name in ("mean", "variance"))
            statistics |= dict(zip(node.input[3:5], node.output[1:3]))
    _, values = observed(training, feeds, list(statistics.values()))
    for name, value in statistics.items():
        store(name, values[value])
    return live


def elements(model: ModelProto) -> int:
    """The floating-point numbers that a model stores."""
    return sum(int(np.prod(t.dims)) for t in tensors(model).values() if t.data_type in (1, 10, 11, 16))


def content(model: ModelProto) -> tuple[list, dict[str, np.ndarray]]:
    """The nodes that compute, constants in the place of their names, and the parameters."""
    stored = {name: numpy_helper.to_array(tensor) for name, tensor in tensors(model).items()}
    parameters = {name: array for name, array in stored.items() if not re.fullmatch(r"/.*", name)}

    def spelled(name: str) -> object:
        return name if name not in stored or name in parameters else (str(stored[name].dtype), stored[name].tolist())

    nodes = [
        (
            node.op_type, node.domain, node.name, [spelled(name) for name in node.input], list(node.output),
            sorted((a.name, str(onnx.helper.get_attribute_value(a))) for a in node.attribute),
        )
        for node in model.graph.node
        if node.op_type != "Constant"
    ]  # fmt: skip
    return nodes, parameters


def agree(wanted: ModelProto, found: ModelProto) -> None:
    """Asserts that two graphs are the same: inputs, outputs, nodes and parameters; only what a constant is called may differ."""
    for side in ("input", "output"):
        assert list(getattr(wanted.graph, side)) == list(getattr(found.graph, side))
    (nodes, parameters), (others, other_parameters) = content(wanted), content(found)
    assert nodes == others
    assert parameters.keys() == other_parameters.keys()
    for name, array in parameters.items():
        other = other_parameters[name]
        assert array.dtype == other.dtype and np.array_equal(array, other), name
