"""A transformer as PyTorch's exporter writes it: a flat graph whose hierarchy is left in names alone.

Run with a path, it writes the model there; `--layers`, `--hidden` and `--bare` (no names of nodes, numbers for values and
weights) vary it.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


class Exporter:
    """Writes nodes under the names that the exporter gives: `/module/Op_n`, results `/module/Op_n_output_0`."""

    def __init__(self, bare: bool, seed: int):
        self.bare = bare
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.counts: Counter[str] = Counter()
        self.scope: list[str] = []
        self.number = 1000
        self.random = numpy.random.default_rng(seed)

    def next_number(self) -> int:
        # The exporter counts values that later passes remove.
        self.number += 3
        return self.number

    def path(self) -> str:
        return "/" + "/".join(self.scope)

    def call(self, operator: str, *inputs: str, output: str | None = None, **attributes) -> str:
        stem = f"{self.path()}/{operator}"
        count = self.counts[stem]
        # Numbers have gaps where folded nodes were.
        self.counts[stem] += 2 if operator == "Unsqueeze" and count == 1 else 1
        name = stem if count == 0 else f"{stem}_{count}"
        result = output or (str(self.next_number()) if self.bare else f"{name}_output_0")
        self.nodes.append(helper.make_node(operator, list(inputs), [result], name="" if self.bare else name, **attributes))
        return result

    def constant(self, values, element=numpy.int64) -> str:
        return self.call("Constant", value=numpy_helper.from_array(numpy.array(values, element), ""))

    def weight(self, name: str, *sizes: int, transposed: bool = False) -> str:
        if self.bare:
            name = f"w{self.next_number()}"
        elif transposed:
            name = f"onnx::MatMul_{self.next_number()}"
        else:
            name = ".".join([part for part in self.scope] + [name])
        values = self.random.normal(0, 0.05, sizes).astype(numpy.float32)
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def within(self, name: str):
        exporter = self

        class Scope:
            def __enter__(self):
                exporter.scope.append(name)

            def __exit__(self, *_):
                exporter.scope.pop()

        return Scope()


def linear(e: Exporter, name: str, x: str, inputs: int, outputs: int) -> str:
    with e.within(name):
        product = e.call("MatMul", x, e.weight("weight", inputs, outputs, transposed=True))
        return e.call("Add", e.weight("bias", outputs), product)


def layer_norm(e: Exporter, name: str, x: str, size: int) -> str:
    with e.within(name):
        mean = e.call("ReduceMean", x, axes=[-1])
        centred = e.call("Sub", x, mean)
        square = e.call("Pow", centred, e.constant(2.0, numpy.float32))
        variance = e.call("ReduceMean", square, axes=[-1])
        deviation = e.call("Sqrt", e.call("Add", variance, e.constant(1e-5, numpy.float32)))
        scaled = e.call("Mul", e.call("Div", centred, deviation), e.weight("weight", size))
        return e.call("Add", scaled, e.weight("bias", size))


def size(e: Exporter, x: str, axis: int) -> str:
    gathered = e.call("Gather", e.call("Shape", x), e.constant(axis), axis=0)
    return e.call("Unsqueeze", gathered, e.constant([0]))


def heads(e: Exporter, x: str, count: int, width: int) -> str:
    sizes = e.call(
        "Concat", size(e, x, 0), size(e, x, 1), e.constant([count]), e.constant([width]), axis=0
    )
    return e.call("Transpose", e.call("Reshape", x, sizes), perm=[0, 2, 1, 3])


def rotated(e: Exporter, x: str, cosine: str, sine: str, width: int) -> str:
    first = e.call("Slice", x, e.constant([0]), e.constant([width // 2]), e.constant([3]), e.constant([1]))
    second = e.call("Slice", x, e.constant([width // 2]), e.constant([2**63 - 1]), e.constant([3]), e.constant([1]))
    turned = e.call("Concat", e.call("Neg", second), first, axis=-1)
    return e.call("Add", e.call("Mul", x, cosine), e.call("Mul", turned, sine))


def attention(e: Exporter, x: str, mask: str, cosine: str, sine: str, hidden: int, count: int) -> str:
    width = hidden // count
    with e.within("self_attn"):
        query = linear(e, "q_proj", x, hidden, hidden)
        key = linear(e, "k_proj", x, hidden, hidden)
        value = linear(e, "v_proj", x, hidden, hidden)
        query = rotated(e, heads(e, query, count, width), cosine, sine, width)
        key = rotated(e, heads(e, key, count, width), cosine, sine, width)
        value = heads(e, value, count, width)
        scores = e.call("MatMul", query, e.call("Transpose", key, perm=[0, 1, 3, 2]))
        scores = e.call("Div", scores, e.constant(float(numpy.sqrt(width)), numpy.float32))
        weights = e.call("Softmax", e.call("Add", scores, mask), axis=-1)
        mixed = e.call("Transpose", e.call("MatMul", weights, value), perm=[0, 2, 1, 3])
        sizes = e.call("Concat", size(e, mixed, 0), size(e, mixed, 1), e.constant([hidden]), axis=0)
        return linear(e, "o_proj", e.call("Reshape", mixed, sizes), hidden, hidden)


def gelu(e: Exporter, x: str) -> str:
    with e.within("act"):
        erf = e.call("Erf", e.call("Div", x, e.constant(float(numpy.sqrt(2)), numpy.float32)))
        product = e.call("Mul", x, e.call("Add", erf, e.constant(1.0, numpy.float32)))
        return e.call("Mul", product, e.constant(0.5, numpy.float32))


def layer(e: Exporter, index: int, x: str, mask: str, cosine: str, sine: str, hidden: int, count: int) -> str:
    with e.within(f"layers.{index}"):
        attended = attention(e, layer_norm(e, "input_norm", x, hidden), mask, cosine, sine, hidden, count)
        x = e.call("Add", x, attended)
        with e.within("mlp"):
            inner = gelu(e, linear(e, "up_proj", layer_norm(e, "norm", x, hidden), hidden, 4 * hidden))
            outer = linear(e, "down_proj", inner, 4 * hidden, hidden)
        return e.call("Add", x, outer)


def transformer(layers: int = 24, hidden: int = 64, count: int = 4, bare: bool = False, seed: int = 0) -> onnx.ModelProto:
    """The model: tokens `[batch, sequence]` and their mask to logits `[batch, sequence, 100]`."""
    e = Exporter(bare, seed)
    width = hidden // count
    with e.within("model"):
        with e.within("embed_tokens"):
            x = e.call("Gather", e.weight("weight", 100, hidden), "input_ids")
        mask = e.call("Unsqueeze", e.call("Unsqueeze", "attention_mask", e.constant([1])), e.constant([2]))
        mask = e.call("Sub", e.constant(1.0, numpy.float32), e.call("Cast", mask, to=TensorProto.FLOAT))
        mask = e.call("Mul", mask, e.constant(-10000.0, numpy.float32))
        with e.within("rotary"):
            positions = e.call("Range", e.constant(0), e.call("Squeeze", size(e, "input_ids", 1), e.constant([0])), e.constant(1))
            positions = e.call("Cast", e.call("Unsqueeze", positions, e.constant([1])), to=TensorProto.FLOAT)
            angles = e.call("Mul", positions, e.weight("inv_freq", 1, width // 2))
            angles = e.call("Concat", angles, angles, axis=-1)
            cosine, sine = e.call("Cos", angles), e.call("Sin", angles)
        for index in range(layers):
            x = layer(e, index, x, mask, cosine, sine, hidden, count)
        x = layer_norm(e, "norm", x, hidden)
    with e.within("lm_head"):
        e.call("MatMul", x, e.weight("weight", hidden, 100, transposed=True), output="logits")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in ["input_ids", "attention_mask"]]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "sequence", 100])]
    graph = helper.make_graph(e.nodes, "main_graph", inputs, outputs, e.initializers)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="pytorch", producer_version="2.9.0"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--layers", type=int, default=24)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--bare", action="store_true")
    options = parser.parse_args()
    onnx.save(transformer(options.layers, options.hidden, bare=options.bare), options.path)
