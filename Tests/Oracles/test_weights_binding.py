"""Binding a text to files of weights, from the shell: what is exported has the numbers of the file, or says why not."""

import json

import numpy
import onnx
import pytest
import safetensors.numpy
from onnx import numpy_helper

from command import EXAMPLES, mica, succeed

MODEL = """\
use onnx 21

model net(x: f32[N, 6]) -> (y: f32[N, 4]) {
    weights "net.safetensors"%s

    buffer offset: f32[6] = zeros
    x = x + offset
    repeat i in 0..<2 {
        x = h[i].fc: Linear(x, out_features=6)
    }
    return head: Linear(x, out_features=4)
}
"""


def tensors(seed: int = 3) -> dict[str, numpy.ndarray]:
    numbers = numpy.random.default_rng(seed)
    shapes = {"offset": (6,), "h.0.fc.weight": (6, 6), "h.1.fc.weight": (6, 6), "head.weight": (4, 6)}
    shapes |= {"h.0.fc.bias": (6,), "h.1.fc.bias": (6,), "head.bias": (4,)}
    return {name: numbers.standard_normal(shape).astype("f4") for name, shape in shapes.items()}


class Bound:
    """A text and the files beside it."""

    def __init__(self, folder, options: str = "", text: str = MODEL) -> None:
        self.path = folder / "net.mica"
        self.path.write_text(text % options)

    def check(self) -> list[tuple[str, str]]:
        """What `mica check` says: severity and identifier."""
        lines = [line for line in mica("check", self.path).err.splitlines() if line.startswith(str(self.path))]
        return [tuple(line.split(": ")[1].rstrip("]").split("[")) for line in lines]

    def exported(self) -> dict[str, numpy.ndarray]:
        """The initialisers of the exported model."""
        succeed("convert", self.path, self.path.with_suffix(".onnx"))
        model = onnx.load(self.path.with_suffix(".onnx"))
        return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def same(found: dict[str, numpy.ndarray], expected: dict[str, numpy.ndarray]) -> None:
    for name, array in expected.items():
        assert found[name].dtype == array.dtype and found[name].shape == array.shape, name
        assert found[name].tobytes() == numpy.ascontiguousarray(array).tobytes(), name


def test_as_it_is(tmp_path):
    safetensors.numpy.save_file(tensors(), tmp_path / "net.safetensors")
    bound = Bound(tmp_path)
    assert bound.check() == []
    same(bound.exported(), tensors())


def test_a_buffer_may_be_missing_a_parameter_may_not(tmp_path):
    made = tensors()
    del made["offset"]
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    bound = Bound(tmp_path)
    assert bound.check() == []
    same(bound.exported(), made | {"offset": numpy.zeros(6, "f4")})
    del made["head.bias"]
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    assert bound.check() == [("error", "missing-weight")]
    assert mica("convert", bound.path, tmp_path / "net.onnx").code == 1


def test_prefix_rename_and_ignore(tmp_path):
    made = {"encoder." + name.replace("fc.weight", "fc.gamma"): array for name, array in tensors().items()}
    extra = {f"encoder.h.{index}.attn.bias": numpy.zeros((1, 3), "u1") for index in range(2)} | {"decoder.w": numpy.zeros(2, "f4")}
    safetensors.numpy.save_file(made | extra, tmp_path / "net.safetensors")
    options = ' (prefix="encoder.", rename={"fc.gamma": "fc.weight"}, ignore=["*.attn.bias", "decoder.*"])'
    bound = Bound(tmp_path, options)
    assert bound.check() == []
    same(bound.exported(), tensors())
    bound = Bound(tmp_path, options.replace(', "decoder.*"', ""))
    assert bound.check() == [("hint", "unused-weights")]
    bound = Bound(tmp_path, options.replace("rename", "renames"))
    assert ("error", "unknown-argument") in bound.check()


def test_two_tensors_of_one_path(tmp_path):
    """An entry of `rename` that gives a tensor the name of another is told; the first of the file is taken."""
    stored = tensors()
    stored["head.gamma"] = stored["head.weight"] + 1
    safetensors.numpy.save_file(stored, tmp_path / "net.safetensors")
    bound = Bound(tmp_path, ' (rename={"gamma": "weight"})')
    assert ("warning", "ambiguous-weight") in bound.check()
    told = mica("check", bound.path).err
    assert "`head.gamma`" in told and "are both `head.weight` in the model" in told
    with safetensors.safe_open(tmp_path / "net.safetensors", "numpy") as file:
        first = next(name for name in file.keys() if name in ("head.gamma", "head.weight"))
    assert bound.exported()["head.weight"].tobytes() == stored[first].tobytes()


def test_the_ignored_may_be_a_single_pattern(tmp_path):
    safetensors.numpy.save_file(tensors() | {"extra.a": numpy.zeros(2, "f4")}, tmp_path / "net.safetensors")
    assert Bound(tmp_path, ' (ignore="extra.*")').check() == []


@pytest.mark.parametrize("kind", ["f2", "f8"])
def test_floats_convert_with_a_note(tmp_path, kind):
    made = {name: array.astype(kind) for name, array in tensors().items()}
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    bound = Bound(tmp_path)
    assert bound.check() == [("hint", "weights-converted")]
    same(bound.exported(), {name: array.astype("f4") for name, array in made.items()})


def test_integers_do_not(tmp_path):
    safetensors.numpy.save_file(tensors() | {"head.bias": numpy.zeros(4, "i8")}, tmp_path / "net.safetensors")
    bound = Bound(tmp_path)
    assert bound.check() == [("error", "weight-type-mismatch")]
    assert mica("convert", bound.path, tmp_path / "net.onnx").code == 1


@pytest.mark.parametrize("kind", ["f4", "f2"])
@pytest.mark.parametrize("name", ["net.safetensors", "net.npz"])
def test_transposed(tmp_path, kind, name):
    made = tensors()
    made["head.weight"] = made["head.weight"].T
    made["h.1.fc.weight"] = made["h.1.fc.weight"].T
    made = {key: numpy.ascontiguousarray(array.astype(kind)) for key, array in made.items()}
    if name == "net.npz":
        numpy.savez_compressed(tmp_path / name, **made)
    else:
        safetensors.numpy.save_file(made, tmp_path / name)
    text = MODEL.replace("net.safetensors", name)
    bound = Bound(tmp_path, "", text)
    found = [line for line in mica("check", bound.path).err.splitlines() if "weight-shape-mismatch" in line]
    assert len(found) == 1 and 'transpose=["head.weight"]' in found[0]
    # A square matrix fits either way: only the text can say which it is.
    bound = Bound(tmp_path, ' (transpose=["head.weight", "h.1.fc.weight"])', text)
    assert bound.check() == ([] if kind == "f4" else [("hint", "weights-converted")])
    same(bound.exported(), {key: array.astype(kind).astype("f4") for key, array in tensors().items()})


def test_a_large_transposition_goes_in_pieces(tmp_path, seed):
    """Pieces that begin and end within rows, of odd sizes."""
    array = numpy.random.default_rng(seed).standard_normal((1031, 777)).astype("f4")
    safetensors.numpy.save_file({"w": array}, tmp_path / "net.safetensors")
    text = (
        'model net(x: f32[N, 777]) -> (y: f32[...]) {\n    weights "net.safetensors"%s\n'
        "    param w: f32[777, 1031]\n    return x @ w\n}\n"
    )
    same(Bound(tmp_path, ' (transpose="w")', text).exported(), {"w": array.T})


def test_what_has_no_transposition(tmp_path):
    safetensors.numpy.save_file(tensors(), tmp_path / "net.safetensors")
    # Biases have one axis and stay as they are; matrices that fitted do not any more.
    found = Bound(tmp_path, ' (transpose=["head.*"])').check()
    assert found == [("error", "weight-shape-mismatch")]
    found = mica("check", Bound(tmp_path, " (transpose=3)").path)
    assert found.code == 1 and "error" in found.err


def gpt2(depth: int = 2, width: int = 24, vocabulary: int = 50) -> dict[str, numpy.ndarray]:
    """A checkpoint as GPT-2's are published: Conv1D's weights are [in, out], and each layer has its mask."""
    numbers = numpy.random.default_rng(11)
    shapes = {"wte.weight": (vocabulary, width), "wpe.weight": (1024, width), "ln_f.weight": (width,), "ln_f.bias": (width,)}
    for layer in range(depth):
        maps = {"attn.c_attn": (width, 3 * width), "attn.c_proj": (width, width)}
        maps |= {"mlp.c_fc": (width, 4 * width), "mlp.c_proj": (4 * width, width)}
        for name, shape in maps.items():
            shapes |= {f"h.{layer}.{name}.weight": shape, f"h.{layer}.{name}.bias": shape[1:]}
        for name in ("ln_1", "ln_2"):
            shapes |= {f"h.{layer}.{name}.weight": (width,), f"h.{layer}.{name}.bias": (width,)}
    made = {name: numbers.standard_normal(shape).astype("f4") for name, shape in shapes.items()}
    return made | {f"h.{layer}.attn.bias": numpy.tril(numpy.ones((1, 1, 1024, 1024), "f4")) for layer in range(depth)}


SMALL = [part for name in ("depth=2", "width=24", "heads=3", "vocabulary=50") for part in ("--set", name)]


def test_gpt2_binds_as_it_is_published(tmp_path):
    made = gpt2()
    safetensors.numpy.save_file(made, tmp_path / "gpt2.safetensors")
    (tmp_path / "gpt2.mica").write_text((EXAMPLES / "gpt2.mica").read_text())
    checked = mica("check", *SMALL, tmp_path / "gpt2.mica")
    assert (checked.code, checked.err) == (0, "")
    succeed("convert", *SMALL, tmp_path / "gpt2.mica", tmp_path / "gpt2.onnx")
    model = onnx.load(tmp_path / "gpt2.onnx")
    found = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    same(found, {name: array for name, array in made.items() if not name.endswith("attn.bias")})


def test_gpt2_with_a_prefix_and_its_tied_head(tmp_path):
    made = {f"transformer.{name}": array for name, array in gpt2().items()}
    made["lm_head.weight"] = made["transformer.wte.weight"].copy()
    safetensors.numpy.save_file(made, tmp_path / "gpt2.safetensors")
    text = (EXAMPLES / "gpt2.mica").read_text()
    options = '(prefix="transformer.", ignore=["*.attn.bias", "lm_head.weight"])'
    (tmp_path / "gpt2.mica").write_text(text.replace('(ignore=["*.attn.bias"])', options))
    checked = mica("check", *SMALL, tmp_path / "gpt2.mica")
    assert (checked.code, checked.err) == (0, "")


def test_gpt2_as_linear_maps(tmp_path):
    """With Linear for Conv1D, what is not square is found, and the rest of the fix is the text's."""
    safetensors.numpy.save_file(gpt2(), tmp_path / "gpt2.safetensors")
    text = (EXAMPLES / "gpt2.mica").read_text()
    text = text[: text.index("/// A linear map")] + text[text.index("/// Attention in which") :]
    text = text.replace("Conv1D(features=", "Linear(out_features=").replace("Conv1D(y, features=", "Linear(y, out_features=")
    text = text.replace("Conv1D(h, features=", "Linear(h, out_features=")
    (tmp_path / "gpt2.mica").write_text(text)
    found = [line for line in mica("check", *SMALL, tmp_path / "gpt2.mica").err.splitlines() if "error" in line]
    assert len(found) == 6 and all("transposed it would fit" in line for line in found)
    text = text.replace('(ignore=["*.attn.bias"])', '(ignore=["*.attn.bias"], transpose=["*.c_*.weight"])')
    (tmp_path / "linear.mica").write_text(text)
    assert mica("check", *SMALL, tmp_path / "linear.mica").err == ""
    (tmp_path / "gpt2.mica").write_text((EXAMPLES / "gpt2.mica").read_text())
    for name in ("gpt2", "linear"):
        succeed("convert", *SMALL, tmp_path / f"{name}.mica", tmp_path / f"{name}.onnx")
    compared = succeed("compare", tmp_path / "gpt2.onnx", tmp_path / "linear.onnx", "--json", "--bind", "N=1,S=5")
    for output in json.loads(compared.out)["outputs"]:
        assert output["cosine"] > 0.99999


def test_a_damaged_file(tmp_path):
    safetensors.numpy.save_file(tensors(), tmp_path / "net.safetensors")
    content = (tmp_path / "net.safetensors").read_bytes()
    bound = Bound(tmp_path)
    for damaged in [content[:-1], content[:100], content[:8] + b"x" + content[9:], b"", b"\0" * 64]:
        (tmp_path / "net.safetensors").write_bytes(damaged)
        assert bound.check() == [("error", "weights-file-unreadable")]
        outcome = mica("convert", bound.path, tmp_path / "net.onnx")
        assert outcome.code == 1 and not (tmp_path / "net.onnx").exists()
    (tmp_path / "net.safetensors").unlink()
    assert bound.check() == [("warning", "weights-file-missing")]
    (tmp_path / "net.safetensors").mkdir()
    assert bound.check() == [("error", "weights-file-unreadable")]


def test_the_list_of_what_is_missing_and_unused(tmp_path):
    made = tensors()
    del made["h.0.fc.bias"]
    made["head.weight"] = made["head.weight"][:2]
    made |= {f"extra.{index}": numpy.zeros(2, "f4") for index in range(30)}
    safetensors.numpy.save_file(made, tmp_path / "net.safetensors")
    bound = Bound(tmp_path)
    listed = mica("weights", "--json", bound.path)
    assert listed.code == 1
    (found,) = json.loads(listed.out)["models"]
    assert (found["model"], found["bound"]) == ("net", 5)
    assert [(each["name"], each["shape"]) for each in found["missing"]] == [("h.0.fc.bias", [6])]
    assert [(each["name"], each["shape"]) for each in found["misfits"]] == [("head.weight", [4, 6])]
    assert {each["name"] for each in found["unused"]} == {f"extra.{index}" for index in range(30)}
    text = mica("weights", bound.path).out
    assert all(f"extra.{index} " in text for index in range(30)) and "h.0.fc.bias" in text
    # The hint of `mica check` is a line for all of them.
    hint = [line for line in mica("check", bound.path).err.splitlines() if "unused-weights" in line]
    assert len(hint) == 1 and "30 of extra.*" in hint[0]
    safetensors.numpy.save_file(tensors(), tmp_path / "net.safetensors")
    assert succeed("weights", bound.path).out.strip() == "net: 7 of 7 weights bound"
    (tmp_path / "net.safetensors").unlink()
    missing = mica("weights", bound.path)
    assert missing.code == 1 and "weights-file-missing" in missing.err
    bound.path.write_text("model net(x: f32[N]) -> (y: f32[N]) {\n    return x\n}\n")
    assert mica("weights", bound.path).code == 1
    assert mica("weights", bound.path, bound.path).code == 2
    assert mica("weights", tmp_path / "absent.mica").code == 1
