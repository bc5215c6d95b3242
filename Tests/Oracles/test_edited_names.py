"""Edits of imported texts among statements that are alike: whatever is not touched keeps its name."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from command import succeed

CALL = re.compile(r"(LeakyRelu|Elu)(\((?:([^()]*?), )?alpha=([0-9.e-]+)\))")
EDITS = ["change", "insert", "delete", "replace"]


class Wiring:
    """Nodes of two operators, each with an `alpha` of its own, by which a test knows it again."""

    def __init__(self, numbers: random.Random):
        self.numbers = numbers
        self.nodes: list[onnx.NodeProto] = []

    def add(self, operator: str, *inputs: str, **attributes) -> str:
        index = len(self.nodes)
        self.nodes.append(helper.make_node(operator, inputs, [f"v{index}"], name=f"n{index}", **attributes))
        return f"v{index}"

    def unary(self, value: str) -> str:
        operator = self.numbers.choice(["LeakyRelu", "LeakyRelu", "Elu"])
        return self.add(operator, value, alpha=(len(self.nodes) + 1) / 64)

    def chain(self, value: str) -> str:
        for _ in range(self.numbers.randint(8, 24)):
            value = self.unary(value)
        return value

    def residual(self, value: str) -> str:
        for _ in range(self.numbers.randint(3, 8)):
            value = self.add("Add", value, self.unary(self.unary(value)))
        return value

    def branches(self, value: str) -> str:
        for _ in range(self.numbers.randint(1, 3)):
            ends = []
            for _ in range(self.numbers.randint(2, 5)):
                end = value
                for _ in range(self.numbers.randint(1, 3)):
                    end = self.unary(end)
                ends.append(end)
            value = self.add("Concat", *ends, axis=1)
        return value

    def net(self, value: str) -> str:
        values = [value, self.unary(value)]
        for _ in range(self.numbers.randint(8, 24)):
            near = values[-4:]
            pair = self.numbers.sample(near, 2) if len(near) > 2 and self.numbers.random() < 0.3 else None
            values.append(self.add("Add", *pair) if pair else self.unary(self.numbers.choice(near)))
        used = {name for node in self.nodes for name in node.input}
        value, *others = (value for value in values[1:] if value not in used)
        for other in others:
            value = self.add("Add", value, other)
        return value

    def model(self, shape: str) -> onnx.ModelProto:
        last = getattr(self, shape)("x")
        self.nodes.append(helper.make_node("Sigmoid", [last], ["y"], name="last"))
        graph = helper.make_graph(
            self.nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def edited(text: str, edit: str, numbers: random.Random) -> str:
    """The text with one call changed, put behind another, taken out, or of another operator."""
    calls = list(CALL.finditer(text))
    if not calls:
        return text
    call = numbers.choice(calls)
    before, after = text[: call.start()], text[call.end() :]
    argument = call.group(3)
    match edit:
        case "change":
            return text[: call.start(4)] + "7.5" + text[call.end(4) :]
        case "insert":
            new = numbers.choice([" |> Exp", " |> LeakyRelu(alpha=7.5)"]) * numbers.randint(1, 2)
            return before + (f"({call.group()}{new})" if argument else call.group() + new) + after
        case "delete":
            return before + argument + after if argument else re.sub(r"\s*\|>\s*$", "", before) + after
        case _:
            return before + "Selu" + (f"({argument})" if argument else "") + after


def names(path: Path) -> dict[tuple[str, float], str]:
    """The names of the nodes, by operator and `alpha`."""
    nodes = onnx.load(path).graph.node
    assert len({node.name for node in nodes}) == len(nodes)
    return {(node.op_type, node.attribute[0].f): node.name for node in nodes if node.op_type in ["LeakyRelu", "Elu"]}


def variants(text: str, numbers: random.Random) -> Iterator[str]:
    for edit in EDITS:
        yield edited(text, edit, numbers)
    for edit in numbers.choices(EDITS, k=3):
        text = edited(text, edit, numbers)
    yield text


@pytest.mark.parametrize("shape", ["chain", "residual", "branches", "net"])
def test_untouched_statements(shape, tmp_path, seed):
    numbers = random.Random(seed)
    listing = tmp_path / "list"
    sources = [tmp_path / f"{index}.onnx" for index in range(12)]
    for source in sources:
        onnx.save(Wiring(numbers).model(shape), source)
    listing.write_text("".join(f"{source}\t{source.with_suffix('.mica')}\n" for source in sources))
    succeed("convert", "--batch", listing)
    made: list[tuple[Path, Path]] = []
    for source in sources:
        text = source.with_suffix(".mica").read_text()
        assert "@imported" in text
        for number, variant in enumerate(variants(text, numbers)):
            path = source.with_name(f"{source.stem}-{number}.mica")
            path.write_text(variant)
            made.append((source, path))
    listing.write_text("".join(f"{path}\t{path.with_suffix('.onnx')}\n" for _, path in made))
    succeed("convert", "--batch", listing)
    for source, path in made:
        old, new = names(source), names(path.with_suffix(".onnx"))
        kept = old.keys() & new.keys()
        assert len(kept) >= len(old) - 3
        assert {call: new[call] for call in kept} == {call: old[call] for call in kept}, path.read_text()
