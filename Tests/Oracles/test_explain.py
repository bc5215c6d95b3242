"""How mica says that sizes come about: with the sizes of real runs, its formulas give the sizes of these runs."""

import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import pytest

import dimension
from command import EXAMPLES, mica, succeed
from inference import bare, bound, concrete, infer, observed
from inference_cases import Case, collect
from networks import NETWORKS


@dataclass
class Run:
    """The shapes of values in a run, the arrays that are known, and what the names of sizes stand for."""

    shapes: Mapping[str, tuple[int, ...]]
    arrays: Mapping[str, np.ndarray]
    names: Mapping[str, int]

    def size(self, place: Mapping) -> int | None:
        """The size at one axis or element of a value; None where the run does not show it."""
        if "axis" in place:
            shape = self.shapes.get(place["value"])
            return None if shape is None else shape[place["axis"]]
        if place["value"] in self.arrays:
            return int(self.arrays[place["value"]].reshape(-1)[place["element"]])
        return None if place["size"] == "?" else dimension.evaluate(place["size"], self.names)


@dataclass
class Found:
    false: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    def check(self, name: str, step: Mapping, run: Run) -> None:
        """Holds one step against a run."""
        actual = run.size(step)
        if actual is None:
            self.counts["unseen"] += 1
            return
        place = f"{name}: {step['operator']} {step['value']}.{step['axis']}"
        if step["size"] != "?" and dimension.evaluate(step["size"], run.names) not in (None, actual):
            self.false.append(f"{place} is {actual}, not {step['size']}")
        if step["formula"] is None:
            self.counts["whole"] += 1
            return
        sizes: dict[str, int] = {}
        for source in step["sources"]:
            size = run.size(source)
            if size is None:
                self.counts["unseen"] += 1
                return
            if sizes.setdefault(source["symbol"], size) != size:
                self.false.append(f"{place}: the sources of {source['symbol']} differ")
        if dimension.evaluate(step["formula"], sizes) != actual:
            self.false.append(f"{place} is {actual}, not {step['formula']} with {sizes}")
        self.counts["formulas"] += 1
        self.counts["with sources"] += bool(sizes)


def opened(arrays: Mapping[str, np.ndarray]) -> dict[str, int]:
    """What the names stand for that mica gives to open sizes of inputs."""
    return {f"{name}.shape[{axis}]": size for name, array in arrays.items() for axis, size in enumerate(array.shape)}


def explain(path: Path) -> list[dict]:
    return json.loads(succeed("explain", "--all", "--json", path).out)


def fixed(case: Case) -> Case:
    """The case with its small vectors and scalars, but for the first input, as stored tensors."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    kept = []
    for index, value in enumerate(model.graph.input):
        array = case.feeds[value.name]
        if index and isinstance(array, np.ndarray) and array.ndim <= 1 and array.size <= 32 and array.dtype != object:
            model.graph.initializer.append(onnx.numpy_helper.from_array(array, value.name))
        else:
            kept.append(value)
    del model.graph.input[:]
    model.graph.input.extend(kept)
    return Case(case.name, model, {value.name: case.feeds[value.name] for value in kept}, case.results)


@pytest.mark.parametrize("form", ["names", "stored"])
def test_node_tests(form, tmp_path):
    """Of the onnx package's node tests, with what is recorded of their results."""
    cases = collect()
    asked = {"names": [case.symbolic() for case in cases], "stored": [fixed(case) for case in cases]}

    def ask(numbered: tuple[int, Case]) -> list[dict]:
        number, case = numbered
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(case.model.SerializeToString())
        return explain(path)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, enumerate(asked[form])))
    found = Found()
    for case, original, steps in zip(asked[form], cases, answers, strict=True):
        arrays = {name: value for name, value in original.feeds.items() if isinstance(value, np.ndarray)}
        shapes = {name: value.shape for name, value in arrays.items()}
        shapes |= {name: value.sizes for name, value in case.results.items() if value and value.sequence is None}
        run = Run(shapes, arrays, case.sizes | opened(arrays))
        for step in steps:
            found.check(case.name, step, run)
    assert not found.false, "\n".join(found.false)
    least = {"names": (3400, 2950), "stored": (4500, 3500)}[form]
    assert found.counts["formulas"] > least[0] and found.counts["with sources"] > least[1], found.counts


@pytest.mark.parametrize("form", ["bare", "concrete"])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name, form, models, tmp_path):
    """Of networks that others exported, with the sizes that ONNX Runtime computes."""
    network = NETWORKS[name]
    model = network.load(models)
    arrays = [network.arrays(model, run, 1) for run in range(len(network.shapes))]
    asked = bare(model) if form == "bare" else concrete(model, arrays[0])
    path = tmp_path / "model.onnx"
    path.write_bytes(asked.SerializeToString())
    steps = explain(path)
    _, inferred = infer(asked, tmp_path)
    known = {("", v.name): v.type for v in inferred.graph.value_info}
    stored = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    found = Found()
    for given in arrays if form == "bare" else arrays[:1]:
        shapes = {key: shape for (graph, key), shape in observed(model, known, given).items() if not graph}
        shapes |= {key: array.shape for key, array in given.items()} | stored
        for step in steps:
            found.check(name, step, Run(shapes, given, bound(asked, given) | opened(given)))
    assert not found.false, "\n".join(found.false[:20])
    # Two networks have all but a few of their nodes in branches.
    assert found.counts["with sources"] > 50 or len(steps) < 60
    assert found.counts["formulas"] > 3 * found.counts["whole"] or len(steps) < 60, found.counts


def test_resnet(tmp_path):
    """The same derivation of a text and of the file that it is written as."""
    text = EXAMPLES / "resnet50.mica"
    file = tmp_path / "resnet50.onnx"
    succeed("convert", text, file, "--random-weights")
    value = "/layer4.2/Relu_2_output_0"
    answers = [json.loads(succeed("explain", source, value, "2", "--json").out) for source in (text, file)]
    derivations = [answer[0]["sizes"][0] for answer in answers]
    for derivation in derivations:
        assert [step["size"] for step in derivation["steps"]] == ["7", "14", "28", "56", "112"]
        for step in derivation["steps"]:
            sizes = {source["symbol"]: int(source["size"]) for source in step["sources"]}
            assert dimension.evaluate(step["formula"], sizes) == int(step["size"])
            strides = next(use for use in step["attributes"] if use["name"] == "strides")
            assert strides["value"] == "[2, 2]" and strides["changesSize"]
    places = [step["attributes"] for step in derivations[0]["steps"]]
    lines = [next(use for use in uses if use["name"] == "strides")["arguments"][-1]["place"] for uses in places]
    source = text.read_text().splitlines()
    assert all("stride=" in source[int(line.removeprefix("line ")) - 1] for line in lines)


def test_mistakes(tmp_path):
    text = tmp_path / "net.mica"
    body = "    hidden = Relu(image)\n    return Neg(hidden)\n"
    text.write_text(f"model net(image: f32[N, 3]) -> (logits: f32[N, 3]) {{\n{body}}}\n")
    outcome = mica("explain", text, "hiden")
    assert outcome.code == 1
    assert "error[unknown-value]: the model has no value `hiden`; is `hidden` meant?" in outcome.err
    outcome = mica("explain", text, "hidden", "2")
    assert outcome.code == 1 and "which has no axis 2" in outcome.err
    assert mica("explain", text, "--all", "hidden").code == 2
    assert "axis 0 of the input image, line 1" in succeed("explain", text, "hidden", "0").out
