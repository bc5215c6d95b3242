"""Drawn graphs with much to simplify: shapes that are computed, changes of shape behind each other, constants, branches."""

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

#: Sizes of the inputs' dimensions.
SIZES = [{"N": 2, "M": 3}, {"N": 1, "M": 1}, {"N": 5, "M": 4}, {"N": 0, "M": 3}, {"N": 3, "M": 0}]


class Network:
    """A graph in the making: its values, each with its axes as far as they are known while it is drawn."""

    def __init__(self, rng: np.random.Generator, names: str = "") -> None:
        self.rng = rng
        self.names = names
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[TensorProto] = []
        self.count = 0

    def call(self, kind: str, *inputs: str, count: int = 1, **attributes: object) -> str:
        self.count += 1
        outputs = [f"{self.names}{kind}{self.count}" + (f"_{place}" if place else "") for place in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def constant(self, values: object, element: type = np.int64) -> str:
        self.count += 1
        name = f"{self.names}c{self.count}"
        tensor = numpy_helper.from_array(np.asarray(values, element), name)
        if self.rng.random() < 0.5:
            self.initializers.append(tensor)
        else:
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        return name

    def size(self, value: str, axis: int) -> str:
        """The size of an axis as a vector of one, read off in one of the ways that exporters do."""
        shape = self.call("Shape", value)
        if self.rng.random() < 0.5:
            return self.call("Gather", shape, self.constant([axis]), axis=0)
        return self.call("Unsqueeze", self.call("Gather", shape, self.constant(axis), axis=0), self.constant([0]))


def step(net: Network, value: str, sizes: list) -> tuple[str, list]:
    """One operator more behind a value of so many axes, each a number or the name of a size."""
    rng = net.rng
    rank = len(sizes)
    kind = rng.choice(
        ["Transpose", "Reshape", "merge", "Unsqueeze", "Squeeze", "Slice", "Cast", "Identity", "arithmetic", "Concat",
         "Reduce", "Pad", "If", "Expand", "Dropout", "weight", "Conv", "MatMul", "twin"]
    )  # fmt: skip
    match kind:
        case "Transpose":
            order = [int(axis) for axis in rng.permutation(rank)]
            return net.call("Transpose", value, perm=order), [sizes[axis] for axis in order]
        case "Reshape":
            parts = [
                net.constant([size]) if isinstance(size, int) and rng.random() < 0.7 else net.size(value, axis)
                for axis, size in enumerate(sizes)
            ]
            if rank == 0:
                return value, sizes
            if rng.random() < 0.3:
                parts[rng.integers(rank)] = net.constant([-1])
            return net.call("Reshape", value, net.call("Concat", *parts, axis=0)), sizes
        case "merge":
            if rank < 2 or not isinstance(sizes[-1], int) or not isinstance(sizes[-2], int):
                return value, sizes
            parts = [net.size(value, axis) for axis in range(rank - 2)]
            last = net.constant([sizes[-1] * sizes[-2]])
            merged = [*sizes[:-2], sizes[-1] * sizes[-2]]
            return net.call("Reshape", value, net.call("Concat", *parts, last, axis=0)), merged
        case "Unsqueeze":
            if rank > 4:
                return value, sizes
            axis = int(rng.integers(-rank - 1, rank + 1))
            grown = list(sizes)
            grown.insert(axis if axis >= 0 else axis + rank + 1, 1)
            return net.call("Unsqueeze", value, net.constant([axis])), grown
        case "Squeeze":
            ones = [axis for axis, size in enumerate(sizes) if size == 1]
            if not ones:
                return value, sizes
            axis = int(rng.choice(ones))
            return net.call("Squeeze", value, net.constant([axis])), sizes[:axis] + sizes[axis + 1 :]
        case "Slice":
            fixed = [axis for axis, size in enumerate(sizes) if isinstance(size, int) and size > 1]
            if not fixed:
                return value, sizes
            axis = int(rng.choice(fixed))
            if rng.random() < 0.4:
                arguments, size = ([0], [2**62], [axis], [1]), sizes[axis]
            elif rng.random() < 0.3:
                arguments, size = ([-1], [-(2**62)], [axis], [-1]), sizes[axis]
            else:
                start = int(rng.integers(sizes[axis]))
                arguments, size = ([start], [sizes[axis]], [axis], [1]), sizes[axis] - start
            cut = list(sizes)
            cut[axis] = size
            return net.call("Slice", value, *map(net.constant, arguments)), cut
        case "Cast":
            target = rng.choice([TensorProto.FLOAT, TensorProto.DOUBLE])
            return net.call("Cast", net.call("Cast", value, to=int(target)), to=TensorProto.FLOAT), sizes
        case "Identity" | "Dropout":
            return net.call(kind, value), sizes
        case "arithmetic":
            operator = str(rng.choice(["Add", "Sub", "Mul", "Div", "Pow"]))
            number = net.constant(rng.choice([0.0, -0.0, 1.0, 2.0]), np.float32)
            if operator in ("Div", "Pow"):
                number = net.constant(rng.choice([1.0, 2.0]), np.float32)
            return net.call(operator, value, number), sizes
        case "Concat":
            if rank == 0 or not isinstance(sizes[-1], int) or sizes[-1] > 30:
                return value, sizes
            both = net.call("Concat", value, net.call("Concat", value, value, axis=rank - 1), axis=rank - 1)
            return both, [*sizes[:-1], sizes[-1] * 3]
        case "Reduce":
            fixed = [axis for axis, size in enumerate(sizes) if isinstance(size, int) and size > 0]
            if not fixed:
                return value, sizes
            axis = int(rng.choice(fixed))
            less = net.call("ReduceMax", value, axes=[axis], keepdims=0)
            return net.call("Unsqueeze", less, net.constant([axis])), [*sizes[:axis], 1, *sizes[axis + 1 :]]
        case "Pad":
            pads = [0] * (2 * rank)
            return net.call("Pad", value, net.constant(pads)), sizes
        case "If":
            condition = net.constant(bool(rng.random() < 0.5), np.bool_)
            branches = [branch(net, value, sizes, name) for name in ("then", "else")]
            made = net.call("If", condition, then_branch=branches[0][0], else_branch=branches[1][0])
            return made, sizes
        case "Expand":
            parts = [net.size(value, axis) for axis in range(rank)]
            return (net.call("Expand", value, net.call("Concat", *parts, axis=0)), sizes) if rank else (value, sizes)
        case "weight":
            if rank == 0 or not isinstance(sizes[-1], int):
                return value, sizes
            width = sizes[-1]
            weight = net.constant(rng.standard_normal((2, width)), np.float32)
            turned = net.call("Transpose", net.call("Unsqueeze", weight, net.constant([0])), perm=[2, 0, 1])
            row = net.call("Gather", net.call("Squeeze", turned, net.constant([1])), net.constant(0), axis=1)
            return net.call("Add", value, net.call("Sqrt", net.call("Mul", row, row))), sizes
        case "Conv":
            if rank != 4 or not isinstance(sizes[1], int) or sizes[1] > 12 or 0 in sizes[1:]:
                return value, sizes
            return convolution(net, value, sizes)
        case "MatMul":
            if rank == 0 or not isinstance(sizes[-1], int):
                return value, sizes
            product = net.call("MatMul", value, net.constant(rng.standard_normal((sizes[-1], 4)), np.float32))
            return net.call("Add", product, net.constant(rng.standard_normal(4), np.float32)), [*sizes[:-1], 4]
        case "twin":
            return net.call("Add", net.call("Tanh", value), net.call("Tanh", value)), sizes
    raise AssertionError(kind)


def convolution(net: Network, value: str, sizes: list) -> tuple[str, list]:
    """A padded convolution, with a normalization and arithmetic behind it."""
    rng = net.rng
    channels = 6

    def numbers(*shape: int) -> str:
        return net.constant(rng.uniform(0.5, 1.5, shape), np.float32)

    padded = net.call("Pad", value, net.constant([0, 0, 1, 0, 0, 0, 0, 1]))
    if rng.random() < 0.5:
        made = net.call("Conv", padded, numbers(channels, sizes[1], 1, 1))
    else:
        made = net.call("ConvTranspose", padded, numbers(sizes[1], channels, 1, 1), numbers(channels))
    if rng.random() < 0.7:
        made = net.call("BatchNormalization", made, *(numbers(channels) for _ in range(4)))
    for operator in rng.choice(["Add", "Sub", "Mul", "Div"], 2):
        shape = [(1, channels, 1, 1), (channels, 1, 1), (1,), ()][rng.integers(4)]
        made = net.call(operator, made, numbers(*shape))
    grown = [size + 1 if isinstance(size, int) else None for size in sizes[2:]]
    if None in grown:
        made = net.call("GlobalMaxPool", made)
        grown = [1, 1]
    return made, [sizes[0], channels, *grown]


def branch(net: Network, value: str, sizes: list, name: str) -> tuple[onnx.GraphProto, str]:
    """A subgraph that takes a value from around it, with values of the same names in both branches."""
    inner = Network(net.rng, f"{net.names}b")
    inner.count = net.count
    result = inner.call("Neg" if name == "then" else "Abs", inner.call("Identity", value))
    if net.rng.random() < 0.5:
        result = inner.call("Mul", result, inner.constant(1.0, np.float32))
    output = onnx.ValueInfoProto(name=result)
    output.type.tensor_type.elem_type = TensorProto.FLOAT
    return helper.make_graph(inner.nodes, name, [], [output], inner.initializers), result


def drawn(rng: np.random.Generator) -> ModelProto:
    """A network of ten to twenty steps, whose last values are its outputs."""
    net = Network(rng)
    ends = []
    for _ in range(2):
        value, sizes = "x", ["N", 3, "M", 4]
        for _ in range(int(rng.integers(4, 12))):
            value, sizes = step(net, value, sizes)
        ends.append(net.call("Neg", value) if rng.random() < 0.5 or value == "x" else value)
    outputs = list(dict.fromkeys(ends))
    graph = helper.make_graph(
        net.nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, "M", 4])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        net.initializers,
    )
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])


def feeds(rng: np.random.Generator) -> list[dict[str, np.ndarray]]:
    return [{"x": rng.uniform(0.1, 2, (sizes["N"], 3, sizes["M"], 4)).astype(np.float32)} for sizes in SIZES]
