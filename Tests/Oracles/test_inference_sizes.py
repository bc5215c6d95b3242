"""Drawn arithmetic of sizes in every integer type: what overflows in ONNX Runtime is no size that mica infers."""

import itertools
import os
import time
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from inference import bound, contradictions, declared, infer, is_known, observed, shape, types
from test_inference_random import inferred

MODELS = 60
# The tensors that a run is given, and the most bytes that one of them takes.
INPUTS = {"x": ["N"], "y": ["S", 4], "z": ["N", "S", "P"], "w": [2, "P", "S"]}
BYTES = 1 << 21
SIZES = [0, 1, 2, 3, 5, 8, 40000, 46341, 70000, 1 << 17]
RUNS = [dict(zip("NSP", sizes)) for sizes in itertools.product(SIZES, repeat=3)]
INTEGERS = {
    TensorProto.INT64: np.int64, TensorProto.INT32: np.int32, TensorProto.INT16: np.int16, TensorProto.INT8: np.int8,
    TensorProto.UINT64: np.uint64, TensorProto.UINT32: np.uint32, TensorProto.UINT8: np.uint8,
}  # fmt: skip
NUMBERS = [0, 1, 2, 3, 4, 7, 16, 100, 255, 1000, 65535, 70000, 1 << 20, 7_000_000, (1 << 31) - 1]
NUMBERS += [1 << 31, 1 << 40, (1 << 62) + 1, (1 << 63) - 1]


def arrays(sizes: dict[str, int]) -> dict[str, np.ndarray] | None:
    """Arguments of these sizes; None where they take too much memory."""
    given = {}
    for name, axes in INPUTS.items():
        lengths = [sizes.get(axis, axis) for axis in axes]
        if np.prod(lengths, dtype=object) > BYTES:
            return None
        given[name] = np.zeros(lengths, np.uint8)
    return given


GIVEN = [(sizes, given) for sizes in RUNS if (given := arrays(sizes)) is not None]


class Arithmetic:
    """A graph of vectors of one element, each of a type of integers, which sizes are computed in."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.values: list[tuple[str, int]] = []

    def call(self, kind: str, *arguments: str, **attributes: object) -> str:
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, arguments, [name], **attributes))
        return name

    def constant(self, values: object, element: int = TensorProto.INT64) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, INTEGERS[element]), name))
        return name

    def pick(self, choices: list) -> object:
        return choices[self.rng.integers(len(choices))]

    def size(self) -> str:
        """A size of an argument, as a vector of one element."""
        name = self.pick(list(INPUTS))
        axis = int(self.rng.integers(len(INPUTS[name])))
        if self.rng.random() < 0.1:
            return self.call("Reshape", self.call("Size", name), self.constant([1]))
        return self.call("Gather", self.call("Shape", name), self.constant([axis]))

    def number(self, element: int) -> str:
        limit = np.iinfo(INTEGERS[element]).max
        value = int(self.pick([number for number in NUMBERS if number <= limit]))
        return self.constant([-value if self.rng.random() < 0.2 and np.iinfo(INTEGERS[element]).min else value], element)

    def value(self, element: int | None = None) -> tuple[str, int]:
        """One of the values, cast to a type where one is asked for."""
        name, own = self.pick(self.values)
        if element in (None, own):
            return name, own
        return self.call("Cast", name, to=element), element

    def step(self) -> None:
        """Adds what an operator makes of the values."""
        call = self.call
        name, element = self.value()
        kind = self.pick(STEPS)
        if kind == "Cast":
            element = self.pick(list(INTEGERS)) if self.rng.random() < 0.5 else TensorProto.INT32
            made = call("Cast", name, to=element)
        elif kind in ("Neg", "Abs", "Sign"):
            made = call(kind, name)
        elif kind in ("ReduceSum", "ReduceProd", "ReduceMax"):
            joined = call("Concat", *[self.value(element)[0] for _ in range(3)], axis=0)
            made = call(kind, joined, *([] if kind == "ReduceMax" else [self.constant([0])]), keepdims=1)
        elif kind == "CumSum":
            joined = call("Concat", *[self.value(element)[0] for _ in range(3)], axis=0)
            made = call("Gather", call("CumSum", joined, self.constant(0)), self.constant([2]))
        elif kind == "Range":
            steps = [self.constant(number, element) for number in (0, 1)]
            bounded = call("Min", name, self.constant([3], element))
            row = call("Range", steps[0], call("Squeeze", bounded), steps[1])
            made = call("Shape", row)
            element = TensorProto.INT64
        elif kind == "Where":
            other = self.value(element)[0]
            made = call("Where", call(self.pick(["Less", "Equal", "Greater"]), name, other), other, self.number(element))
        elif kind in ("Div", "Mod"):
            divisor = self.number(element)
            if self.rng.random() < 0.3:
                divisor = self.value(element)[0]
            divisor = call("Max", divisor, self.constant([1], element))
            made = call(kind, name, divisor)
        else:
            other = self.number(element) if self.rng.random() < 0.6 else self.value(element)[0]
            made = call(kind, *([name, other] if self.rng.random() < 0.7 else [other, name]))
        self.values.append((made, element))

    def natural(self, most: int) -> str:
        """A value as an `i64` from 0 to `most`."""
        wide = self.value(TensorProto.INT64)[0]
        raised = self.call("Max", wide, self.constant([0]))
        return self.call("Min", raised, self.constant([most])) if self.rng.random() < 0.7 else raised

    def use(self) -> None:
        """Makes sizes of values."""
        match self.pick(["fill", "expand", "tile", "range", "reshape", "reshape", "slice"]):
            case "fill":
                self.call("ConstantOfShape", self.natural(3000))
            case "expand":
                self.call("Expand", self.constant([[1]]), self.call("Concat", self.natural(9), self.natural(9), axis=0))
            case "tile":
                self.call("Tile", self.constant([1, 2, 3]), self.natural(99))
            case "range":
                element = self.pick([TensorProto.INT64, TensorProto.INT32])
                start, end = (self.call("Squeeze", self.value(element)[0]) for _ in range(2))
                if self.rng.random() < 0.5:
                    start = self.constant(self.pick([0, -5, 3]), element)
                self.call("Range", start, end, self.constant(self.pick([1, 3, -2, 70000, 1 << 30]), element))
            case "reshape":
                rest = self.constant([-1])
                parts = [self.pick([self.size(), self.size(), rest, self.constant([0]), self.natural(9)])]
                for _ in range(self.rng.integers(1, 3)):
                    parts.append(self.pick([self.size(), self.size(), rest, self.constant([1])]))
                target = self.call("Concat", *parts, axis=0)
                # A target with both 0 and -1 is no call of this form, but ONNX Runtime gives something all the same.
                allowzero = rest not in parts and self.rng.random() < 0.1
                self.call("Reshape", self.pick(list(INPUTS)), target, allowzero=int(allowzero))
            case "slice":
                ends = [self.value(TensorProto.INT64)[0] for _ in range(2)]
                self.call("Slice", "x", *ends, self.constant([0]), self.constant([self.pick([1, 2, -1, -3])]))

    def model(self) -> ModelProto:
        given = [helper.make_tensor_value_info(name, TensorProto.UINT8, axes) for name, axes in INPUTS.items()]
        graph = GraphProto(name="g", node=self.nodes, input=given, initializer=self.constants)
        graph.output.append(ValueInfoProto(name=self.nodes[-1].output[0]))
        return ModelProto(ir_version=8, graph=graph, opset_import=[helper.make_opsetid("", 18)])


STEPS = """Cast Cast Cast Mul Mul Mul Add Add Sub Div Mod Min Max Neg Abs Sign ReduceSum ReduceProd ReduceMax CumSum
Range Where""".split()


def arithmetic(rng: np.random.Generator) -> ModelProto:
    drawn = Arithmetic(rng)
    for _ in range(3):
        drawn.values.append((drawn.size(), TensorProto.INT64))
    for _ in range(rng.integers(1, 7)):
        drawn.step()
    drawn.use()
    return drawn.model()


def reshapes(rng: np.random.Generator) -> ModelProto:
    """A Reshape to sizes of the arguments, which may be 0, and to what remains."""
    drawn = Arithmetic(rng)
    source = drawn.pick(list(INPUTS))
    axes = [drawn.call("Gather", drawn.call("Shape", source), drawn.constant([axis])) for axis in range(len(INPUTS[source]))]
    parts = [axes[place] for place in rng.permutation(len(axes))]
    if len(parts) > 1 and rng.random() < 0.5:
        parts[:2] = [drawn.call("Mul", *parts[:2])]
    if rng.random() < 0.3:
        parts.insert(int(rng.integers(len(parts) + 1)), drawn.constant([1]))
    if rng.random() < 0.3:
        parts[rng.integers(len(parts))] = drawn.size()
    if rng.random() < 0.5:
        parts[rng.integers(len(parts))] = drawn.constant([-1])
    drawn.call("Reshape", source, drawn.call("Concat", *parts, axis=0))
    return drawn.model()


@pytest.mark.parametrize("make", [arithmetic, reshapes])
def test_drawn_sizes(make: Callable, seed, tmp_path):
    """Runs MICA_SOAK_SECONDS long; no size is false at sizes of which 32 bits do not hold the products."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 10))
    seen = known = 0
    for turn in itertools.count():
        rng = np.random.default_rng([seed, turn])
        models = [make(rng) for _ in range(MODELS)]
        for model, said in zip(models, inferred(models, tmp_path)):
            names = declared(model)
            ran = False
            for place in rng.choice(len(GIVEN), 10, replace=False):
                sizes, given = GIVEN[place]
                try:
                    truth = observed(model, {}, given)
                except Exception:
                    continue
                ran = True
                false = list(contradictions(said, truth, bound(model, given)))
                assert not false, "\n".join([*false, f"seed {seed}", onnx.printer.to_text(model)])
            if ran:
                seen += 1
                known += is_known(shape(types(said).get(("", model.graph.output[0].name)), names))
        if time.monotonic() > end:
            break
    print(f"{known} of {seen} results known")
    assert seen > MODELS / 4
    assert known > seen / 4, f"{known} of {seen}"
