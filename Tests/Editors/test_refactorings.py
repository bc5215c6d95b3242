"""Blocks are extracted and inlined through the server; every example is exported byte for byte as before."""

import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from client import CAPABILITIES, Client
from conftest import MICA

#: A client that takes whole actions, of every kind.
CAPABLE = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"]
    | {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}}}}
}

TEXT = """\
use onnx 21

/// Halves and shifts.
block Half(x: T[N, D], shift: float) -> T[N, D] {
    y = x * 0.5
    return Relu(y + shift)
}

block Rows(x: T[N, D], out: int) -> T[N, out] {
    x = fc: Linear(x, out_features=out)
    return Reshape(x, [N, out])
}

/// A model.
model net(x: f32[N, 4]) -> (y: f32[N, 2]) {
    a = x |> Half(shift=1.0)
    b = a + x
    b = Sigmoid(b)
    scope tail {
        c = fc1: Linear(b, out_features=8)
        c = Tanh(c)
    }
    rows: i64[1] = Shape(c, end=1)
    c = c / Cast(rows, to=f32)
    return last: Rows(c, out=2)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def positions(text: str, start: int, end: int) -> dict[str, Any]:
    def position(offset: int) -> dict[str, int]:
        before = text[:offset]
        return {"line": before.count("\n"), "character": len(before[before.rfind("\n") + 1 :].encode())}

    return {"start": position(start), "end": position(end)}


def refactorings(client: Client, uri: str, text: str, start: int, end: int | None = None) -> dict[str, str]:
    """The refactorings of a selection by their titles, each with the text that it leads to."""
    context = {"diagnostics": [], "only": ["refactor"]}
    where = {"textDocument": {"uri": uri}, "range": positions(text, start, start if end is None else end), "context": context}
    found = {}
    for action in client.request("textDocument/codeAction", where):
        assert action["kind"] in ("refactor.extract", "refactor.inline", "refactor.rewrite")
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"]["uri"] == uri
        lines = text.encode().splitlines(keepends=True) + [b""]

        def offset(position: dict[str, int]) -> int:
            return sum(map(len, lines[: position["line"]])) + position["character"]

        result = text.encode()
        for edit in reversed(change["edits"]):
            result = result[: offset(edit["range"]["start"])] + edit["newText"].encode() + result[offset(edit["range"]["end"]) :]
        found[action["title"]] = result.decode()
    return found


def exported(folder: Path, text: str, *options: str) -> bytes:
    """What the text's model is exported as."""
    (folder / "text.mica").write_text(text)
    arguments = [MICA, "convert", "text.mica", "text.onnx", "--random-weights", *options]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stderr}\n{text}"
    return (folder / "text.onnx").read_bytes()


def test_statements_become_a_block(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    start = TEXT.index("    b = a + x") + 4
    end = TEXT.index("Sigmoid(b)") + len("Sigmoid(b)")
    found = refactorings(client, uri, TEXT, start, end)
    assert list(found) == ["Extract block"]
    text = found["Extract block"]
    block = "block Part(a: T[?, ?], x: T[?, ?]) {\n    b = a + x\n    b = Sigmoid(b)\n    return b\n}\n\n/// A model.\nmodel net"
    assert block in text
    assert "    a = x |> Half(shift=1.0)\n    b = Part(a, x)\n    scope tail {" in text
    assert exported(workspace, text) == exported(workspace, TEXT)
    # Half of a statement is no selection of its own, and nothing comes of the return.
    assert refactorings(client, uri, TEXT, TEXT.index("return last"), TEXT.index("out=2)")) == {}
    # The editor's lamp, while the cursor moves, costs nothing.
    context = {"diagnostics": [], "triggerKind": 2}
    where = {"textDocument": {"uri": uri}, "range": positions(TEXT, start, end), "context": context}
    kinds = [action["kind"] for action in client.request("textDocument/codeAction", where)]
    assert kinds == ["source.export"]
    assert client.leave() == 0


def test_a_scope_becomes_a_block_and_back(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    text = refactorings(client, uri, TEXT, TEXT.index("tail"))["Extract block"]
    assert "block Tail(b: T[?, ?]) {" in text and "    c = tail: Tail(b)\n" in text and "scope" not in text
    assert exported(workspace, text) == exported(workspace, TEXT)
    client.change(uri, 2, {"text": text})
    back = refactorings(client, uri, text, text.index("Tail(b)\n"))["Inline Tail"]
    assert "    scope tail {\n        c = fc1: Linear(b, out_features=8)\n        c = Tanh(c)\n    }\n" in back
    assert exported(workspace, back) == exported(workspace, TEXT)
    assert client.leave() == 0


def test_calls_give_way_to_what_they_call(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    before = exported(workspace, TEXT)
    half = refactorings(client, uri, TEXT, TEXT.index("Half(shift"))["Inline Half"]
    assert "    shift = 1.0\n" in half and "x |> Half" not in half
    assert exported(workspace, half) == before
    rows = refactorings(client, uri, TEXT, TEXT.index("Rows(c"))["Inline Rows"]
    assert "scope last {" in rows and exported(workspace, rows) == before
    # Of the library too.
    linear = refactorings(client, uri, TEXT, TEXT.index("Linear(b"))
    assert all(exported(workspace, text) == before for text in linear.values())
    assert client.leave() == 0


REPEATED = """\
/// A step.
block Step(x: T[N, D], out: int) -> T[N, out] {
    x = fc: Linear(x, out_features=out)
    return Relu(x)
}

model net(x: f32[N, 4]) -> (y: f32[N, 4]) {
    repeat i, width in [[0, 8], [1, 16], [2, 4]] {
        x = `step {i}`: Step(x, out=width)
        x = x + i
    }
    return x
}
"""


def test_repeats_are_unrolled_and_rolled_up(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", REPEATED)
    before = exported(workspace, REPEATED)
    text = refactorings(client, uri, REPEATED, REPEATED.index("repeat"))["Unroll this repeat"]
    assert "    x = `step 2`: Step(x, out=4)\n    x = x + 2\n    return x\n" in text and "repeat" not in text
    assert exported(workspace, text) == before
    client.change(uri, 2, {"text": text})
    flat = refactorings(client, uri, text, text.index("Step(x: T"))["Inline Step everywhere"]
    assert "Step" not in flat and "A step" not in flat and exported(workspace, flat) == before
    found = refactorings(client, uri, text, text.index("x = `step 0"), text.index("    return x\n}\n", text.index("model")))
    rolled = found["Roll up 3 equal parts into a repeat"]
    assert "repeat i, number in [[0, 8], [1, 16], [2, 4]] {" in rolled and exported(workspace, rolled) == before
    assert client.leave() == 0


ALIKE = """\
model net(x: f32[N, 4], y: f32[N, 4]) -> (z: f32[N, 4]) {
    a = Relu(x + 1.0)
    b = a * x
    c = Relu(y + 2.0)
    d = c * y
    e = Relu(b + 3.0)
    f = e * b
    return d - f
}
"""


def test_statements_that_are_alike_become_one_block(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", ALIKE)
    found = refactorings(client, uri, ALIKE, ALIKE.index("c = Relu"), ALIKE.index("c * y") + 5)
    assert list(found) == ["Extract block", "Fold 3 equal parts into a block"]
    text = found["Fold 3 equal parts into a block"]
    assert text.count("Relu(") == 1 and "number: float" in text
    assert "    b = Part(x, number=1.0)\n    d = Part(y, number=2.0)\n    f = Part(b, number=3.0)\n" in text
    assert exported(workspace, text) == exported(workspace, ALIKE)
    # One variable in the place of two, or another operator, is not the same.
    for wrong in (ALIKE.replace("c * y", "c * c"), ALIKE.replace("c = Relu", "c = Tanh")):
        client.change(uri, hash(wrong) % 2**31, {"text": wrong})
        found = refactorings(client, uri, wrong, wrong.index("a = Relu"), wrong.index("a * x") + 5)
        assert list(found) == ["Extract block", "Fold 2 equal parts into a block"]
    assert client.leave() == 0


IMPORTED = """\
@imported
model layers(x: f32[N, 4]) -> (y: f32[N, 4]) {
    weights "layers.onnx"

    a = x @ $`first.weight`
    b = Relu(a)
    c = Tanh(b)
    d = c @ $`second.weight`
    e = Relu(d)
    return e
}
"""


def test_layers_of_an_imported_model_become_one_block(client: Client, workspace: Path) -> None:
    """An ONNX file as text: its layers take their weights as arguments, and the file's own names come back."""
    layer = "    scope {} {{\n        param weight: f32[4, 4]\n        x = Relu(x @ weight)\n    }}\n"
    text = "model layers(x: f32[N, 4]) -> (y: f32[N, 4]) {\n" + layer.format("first") + "    x = Tanh(x)\n" + layer.format("second")
    before = exported(workspace, text + "    return x\n}\n")
    (workspace / "layers.onnx").write_bytes(before)
    client.initialize(CAPABLE)
    uri = client.open(workspace / "text.mica", IMPORTED)
    found = refactorings(client, uri, IMPORTED, IMPORTED.index("a = x"), IMPORTED.index("Relu(a)") + 7)
    folded = found["Fold 2 equal parts into a block"]
    assert "b = Part(x, $`first.weight`)" in folded and "e = Part(c, $`second.weight`)" in folded
    files = []
    for each in (IMPORTED, folded):
        (workspace / "text.mica").write_text(each)
        subprocess.run([MICA, "convert", "text.mica", "text.onnx"], cwd=workspace, check=True, capture_output=True)
        files.append((workspace / "text.onnx").read_bytes())
    assert files[0] == files[1] and b"/second/Relu" in files[1]
    assert client.leave() == 0


def test_the_edit_comes_when_it_is_chosen(client: Client, workspace: Path) -> None:
    action = CAPABLE["textDocument"]["codeAction"] | {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    client.initialize(CAPABLE | {"textDocument": CAPABLE["textDocument"] | {"codeAction": action}})
    uri = client.open(workspace / "net.mica", TEXT)
    place = TEXT.index("Half(shift")
    where = {"textDocument": {"uri": uri}, "range": positions(TEXT, place, place), "context": {"diagnostics": [], "only": ["refactor.inline"]}}
    (listed,) = client.request("textDocument/codeAction", where)
    assert listed["title"] == "Inline Half" and "edit" not in listed
    resolved = client.request("codeAction/resolve", listed)
    (change,) = resolved["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1} and "shift = 1.0" in change["edits"][0]["newText"]
    client.change(uri, 2, {"text": TEXT + "\n"})
    assert client.error("codeAction/resolve", listed) == -32801
    assert client.leave() == 0


def statements(text: str) -> list[tuple[int, int]]:
    """The lines of a text that may begin and end statements."""
    places, offset = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip() and line.startswith("    "):
            places.append((offset + len(line) - len(line.lstrip()), offset + len(line.rstrip())))
        offset += len(line)
    return places


EXAMPLES = sorted(path.name for path in (Path(__file__).parents[2] / "Examples").glob("*.mica"))
#: Small enough to be exported again and again.
SMALL = {
    "gpt2.mica": ["--set", "depth=2"],
    "llama.mica": ["--set", "depth=2"],
    "custom_operator.mica": ["--model", "graph_network"],
    "whisper_tiny.mica": ["--model", "decoder", "--set", "depth=1"],
}
LARGE = {"bert_base.mica", "vgg16.mica", "diffusion_unet.mica", "vit_b_16.mica", "swin_t.mica"}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in LARGE])
def test_examples_are_exported_as_before(name: str, client: Client, workspace: Path) -> None:
    """Whatever is offered at drawn places of an example, a longer while in soak."""
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")
    rng = random.Random(f"{seed} {name}")
    client.initialize(CAPABLE)
    text = (workspace / name).read_text()
    uri = client.open(workspace / name)
    options = SMALL.get(name, [])
    before = exported(workspace, text, *options)
    lines = statements(text)
    calls = [index for index in range(len(text)) if text[index].isupper() and text[index - 1] in " (" and text[:index].count("\n") > 3]
    turns = max(6, int(float(os.environ.get("MICA_SOAK_SECONDS", 0)) / 2))
    for _ in range(turns):
        first = rng.randrange(len(lines))
        last = min(len(lines) - 1, first + rng.randrange(4))
        found = refactorings(client, uri, text, lines[first][0], lines[last][1])
        if calls:
            found |= refactorings(client, uri, text, rng.choice(calls))
        for title, result in found.items():
            assert exported(workspace, result, *options) == before, f"{title}\n{result}"
    assert client.leave() == 0
