"""Comments that silence a warning, in the editor and on the command line, and the fixes that write and remove them."""

import subprocess
from pathlib import Path

import pytest
from client import CAPABILITIES, Client, Message
from conftest import MICA
from test_features import applied

CAPABLE = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"] | {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}}
}
TEXT = """use onnx 21

model net(x: f32[N, 8]) -> (y: f32[N, 8]) {
    k = 7 / 2
    m = 9 / 2 // Half.
    return x * k * m
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def told(diagnostics: list[Message]) -> list[tuple[str, int]]:
    return sorted((each["code"], each["range"]["start"]["line"]) for each in diagnostics)


def checked(folder: Path, text: str) -> list[str]:
    """What `mica check` says, as lines and identifiers."""
    (folder / "text.mica").write_text(text)
    done = subprocess.run([MICA, "check", "text.mica"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [f"{line.split(':')[1]} {line.split('[')[1].split(']')[0]}" for line in done.stderr.splitlines() if line.startswith("text.mica:")]


def test_comments_silence_their_line(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    assert told(client.diagnostics(uri, 1)) == [("inexact-division", 3), ("inexact-division", 4)]
    cases = {
        "7 / 2 // mica:ignore(inexact-division)": [("inexact-division", 4)],
        "7 / 2 // Half: mica:ignore(unreachable, inexact-division)": [("inexact-division", 4), ("unused-ignore", 3)],
        "7 / 2\n    // mica:ignore(inexact-division)": [("inexact-division", 3)],
        "7 / 2\n    // mica:ignore(inexact-division)\n\n    // Another.": [("inexact-division", 3)],
        "7 / 2 // mica:ignore(no-such)": [("inexact-division", 3), ("inexact-division", 4), ("unused-ignore", 3)],
        "7 / 2 // mica:ignore()": [("inexact-division", 3), ("inexact-division", 4)],
        "8 / 2 // mica:ignore(inexact-division)": [("inexact-division", 4), ("unused-ignore", 3)],
    }
    for version, (change, wanted) in enumerate(cases.items(), 2):
        text = TEXT.replace("7 / 2", change)
        client.change(uri, version, {"text": text})
        assert told(client.diagnostics(uri, version)) == wanted, change
        assert checked(workspace, text) == [f"{line + 1} {code}" for code, line in sorted(wanted, key=lambda each: each[::-1])], change
    # An error is not silenced, and a comment is not judged while one may hide what it is for.
    text = TEXT.replace("7 / 2", "7 / 2 // mica:ignore(unknown-name)").replace("* m", "* n // mica:ignore(unknown-name)")
    client.change(uri, 99, {"text": text})
    assert ("unknown-name", 5) in told(client.diagnostics(uri, 99)) and "unused-ignore" not in dict(told(client.diagnostics(client.open(workspace / "b.mica", text), 1)))
    assert client.leave() == 0


def fixes(client: Client, uri: str, diagnostic: Message) -> dict[str, list[Message]]:
    where = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}}
    return {each["title"]: each["edit"]["documentChanges"][0]["edits"] for each in client.request("textDocument/codeAction", where)}


def test_fixes_write_and_remove_them(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    text, version = TEXT, 1
    # One behind the statement, one above the comment that is there.
    for count in (2, 1):
        diagnostics = client.diagnostics(uri, version)
        assert len(diagnostics) == count
        text = applied(text, fixes(client, uri, diagnostics[0])["Ignore inexact-division on this line"])
        version += 1
        client.change(uri, version, {"text": text})
    assert client.diagnostics(uri, version) == []
    silenced = TEXT.replace("7 / 2", "7 / 2  // mica:ignore(inexact-division)").replace("    m", "    // mica:ignore(inexact-division)\n    m")
    assert text == silenced
    # They are removed where they silence nothing.
    text = text.replace("7 / 2", "8 / 2").replace("9 / 2", "8 / 2").replace("division)\n    m", "division, unreachable)\n    m")
    version += 1
    client.change(uri, version, {"text": text})
    for count in (3, 2, 1):
        diagnostics = client.diagnostics(uri, version)
        assert [each["code"] for each in diagnostics] == ["unused-ignore"] * count
        (edits,) = fixes(client, uri, diagnostics[0]).values()
        text = applied(text, edits)
        version += 1
        client.change(uri, version, {"text": text})
    assert client.diagnostics(uri, version) == []
    assert text == TEXT.replace("7 / 2", "8 / 2").replace("9 / 2", "8 / 2")
    assert client.leave() == 0


def test_unused_values_fade_and_follow_edits(client: Client, workspace: Path) -> None:
    """What is unused is a hint that clients fade out, and comes and goes with its uses, those in other statements included."""
    client.initialize(CAPABLE)
    text = "use onnx 21\n\nmodel net(x: f32[N, 8]) {\n    a = Relu(x)\n    b = Neg(x)\n    c = Abs(b)\n    return c\n}\n"
    uri = client.open(workspace / "unused.mica", text)
    (found,) = client.diagnostics(uri, 1)
    assert (found["code"], found["severity"], found["tags"], found["range"]["start"]["line"]) == ("unused-value", 4, [1], 3)
    edits = {
        "c = Abs(a)": [("unused-value", 4)],
        "c = Abs(b) + a": [],
        "c = Abs(b) + z": [("unknown-name", 5)],
        "c = Abs(": [("expected-token", 5)],
        "b = Abs(b) + a": [("unknown-name", 6)],
        "c = Abs(x)": [("unused-value", 3), ("unused-value", 4)],
        "c = Abs(x) // mica:ignore(unused-value)": [("unused-ignore", 5), ("unused-value", 3), ("unused-value", 4)],
        "c = fc: Linear(a, out_features=8)": [("unused-value", 4)],
        "c = Linear(b, out_features=8)": [("unnamed-layer", 5), ("unused-value", 3)],
    }
    line = "c = Abs(b)"
    for version, (change, wanted) in enumerate(edits.items(), 2):
        client.change(uri, version, {"range": {"start": {"line": 5, "character": 4}, "end": {"line": 5, "character": 4 + len(line)}}, "text": change})
        line = change
        assert told(client.diagnostics(uri, version)) == wanted, change
