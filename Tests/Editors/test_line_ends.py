"""Texts whose lines end in `\\r\\n` keep them, whatever changes in them."""

import subprocess
from pathlib import Path

import pytest
from client import Client, Message, position
from conftest import MICA
from test_features import applied
from test_refactorings import CAPABLE

PLAIN = "use   onnx 21\n// Two layers.\n\n\nmodel net( x:f32[N, 4] )->(y:f32[N, 4]) {\n  y = a: Linear(x, out_features=4)  \n\n\n  return   Relu(y)}\n"
LAYOUT = """use onnx 21

// Two layers.

model net(x: f32[N, 4]) -> (y: f32[N, 4]) {
    y = a: Linear(x, out_features=4)

    return Relu(y)
}
"""
OPTIONS = {"tabSize": 4, "insertSpaces": True}


def windows(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize(CAPABLE)
    return client


def formatted(client: Client, uri: str) -> list[Message]:
    return client.request("textDocument/formatting", {"textDocument": {"uri": uri}, "options": OPTIONS})


def test_what_is_laid_out_stays(client: Client, workspace: Path) -> None:
    for name in ("lenet", "whisper_tiny", "custom_operator"):
        path = workspace / f"{name}.mica"
        uri = client.open(path, windows(path.read_text()))
        assert formatted(client, uri) == [], name
        assert not [each for each in client.diagnostics(uri, 1) if each["code"] != "weights-file-missing"]
    assert client.leave() == 0


def test_new_lines_end_as_the_others(client: Client, workspace: Path) -> None:
    text = windows(PLAIN)
    uri = client.open(workspace / "net.mica", text)
    assert applied(text, formatted(client, uri)) == windows(LAYOUT)
    line = PLAIN.split("\n").index("  return   Relu(y)}")
    span = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 19}}
    part = client.request("textDocument/rangeFormatting", {"textDocument": {"uri": uri}, "options": OPTIONS, "range": span})
    assert applied(text, part) == text.replace("  \r\n\r\n\r\n  return   Relu(y)}", "\r\n\r\n    return Relu(y)\r\n}")
    # Behind a new line the cursor's line is indented, and the one above laid out.
    for end in ("\n", "\r\n"):
        typed = LAYOUT.replace("    return Relu(y)", "  z  =  Relu(y)\n\n    return z").replace("\n", end)
        uri = client.open(workspace / f"typed{len(end)}.mica", typed)
        where = {"line": typed.count("\n", 0, typed.index("Relu")) + 1, "character": 0}
        about = {"textDocument": {"uri": uri}, "position": where, "ch": "\n", "options": OPTIONS}
        done = applied(typed, client.request("textDocument/onTypeFormatting", about))
        assert done == LAYOUT.replace("    return Relu(y)", "    z = Relu(y)\n    \n    return z").replace("\n", end)
    assert client.leave() == 0


def test_the_first_line_decides(client: Client, workspace: Path) -> None:
    """No edit parts a carriage return from its newline: editors have no place between the two."""
    for ends, end in [(("\r\n", "\n"), "\r\n"), (("\n", "\r\n"), "\n")]:
        lines = LAYOUT.split("\n")
        text = "".join(line + ends[number % 2] for number, line in enumerate(lines[:-1]))
        uri = client.open(workspace / f"mixed{len(end)}.mica", text)
        edits = formatted(client, uri)
        assert applied(text, edits) == LAYOUT.replace("\n", end)
        for edit in edits:
            assert edit["newText"] in ("\n", "\r\n", end + end), edit
    assert client.leave() == 0


def test_refactorings_and_fixes_keep_them(client: Client, workspace: Path) -> None:
    plain = LAYOUT.replace("\n    return Relu(y)", "    z = Relu(y)\n    w = Tanh(z)\n    return w + x")
    text = windows(plain)
    uri = client.open(workspace / "net.mica", text)
    span = {"start": position(plain, "    ‸z = Relu"), "end": position(plain, "Tanh(z)‸")}
    about = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": []}}
    (extract,) = [each for each in client.request("textDocument/codeAction", about) if each["title"] == "Extract block"]
    (change,) = extract["edit"]["documentChanges"]
    new = applied(text, change["edits"])
    assert "block " in new and new.count("\n") > text.count("\n") and new == windows(new.replace("\r", ""))
    commented = text.replace("// Two layers.", "/* Two\r\n * layers. */")
    uri = client.open(workspace / "comment.mica", commented)
    found = client.diagnostics(uri, 1)
    about = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": found[:1]}}
    (fix,) = [each for each in client.request("textDocument/codeAction", about) if each["title"].startswith("Begin each line")]
    (change,) = fix["edit"]["documentChanges"]
    assert applied(commented, change["edits"]) == text.replace("// Two layers.", "// Two\r\n // layers.")
    assert client.leave() == 0


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(MICA), *map(str, arguments)], capture_output=True, timeout=300)


def test_commands_keep_them(workspace: Path) -> None:
    plain, lenet = workspace / "plain.mica", workspace / "lenet.mica"
    plain.write_bytes(windows(PLAIN).encode())
    assert run("format", "--check", plain).returncode == 1
    assert run("format", plain).returncode == 0
    assert plain.read_bytes() == windows(LAYOUT).encode()
    lenet.write_bytes(windows(lenet.read_text()).encode())
    assert run("format", "--check", plain, lenet).returncode == 0


def test_pruned_texts_keep_them(workspace: Path) -> None:
    """Both where the text is the user's and where it is an ONNX file's, whose comments stay."""
    text = LAYOUT.replace("y = a: Linear(x, out_features=4)\n\n    return", "y = x |> a: Linear(out_features=8) |> Relu |> b: Linear(out_features=4)\n    return")
    exported, own, named = (workspace / name for name in ("net.onnx", "own.mica", "named.mica"))
    own.write_bytes(windows(text).encode())
    assert run("convert", own, exported, "--random-weights").returncode == 0
    assert run("convert", exported, named).returncode == 0
    lines = named.read_text().split("\n")
    place = next(number for number, line in enumerate(lines) if line.lstrip().startswith("return"))
    lines.insert(place, "    // The last line.")
    named.write_bytes(windows("\n".join(lines)).encode())
    for path in (own, named):
        output = workspace / f"pruned_{path.name}"
        done = run("prune", path, output, "--ratio", 0.5)
        assert done.returncode == 0, done.stderr
        written = output.read_bytes()
        assert written.count(b"\r\n") == written.count(b"\n") > 5 and b"\r\r" not in written
        if path == named:
            assert b"    // The last line.\r\n" in written
        assert run("format", "--check", output).returncode == 0
