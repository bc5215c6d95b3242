"""Drawn networks whose channels are coupled in every way that mica prune has a rule for."""

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

ACTIVATIONS = ["Relu", "Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "Gelu", "Softplus", "Elu", "Identity", "Abs"]


class Network:
    """A network in the making; every image is `[N, C, H, W]`, every sequence `[N, S, D]`."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[TensorProto] = []
        self.count = 0
        #: What has been drawn, to see that all of it is.
        self.kinds: set[str] = set()

    def call(self, kind: str, *inputs: str, count: int = 1, **attributes: object):
        self.count += 1
        outputs = [f"{kind}{self.count}" + (f"_{place}" if place else "") for place in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=f"n{self.count}", **attributes))
        return outputs[0] if count == 1 else outputs

    def store(self, array: np.ndarray) -> str:
        self.count += 1
        name = f"t{self.count}"
        tensor = numpy_helper.from_array(array, name)
        if self.rng.random() < 0.2:
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        else:
            self.initializers.append(tensor)
        return name

    def weight(self, *sizes: int) -> str:
        fan = max(int(np.prod(sizes[1:])), 1)
        return self.store((self.rng.standard_normal(sizes) / np.sqrt(fan)).astype(np.float32))

    def vector(self, size: int, low: float = -1, high: float = 1) -> str:
        return self.store(self.rng.uniform(low, high, size).astype(np.float32))

    def integers(self, *values: int) -> str:
        return self.store(np.array(values, np.int64))

    def reshape(self, x: str, *sizes: int) -> str:
        """A Reshape, whose shape is stored or, as exporters write it, put together of sizes that are read off.

        A size of 0 is that of the input's axis at the same place.
        """
        if self.rng.random() < 0.5:
            return self.call("Reshape", x, self.integers(*sizes))
        self.kinds.add("computed shape")
        shape = self.call("Shape", x)
        parts = [
            self.call("Gather", shape, self.integers(axis), axis=0) if size == 0 else self.integers(size)
            for axis, size in enumerate(sizes)
        ]
        return self.call("Reshape", x, self.call("Concat", *parts, axis=0))

    # Layers

    def conv(self, x: str, channels: int, results: int, kernel: int = 1, group: int = 1) -> str:
        weight = self.weight(results, channels // group, kernel, kernel)
        bias = [self.vector(results)] if self.rng.random() < 0.5 else []
        return self.call("Conv", x, weight, *bias, group=group, pads=[kernel // 2] * 4)

    def norm(self, x: str, channels: int) -> str:
        kind = self.rng.choice(["BatchNormalization", "InstanceNormalization", "GroupNormalization", ""])
        if not kind:
            return x
        self.kinds.add(str(kind))
        scale, bias = self.vector(channels, 0.5, 1.5), self.vector(channels)
        match kind:
            case "BatchNormalization":
                mean, variance = self.vector(channels), self.vector(channels, 0.5, 2)
                return self.call(kind, x, scale, bias, mean, variance)
            case "InstanceNormalization":
                return self.call(kind, x, scale, bias)
        groups = next(count for count in (4, 3, 2, 1) if channels % count == 0)
        return self.call(kind, x, scale, bias, num_groups=groups)

    def activate(self, x: str) -> str:
        return self.call(str(self.rng.choice(ACTIVATIONS)), x)

    def block(self, x: str, channels: int, results: int) -> str:
        return self.activate(self.norm(self.conv(x, channels, results, int(self.rng.choice([1, 3]))), results))


def image_step(net: Network, x: str, c: int, size: int) -> tuple[str, int, int]:
    """One way more of using channels; gives the value, its channels and its height and width."""
    rng = net.rng
    kind = str(
        rng.choice(
            ["block", "residual", "dense", "split", "slice", "depthwise", "multiplier", "grouped", "transposed",
             "depthwise transposed", "pool", "resize", "sizes", "pixels", "space", "shuffle", "squeeze", "scale", "pad",
             "last", "where", "slope", "expand", "bottleneck"]
        )
    )  # fmt: skip
    net.kinds.add(kind)
    match kind:
        case "block":
            results = int(rng.integers(3, 9))
            return net.block(x, c, results), results, size
        case "residual":
            return net.call("Add", net.block(net.block(x, c, c + 2), c + 2, c), x), c, size
        case "bottleneck":
            y = net.block(net.block(x, c, 6), 6, c)
            return net.call(str(rng.choice(["Mul", "Sub", "Max"])), x, y), c, size
        case "dense":
            new = int(rng.integers(2, 6))
            parts = [x, net.block(x, c, new)]
            if rng.random() < 0.5:
                parts.reverse()
            return net.call("Concat", *parts, axis=1), c + new, size
        case "split":
            sizes = [c // 2, c - c // 2]
            left, right = net.call("Split", x, net.integers(*sizes), count=2, axis=1)
            right = net.block(right, sizes[1], sizes[1])
            return net.call("Concat", right, net.activate(left), axis=1), c, size
        case "slice":
            first = c // 2
            left = net.call("Slice", x, net.integers(0), net.integers(first), net.integers(1))
            right = net.call("Slice", x, net.integers(first), net.integers(2**31), net.integers(1))
            return net.call("Concat", net.block(left, first, 4), right, axis=1), 4 + c - first, size
        case "depthwise":
            return net.norm(net.conv(x, c, c, 3, group=c), c), c, size
        case "multiplier":
            return net.conv(x, c, 2 * c, 3, group=c), 2 * c, size
        case "grouped":
            x = net.block(x, c, 8)
            return net.conv(x, 8, 12, 3, group=int(rng.choice([2, 4]))), 12, size
        case "transposed":
            return net.call("ConvTranspose", x, net.weight(c, 5, 2, 2), net.vector(5), strides=[2, 2]), 5, 2 * size
        case "depthwise transposed":
            return net.call("ConvTranspose", x, net.weight(c, 1, 2, 2), strides=[2, 2], group=c), c, 2 * size
        case "pool" if size % 2 == 0:
            return net.call(str(rng.choice(["MaxPool", "AveragePool"])), x, kernel_shape=[2, 2], strides=[2, 2]), c, size // 2
        case "resize":
            scales = net.store(np.array([1, 1, 2, 2], np.float32))
            return net.call("Resize", x, "", scales, mode="linear"), c, 2 * size
        case "sizes":
            spatial = net.integers(1, c, 2 * size, 2 * size)
            return net.call("Resize", x, "", "", spatial, mode="nearest"), c, 2 * size
        case "pixels":
            mode = str(rng.choice(["DCR", "CRD"]))
            return net.call("DepthToSpace", net.conv(x, c, 16), blocksize=2, mode=mode), 4, 2 * size
        case "space" if size % 2 == 0:
            return net.call("SpaceToDepth", x, blocksize=2), 4 * c, size // 2
        case "shuffle":
            x = net.block(x, c, 12)
            y = net.call("Transpose", net.reshape(x, 0, 3, 4, size, size), perm=[0, 2, 1, 3, 4])
            return net.reshape(y, 0, -1, size, size), 12, size
        case "squeeze":
            y = net.call("GlobalAveragePool", x)
            y = net.call("Sigmoid", net.conv(net.call("Relu", net.conv(y, c, 3)), 3, c))
            return net.call("Mul", x, y), c, size
        case "scale":
            y = net.call("Mul", x, net.weight(1, c, 1, 1))
            return net.call("Add", net.weight(c, 1, 1), y), c, size
        case "pad":
            y = net.call("Pad", x, net.integers(0, 0, 1, 1, 0, 0, 1, 1))
            return y, c, size + 2
        case "last":
            y = net.call("Transpose", x, perm=[0, 2, 3, 1])
            y = net.call("Add", net.call("MatMul", y, net.weight(c, 7)), net.vector(7))
            return net.call("Transpose", net.activate(y), perm=[0, 3, 1, 2]), 7, size
        case "where":
            condition = net.call("Greater", x, net.store(np.float32(0.1)))
            return net.call("Where", condition, x, net.block(x, c, c)), c, size
        case "slope":
            return net.call("PRelu", x, net.weight(c, 1, 1)), c, size
        case "expand":
            shape = net.call("Shape", x) if rng.random() < 0.5 else net.integers(1, c, size, size)
            y = net.call("Expand", net.call("GlobalMaxPool", x), shape)
            return net.call("Add", x, y), c, size
    return x, c, size


def classify(net: Network, x: str, c: int, size: int) -> str:
    """The end of a network of images."""
    kind = str(net.rng.choice(["pooled", "flat", "mean", "reshaped", "softmax"]))
    net.kinds.add(kind)
    features = c * size * size
    match kind:
        case "pooled":
            x, features = net.call("Flatten", net.call("GlobalAveragePool", x)), c
        case "mean":
            x, features = net.call("ReduceMean", x, net.integers(2, 3), keepdims=0), c
        case "reshaped":
            x = net.reshape(x, 0, -1)
        case "softmax":
            return net.call("Softmax", net.conv(x, c, 4), axis=1)
        case _:
            x = net.call("Flatten", x)
    hidden = net.call("Relu", net.call("Gemm", x, net.weight(6, features), net.vector(6), transB=1))
    return net.call("Gemm", hidden, net.weight(6, 3), net.vector(3), alpha=0.5)


def linear(net: Network, x: str, width: int, results: int) -> str:
    return net.call("Add", net.call("MatMul", x, net.weight(width, results)), net.vector(results))


def attention(net: Network, x: str, width: int, heads: int, length: int) -> str:
    """Multi-head attention, its heads parted and joined by Reshape and Transpose."""
    each = width // heads
    packed = net.rng.random() < 0.4
    net.kinds.add("packed attention" if packed else "attention")
    if packed:
        y = net.reshape(linear(net, x, width, 3 * width), 0, length, 3, heads, each)
        y = net.call("Transpose", y, perm=[2, 0, 3, 1, 4])
        q, k, v = (net.call("Gather", y, net.store(np.int64(place)), axis=0) for place in range(3))
        k = net.call("Transpose", k, perm=[0, 1, 3, 2])
    else:
        q, k, v = (
            net.call("Transpose", net.reshape(linear(net, x, width, width), 0, 0, heads, each),
                     perm=[0, 2, 3, 1] if place == 1 else [0, 2, 1, 3])
            for place in range(3)
        )  # fmt: skip
    scores = net.call("Mul", net.call("MatMul", q, k), net.store(np.float32(each**-0.5)))
    y = net.call("MatMul", net.call("Softmax", scores, axis=-1), v)
    y = net.reshape(net.call("Transpose", y, perm=[0, 2, 1, 3]), 0, 0, width)
    return linear(net, y, width, width)


def sequence_step(net: Network, x: str, width: int, length: int) -> str:
    rng = net.rng
    kind = str(rng.choice(["attention", "mlp", "gated", "lstm", "gru", "rnn", "norm"]))
    net.kinds.add(kind)
    match kind:
        case "attention":
            return net.call("Add", x, attention(net, x, width, 4, length))
        case "mlp":
            return net.call("Add", x, linear(net, net.activate(linear(net, x, width, 9)), 9, width))
        case "gated":
            gate = net.call("Sigmoid", net.call("MatMul", x, net.call("Transpose", net.weight(10, width), perm=[1, 0])))
            return net.call("Add", x, linear(net, net.call("Mul", gate, linear(net, x, width, 10)), 10, width))
        case "norm":
            return net.call("LayerNormalization", x, net.vector(width, 0.5, 1.5), net.vector(width))
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[kind]
    operator = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}[kind]
    directions = int(rng.integers(1, 3))
    hidden = 5
    y = net.call("Transpose", x, perm=[1, 0, 2])
    y = net.call(
        operator, y, net.weight(directions, gates * hidden, width), net.weight(directions, gates * hidden, hidden),
        net.weight(directions, 2 * gates * hidden), hidden_size=hidden,
        direction="bidirectional" if directions == 2 else "forward",
    )  # fmt: skip
    y = net.call("Transpose", y, perm=[2, 0, 1, 3])
    y = net.call("Reshape", y, net.integers(0, 0, -1))
    return linear(net, y, directions * hidden, width)


def model(net: Network, shape: list, result: str, rank: int) -> ModelProto:
    graph = helper.make_graph(
        net.nodes, "drawn", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(result, TensorProto.FLOAT, [f"r{axis}" for axis in range(rank)])], net.initializers,
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def drawn(rng: np.random.Generator) -> tuple[ModelProto, dict[str, np.ndarray], set[str]]:
    """A network, an input for it, and what it is made of."""
    net = Network(rng)
    if rng.random() < 0.7:
        c, size = 6, 4
        x = net.block("x", 3, c)
        for _ in range(int(rng.integers(1, 7))):
            if c * size * size > 2000:
                break
            x, c, size = image_step(net, x, c, size)
        feeds = {"x": rng.standard_normal((1, 3, 4, 4)).astype(np.float32)}
        result = classify(net, x, c, size)
        return model(net, [1, 3, 4, 4], result, 4 if "softmax" in net.kinds else 2), feeds, net.kinds
    length, width = 5, 8
    embedded = rng.random() < 0.5
    x = linear(net, "x", 3, width)
    for _ in range(int(rng.integers(1, 4))):
        x = sequence_step(net, x, width, length)
    net.kinds.add("open batch" if embedded else "fixed batch")
    feeds = {"x": rng.standard_normal((2, length, 3)).astype(np.float32)}
    return model(net, ["N" if embedded else 2, length, 3], linear(net, x, width, 2), 3), feeds, net.kinds
