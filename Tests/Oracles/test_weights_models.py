"""`mica new NAME --weights FILE`: the text checks, and every tensor of the file is a parameter of the exported model."""

import itertools
import json
import os
import random
import struct
import time

import numpy
import onnx
import pytest
import safetensors.numpy
from onnx import numpy_helper

import unpickle
from command import mica, succeed
from test_weights import PICKLED, SAFETENSORS
from test_weights_binding import gpt2


def written(folder, weights) -> str:
    """The text for a checkpoint, which nothing is wrong with."""
    succeed("new", "net", "--weights", weights, cwd=folder)
    checked = mica("check", "net.mica", cwd=folder)
    # What no layer takes yet is for the reader to use, and told as that.
    others = [line for line in checked.err.splitlines() if "hint[unused-value]: nothing uses `" not in line]
    assert (checked.code, others) == (0, [])
    formatted = mica("format", "--check", "net.mica", cwd=folder)
    assert formatted.code == 0
    return (folder / "net.mica").read_text()


def check(folder, weights, expected: dict[str, numpy.ndarray], prefix: str = "") -> str:
    """Also: exported, each tensor is an initialiser with its bytes, by its name behind the prefix."""
    text = written(folder, weights)
    succeed("convert", "net.mica", "net.onnx", cwd=folder)
    model = onnx.load(folder / "net.onnx")
    onnx.checker.check_model(model)
    found = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for name, array in expected.items():
        assert name.startswith(prefix)
        bound = found[name.removeprefix(prefix)]
        assert bound.shape == array.shape and bound.tobytes() == numpy.ascontiguousarray(array).tobytes(), name
    return text


@pytest.mark.parametrize("name", PICKLED + SAFETENSORS)
def test_published(models, tmp_path, name):
    if name in SAFETENSORS:
        with safetensors.safe_open(models / name, framework="numpy") as file:
            expected = {key: file.get_tensor(key) for key in file.keys()}
    else:
        expected = unpickle.read(models / name)
    if "resemblyzer" in name:
        # Beside the model the file has the state of what trained it.
        expected = {key: array for key, array in expected.items() if not key.startswith("optimizer_state.")}
        text = check(tmp_path, models / name, expected, "model_state.")
        assert 'ignore=["optimizer_state.*"]' in "".join(text.split()) and "linear: Linear(out_features=256)" in text
        return
    text = check(tmp_path, models / name, expected)
    if "minilm" in name:
        assert "repeat i in 0..<6 {" in text and "encoder.layer[i]: Layer" in text and text.count("block ") == 1
        assert text.count("Linear(") == 7 and text.count("Embedding(") == 3 and text.count("LayerNorm\n") == 3
        assert text.count("param ") == 0


def convolutional() -> dict[str, numpy.ndarray]:
    """A residual network: convolutions, batch norms with their counters, equal blocks, a classifier."""
    numbers = numpy.random.default_rng(5)
    made: dict[str, numpy.ndarray] = {}

    def convolution(path: str, outputs: int, inputs: int, size: int) -> None:
        made[f"{path}.weight"] = numbers.standard_normal((outputs, inputs, size, size)).astype("f4")

    def norm(path: str, width: int) -> None:
        for name in ("weight", "bias", "running_mean", "running_var"):
            made[f"{path}.{name}"] = numbers.random(width).astype("f4")
        made[f"{path}.num_batches_tracked"] = numpy.array(7, "i8")

    convolution("conv1", 8, 3, 7)
    norm("bn1", 8)
    for layer, width in enumerate([8, 16], 1):
        for block in range(4):
            inputs = width // 2 if layer == 2 and block == 0 else width
            convolution(f"layer{layer}.{block}.conv1", width, inputs, 3)
            norm(f"layer{layer}.{block}.bn1", width)
            convolution(f"layer{layer}.{block}.conv2", width, width, 3)
            norm(f"layer{layer}.{block}.bn2", width)
    made["fc.weight"] = numbers.standard_normal((10, 16)).astype("f4")
    made["fc.bias"] = numpy.zeros(10, "f4")
    return made


def test_a_residual_network(tmp_path):
    made = convolutional()
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    expected = {name: array for name, array in made.items() if not name.endswith("num_batches_tracked")}
    text = check(tmp_path, "net.safetensors", expected)
    assert text.count("repeat ") == 2 and "layer1[i]" in text and "layer2[i]" in text and "BatchNorm2d" in text
    assert "GlobalAveragePool |> Flatten |> fc: Linear(out_features=10)" in text and "param" not in text


def test_gpt2(tmp_path):
    made = gpt2()
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    text = check(tmp_path, "net.safetensors", made)
    assert "import std.text" in text and "repeat i in 0..<2" in text
    assert "attn.c_attn: Conv1D(out_features=72)" in text and "attn.c_proj: Conv1D(out_features=24)" in text


def test_a_prefix_of_all_names(tmp_path):
    made = {f"module.backbone.{name}": array for name, array in convolutional().items() if "num_batches" not in name}
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    text = check(tmp_path, "net.safetensors", made, "module.backbone.")
    assert 'prefix="module.backbone."' in text


def test_single_layers(tmp_path):
    for index, made in enumerate([
        {"fc.weight": numpy.ones((2, 3), "f4"), "fc.bias": numpy.ones(2, "f4")},
        {"weight": numpy.ones((2, 3), "f4")},
        {"0.weight": numpy.ones((2, 3), "f4"), "1.weight": numpy.ones((2, 2), "f4"), "2.weight": numpy.ones((2, 2), "f4")},
        {"a": numpy.array(3, "f4")},
        {"tokens": numpy.arange(6).reshape(2, 3)},
        {"emb.weight": numpy.ones((4, 3), "f2"), "ln.weight": numpy.ones(3, "f2"), "ln.bias": numpy.ones(3, "f4")},
    ]):  # fmt: skip
        folder = tmp_path / str(index)
        folder.mkdir()
        safetensors.numpy.save_file(made, folder / "net.safetensors")
        check(folder, "net.safetensors", made)


STRANGE = ["a.", ".a", "..", "a..b", " ", "if", "f32.weight", "param.x", "x", "y.x", "N.weight", "S", "0", "1.2.weight", "01.a",
           "a`b", "a\\b", "a{b}", "Ж.вес", "a\tb", "\"q\"", "*", "weight", "model", "self.i", "i", "W.0.i", "weights.0", "repeat.a",
           "a/b:c", "return", "input", "output", "net", "h[0].a", "x" * 300, ".".join(["d"] * 60), "a.a.a.a.a", "a.a"]  # fmt: skip


def folders(tmp_path):
    """Folders of their own, for MICA_SOAK_SECONDS."""
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", 2))
    for attempt in itertools.count():
        folder = tmp_path / str(attempt)
        folder.mkdir()
        yield attempt, folder
        if time.monotonic() > end:
            return


def test_strange_names(tmp_path, seed):
    """Runs MICA_SOAK_SECONDS long, and through all names at once to begin with."""
    drawn = random.Random(seed)
    for attempt, folder in folders(tmp_path):
        names = drawn.sample(STRANGE, len(STRANGE) if attempt == 0 else drawn.randint(1, 12))
        shapes = [[drawn.choice([1, 2, 3]) for _ in range(drawn.randrange(4))] for _ in names]
        kinds = [drawn.choice(["f4", "f4", "f2", "f8", "i8", "u1", "?"]) for _ in names]
        made = {name: numpy.ones(shape, kind) for name, shape, kind in zip(names, shapes, kinds)}
        safetensors.numpy.save_file(made, folder / "net.safetensors")
        written(folder, "net.safetensors")


def test_drawn_trees(tmp_path, seed):
    """Runs MICA_SOAK_SECONDS long: names and shapes of layers in any order; whatever is guessed fits together."""
    drawn = random.Random(seed)
    words = ["conv", "norm", "ln_1", "emb", "fc", "query", "key", "value", "output", "prelu", "up", "0", "1", "2", "3", "bn", "x", "layers"]
    for _, folder in folders(tmp_path):
        made: dict[str, numpy.ndarray] = {}
        for _ in range(drawn.randint(1, 25)):
            path = ".".join(drawn.choice(words) for _ in range(drawn.randint(1, 4)))
            width, inputs = drawn.choice([1, 2, 4]), drawn.choice([1, 2, 4])
            shape = [[width], [width, inputs], [width, inputs, 3], [width, inputs, 2, 3], [width, inputs, 1, 1, 1]][drawn.randrange(5)]
            made[f"{path}.weight"] = numpy.ones(shape, "f4")
            if drawn.random() < 0.6:
                made[f"{path}.bias"] = numpy.ones(drawn.choice([width, inputs]), "f4")
            if drawn.random() < 0.3:
                made |= {f"{path}.running_{name}": numpy.ones(width, "f4") for name in ("mean", "var")}
        safetensors.numpy.save_file(made, folder / "net.safetensors")
        written(folder, "net.safetensors")


def test_shards_and_other_folders(tmp_path):
    made = convolutional()
    (tmp_path / "sub folder").mkdir()
    safetensors.numpy.save_file(made, tmp_path / "all.safetensors")
    target = tmp_path / "sub folder" / "model.safetensors"
    succeed("convert", tmp_path / "all.safetensors", target, "--shard-size", "4kB")
    expected = {name: array for name, array in made.items() if not name.endswith("num_batches_tracked")}
    check(tmp_path, "sub folder/model.safetensors.index.json", expected)


def test_bad_calls(tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"no weights")
    (tmp_path / "empty.safetensors").write_bytes(struct.pack("<Q", 2) + b"{}")
    for weights, code in [("absent.safetensors", "weights-file-missing"), ("bad.safetensors", "weights-file-unreadable"),
                          ("empty.safetensors", "weights-file-unreadable"), (".", "weights-file-unreadable")]:  # fmt: skip
        outcome = mica("new", "net", "--weights", weights, cwd=tmp_path)
        assert outcome.code == 1 and code in outcome.err and not list(tmp_path.glob("*.mica")), outcome.err
    safetensors.numpy.save_file({"a": numpy.zeros(1)}, tmp_path / "net.safetensors")
    assert mica("new", "f32", "--weights", "net.safetensors", cwd=tmp_path).code == 2
    (tmp_path / "net.mica").write_text("mine")
    assert mica("new", "net", "--weights", "net.safetensors", cwd=tmp_path).code == 1
    assert (tmp_path / "net.mica").read_text() == "mine"


def test_many_tensors(tmp_path):
    header, offset = {}, 0
    for index in range(60_000):
        header[f"a.{index}.w"] = {"dtype": "F32", "shape": [1], "data_offsets": [offset, offset + 4]}
        offset += 4
    content = json.dumps(header).encode()
    (tmp_path / "net.safetensors").write_bytes(struct.pack("<Q", len(content)) + content + bytes(offset))
    outcome = mica("new", "net", "--weights", "net.safetensors", cwd=tmp_path)
    assert outcome.code == 1 and "50,000" in outcome.err
