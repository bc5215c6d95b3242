"""Every example, made small, exports at every operator set, and computes the same there.

A new example needs a module in architectures/ that says how to run it: see architecture.py.
"""

from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest

import architecture
import onnx_file
from command import convert, mica

OLDER, NEWEST = [13, 17], 21
TOLERANCE = 1e-5  # of the largest magnitude in the output

# What no decomposition exists for: (example, opset) and the identifier of the one diagnostic that is given instead.
REFUSED: dict[tuple[str, int], str] = {}

NAMES = [name for source in architecture.SOURCES for name in architecture.models(source)]
# What has an operator that no runtime has a kernel for.
NO_KERNEL = {"custom_operator.graph_network"}
RUNNING = [name for name in NAMES if name in architecture.MODULES and hasattr(architecture.named(name), "inputs")]


def exports(names: list[str]) -> pytest.MarkDecorator:
    pairs = [(name, opset) for name in names for opset in [*OLDER, NEWEST] if (name, opset) not in REFUSED]
    return pytest.mark.parametrize(("name", "opset"), pairs)


def small(name: str, opset: int) -> list[object]:
    """The arguments that export an example in its small size."""
    _, *model = architecture.source(name)
    return [*model, "--opset", opset, "--random-weights", *architecture.options(**architecture.named(name).SMALL)]


def distance(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, as a part of the largest magnitude that is expected."""
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    largest = np.abs(found - expected).max(initial=0)
    return largest / np.abs(expected).max() if largest > 0 and expected.any() else largest


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    @cache
    def export(name: str, opset: int) -> Path:
        path = tmp_path_factory.mktemp(f"{name}_{opset}") / "example.onnx"
        return convert(Path(architecture.source(name)[0]), path, *small(name, opset))

    return export


@pytest.fixture(scope="module")
def outputs(exported):
    """Runs an export with the same weights at each operator set, on the inputs that the module draws."""

    @cache
    def run(name: str, opset: int, seed: int = 0) -> dict[str, np.ndarray]:
        module = architecture.named(name)
        parameters = architecture.state(name, "parameter", *architecture.options(**module.SMALL))
        model = onnx.load(str(exported(name, opset)))
        model = onnx_file.reweighted(model, parameters, gain=getattr(module, "GAIN", 1.0))
        return onnx_file.run(model, module.inputs(np.random.default_rng(seed)))

    return run


def test_each_example_has_a_module():
    assert architecture.MODULES == set(NAMES)


def test_what_no_runtime_runs():
    assert set(NAMES) - set(RUNNING) == NO_KERNEL


@exports(NAMES)
def test_file(name, opset, exported):
    """The checker passes the file, and strict inference confirms each type that it states.

    Of what comes out of an operator without a body, inference knows nothing.
    """
    found = list(onnx_file.disagreements(onnx_file.check(exported(name, opset), opset)))
    if name in NO_KERNEL:
        found = [line for line in found if not line.endswith("inference knows no such value")]
    assert found == []


@exports(RUNNING)
def test_same_numbers(name, opset, outputs):
    """What the file of an older set computes is what the newest's does; the newest is held to run at all."""
    expected, found = outputs(name, NEWEST), outputs(name, opset)
    assert list(found) == list(expected)
    for output, value in expected.items():
        assert (found[output].dtype, found[output].shape) == (value.dtype, value.shape), output
        assert np.isfinite(value).all(), output
        assert distance(found[output], value) <= TOLERANCE, output


@pytest.mark.parametrize("name", RUNNING)
def test_inputs_matter(name, outputs):
    """An output that is the same for all inputs would compare nothing."""
    first, second = outputs(name, NEWEST), outputs(name, NEWEST, seed=1)
    for output, value in first.items():
        assert value.shape != second[output].shape or distance(second[output], value) > 1e-3, output


def test_refusals(tmp_path):
    """An operator set that cannot say an example gives the diagnostic of the table, and no file."""
    for (name, opset), identifier in REFUSED.items():
        path = tmp_path / "example.onnx"
        outcome = mica("convert", architecture.source(name)[0], path, *small(name, opset))
        assert outcome.code == 1
        assert [found.identifier for found in outcome.diagnostics] == [identifier], outcome.err
        assert not path.exists()
