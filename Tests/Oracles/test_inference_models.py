"""Networks that others exported: mica knows more shapes than the onnx package does, and none is false."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from command import ROOT, mica, succeed
from inference import (
    bound,
    contradictions,
    declared,
    graphs,
    observed,
    problems,
    results,
    shape,
    spelled,
    types,
    untyped,
)
from inference_models import VARIANTS, Survey, survey
from networks import NETWORKS
from onnx_roundtrip import first_difference, normal
from sizes import Size


@pytest.fixture(scope="module", params=NETWORKS)
def surveyed(request, models) -> Iterator[tuple[str, Survey]]:
    yield request.param, survey(NETWORKS[request.param], models, seed=1)


def test_all_are_converted(surveyed):
    """A file that contradicts itself is written all the same; what is said is said in lines of ours."""
    name, result = surveyed
    assert result.outcome.code == 0, result.outcome.err
    said = [problem for comparison in result.comparisons.values() for problem in comparison.problems]
    assert len(said) == len(result.outcome.err.splitlines()), result.outcome.err
    assert not [problem for problem in said if problem.severity == "error"], name


@pytest.mark.parametrize("variant", VARIANTS)
def test_knows_what_onnx_knows(surveyed, variant):
    """At least as many values; those that only onnx knows are listed."""
    comparison = surveyed[1].comparisons[variant]
    assert len(comparison.values) > 60
    assert len(comparison.known) >= len(comparison.known_to_onnx), "\n".join(comparison.missing)


@pytest.mark.parametrize("variant", VARIANTS)
def test_knows_each_value_that_onnx_knows(surveyed, variant):
    """But for those of a branch that cannot run, which have no shapes."""
    name, result = surveyed
    comparison = result.comparisons[variant]
    assert comparison.strict, "the onnx package refuses the model in strict mode"
    impossible = NETWORKS[name].impossible if variant == "concrete" else ""
    missing = [line for line in comparison.missing if not impossible or f" {impossible}/" not in line]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_size_is_false(surveyed, variant):
    """ONNX Runtime computes every value of the graph, and those of branches that it takes, twice, with other sizes."""
    name, result = surveyed
    assert result.observed > 0.4 * len(result.comparisons[variant].values)
    false = result.comparisons[variant].contradictions
    if variant == "recorded":
        kept = tuple(f"/{output}: " for output in NETWORKS[name].false_outputs)
        false = [line for line in false if not line.startswith(kept)]
    assert not false, "\n".join(false)


def test_false_outputs_are_reported(surveyed):
    """Two files declare an output of another rank than it has; no other file contradicts itself."""
    name, result = surveyed
    expected = NETWORKS[name].false_outputs
    said = result.comparisons["recorded"].problems
    assert [problem.identifier for problem in said] == ["recorded-type-mismatch"] * len(expected)
    for output, problem in zip(expected, said):
        assert f"output `{output}`" in problem.message
    assert result.comparisons["bare"].problems == []
    refused = [problem.identifier for problem in result.comparisons["concrete"].problems]
    assert set(refused) == ({"rank-mismatch"} if NETWORKS[name].impossible else set())


def test_nothing_else_changes(surveyed):
    for comparison in surveyed[1].comparisons.values():
        left, right = (normal(untyped(model), "") for model in (comparison.source, comparison.inferred))
        assert left == right, first_difference(left, right)


def test_recorded_types_stay(surveyed):
    """What a file says of a value stays, if in other words; element types are never others."""
    comparison = surveyed[1].comparisons["recorded"]
    names = declared(comparison.source)
    before, after = types(comparison.source), types(comparison.inferred)
    for key, type in before.items():
        if type.tensor_type.elem_type:
            assert after[key].tensor_type.elem_type == type.tensor_type.elem_type, key
        old, new = shape(type, names), shape(after[key], names)
        if old is None:
            continue
        assert new is not None and len(new) == len(old), f"{key}: {spelled(old)} became {spelled(new)}"
        numbers = dict.fromkeys(names, 7)
        same = [one is None or value(one, numbers) == value(other, numbers) for one, other in zip(old, new)]
        assert all(same), f"{key}: {spelled(old)} became {spelled(new)}"


def value(size: int | Size | None, numbers: dict[str, int]) -> int | None:
    return size.at(numbers) if isinstance(size, Size) else size


def test_all_types_are_recorded(surveyed):
    """Each value's type is written once, in its own graph, and never one that a node does not give."""
    for comparison in surveyed[1].comparisons.values():
        for path, graph in graphs(comparison.inferred.graph):
            names = [value.name for value in graph.value_info]
            assert len(names) == len(set(names))
            given = {output for node in graph.node for output in node.output}
            constants = {tensor.name for tensor in graph.initializer}
            before = {value.name for value in dict(graphs(comparison.source.graph))[path].value_info}
            assert set(names) <= given | constants | before, path


def test_all_in_one_process(models, tmp_path):
    """All networks of one list; weights are streamed: little memory is mica's own, whatever the files hold."""
    pairs = [(models / network.file, tmp_path / f"{name}.onnx") for name, network in NETWORKS.items()]
    (tmp_path / "list").write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    weights = sum(source.stat().st_size for source, _ in pairs)
    assert weights > 250e6
    binary = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")
    command = [str(binary), "convert", "--batch", str(tmp_path / "list"), "--infer-shapes"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    samples = list(resident(process))
    error = process.stderr.read()
    assert process.wait() == 0, error
    assert error.count("recorded-type-mismatch") == 2 and error.count("\n") == 2
    for _, target in pairs:
        assert results(onnx.load(target, load_external_data=False))
        target.unlink()
    assert len(samples) > 10
    assert max(samples) < 40e6, f"{max(samples) / 1e6:.0f} MB of its own, with {weights / 1e6:.0f} MB of files"


def resident(process: subprocess.Popen) -> Iterator[int]:
    """Yields the bytes of memory that are the process's own, mapped files apart, until it ends."""
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            return
        lines = [line for line in status.splitlines() if line.startswith("RssAnon:")]
        if lines:
            yield int(lines[0].split()[1]) * 1024
        time.sleep(0.001)


def test_strict(models, tmp_path):
    """With --strict a file that contradicts itself is an error, and nothing is written."""
    source = models / NETWORKS["ddddocr_common"].file
    outcome = mica("convert", source, tmp_path / "new.onnx", "--infer-shapes", "--strict")
    assert outcome.code == 1
    assert [(problem.severity, problem.identifier) for problem in problems(outcome)] == [
        ("error", "recorded-type-mismatch")
    ]
    assert list(tmp_path.iterdir()) == []
    outcome = mica(
        "convert", models / NETWORKS["ppocrv4_det"].file, tmp_path / "new.onnx", "--infer-shapes", "--strict"
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert (tmp_path / "new.onnx").exists()


def test_table(models):
    """The table names each network that it is asked for, with its counts."""
    script = Path(__file__).with_name("inference_models.py")
    done = subprocess.run([sys.executable, script, "silero_vad_op18_ifless"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["network", "silero_vad_op18_ifless"]


def test_a_false_size_is_found(models):
    """The comparison itself: sizes that are wrong by one are seen, in a subgraph too."""
    network = NETWORKS["silero_vad_op18_ifless"]
    inferred = survey(network, models, seed=1).comparisons["bare"].inferred
    given = network.arrays(inferred, 0, seed=1)
    truth = observed(inferred, types(inferred), given)
    sizes = bound(inferred, given)
    assert not list(contradictions(inferred, truth, sizes))
    changed = set()
    for path, graph in graphs(inferred.graph):
        for value in graph.value_info:
            named = [dim for dim in value.type.tensor_type.shape.dim if dim.dim_param]
            if path and named and (path, value.name) in truth:
                named[0].dim_param += " + 1"
                changed.add(f"{path}/{value.name}")
    assert len(changed) > 10
    assert {line.split(": ")[0] for line in contradictions(inferred, truth, sizes)} == changed


@pytest.mark.parametrize("folder", [".", "elsewhere"])
def test_external_data_stays_external(tmp_path, folder):
    """Weights in a data file stay there for a model beside it; in another folder they have a data file of their own."""
    random = np.random.default_rng(0)
    names = ["first", "second"]
    weights = [numpy_helper.from_array(random.standard_normal((64, 64), np.float32), name) for name in names]
    nodes = [helper.make_node("MatMul", ["x", "first"], ["h"]), helper.make_node("MatMul", ["h", "second"], ["y"])]
    declared_sizes = [("x", ["N", 64]), ("y", None)]
    x, y = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, sizes) for name, sizes in declared_sizes)
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [y], weights), ir_version=8)
    onnx.save(model, tmp_path / "in.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)
    data = (tmp_path / "weights.bin").read_bytes()
    (tmp_path / folder).mkdir(exist_ok=True)
    target = tmp_path / folder / "out.onnx"
    succeed("convert", "--infer-shapes", tmp_path / "in.onnx", target)
    assert target.stat().st_size < 2000
    assert (tmp_path / "weights.bin").read_bytes() == data
    assert sorted(path.name for path in target.parent.glob("*.*")) == (
        ["in.onnx", "out.onnx", "weights.bin"] if folder == "." else ["out.onnx", "out.onnx.data"]
    )
    written = onnx.load(target)
    for before, after in zip(weights, written.graph.initializer, strict=True):
        assert np.array_equal(numpy_helper.to_array(before), numpy_helper.to_array(after))
    dimensions = written.graph.output[0].type.tensor_type.shape.dim
    assert [item.dim_param or item.dim_value for item in dimensions] == ["N", 64]
