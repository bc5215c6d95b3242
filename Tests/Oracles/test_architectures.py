"""Every example that has a published counterpart: its parameters, their names and shapes, and its cost."""

import json
import re
import tempfile
from pathlib import Path

import onnx
import pytest

import architecture
from command import convert, mica, summary
from state import Shapes, count

published = pytest.mark.parametrize("name", architecture.PUBLISHED)


def types(shapes: Shapes) -> dict[str, str]:
    """Spells each shape as mica prints the type of a parameter."""
    return {path: f"f32[{', '.join(map(str, shape))}]" for path, shape in shapes.items()}


def state(name: str, role: str) -> dict[str, str]:
    """The types of the parameters, or of the buffers, by their paths, as mica lists them."""
    outcome = mica("summary", "--parameters", "--json", *architecture.source(name))
    if outcome.code == 2:  # until the option is there: the initializers of the exported file
        with tempfile.TemporaryDirectory() as folder:
            file, *model = architecture.source(name)
            path = convert(Path(file), Path(folder) / "whole.onnx", "--random-weights", *model)
            tensors = onnx.load(str(path)).graph.initializer
            found = types({tensor.name: tuple(tensor.dims) for tensor in tensors if "/" not in tensor.name})
            buffer = re.compile(r"running_(mean|var)$")
            return {path: found[path] for path in found if bool(buffer.search(path)) == (role == "buffer")}
    listed = json.loads(outcome.out)
    return {entry["path"]: entry["type"] for entry in listed if entry["role"] == role}


def test_required_networks():
    """The networks that must be here with a published count, whatever else is."""
    required = {"vgg16", "resnet50", "mobilenet_v2"}
    assert required <= set(architecture.PUBLISHED)


@published
def test_parameter_count(name):
    module = architecture.PUBLISHED[name]
    assert count(module.parameters().values()) == module.PARAMETERS, "architectures/ does not add up to its own count"
    found = summary(*architecture.source(name))
    assert found["parameters"] == module.PARAMETERS
    assert found["buffers"] == count(module.buffers().values())


@published
def test_parameters_by_path(name):
    assert state(name, "parameter") == types(architecture.PUBLISHED[name].parameters())


@published
def test_buffers_by_path(name):
    assert state(name, "buffer") == types(architecture.PUBLISHED[name].buffers())


@pytest.mark.parametrize("name", [name for name, module in architecture.PUBLISHED.items() if module.MACS])
def test_macs(name):
    module = architecture.PUBLISHED[name]
    found = summary(*architecture.source(name), *architecture.options({}, module.BINDINGS))
    assert found["macs"] == pytest.approx(module.MACS, rel=getattr(module, "TOLERANCE", 0.01))
    assert found["uncounted"] == []
