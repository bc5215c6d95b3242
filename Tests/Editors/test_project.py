"""What is wrong with a project file is told at the file itself."""

import json
from pathlib import Path

import pytest
from client import Client, Message
from test_clients import SOUND
from test_pull_diagnostics import PULLING, codes, pull, pushed

WRONG = '{"opset": 99, "models": {"net": {"sets": {}}}, "lint": {"shape-mismatch": "off"}}\n'
RIGHT = '{"opset": 21}\n'
#: What `mica check` reports of the wrong one.
FOUND = ["wrong-value", "unknown-key", "fixed-level"]
ABOUT = ["hover", "completion", "definition", "prepareRename", "documentHighlight"]
WHOLE = ["formatting", "foldingRange", "documentSymbol", "semanticTokens/full", "codeLens", "documentLink"]


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def save(path: Path, text: str) -> None:
    """Puts a file in the place of another at once, as editors do: the server may be reading."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def told(client: Client, path: Path, version: int | None = None) -> list[Message]:
    """What is told of a project file next."""
    return client.diagnostics(path.as_uri(), version)


def named(diagnostics: list[Message]) -> list[str]:
    return [each["code"] for each in diagnostics]


def test_it_is_told_with_the_texts_of_the_project(client: Client, workspace: Path) -> None:
    project, inner = workspace / "mica.json", workspace / "inner"
    inner.mkdir()
    project.write_text(WRONG)
    client.initialize()
    uri = client.open(inner / "net.mica", SOUND)
    found = told(client, project)
    assert named(found) == FOUND
    assert [WRONG[each["range"]["start"]["character"] : each["range"]["end"]["character"]] for each in found] == [
        "99", '"sets"', '"shape-mismatch"',
    ]  # fmt: skip
    assert [each["severity"] for each in found] == [1, 2, 1]
    # A second text says nothing new, and the mended file has nothing.
    client.open(workspace / "other.mica", SOUND)
    assert client.diagnostics((workspace / "other.mica").as_uri(), 1) == []
    save(project, RIGHT)
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.as_uri(), "type": 2}]})
    assert told(client, project) == []
    save(project, '{"opset": 21,\n "dimensions"}\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.as_uri(), "type": 2}]})
    (found,) = told(client, project)
    assert found["code"] == "malformed-project" and found["range"]["start"]["line"] == 1
    for path in (inner / "net.mica", workspace / "other.mica"):
        client.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    assert told(client, project) == []
    assert client.diagnostics(uri, 1) == []
    assert client.leave() == 0


def test_levels_are_those_of_the_file(client: Client, workspace: Path) -> None:
    project = workspace / "mica.json"
    project.write_text(json.dumps({"other": 1, "lint": {"unknown-key": "hint"}}))
    client.initialize()
    client.open(workspace / "net.mica", SOUND)
    assert [(each["code"], each["severity"]) for each in told(client, project)] == [("unknown-key", 4)]
    assert client.leave() == 0


def test_an_open_one_is_as_in_the_editor(client: Client, workspace: Path) -> None:
    """It is no text of the language: nothing but its diagnostics is told of it."""
    project = workspace / "mica.json"
    project.write_text(WRONG)
    client.initialize()
    client.open(workspace / "net.mica", SOUND)
    assert named(told(client, project)) == FOUND
    uri = client.open(project)
    assert named(told(client, project, 1)) == FOUND
    client.change(uri, 2, {"text": RIGHT})
    assert told(client, project, 2) == []
    client.change(uri, 3, {"range": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 12}}, "text": "1"})
    assert named(told(client, project, 3)) == ["wrong-value"]
    document = {"textDocument": {"uri": uri}}
    for method in ABOUT:
        assert client.request(f"textDocument/{method}", document | {"position": {"line": 0, "character": 3}}) is None
    for method in WHOLE:
        options = {"options": {"tabSize": 4, "insertSpaces": True}} if method == "formatting" else {}
        assert client.request(f"textDocument/{method}", document | options) is None
    assert client.request("mica/status")["documents"] == [
        {"uri": (workspace / "net.mica").as_uri(), "version": 1, "bytes": len(SOUND.encode())}
    ]
    # What was not saved is gone.
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert named(told(client, project)) == FOUND
    assert client.leave() == 0


def test_who_asks_gets_it_once(client: Client, workspace: Path) -> None:
    project = workspace / "mica.json"
    project.write_text(WRONG)
    client.initialize(PULLING)
    client.open(workspace / "net.mica", SOUND)
    assert named(told(client, project)) == FOUND
    uri = client.open(project)
    assert told(client, project) == []
    assert codes(pull(client, uri)) == FOUND
    client.change(uri, 2, {"text": RIGHT})
    assert codes(pull(client, uri)) == []
    assert pushed(client) == []
    assert client.leave() == 0
