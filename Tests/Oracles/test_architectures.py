"""Every example that has a published counterpart: its parameters, their names and shapes, and its cost."""

import pytest

import architecture
from command import summary
from state import Shapes, count

published = pytest.mark.parametrize("name", architecture.PUBLISHED)


def types(shapes: Shapes) -> dict[str, str]:
    """Spells each shape as mica prints the type of a parameter."""
    return {path: f"f32[{', '.join(map(str, shape))}]" for path, shape in shapes.items()}


def test_required_networks():
    """The networks that must be here with a published count, whatever else is."""
    images = {"vgg16", "resnet50", "mobilenet_v2", "efficientnet_b0", "densenet121", "convnext_tiny", "vit_b_16", "swin_t"}
    required = images | {"bert_base", "gpt2"}
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
    assert architecture.state(name, "parameter") == types(architecture.PUBLISHED[name].parameters())


@published
def test_buffers_by_path(name):
    assert architecture.state(name, "buffer") == types(architecture.PUBLISHED[name].buffers())


@pytest.mark.parametrize("name", [name for name, module in architecture.PUBLISHED.items() if module.MACS])
def test_macs(name):
    module = architecture.PUBLISHED[name]
    found = summary(*architecture.source(name), *architecture.options({}, module.BINDINGS))
    assert found["macs"] == pytest.approx(module.MACS, rel=getattr(module, "TOLERANCE", 0.01))
    assert found["uncounted"] == []
