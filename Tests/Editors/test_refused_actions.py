"""Refactorings that are not possible say why; what is offered is offered once; layers of the library are inlined where they stand."""

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from client import Client, Message
from conftest import ROOT
from test_refactorings import CAPABLE, exported, positions

DISABLED: Any = copy.deepcopy(CAPABLE)
DISABLED["textDocument"]["codeAction"]["disabledSupport"] = True

TEXT = """use onnx 21

block Early(x: T[N, D], small: bool) -> T[N, D] {
    if small {
        return Relu(x)
    }
    return Tanh(x)
}

block Many(*xs: T[N, D]) -> T[N, D] {
    return Sum(*xs)
}

block Lonely(x: T[N, D]) -> T[N, D] {
    return Relu(x)
}

model net(image: f32[N, 3, 8, 8]) -> (y: f32[N, 4]) {
    weights "w.safetensors"
    x = image |> conv1: Conv2d(out_channels=4, kernel_size=3, padding=1) |> bn1: BatchNorm2d |> MaxPool2d(kernel_size=2)
    k = 2 * 2
    a = Relu(x)
    a = Flatten(a)
    scope tail {
        a = a |> fc1: Linear(out_features=k) |> fc2: Linear(out_features=4)
    }
    dead = Tanh(a)
    b = a |> Early(small=true)
    b = Many(b, b)
    return Sigmoid(b)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def actions(client: Client, uri: str, start: int, end: int | None = None, text: str = TEXT) -> dict[str, Message]:
    context = {"diagnostics": [], "only": ["refactor.extract", "refactor.inline"]}
    where = {"textDocument": {"uri": uri}, "range": positions(text, start, start if end is None else end), "context": context}
    return {each["title"]: each for each in client.request("textDocument/codeAction", where)}


@pytest.mark.parametrize(
    ("selected", "title", "reason"),
    [
        ("x = image |> conv1: Conv2d(", "Extract block", "`conv1` would stand behind the path of the block"),
        ("return Sigmoid(b)", "Extract block", "a `return` gives the results"),
        ('weights "w.safetensors"', "Extract block", "`weights` names the file"),
        ("dead = Tanh(a)", "Extract block", "nothing of it is used behind it"),
        ("k = 2 * 2", "Extract block", "`k` is used behind it, and a block gives tensors alone"),
        ("‸Early(small", "Inline Early", "`Early` has a `return` in a branch"),
        ("‸Many(b", "Inline Many", "`xs` of `Many` takes any number of tensors"),
        ("‸Lonely(x", "Inline Lonely everywhere", "nothing calls it"),
    ],
)
def test_what_is_not_possible_says_why(client: Client, workspace: Path, selected: str, title: str, reason: str) -> None:
    client.initialize(DISABLED)
    uri = client.open(workspace / "net.mica", TEXT)
    start = TEXT.index(selected.replace("‸", ""))
    found = actions(client, uri, start, None if "‸" in selected else start + len(selected))
    assert reason in found[title]["disabled"]["reason"], found
    assert "edit" not in found[title]
    assert client.leave() == 0


def test_what_is_possible_is_offered_without_a_reason(client: Client, workspace: Path) -> None:
    client.initialize(DISABLED)
    uri = client.open(workspace / "net.mica", TEXT)
    found = actions(client, uri, TEXT.index("scope tail"))
    assert "disabled" not in found["Extract block"] and "edit" in found["Extract block"]
    # A mistake elsewhere hides what would be exported.
    broken = TEXT.replace("Sigmoid(b)", "Sigmoyd(b)")
    client.change(uri, 2, {"text": broken})
    found = actions(client, uri, broken.index("scope tail"), text=broken)
    assert "the text has a mistake in line 30: " in found["Extract block"]["disabled"]["reason"]
    assert client.leave() == 0


def test_clients_that_show_no_reasons_get_none(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    assert actions(client, uri, TEXT.index("return Sigmoid"), TEXT.index("Sigmoid(b)")) == {}
    assert actions(client, uri, TEXT.index("Early(small")) == {}
    assert client.leave() == 0


@pytest.mark.parametrize("example", ["lenet", "resnet18"])
def test_layers_of_the_library_are_inlined(client: Client, workspace: Path, example: str) -> None:
    """With a number for a list, in a chain of labelled layers, and behind others in the same statement."""
    text = (ROOT / f"Examples/{example}.mica").read_text()
    client.initialize(CAPABLE)
    uri = client.open(workspace / f"{example}.mica", text)
    before = exported(workspace, text)
    names = {"lenet": ["Conv2d(out_channels=16", "MaxPool2d"], "resnet18": ["Conv2d(out_channels=channels", "BatchNorm2d\n", "BasicBlock(channels=64"]}
    for name in names[example]:
        start = text.index(name)
        (action,) = [each for title, each in actions(client, uri, start, text=text).items() if title.startswith("Inline ")]
        (change,) = action["edit"]["documentChanges"]
        (edit,) = change["edits"]
        lines = text.split("\n")
        assert edit["range"]["start"]["character"] == edit["range"]["end"]["character"] == 0
        changed = "\n".join(lines[: edit["range"]["start"]["line"]]) + "\n" + edit["newText"] + "\n".join(lines[edit["range"]["end"]["line"] :])
        assert exported(workspace, changed) == before
    assert client.leave() == 0


def test_a_block_that_others_import_stays(client: Client, workspace: Path) -> None:
    (workspace / "blocks.mica").write_text(TEXT.replace("Relu(x)\n}\n\nmodel", "Relu(x)\n}\n\nblock User(x: T[N, D]) -> T[N, D] {\n    return Lonely(x)\n}\n\nmodel").replace("return Sigmoid(b)", "return User(b)"))
    text = (workspace / "blocks.mica").read_text()
    (workspace / "other.mica").write_text('use onnx 21\nimport "blocks.mica" as b\n\nmodel other(x: f32[N, 4]) -> (y: f32[N, 4]) {\n    return b.User(x)\n}\n')
    folders = [{"uri": workspace.as_uri(), "name": "it"}]
    client.request("initialize", {"processId": None, "rootUri": None, "capabilities": DISABLED, "workspaceFolders": folders})
    client.notify("initialized", {})
    uri = client.open(workspace / "blocks.mica")
    found = actions(client, uri, text.index("User(x: T"), text=text)
    assert found["Inline User everywhere"]["disabled"]["reason"] == "other files import it"
    found = actions(client, uri, text.index("Lonely(x: T"), text=text)
    assert "edit" in found["Inline Lonely everywhere"]
    assert client.leave() == 0


def test_nothing_is_offered_twice(client: Client, workspace: Path) -> None:
    """One comment silences all of a line; two fixes of one name say where they are."""
    text = "use onnx 21\n\nmodel net(x: f32[N, 4], a: int = 1, b: int = 2, c: int = 3) -> (y: f32[N, 4]) {\n    return Relu(x)\n}\n"
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", text)
    line = {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}
    found = client.request("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": line, "context": {"diagnostics": []}})
    titles = Counter(each["title"] for each in found)
    assert not [title for title, count in titles.items() if count > 1]
    (ignored,) = [each for each in found if each["title"] == "Ignore unused-parameter on this line"]
    assert len(ignored["diagnostics"]) == 3
    text = "use onnx 21\n\nmodel net(x: f32[N, 4], a: bool = true) -> (y: f32[N, 4]) {\n    if not a && not a {\n        x = Relu(x)\n    }\n    return x\n}\n"
    client.change(uri, 2, {"text": text})
    line = {"start": {"line": 3, "character": 0}, "end": {"line": 4, "character": 0}}
    found = client.request("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": line, "context": {"diagnostics": []}})
    titles = sorted(each["title"] for each in found if each["title"].startswith("Replace by `!`"))
    assert titles == ["Replace by `!` in line 4, column 17", "Replace by `!` in line 4, column 8"], json.dumps(found)
    assert client.leave() == 0
