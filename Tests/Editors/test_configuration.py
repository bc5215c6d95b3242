"""What users set, the folders that they have open, and files that get other names."""

from pathlib import Path
from typing import Any

import numpy
import pytest
from client import CAPABILITIES, Client, Message
from safetensors.numpy import save_file
from test_resolving import EVERYTHING
from test_resolving import TEXT as HINTED

ASKED = CAPABILITIES | {"workspace": CAPABILITIES["workspace"] | {"configuration": True}}
DIVIDED = "use onnx 21\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    k = 7 / 2\n    return x * k\n}\n"


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def hints(client: Client, uri: str) -> list[str]:
    return [hint["label"] for hint in client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": EVERYTHING})]


def found(client: Client, uri: str, version: int) -> dict[str, int]:
    return {each["code"]: each["severity"] for each in client.diagnostics(uri, version)}


def test_settings_are_asked_for(client: Client, workspace: Path) -> None:
    client.settings = {"hints": {"types": False}, "lint": {"inexact-division": "error", "no-such": "off"}}
    client.initialize(ASKED)
    asked = client.wait(lambda message: message.get("method") == "workspace/configuration")
    assert asked["params"] == {"items": [{"section": "mica"}]}
    uri = client.open(workspace / "net.mica", HINTED)
    assert hints(client, uri)[0] == "448 parameters"
    divided = client.open(workspace / "divided.mica", DIVIDED)
    assert found(client, divided, 1) == {"inexact-division": 1}
    # They change while texts are open.
    client.settings = {"hints": {"parameters": False}, "lint": {"inexact-division": "off"}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert found(client, divided, 1) == {}
    assert hints(client, uri)[0] == "f32[N, 16, 16, 16]"
    # What has no meaning is not set; and the project wins.
    client.settings = {"hints": "many", "lint": [], "onnxruntime": 3}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert found(client, divided, 1) == {"inexact-division": 2}
    assert hints(client, uri)[0] == "f32[N, 16, 16, 16] · 448 parameters"
    (workspace / "mica.json").write_text('{"lint": {"inexact-division": "hint"}}')
    client.settings = {"hints": False, "lint": {"inexact-division": "error"}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert found(client, divided, 1) == {"inexact-division": 4}
    assert hints(client, uri) == []
    assert client.leave() == 0


def test_settings_are_told(client: Client, workspace: Path) -> None:
    """By a client that cannot be asked."""
    client.initialize()
    uri = client.open(workspace / "divided.mica", DIVIDED)
    assert found(client, uri, 1) == {"inexact-division": 2}
    client.notify("workspace/didChangeConfiguration", {"settings": {"mica": {"lint": {"inexact-division": "hint"}}}})
    assert found(client, uri, 1) == {"inexact-division": 4}
    assert client.leave() == 0


def test_the_runtime_is_the_one_that_is_set(client: Client, workspace: Path) -> None:
    client.initialize()
    client.notify("workspace/didChangeConfiguration", {"settings": {"mica": {"onnxruntime": str(workspace / "none")}}})
    text = DIVIDED.replace("x * k", "fc: Linear(x, out_features=8)").replace("    k = 7 / 2\n", "")
    uri = client.open(workspace / "net.mica", text)
    calibration = workspace / "calibration"
    calibration.mkdir()
    numpy.save(calibration / "x.npy", numpy.ones((2, 8), "f4"))
    text = text.replace("{\n    return", '{\n    weights "net.safetensors"\n    return')
    save_file({"fc.weight": numpy.eye(8, dtype="f4"), "fc.bias": numpy.zeros(8, "f4")}, workspace / "net.safetensors")
    text += '\nrecipe small for net {\n    quantize(type=i8, scheme="static", calibration="calibration/*.npy")\n    export("small.onnx")\n}\n'
    client.change(uri, 2, {"text": text})
    run = {"command": "mica.runRecipe", "arguments": [{"uri": uri, "version": 2, "recipe": "small"}]}
    answer = client.answer(client.ask("workspace/executeCommand", run))
    assert str(workspace / "none") in answer["error"]["message"] and "the editor's setting" in answer["error"]["message"]
    client.notify("workspace/didChangeConfiguration", {"settings": {"mica": {}}})
    client.request("workspace/executeCommand", run)
    assert (workspace / "small.onnx").exists()
    assert client.leave() == 0


RENAMING: Message = CAPABILITIES | {"workspace": CAPABILITIES["workspace"] | {"fileOperations": {"willRename": True}}}
MAIN = 'import "./parts/blocks.mica" as b\n\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    weights "data/net.onnx"\n    return b.Own(x)\n}\n'
BLOCKS = "block Own(x: T[N, D]) -> T[N, D] {\n    return fc: Linear(x, out_features=D)\n}\n"


def changed(client: Client, old: Path, new: Path) -> dict[str, tuple[int | None, list[tuple[int, str]]]]:
    """What a renaming changes: by the end of a URI, the version and each edit's line and text."""
    parameters = {"files": [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]}
    edit = client.request("workspace/willRenameFiles", parameters)
    changes = edit["documentChanges"] if edit else []
    return {
        change["textDocument"]["uri"].split("/work/")[1]: (
            change["textDocument"]["version"],
            [(each["range"]["start"]["line"], each["newText"]) for each in change["edits"]],
        )
        for change in changes
    }


def test_files_keep_their_names_in_texts(client: Client, tmp_path: Path) -> None:
    folder, other = tmp_path / "work", tmp_path / "second" / "work"
    for name, text in {"main.mica": MAIN, "parts/blocks.mica": BLOCKS, "data/net.onnx": "", "deep/er/user.mica": MAIN.replace('"./', '"../../').replace('"data', '"../../data')}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    other.mkdir(parents=True)
    (other / "far.mica").write_text(f'import "{folder}/parts/blocks.mica" as b\n')
    folders: list[Any] = [{"uri": folder.as_uri(), "name": "work"}]
    initialized = client.request("initialize", {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": RENAMING})
    assert initialized["capabilities"]["workspace"]["fileOperations"]["willRename"]["filters"]
    client.notify("initialized", {})
    client.open(folder / "main.mica", MAIN)
    # A block's file and a folder of weights, for open texts and for others.
    assert changed(client, folder / "parts/blocks.mica", folder / "layers.mica") == {
        "main.mica": (1, [(0, "./layers.mica")]),
        "deep/er/user.mica": (None, [(0, "../../layers.mica")]),
    }
    assert changed(client, folder / "data", folder / "parts/weights") == {
        "main.mica": (1, [(3, "parts/weights/net.onnx")]),
        "deep/er/user.mica": (None, [(3, "../../parts/weights/net.onnx")]),
    }
    # A text that moves takes its paths along.
    assert changed(client, folder / "main.mica", folder / "deep/main.mica") == {
        "main.mica": (1, [(0, "../parts/blocks.mica"), (3, "../data/net.onnx")])
    }
    assert changed(client, folder / "unrelated.mica", folder / "x.mica") == {}
    # A second folder comes, and goes.
    event: Any = {"added": [{"uri": other.as_uri(), "name": "second"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    assert changed(client, folder / "parts/blocks.mica", folder / "layers.mica")["far.mica"] == (None, [(0, f"{folder}/layers.mica")])
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": event["added"]}})
    assert "far.mica" not in changed(client, folder / "parts/blocks.mica", folder / "layers.mica")
    assert client.error("workspace/willRenameFiles", {}) == -32602
    assert client.leave() == 0
