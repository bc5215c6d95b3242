"""Diagnostics that the client asks for: of a document, of the workspace, and only where they are others than before."""

import time
from pathlib import Path
from typing import Any

import pytest
from client import CAPABILITIES, Client, Message
from test_clients import BROKEN, SOUND

PULLING = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"] | {"diagnostic": {"dynamicRegistration": False}},
    "workspace": CAPABILITIES["workspace"] | {"diagnostics": {"refreshSupport": True}},
}
REFRESHING = CAPABILITIES | {"workspace": CAPABILITIES["workspace"] | {"inlayHint": {"refreshSupport": True}}}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
BLOCKS = "block Own(x: T[N, D], width: int = 4) -> T[N, width] {\n    return fc: Linear(x, out_features=width)\n}\n"
IMPORTING = 'use onnx 21\nimport "./blocks.mica" as b\nmodel net(x: f32[N, 8]) -> (y: f32[N, 4]) {\n    return own: b.Own(x)\n}\n'


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def pull(client: Client, uri: str, known: str | None = None) -> Message:
    return client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}} | ({"previousResultId": known} if known else {}))


def codes(report: Message) -> list[str]:
    return [each["code"] for each in report["items"]]


def pushed(client: Client) -> list[Message]:
    client.request("mica/status")
    return [each for each in client.kept if each.get("method") == "textDocument/publishDiagnostics"]


def test_a_document(client: Client, workspace: Path) -> None:
    announced = client.initialize(PULLING)["capabilities"]["diagnosticProvider"]
    assert announced == {"identifier": "mica", "interFileDependencies": True, "workspaceDiagnostics": True}
    uri = client.open(workspace / "a.mica", BROKEN)
    first = pull(client, uri)
    assert first["kind"] == "full" and codes(first) == ["unknown-callee"]
    assert pull(client, uri, first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    client.change(uri, 2, {"text": BROKEN + "\n"})
    assert pull(client, uri, first["resultId"])["kind"] == "unchanged"
    client.change(uri, 3, {"text": SOUND})
    second = pull(client, uri, first["resultId"])
    assert second["kind"] == "full" and second["items"] == []
    client.change(uri, 4, {"text": BROKEN.replace("Rellu(", "Rellu(x + ")})
    assert codes(pull(client, uri, second["resultId"])) == ["unknown-callee"]
    # Nobody is told what nobody asks for.
    assert pushed(client) == []
    assert client.error("textDocument/diagnostic", {"textDocument": {"uri": "file:///none.mica"}}) == -32602
    assert client.leave() == 0


def test_others_are_pushed_to(client: Client, workspace: Path) -> None:
    """A client that cannot be told to ask again would not learn of changes around a text."""
    without: Any = PULLING | {"workspace": CAPABILITIES["workspace"]}
    assert "diagnosticProvider" not in client.initialize(without)["capabilities"]
    uri = client.open(workspace / "a.mica", BROKEN)
    assert [each["code"] for each in client.diagnostics(uri, 1)] == ["unknown-callee"]
    assert client.leave() == 0


def test_what_an_import_changes_is_asked_for_again(client: Client, workspace: Path) -> None:
    (workspace / "blocks.mica").write_text(BLOCKS)
    client.initialize(PULLING)
    uri = client.open(workspace / "main.mica", IMPORTING)
    first = pull(client, uri)
    assert first["items"] == []
    imported = client.open(workspace / "blocks.mica")
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    client.change(imported, 2, {"text": BLOCKS.replace("= 4", "= 5")})
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert codes(pull(client, uri, first["resultId"])) == ["shape-mismatch"]
    assert client.leave() == 0


def test_the_workspace(client: Client, tmp_path: Path) -> None:
    """Files that nobody has opened are told of, as they are on disk; those that are open, as they are in the editor."""
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for name, text in {"a.mica": BROKEN, "blocks.mica": BLOCKS, "sub/b.mica": SOUND, ".hidden/c.mica": BROKEN, "main.mica": IMPORTING}.items():
        (folder / name).write_text(text)
    client.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": PULLING})
    client.notify("initialized", {})
    opened = client.open(folder / "sub/b.mica", BROKEN)

    def workspace(known: dict[str, str]) -> dict[str, Message]:
        previous = [{"uri": uri, "value": value} for uri, value in known.items()]
        reports = client.request("workspace/diagnostic", {"previousResultIds": previous})["items"]
        return {report["uri"]: report for report in reports}

    first = workspace({})
    assert set(first) == {(folder / name).as_uri() for name in ("a.mica", "blocks.mica", "main.mica", "sub/b.mica")}
    found = {Path(uri).name: codes(report) for uri, report in first.items() if report["items"]}
    assert found == {"a.mica": ["unknown-callee"], "b.mica": ["unknown-callee"]}
    assert first[opened]["version"] == 1 and first[(folder / "a.mica").as_uri()]["version"] is None
    known = {uri: report["resultId"] for uri, report in first.items()}
    assert {report["kind"] for report in workspace(known).values()} == {"unchanged"}
    # A file changes on disk, and with it the one that imports it.
    (folder / "blocks.mica").write_text(BLOCKS.replace("= 4", "= 5"))
    (folder / "a.mica").unlink()
    second = workspace(known)
    changed = {Path(uri).name: codes(report) for uri, report in second.items() if report["kind"] == "full"}
    assert changed == {"main.mica": ["shape-mismatch"]} and (folder / "a.mica").as_uri() not in second
    # What is not saved yet counts for those that import it.
    client.open(folder / "blocks.mica", BLOCKS)
    third = workspace({})
    assert codes(third[(folder / "main.mica").as_uri()]) == []
    assert client.leave() == 0


def test_a_discarded_change_is_forgotten(client: Client, workspace: Path) -> None:
    """What imports a text reads the file again when the text is closed without being saved."""
    (workspace / "blocks.mica").write_text(BLOCKS)
    client.initialize(REFRESHING)
    uri = client.open(workspace / "main.mica", IMPORTING)
    imported = client.open(workspace / "blocks.mica")
    assert client.diagnostics(uri, 1) == []
    client.change(imported, 2, {"text": BLOCKS.replace("= 4", "= 5")})
    while [each["code"] for each in client.diagnostics(uri, 1)] != ["shape-mismatch"]:
        pass
    client.kept.clear()
    client.notify("textDocument/didClose", {"textDocument": {"uri": imported}})
    assert client.diagnostics(uri, 1) == []
    client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh")
    hints = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": WHOLE})
    assert "f32[N, 4]" in str(hints) and "f32[N, 5]" not in str(hints)
    assert client.leave() == 0


def test_a_discarded_change_is_asked_for_again(client: Client, workspace: Path) -> None:
    (workspace / "blocks.mica").write_text(BLOCKS)
    client.initialize(PULLING)
    uri = client.open(workspace / "main.mica", IMPORTING)
    imported = client.open(workspace / "blocks.mica", BLOCKS.replace("= 4", "= 5"))
    assert codes(pull(client, uri)) == ["shape-mismatch"]
    # The pause behind typing may have asked already.
    time.sleep(1)
    client.request("mica/status")
    client.kept.clear()
    client.notify("textDocument/didClose", {"textDocument": {"uri": imported}})
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert codes(pull(client, uri)) == []
    assert client.leave() == 0
