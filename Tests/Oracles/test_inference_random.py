"""Drawn graphs: no size that mica infers is another than ONNX Runtime gives, whatever the sizes of the inputs are."""

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from command import mica
from inference import Key, bound, contradictions, declared, inputs, is_known, observed, problems, shape, types

FEW = [{"N": 2, "M": 3, "K": 5}, {"N": 1, "M": 1, "K": 1}, {"N": 7, "M": 4, "K": 1}, {"N": 6, "M": 9, "K": 12}]
FEW += [{"N": 0, "M": 3, "K": 5}, {"N": 4, "M": 0, "K": 2}, {"N": 3, "M": 1, "K": 0}, {"N": 0, "M": 0, "K": 0}]
# Sizes in which every window fits; where one does not, a call is invalid, though ONNX Runtime may run it.
ENOUGH = [{"N": 2, "M": 7, "K": 12}, {"N": 1, "M": 8, "K": 9}, {"N": 3, "M": 13, "K": 10}, {"N": 1, "M": 11, "K": 7}]
ENOUGH += [{"N": 0, "M": 9, "K": 11}]
MODELS = 40


class Drawn:
    """A graph in the making, with vectors of integers whose lengths are known."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.lengths: dict[str, int] = {}

    def call(self, kind: str, *arguments: str, count: int = 1, **attributes: object) -> str:
        names = [f"{kind}{len(self.nodes)}_{place}" for place in range(count)]
        self.nodes.append(helper.make_node(kind, arguments, names, **attributes))
        return names[0]

    def constant(self, values: object, element: type = np.int64) -> str:
        """A constant: an initializer or a node."""
        name = f"c{len(self.constants) + len(self.nodes)}"
        tensor = numpy_helper.from_array(np.asarray(values, element), name)
        if self.rng.random() < 0.7:
            self.constants.append(tensor)
        else:
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        return name

    def vector(self, length: int | None = None) -> tuple[str, int]:
        """One of the vectors, of this length or of any."""
        some = [name for name, has in self.lengths.items() if length in (None, has)]
        if not some:
            return self.constant(self.rng.integers(-3, 7, length)), length or 0
        name = some[self.rng.integers(len(some))]
        return name, self.lengths[name]

    def add(self, name: str, length: int) -> None:
        if 0 < length <= 6:
            self.lengths[name] = length

    def model(self, *given: ValueInfoProto) -> ModelProto:
        graph = GraphProto(name="g", node=self.nodes, input=given, initializer=self.constants)
        graph.output.extend(ValueInfoProto(name=name) for node in self.nodes[-1:] for name in node.output)
        return ModelProto(ir_version=8, graph=graph, opset_import=[helper.make_opsetid("", 18)])


# MARK: - Integers


def number_step(drawn: Drawn) -> None:
    """Adds a vector that an operator makes of others."""
    rng, call, constant = drawn.rng, drawn.call, drawn.constant
    v, length = drawn.vector()
    kind = rng.choice(STEPS)
    match kind:
        case "Gather":
            places = rng.integers(-length, length, rng.integers(1, 5))
            drawn.add(call("Gather", v, constant(places), axis=0), len(places))
        case "Slice":
            start, end = rng.integers(-length - 1, length + 2, 2)
            step = rng.choice([-2, -1, 1, 2])
            arguments = [constant([number]) for number in (start, end, 0, step)]
            name = call("Slice", v, *arguments)
            drawn.add(name, len(range(length)[clamp(start, length, step) : stop(end, length, step) : step]))
        case "Concat":
            w, other = drawn.vector()
            drawn.add(call("Concat", v, w, axis=0), length + other)
        case "Add" | "Sub" | "Mul" | "Min" | "Max":
            w, other = drawn.vector(length if rng.random() < 0.7 else 1)
            drawn.add(call(kind, *rng.permutation([v, w])), max(length, other))
        case "Div" | "Mod":
            if rng.random() < 0.5:
                w = constant(rng.choice([-3, -2, 2, 3, 4], 1))
            else:
                w = call("Max", drawn.vector(length)[0], constant([1]))
            attributes = {"fmod": int(rng.integers(2))} if kind == "Mod" else {}
            drawn.add(call(kind, v, w, **attributes), length)
        case "Neg" | "Abs" | "Sign" | "Identity":
            drawn.add(call(kind, v), length)
        case "Cast":
            drawn.add(call("Cast", call("Cast", v, to=int(rng.choice([1, 6, 11]))), to=7), length)
        case "float":
            real = call("Cast", v, to=1)
            scaled = call(rng.choice(["Mul", "Div"]), real, constant([rng.choice([0.5, 2.0, 0.25, 1.5])], np.float32))
            rounded = call(rng.choice(["Floor", "Ceil", "Round", "Identity"]), scaled)
            drawn.add(call("Cast", rounded, to=7), length)
        case "Where":
            w, _ = drawn.vector(length)
            test = call(rng.choice(["Less", "Equal", "Greater", "LessOrEqual"]), v, w)
            drawn.add(
                call("Where", call("Not", test) if rng.random() < 0.3 else test, w, drawn.vector(length)[0]), length
            )
        case "reduce":
            name = rng.choice(["ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin"])
            drawn.add(call(name, v, constant([0]), keepdims=1), 1)
        case "Reshape":
            if length % 2 == 0:
                table = call("Reshape", v, constant([2, -1]))
                turned = call("Transpose", table, perm=[1, 0])
                drawn.add(call("Reshape", turned, constant([-1])), length)
                drawn.add(call("ReduceMax", table, constant([0]), keepdims=0), length // 2)
                row = call("Gather", table, constant(1), axis=0)
                drawn.add(row, length // 2)
        case "Tile":
            drawn.add(call("Tile", v, constant([2])), 2 * length)
        case "Expand":
            drawn.add(call("Expand", v, constant([length])), length)
        case "Split":
            if length > 1:
                first = call("Split", v, constant([1, length - 1]), axis=0, count=2)
                drawn.add(first, 1)
                drawn.add(first[:-1] + "1", length - 1)
        case "ScatterND":
            w, _ = drawn.vector(1)
            drawn.add(call("ScatterND", v, constant([[rng.integers(length)]]), w), length)
        case "ScatterElements":
            w, _ = drawn.vector(1)
            drawn.add(call("ScatterElements", v, constant([rng.integers(length)]), w, axis=0), length)
        case "CumSum":
            attributes = {"exclusive": int(rng.integers(2)), "reverse": int(rng.integers(2))}
            drawn.add(call("CumSum", v, constant(0), **attributes), length)
        case "TopK":
            drawn.add(call("TopK", v, constant([1]), axis=0, largest=int(rng.integers(2)), count=2), 1)
        case "Unsqueeze":
            wide = call("Unsqueeze", v, constant([rng.integers(2)]))
            drawn.add(call("Squeeze", wide), length) if length > 1 else None
        case "Pad":
            drawn.add(call("Pad", v, constant([1, 0]), constant(rng.integers(-2, 3))), length + 1)
        case "Clip":
            drawn.add(call("Clip", v, constant(1), constant(6)), length)
        case "ArgMax":
            drawn.add(call("ArgMax", v, axis=0, keepdims=1), 1)
        case "If":
            test = call("Greater", drawn.vector(1)[0], constant([3]))
            names = [f"b{len(drawn.nodes)}", f"d{len(drawn.nodes)}"]
            branches = [
                GraphProto(
                    name="b", node=[helper.make_node("Identity", [taken], [name])], output=[ValueInfoProto(name=name)]
                )
                for taken, name in zip((v, drawn.vector(length)[0]), names)
            ]
            drawn.add(call("If", test, then_branch=branches[0], else_branch=branches[1]), length)
        case "Size":
            drawn.add(call("Unsqueeze", call("Size", rng.choice(["x", "w"])), constant([0])), 1)
        case "Shape":
            drawn.add(call("Shape", "x", start=-2), 2)


STEPS = """Gather Slice Concat Add Sub Mul Min Max Div Div Mod Neg Abs Sign Identity Cast float Where reduce Reshape
Tile Expand Split ScatterND ScatterElements CumSum TopK Unsqueeze Pad Clip ArgMax If Size Shape""".split()


def clamp(start: int, length: int, step: int) -> int:
    start = start + length if start < 0 else start
    return int(min(max(start, 0), length - 1 if step < 0 else length))


def stop(end: int, length: int, step: int) -> int | None:
    end = end + length if end < 0 else end
    return None if step < 0 and end < 0 else int(min(end, length))


def numbers(rng: np.random.Generator) -> ModelProto:
    """A graph that computes with sizes; each number that it computes becomes a size, up to 200, of 20 and more."""
    drawn = Drawn(rng)
    drawn.add(drawn.call("Shape", "x"), 3)
    drawn.add(drawn.call("Shape", "w", end=2), 2)
    for _ in range(12):
        number_step(drawn)
    for name, length in list(drawn.lengths.items()):
        place = drawn.constant([drawn.rng.integers(length)])
        shifted = drawn.call("Add", drawn.call("Gather", name, place, axis=0), drawn.constant([20]))
        bounded = drawn.call("Min", drawn.call("Max", shifted, drawn.constant([0])), drawn.constant([200]))
        drawn.call("ConstantOfShape", bounded)
    return drawn.model(tensor("x", "N", "M", "K"), tensor("w", "M", 4))


# MARK: - Windows and parts


def tensor(name: str, *sizes: object) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(sizes))


def windows(rng: np.random.Generator) -> ModelProto:
    """One call of an operator that changes sizes, with drawn attributes."""
    drawn = Drawn(rng)
    kind = rng.choice(
        [
            "Conv",
            "ConvTranspose",
            "MaxPool",
            "AveragePool",
            "LpPool",
            "Slice",
            "Pad",
            "Resize",
            "Split",
            "Reshape",
            "chain",
        ]
    )

    def two(low: int, high: int) -> list[int]:
        return [int(number) for number in rng.integers(low, high, 2)]

    kernel, strides, dilations = two(1, 5), two(1, 4), two(1, 3)
    attributes: dict[str, object] = {"kernel_shape": kernel, "strides": strides}
    auto = str(rng.choice(["NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    if auto != "NOTSET":
        attributes["auto_pad"] = auto
    else:
        attributes["pads"] = [int(rng.integers(size)) for size in kernel + kernel]
    match kind:
        case "Conv":
            weight = drawn.constant(np.zeros((4, 2, *kernel)), np.float32)
            if not auto.startswith("SAME"):
                attributes["dilations"] = dilations
            drawn.call("Conv", "x", weight, **attributes)
        case "ConvTranspose":
            # Where the kernel is smaller than the stride, ONNX Runtime gives less than SAME asks for.
            attributes["kernel_shape"] = kernel = (
                [max(pair) for pair in zip(kernel, strides)] if auto.startswith("SAME") else kernel
            )
            weight = drawn.constant(np.zeros((2, 4, *kernel)), np.float32)
            if rng.random() < 0.3:
                attributes["output_padding"] = [int(rng.integers(stride)) for stride in strides]
            drawn.call("ConvTranspose", "x", weight, **attributes)
        case "MaxPool" | "AveragePool" | "LpPool":
            # With VALID, ONNX Runtime rounds up where the specification does not.
            attributes["ceil_mode"] = 0 if auto == "VALID" else int(rng.integers(2))
            if kind == "MaxPool" and not auto.startswith("SAME"):
                attributes["dilations"] = dilations
            drawn.call(kind, "x", **attributes)
        case "Slice":
            limits = [-(2**63) + 1, -9, -3, -2, -1, 0, 1, 2, 3, 5, 9, 2**31 - 1, 2**63 - 1]
            start, end, steps = rng.choice(limits, 2), rng.choice(limits, 2), rng.choice([-3, -2, -1, 1, 2, 3], 2)
            # To ONNX Runtime these two, as ends, are "all the rest", backward too.
            end = np.where((end >= 2**31 - 1) & (steps < 0), 2**31, end)
            drawn.call("Slice", "x", *map(drawn.constant, (start, end, [2, -1], steps)))
        case "Pad":
            drawn.call("Pad", "x", drawn.constant([0, 0, *rng.integers(-1, 4, 2), 0, 0, *rng.integers(-1, 4, 2)]))
        case "Resize":
            scales = drawn.constant([1, 1, *rng.choice([0.5, 0.25, 1.0, 1.5, 2.0, 3.0, 0.3], 2)], np.float32)
            drawn.call("Resize", "x", "", scales, mode="nearest")
        case "Split":
            drawn.call(
                "Split",
                "x",
                axis=int(rng.choice([2, 3, -1])),
                num_outputs=(count := int(rng.integers(1, 5))),
                count=count,
            )
        case "Reshape":
            target = [[0, 0, -1], [-1], [0, -1, 2], [-1, 2], [0, 2, -1, 1], [2, -1]][rng.integers(6)]
            drawn.call("Reshape", "x", drawn.constant(target))
        case "chain":
            name = "x"
            for _ in range(4):
                step = str(rng.choice(["MaxPool", "Concat", "Slice", "Pad", "Tile"]))
                if step == "MaxPool":
                    name = drawn.call(
                        "MaxPool", name, kernel_shape=[1, 1], strides=two(1, 3), ceil_mode=int(rng.integers(2))
                    )
                elif step == "Concat":
                    name = drawn.call("Concat", name, name, axis=int(rng.integers(4)))
                elif step == "Slice":
                    name = drawn.call(
                        "Slice",
                        name,
                        *map(drawn.constant, ([int(rng.integers(2))], [9], [2], [int(rng.integers(1, 3))])),
                    )
                elif step == "Pad":
                    name = drawn.call(
                        "Pad", name, drawn.constant([0, 0, *rng.integers(0, 3, 2), 0, 0, *rng.integers(0, 3, 2)])
                    )
                else:
                    name = drawn.call("Tile", name, drawn.constant([1, 1, *rng.integers(1, 4, 2)]))
    return drawn.model(tensor("x", "N", 2, "M", "K"))


# MARK: - Sequences


def sequences(rng: np.random.Generator) -> ModelProto:
    """Sequences of tensors `[…, M]` and of the numbers of a shape, built up and taken apart."""
    drawn = Drawn(rng)
    call, constant = drawn.call, drawn.constant
    tensors = ["x", "y", "z"]
    # Each sequence with the number of its members, where that does not follow the sizes of the inputs.
    known: list[tuple[str, int | None]] = [(call("SequenceConstruct", *rng.choice(tensors, 2)), 2)]
    for _ in range(8):
        place = rng.integers(len(known))
        name, count = known[place]
        last = (count or 1) - 1
        match rng.choice(["construct", "empty", "insert", "erase", "at", "concat", "split", "parts", "shape", "loop", "optional"]):
            case "construct":
                chosen = rng.choice(tensors, rng.integers(1, 4))
                known.append((call("SequenceConstruct", *chosen), len(chosen)))
            case "empty":
                known.append((call("SequenceInsert", call("SequenceEmpty", dtype=1), rng.choice(tensors)), 1))
            case "insert":
                where = [constant(rng.integers(-last - 1, last + 1))] if rng.random() < 0.6 else []
                added = call("SequenceInsert", name, rng.choice(tensors), *where)
                known.append((added, None if count is None else count + 1))
            case "erase":
                if count is not None and count > 1:
                    where = [constant(rng.integers(-count, count))] if rng.random() < 0.6 else []
                    known.append((call("SequenceErase", name, *where), count - 1))
            case "at":
                if rng.random() < 0.3:
                    where = call("Mod", call("Size", "x"), call("SequenceLength", name))
                else:
                    where = constant(rng.integers(-last - 1, last + 1))
                tensors.append(call("SequenceAt", name, where))
            case "concat":
                tensors.append(call("ConcatFromSequence", name, axis=int(rng.choice([0, -2]))))
                same = call("SequenceConstruct", *[rng.choice(tensors)] * int(rng.integers(1, 4)))
                stacked = call("ConcatFromSequence", same, axis=int(rng.integers(-3, 3)), new_axis=1)
                call("Shape", stacked)
            case "split":
                size = [constant(rng.integers(1, 4))] if rng.random() < 0.6 else []
                known.append((call("SplitToSequence", rng.choice(tensors), *size, axis=int(rng.choice([0, -2]))), None))
            case "parts":
                sizes = rng.multinomial(4, [0.25] * 4)
                known.append((call("SplitToSequence", "z", constant(sizes), axis=0), 4))
            case "shape":
                keeps = int(rng.integers(2))
                numbers = call("SplitToSequence", call("Shape", rng.choice(tensors)), keepdims=keeps)
                if rng.random() < 0.5:
                    at = call("SequenceAt", numbers, constant(rng.integers(-2, 2)))
                    numbers = call("SequenceInsert", numbers, at, constant(rng.integers(-2, 2)))
                call("ConstantOfShape", call("ConcatFromSequence", numbers, axis=0, new_axis=1 - keeps))
            case "loop":
                rounds = int(rng.integers(0, 4))
                known.append((loop(drawn, name, str(rng.choice(tensors)), rounds), None if count is None else count + rounds))
            case "optional":
                held = call("Optional", rng.choice(tensors))
                call("OptionalHasElement", held)
                tensors.append(call("OptionalGetElement", held))
    for name, _ in known:
        call("ConstantOfShape", call("Reshape", call("SequenceLength", name), constant([1])))
    return drawn.model(tensor("x", "N", "M"), tensor("y", "K", "M"), tensor("z", 4, "M"))


def loop(drawn: Drawn, sequence: str, added: str, rounds: int) -> str:
    """A loop whose rounds add a tensor to a sequence."""
    number = len(drawn.nodes)
    body = helper.make_graph(
        [
            helper.make_node("Identity", [f"goes{number}"], [f"on{number}"]),
            helper.make_node("SequenceInsert", [f"carried{number}", added], [f"next{number}"]),
        ],
        "body",
        [
            helper.make_tensor_value_info(f"round{number}", TensorProto.INT64, []),
            helper.make_tensor_value_info(f"goes{number}", TensorProto.BOOL, []),
            helper.make_tensor_sequence_value_info(f"carried{number}", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info(f"on{number}", TensorProto.BOOL, []),
            helper.make_tensor_sequence_value_info(f"next{number}", TensorProto.FLOAT, None),
        ],
    )
    return drawn.call("Loop", drawn.constant(rounds), drawn.constant(True, bool), sequence, body=body)


# MARK: - The comparison


def inferred(models: list[ModelProto], folder: Path) -> Iterator[ModelProto]:
    """What mica makes of the models, in one process."""
    for place, model in enumerate(models):
        (folder / f"{place}.onnx").write_bytes(model.SerializeToString())
    (folder / "list").write_text("".join(f"{place}.onnx\tout{place}.onnx\n" for place in range(len(models))))
    outcome = mica("convert", "--batch", "list", "--infer-shapes", cwd=folder)
    assert outcome.code == 0, outcome.err
    assert len(problems(outcome)) == len(outcome.err.splitlines()), outcome.err
    for place in range(len(models)):
        yield onnx.load(folder / f"out{place}.onnx")


def arrays(model: ModelProto, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    return {
        value.name: np.zeros(
            [sizes[dim.dim_param] if dim.dim_param else dim.dim_value for dim in value.type.tensor_type.shape.dim],
            np.float32,
        )
        for value in inputs(model)
    }


def compare(model: ModelProto, said: ModelProto) -> tuple[int, int]:
    """How many values were observed, and of how many mica knew the shape.

    A run that ONNX Runtime refuses does not count. Where numbers are computed, only those that have become sizes do.
    """
    known = types(said)
    seen: set[Key] = set()
    has_window = any(attribute.name == "kernel_shape" for node in model.graph.node for attribute in node.attribute)
    for sizes in ENOUGH if has_window else FEW:
        given = arrays(model, sizes)
        try:
            truth = observed(model, {}, given)
        except Exception:
            continue
        seen |= set(truth)
        false = list(contradictions(said, truth, bound(model, given)))
        assert not false, "\n".join([*false, onnx.printer.to_text(model)])
    names = declared(model)
    counted = [key for key in seen if key[1].startswith("ConstantOfShape") or has_window or len(model.graph.node) < 10]
    return len(counted), sum(is_known(shape(known.get(key), names)) for key in counted)


@pytest.mark.parametrize("make", [numbers, windows, sequences])
def test_drawn_graphs(make, seed, tmp_path):
    """Runs MICA_SOAK_SECONDS long. Half of what is observed is known, so that there is something to compare."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    observed_values = known_values = 0
    for turn in itertools.count():
        rng = np.random.default_rng([seed, turn])
        models = [make(rng) for _ in range(MODELS)]
        for model, said in zip(models, inferred(models, tmp_path)):
            seen, known = compare(model, said)
            observed_values += seen
            known_values += known
        if time.monotonic() > end:
            break
    assert observed_values > MODELS / 2
    assert known_values > observed_values / 2, f"{known_values} of {observed_values}"
