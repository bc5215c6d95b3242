"""Weights and the text that names them, in one session: what does not fit, its mend, and what is in the file."""

from pathlib import Path

import numpy
import pytest
from client import Client, position
from safetensors.numpy import save_file

TEXT = """\
use onnx 21

model net(x: f32[N, 8]) -> (y: f32[N, 4]) {
    weights "net.safetensors"

    h = x |> fc1: Linear(out_features=16) |> Relu
    h = h |> fc2: Linear(out_features=16) |> Relu
    return head: Linear(h, out_features=4)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize()
    return client


def tensors() -> dict[str, numpy.ndarray]:
    numbers = numpy.random.default_rng(7)
    shapes = {"fc1": (16, 8), "fc2": (16, 16), "head": (4, 16)}
    made = {f"{name}.weight": numbers.standard_normal(shape).astype("f4") for name, shape in shapes.items()}
    return made | {f"{name}.bias": numpy.zeros(shape[0], "f4") for name, shape in shapes.items()}


def applied(text: str, edits: list[dict]) -> str:
    """A text with edits of single lines made."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + edit["newText"] + line[end["character"] :]
    return "\n".join(lines)


def codes(found: list[dict]) -> list[str]:
    return sorted(each["code"] for each in found)


def test_weights(client: Client, tmp_path: Path) -> None:
    made = tensors()
    made["fc1.weight"] = made["fc1.weight"].T.copy()
    made["fc2.weigth"] = made.pop("fc2.weight")
    made["extra"] = numpy.zeros(3, "f4")
    save_file(made, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    found = client.diagnostics(uri, 1)
    assert codes(found) == ["missing-weight", "unused-weights", "weight-shape-mismatch"]
    by_code = {each["code"]: each for each in found}
    shape, missing, unused = (by_code[code] for code in ("weight-shape-mismatch", "missing-weight", "unused-weights"))
    assert "f32[16, 8]" in shape["message"] and "f32[8, 16]" in shape["message"] and "Transpose" in shape["message"]
    assert "fc2.weight" in missing["message"] and "fc2.weigth" in missing["message"]
    assert "extra" in unused["message"] and unused["range"]["start"]["line"] == 3
    assert shape["range"]["start"]["line"] == 5 and missing["range"]["start"]["line"] == 6

    # The misnamed one is taken by its fix, and what was said of it is gone.
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": missing["range"], "context": {"diagnostics": [missing]}},
    )
    (fix,) = [action for action in actions if action.get("kind") == "quickfix"]
    (change,) = fix["edit"]["documentChanges"]
    text = applied(TEXT, change["edits"])
    assert 'weights "net.safetensors" (rename={"fc2.weigth": "fc2.weight"})' in text
    client.change(uri, 2, {"text": text})
    found = client.diagnostics(uri, 2)
    assert codes(found) == ["unused-weights", "weight-shape-mismatch"]
    assert "1 of the 7" in next(each["message"] for each in found if each["code"] == "unused-weights")

    # A sound file beside it: nothing is wrong any more, after the next keystroke.
    sound = tensors()
    save_file(sound, tmp_path / "net.safetensors")
    client.change(uri, 3, {"text": TEXT + "\n"})
    assert client.diagnostics(uri, 3) == []

    document = {"textDocument": {"uri": uri}}
    hover = client.request("textDocument/hover", document | {"position": position(TEXT, "|> f‸c1: Linear")})
    told = hover["contents"]["value"]
    weight = sound["fc1.weight"]
    assert "f32[16, 8], 512 B" in told and f"mean {weight.mean():.4g}"[:8] in told and "100 % zeros" in told

    # Names of tensors behind a dollar, and of files in a string.
    text = TEXT.replace("    return", "    z = $\n    return")
    client.change(uri, 4, {"text": text})
    items = client.request("textDocument/completion", document | {"position": position(text, "z = $‸")})["items"]
    assert {item["label"] for item in items} == sound.keys()
    chosen = next(item for item in items if item["label"] == "fc1.bias")
    assert chosen["textEdit"]["newText"] == "`fc1.bias`" and chosen["detail"] == "f32[16]"
    text = TEXT.replace("    return", "    z = $`fc1.weight`\n    return")
    client.change(uri, 5, {"text": text})
    hover = client.request("textDocument/hover", document | {"position": position(text, "$`fc‸1.weight")})
    assert "f32[16, 8]" in hover["contents"]["value"] and "std" in hover["contents"]["value"]

    numpy.savez(tmp_path / "other.npz", a=numpy.zeros(1))
    (tmp_path / "notes.txt").write_text("no weights")
    text = TEXT.replace('"net.safetensors"', '"')
    client.change(uri, 6, {"text": text})
    items = client.request("textDocument/completion", document | {"position": position(text, 'weights "‸')})["items"]
    assert [item["label"] for item in items] == ["net.safetensors", "other.npz"]
    assert client.leave() == 0


@pytest.mark.parametrize("name", ["net.npz", "half.safetensors"])
def test_other_forms(client: Client, tmp_path: Path, name: str) -> None:
    made = tensors()
    if name == "net.npz":
        numpy.savez(tmp_path / name, **made)
    else:
        save_file({key: array.astype("f2") for key, array in made.items()}, tmp_path / name)
    path = tmp_path / "net.mica"
    path.write_text(TEXT.replace("net.safetensors", name))
    found = client.diagnostics(client.open(path), 1)
    assert codes(found) == ([] if name == "net.npz" else ["weights-converted"])
    assert client.leave() == 0
