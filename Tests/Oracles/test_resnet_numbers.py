"""`mica summary --json` against resnet.py's count of parameters and multiply-accumulates, for ResNets of all sizes."""

import os
import random
import re
import time

import pytest

import onnx_file
from command import EXAMPLES, convert, summary
from resnet import ResNet

SOURCE = EXAMPLES / "resnet18.mica"
KEYS = "model parameters buffers macs flops weight_bytes peak_activation_bytes moved_bytes uncounted layers".split()
LAYER_KEYS = "path callee type parameters macs".split()


def edited(tmp_path, *edits: tuple[str, str]):
    """Returns a copy of the example in which each pattern, which must occur, is replaced."""
    text = re.sub(r"//.*", "", SOURCE.read_text())
    for pattern, replacement in edits:
        text, count = re.subn(pattern, replacement, text)
        assert count > 0, f"{SOURCE.name} has no {pattern}"
    path = tmp_path / "edited.mica"
    path.write_text(text)
    return path


def compare(found: dict, network: ResNet) -> None:
    """Compares totals and layers with the formula."""
    parameters, macs = network.parameters(), network.macs()
    assert found["parameters"] == sum(parameters.values())
    assert found["buffers"] == network.buffers()
    assert found["weight_bytes"] == 4 * (found["parameters"] + found["buffers"])
    layers = {re.sub(r"\[(\d+)\]", r".\1", layer["path"]): layer for layer in found["layers"]}
    assert len(layers) == len(found["layers"]), "two layers have one path"
    assert {path: layers[path]["parameters"] for path in parameters if path in layers} == parameters
    assert {path: layers[path]["macs"] for path in macs} == macs
    assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]
    assert sum(layer["macs"] for layer in found["layers"]) == found["macs"]
    assert found["macs"] == sum(macs.values()), "only convolutions and linear layers multiply and accumulate"
    assert found["flops"] >= 2 * found["macs"]
    assert found["uncounted"] == []


def test_published_numbers():
    found = summary(SOURCE)
    assert list(found)[: len(KEYS)] == KEYS  # what follows says which sizes were assumed
    assert [list(layer) for layer in found["layers"]] == [LAYER_KEYS] * len(found["layers"])
    assert found["model"] == "resnet18"
    assert found["parameters"] == 11_689_512  # torchvision's documented num_params
    assert found["macs"] == pytest.approx(1.814e9, rel=1e-3)  # and its _ops
    compare(found, ResNet())


def test_layer_rows():
    layers = {layer["path"].replace("[", ".").replace("]", ""): layer for layer in summary(SOURCE)["layers"]}
    assert layers["conv1"]["callee"] == "Conv2d"
    assert re.fullmatch(r"f32\[\w+, 64, 112, 112\]", layers["conv1"]["type"])
    assert re.fullmatch(r"f32\[\w+, 512, 7, 7\]", layers["layer4.1.conv2"]["type"])
    assert layers["fc"]["callee"] == "Linear"


def test_peak_activation():
    """The stem's convolution holds its input and its output; nothing ever holds all values at once."""
    held = 4 * (3 * 224 * 224 + 64 * 112 * 112)
    peak = summary(SOURCE)["peak_activation_bytes"]
    assert held <= peak < 4 * held


def test_bound_batch():
    one, eight = summary(SOURCE, "--bind", "N=1"), summary(SOURCE, "--bind", "N=8")
    assert one["macs"] == sum(ResNet().macs().values())
    assert eight["macs"] == 8 * one["macs"]
    assert eight["peak_activation_bytes"] == 8 * one["peak_activation_bytes"]
    assert (eight["parameters"], eight["weight_bytes"]) == (one["parameters"], one["weight_bytes"])


@pytest.mark.parametrize("classes", [10, 365])
def test_edited_classes(tmp_path, classes):
    path = edited(tmp_path, (r"\b1000\b", str(classes)))
    compare(summary(path), ResNet(classes=classes))


@pytest.mark.parametrize("size", [(160, 96), (223, 321), (32, 32)])
def test_edited_input_size(tmp_path, size):
    path = edited(tmp_path, (r"\b224, 224\b", f"{size[0]}, {size[1]}"))
    compare(summary(path), ResNet(size=size))


@pytest.mark.parametrize("widths", [(32, 48, 96, 200), (64, 64, 64, 64), (16, 320, 24, 8)])
def test_edited_widths(tmp_path, widths):
    """Every 64, 128, 256 and 512 of the example is a width."""
    first = [(rf"\b{old}\b", f"width{old}") for old in ResNet().widths]
    second = [(f"width{old}\\b", str(new)) for old, new in zip(ResNet().widths, widths)]
    compare(summary(edited(tmp_path, *first, *second)), ResNet(widths=widths))


@pytest.mark.parametrize(
    "network",
    [
        ResNet(),
        ResNet(depths=(3, 4, 6, 3)),
        ResNet(depths=(1, 1, 1, 1), classes=2),
        ResNet(depths=(1, 5, 2, 3), widths=(8, 8, 24, 40), classes=17, size=(97, 130)),
    ],
)
def test_written_network(tmp_path, network):
    path = tmp_path / "resnet.mica"
    path.write_text(network.text())
    compare(summary(path), network)
    exported = onnx_file.check(convert(path, tmp_path / "resnet.onnx"))
    assert {name: value.shape for name, value in onnx_file.tensors(exported).items()} == network.state()


def test_random_networks(tmp_path, seed):
    """Runs MICA_SOAK_SECONDS long."""
    choice = random.Random(seed)
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    path = tmp_path / "resnet.mica"
    while True:
        network = ResNet(
            widths=tuple(choice.choice([1, 8, 24, 64, 100]) for _ in range(4)),
            depths=tuple(choice.randint(1, 6) for _ in range(4)),
            classes=choice.randint(1, 2000),
            size=(choice.randint(1, 300), choice.randint(1, 300)),
        )
        path.write_text(network.text())
        compare(summary(path), network)
        if time.monotonic() >= end:
            break
