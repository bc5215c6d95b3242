"""What clients do that a server may stumble over, each in a test of its own."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from client import CAPABILITIES, Client, position
from conftest import MICA

BROKEN = 'use onnx 21\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    return Rellu(x)\n}\n'
SOUND = BROKEN.replace("Rellu", "Relu")


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def identifiers(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in diagnostics if each["severity"] == 1]


def test_capabilities_may_be_null(client: Client, workspace: Path) -> None:
    client.initialize({"textDocument": None, "workspace": None, "window": None, "general": None})
    uri = client.open(workspace / "a.mica", BROKEN)
    assert identifiers(client.diagnostics(uri, 1)) == ["unknown-callee"]
    assert client.leave() == 0


def test_whole_texts_and_ranges_may_be_mixed(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "a.mica", BROKEN)
    assert identifiers(client.diagnostics(uri, 1)) == ["unknown-callee"]
    client.change(uri, 2, {"text": SOUND})
    assert identifiers(client.diagnostics(uri, 2)) == []
    start = position(SOUND, "return ‸Relu(x)")
    end = position(SOUND, "return Relu‸(x)")
    client.change(uri, 3, {"text": BROKEN}, {"text": SOUND}, {"range": {"start": start, "end": end}, "text": "Sigmod"})
    assert identifiers(client.diagnostics(uri, 3)) == ["unknown-callee"]
    assert client.leave() == 0


def test_a_change_may_change_nothing(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "a.mica", SOUND)
    assert client.diagnostics(uri, 1) == []
    place = position(SOUND, "return ‸Relu(x)")
    client.change(uri, 2, {"range": {"start": place, "end": place}, "text": "Relu(x) + "})
    assert client.diagnostics(uri, 2) == []
    client.change(uri, 3)
    assert client.diagnostics(uri, 3) == []
    assert client.leave() == 0


def test_without_action_literals_there_are_commands(client: Client, workspace: Path) -> None:
    client.initialize({"workspace": {"applyEdit": True}})
    uri = client.open(workspace / "a.mica", BROKEN)
    diagnostic = client.diagnostics(uri, 1)[0]
    parameters = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": {"diagnostics": []}}
    actions = client.request("textDocument/codeAction", parameters)
    assert all(set(action) <= {"title", "command", "arguments"} for action in actions)
    fix = next(action for action in actions if "Relu" in action["title"])
    client.request("workspace/executeCommand", {"command": fix["command"], "arguments": fix["arguments"]})
    assert [change["newText"] for change in client.edits[0]["changes"][uri]] == ["Relu"]
    assert client.leave() == 0


def test_hovers_may_be_plain_text(client: Client, workspace: Path) -> None:
    client.initialize({"textDocument": {"hover": {"contentFormat": ["plaintext"]}}})
    uri = client.open(workspace / "a.mica", SOUND)
    parameters = {"textDocument": {"uri": uri}, "position": position(SOUND, "return R‸elu")}
    contents = client.request("textDocument/hover", parameters)["contents"]
    assert contents["kind"] == "plaintext"
    assert "```" not in contents["value"] and contents["value"].startswith("Relu(X: T)")
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("encoding", "width"),
    [
        ("utf-8", lambda text: len(text.encode())),
        ("utf-16", lambda text: len(text.encode("utf-16-le")) // 2),
        ("utf-32", len),
    ],
)
def test_columns_count_in_the_clients_units(client: Client, workspace: Path, encoding: str, width: Any) -> None:
    text = SOUND.replace("return Relu(x)", "y = `é😀`: Linear(x, out_features=8) |> Rellu\n    return y")
    capabilities = CAPABILITIES | {"general": {"positionEncodings": [encoding]}}
    assert client.initialize(capabilities)["capabilities"]["positionEncoding"] == encoding
    uri = client.open(workspace / "a.mica", text)
    found = client.diagnostics(uri, 1)[0]["range"]
    assert found == {"start": position(text, "|> ‸Rellu", width), "end": position(text, "|> Rellu‸", width)}
    client.change(uri, 2, {"range": found, "text": "Relu"})
    assert client.diagnostics(uri, 2) == []
    assert client.leave() == 0


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_lines_may_end_otherwise(client: Client, workspace: Path, newline: str) -> None:
    client.initialize()
    uri = client.open(workspace / "a.mica", "// A comment.\n".replace("\n", newline) + BROKEN.replace("\n", "\r\n"))
    assert client.diagnostics(uri, 1)[0]["range"]["start"] == {"line": 3, "character": 11}
    assert client.leave() == 0


def test_the_life_cycle_is_kept(client: Client, workspace: Path) -> None:
    assert client.error("textDocument/hover", {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}) == -32002
    client.initialize()
    assert client.error("initialize", {"processId": None, "rootUri": None, "capabilities": {}}) == -32600
    assert client.error("no/such/method", {}) == -32601
    client.request("shutdown")
    assert client.error("textDocument/hover", {}) == -32600
    client.notify("exit")
    assert client.process.wait(30) == 0


def test_exit_without_shutdown_is_a_failure(client: Client) -> None:
    client.initialize()
    client.notify("exit")
    assert client.process.wait(30) == 1


def test_a_client_that_goes_away_ends_the_server(client: Client) -> None:
    client.initialize()
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.wait(30) == 1


def test_a_message_that_is_no_json_harms_no_other(client: Client, workspace: Path) -> None:
    client.initialize()
    client.send_bytes(b"{nonsense")
    assert client.wait(lambda message: "error" in message)["error"]["code"] == -32700
    client.send_bytes(b"[1, 2]")
    assert client.wait(lambda message: "error" in message)["error"]["code"] == -32600
    uri = client.open(workspace / "a.mica", BROKEN)
    assert identifiers(client.diagnostics(uri, 1)) == ["unknown-callee"]
    assert client.leave() == 0


BODY = b'{"jsonrpc": "2.0", "method": "$/unknown"}'
#: Frames that are wrong, each with the code of the error that they get, if any.
FRAMES = {
    "no number": (b"Content-Length: many\r\n\r\n" + BODY, -32700),
    "negative": (b"Content-Length: -5\r\n\r\n" + BODY, -32700),
    "no length": (b"Content-Type: x\r\n\r\n" + BODY, -32700),
    "no field": (b"nonsense\r\n\r\n" + BODY, -32700),
    "too short": (b"Content-Length: %d\r\n\r\n" % (len(BODY) - 5) + BODY, -32700),
    "too long": (b"Content-Length: %d\r\n\r\n" % (len(BODY) + 40) + BODY, -32700),
    "200 MB announced": (b"Content-Length: 200000000\r\n\r\n" + BODY, -32600),
    "200 MB": (b"Content-Length: 200000000\r\n\r\n" + b" " * 200_000_000, -32600),
    "a line without end": (b"x" * 200_000 + b"\r\n", -32700),
    "no method": (b'Content-Length: 17\r\n\r\n{"jsonrpc":"2.0"}', -32600),
    "only newlines": (b"\n\n\r\n", None),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_wrong_frame_costs_no_other(name: str, client: Client) -> None:
    """It gets the error that the protocol has for it, and the message behind it is answered."""
    client.initialize()
    frame, code = FRAMES[name]
    assert client.process.stdin
    client.process.stdin.write(frame)
    for _ in range(2):
        assert client.request("mica/status")["documents"] == []
    told = [message["error"]["code"] for message in client.kept if message.get("id") is None and "error" in message]
    assert told == ([] if code is None else [code])
    assert client.leave() == 0


def test_what_waits_for_the_client_can_be_cancelled(client: Client, workspace: Path) -> None:
    """A client that does not answer what the server asks holds nothing up."""
    client.initialize()
    uri = client.open(workspace / "a.mica", SOUND)
    client.answers = False
    run = client.ask("workspace/executeCommand", {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]})
    client.wait(lambda message: message.get("method") == "window/workDoneProgress/create")
    client.notify("$/cancelRequest", {"id": run})
    assert client.answer(run)["error"]["code"] == -32800
    assert not (workspace / "net.onnx").exists()
    assert client.error("textDocument/hover", {"textDocument": {"uri": uri}}) == -32602
    client.process.kill()


def test_messages_may_be_none_of_the_protocols() -> None:
    """An identifier is a number or a string, and a method a string; the record of it is for no judge."""
    client = Client([MICA, "lsp"])
    client.initialize()
    client.send({"id": [1], "method": "textDocument/hover"})
    client.send({"id": 77, "method": 3})
    assert client.wait(lambda message: message.get("id") == 77)["error"]["code"] == -32600
    assert [message["error"]["code"] for message in client.kept if "error" in message] == [-32600]
    assert client.leave() == 0


@pytest.mark.parametrize("parameters", [{}, None, [], {"textDocument": {"uri": "file:///nowhere.mica"}}, {"textDocument": 3}])
def test_parameters_may_be_wrong(client: Client, parameters: Any) -> None:
    client.initialize()
    for method in ["hover", "completion", "inlayHint", "codeAction", "formatting", "semanticTokens/full"]:
        assert client.error(f"textDocument/{method}", parameters) == -32602
    assert client.error("workspace/executeCommand", parameters) == -32602
    assert client.error("workspace/symbol", parameters) == -32602
    client.notify("textDocument/didChange", parameters)
    client.notify("textDocument/didOpen", parameters)
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("parameters", "missing"),
    [
        (None, "an object with `textDocument`"),
        ([1], "an object with `textDocument`"),
        ({}, "`textDocument` with `uri`"),
        ({"textDocument": {"uri": 3}}, "`textDocument` with `uri`"),
        ({"textDocument": {"uri": "file:///nowhere.mica"}}, "not open: file:///nowhere.mica"),
    ],
)
def test_what_parameters_lack_is_said(client: Client, parameters: Any, missing: str) -> None:
    client.initialize()
    for method in ["hover", "completion", "rename"]:
        error = client.answer(client.ask(f"textDocument/{method}", parameters))["error"]
        assert error["code"] == -32602 and missing in error["message"]
    assert client.leave() == 0


def test_a_cancelled_request_is_answered_once(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "gpt2.mica")
    requests = [client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}}) for _ in range(20)]
    for request in requests:
        client.notify("$/cancelRequest", {"id": request})
    for request in requests:
        answer = client.answer(request)
        assert "result" in answer or answer["error"]["code"] == -32800
    # Nothing more is said of them.
    assert client.request("mica/status")["documents"]
    assert not [message for message in client.kept if message.get("id") in requests]
    assert client.leave() == 0


def test_a_cancelled_request_is_over_at_once(client: Client, workspace: Path) -> None:
    """What it still computes holds up neither its own end nor what was asked for later; a number may be used again then."""
    client.initialize()
    lines = "".join(f"    x = Relu(x, label{number}=1)\n" for number in range(3_000))
    uri = client.open(workspace / "long.mica", f"use onnx 21\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {{\n{lines}    return x\n}}\n")
    ended = []
    for version in range(2, 30):
        client.change(uri, version, {"range": {"start": {"line": 2, "character": 8}, "end": {"line": 2, "character": 8}}, "text": " "})
        request = client.ask("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
        client.notify("$/cancelRequest", {"id": request})
        answer = client.answer(request)
        ended.append("error" in answer)
        assert "result" in answer or answer["error"]["code"] == -32800
    assert any(ended)
    assert client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})["data"]
    assert client.leave() == 0


def test_unsaved_imports_count(client: Client, workspace: Path) -> None:
    blocks = "block Own(x: T[N, D], width: int = 4) -> T[N, width] {\n    return fc: Linear(x, out_features=width)\n}\n"
    (workspace / "blocks.mica").write_text(blocks)
    text = 'use onnx 21\nimport "./blocks.mica" as b\nmodel net(x: f32[N, 8]) -> (y: f32[N, 4]) {\n    return own: b.Own(x)\n}\n'
    client.initialize()
    uri = client.open(workspace / "main.mica", text)
    assert client.diagnostics(uri, 1) == []
    imported = client.open(workspace / "blocks.mica")
    client.diagnostics(imported, 1)
    client.diagnostics(uri, 1)
    client.change(imported, 2, {"text": blocks.replace("= 4", "= 5")})
    assert identifiers(client.diagnostics(uri, 1)) == ["shape-mismatch"]
    assert client.leave() == 0


def test_files_around_a_document_count_as_they_are_now(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "a.mica", SOUND)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    about = {"textDocument": {"uri": uri}, "range": everything}
    assert client.request("textDocument/inlayHint", about)[0]["label"] == "f32[N, 8]"
    (workspace / "mica.json").write_text('{"dimensions": {"N": 4}}')
    end = {"line": 3, "character": 0}
    client.change(uri, 2, {"range": {"start": end, "end": end}, "text": "\n"})
    assert client.request("textDocument/inlayHint", about)[0]["label"] == "f32[4, 8]"
    assert client.leave() == 0


def test_a_document_that_is_no_file_is_analysed_and_not_exported(client: Client) -> None:
    client.initialize()
    uri = "untitled:Untitled-1"
    document = {"uri": uri, "languageId": "mica", "version": 1, "text": SOUND}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert client.diagnostics(uri, 1) == []
    assert client.error("workspace/executeCommand", {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]}) == -32803
    assert client.leave() == 0


def test_the_body_of_a_called_operator(client: Client, workspace: Path) -> None:
    """The tensors of a function are none of the model's that calls it."""
    lines = "".join(f"    x = {name}(x)\n" for name in ["Relu", "Abs", "Neg", "Exp", "Tanh", "Relu", "Abs"])
    text = f"use onnx 21\nuse com.acme 1\n\noperator com.acme.Long(x: T[N, D]) -> (y: T[N, D]) {{\n{lines}    return x\n}}\n\n"
    text += "model net(x: f32[N, 4]) -> (y: f32[N, 4]) {\n    y = com.acme.Long(x)\n    return y\n}\n"
    client.initialize()
    uri = client.open(workspace / "net.mica", text)
    assert client.diagnostics(uri, 1) == []
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 100, "character": 0}}
    hints = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": everything})
    assert text.split("\n").index("    y = com.acme.Long(x)") in [hint["position"]["line"] for hint in hints]
    for line in range(text.count("\n")):
        for character in (4, 9):
            client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
    assert client.leave() == 0


def test_onnx_files_are_opened_as_text(client: Client, workspace: Path) -> None:
    """A model is exported, opened as text, edited without saving, and exported again under its file's names."""
    client.initialize(CAPABILITIES | {"window": {"showDocument": {"support": True}}})
    uri = client.open(workspace / "net.mica", SOUND)
    export = {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]}
    client.request("workspace/executeCommand", export)
    model = (workspace / "net.onnx").rename(workspace / "other.onnx")
    opening = {"command": "mica.openModel", "arguments": [{"uri": model.as_uri()}]}
    opened = client.request("workspace/executeCommand", opening)
    assert client.shown == [(workspace / "other.mica").as_uri()]
    assert opened["created"] and opened["path"] == str(workspace / "other.mica")
    text = (workspace / "other.mica").read_text()
    assert "@imported" in text and 'weights "other.onnx"' in text
    shown = client.open(workspace / "other.mica")
    assert client.diagnostics(shown, 1) == []
    client.change(shown, 2, {"text": text.replace("Relu(x)", "Sigmoid(Relu(x))")})
    assert client.diagnostics(shown, 2) == []
    client.request("workspace/executeCommand", {"command": "mica.export", "arguments": [{"uri": shown, "model": "net"}]})
    assert b"Sigmoid" in (workspace / "net.onnx").read_bytes()
    again = client.request("workspace/executeCommand", opening)
    assert not again["created"] and not again["stale"]
    # The file is another one since the text was written.
    later = (workspace / "other.mica").stat().st_mtime + 60
    os.utime(model, (later, later))
    again = client.request("workspace/executeCommand", opening)
    assert not again["created"] and again["stale"] and (workspace / "other.mica").read_text() == text
    told = client.wait(lambda message: message.get("method") == "window/showMessage" and message["params"]["type"] == 2)
    assert "has changed since" in told["params"]["message"]
    for wrong, code in [("text.mica", -32602), ("none.onnx", -32803)]:
        arguments = [{"uri": (workspace / wrong).as_uri()}]
        assert client.error("workspace/executeCommand", {"command": "mica.openModel", "arguments": arguments}) == code
    assert not (workspace / "none.mica").exists()
    assert client.leave() == 0


def test_closing_takes_the_diagnostics_back(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "a.mica", BROKEN)
    assert client.diagnostics(uri, 1)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    emptied = client.wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    assert emptied["params"] == {"uri": uri, "diagnostics": []}
    assert client.leave() == 0


def test_random_edits_end_where_the_whole_text_does(client: Client, workspace: Path) -> None:
    """Many small edits, several in a message, leave the server with the text that they make."""
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed} (MICA_SEED={seed} repeats it)")
    numbers = random.Random(seed)
    pieces = ["x", "\n", "(", ")", "{", "}", " = ", "Relu(x)", "é", "😀", "`", "\r\n", "// n\n", '"', "", "", ""]
    client.initialize(CAPABILITIES | {"general": {"positionEncodings": ["utf-16"]}})
    text = (workspace / "resnet18.mica").read_text()
    uri = client.open(workspace / "edited.mica", text)
    client.diagnostics(uri, 1)
    for version in range(2, 40):
        changes = []
        for _ in range(numbers.randint(1, 3)):
            start = numbers.randint(0, len(text))
            end = min(len(text), start + numbers.choice([0, 0, 1, 3, 20]))
            # Between the halves of a line's end is no position.
            start, end = (each - (text[each - 1 : each + 1] == "\r\n") for each in (start, end))
            piece = numbers.choice(pieces)
            span = {"start": location(text, start), "end": location(text, end)}
            changes.append({"range": span, "text": piece})
            text = text[:start] + piece + text[end:]
        client.change(uri, version, *changes)
    whole = client.open(workspace / "whole.mica", text)
    for method in ("textDocument/documentSymbol", "textDocument/semanticTokens/full", "textDocument/foldingRange"):
        edited, fresh = (client.request(method, {"textDocument": {"uri": each}}) for each in (uri, whole))
        if isinstance(edited, dict):
            # Tokens are the same under other names.
            edited, fresh = edited["data"], fresh["data"]
        assert edited == fresh, method
    # Put right again, nothing is left of what was broken.
    sound = (workspace / "resnet18.mica").read_text().replace("\n    x = ", "\n    // Edited.\n    x = ")
    span = {"start": location(text, 0), "end": location(text, len(text))}
    client.change(uri, 40, {"range": span, "text": sound})
    client.change(whole, 2, {"text": sound.replace("Edited", "Whole")})
    client.change(whole, 3, {"text": sound})
    assert json.loads(json.dumps(client.diagnostics(whole, 3)).replace(whole, uri)) == client.diagnostics(uri, 40)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}
    hints = [
        client.request("textDocument/inlayHint", {"textDocument": {"uri": each}, "range": everything})
        for each in (uri, whole)
    ]
    assert hints[0] == hints[1]
    assert len(hints[0]) > 10
    assert client.leave() == 0


def location(text: str, index: int) -> dict[str, int]:
    """The position of an index, in UTF-16 units."""
    before = text[:index].replace("\r\n", "\n")
    line = before.count("\n")
    return {"line": line, "character": len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2}


def test_texts_of_published_models_are_sound_in_an_editor(server: list[str], workspace: Path) -> None:
    """What a text calls its values says nothing of the file's names: branches may both have a `weight`."""
    client = Client(server)
    client.initialize()
    models = sorted(path for path in Path(os.environ["MICA_MODELS"]).rglob("*.onnx") if path.stat().st_size < 3 << 20)
    assert len(models) > 5
    for number, model in enumerate(models):
        text = workspace / f"read{number}.mica"
        subprocess.run([MICA, "convert", model, text], check=True, capture_output=True)
        uri = client.open(text)
        wrong = [each for each in client.diagnostics(uri, 1) if each["severity"] == 1]
        assert not wrong, (model, wrong[:3])
    assert client.leave() == 0
