"""The table of features holds what the server says of itself; and the features that have no test file of their own."""

import ast
import os
import random
import re
from pathlib import Path

import pytest
from client import Client, Message, position
from test_names import TEXT, index
from test_pull_diagnostics import PULLING

ROOT = Path(__file__).parents[2]
#: What `initialize` says that is no feature.
SETTINGS = {"positionEncoding"}
#: Requests and notifications that the protocol has in any case, or that the server sends.
UNANNOUNCED = {
    "initialize", "shutdown", "exit", "$/cancelRequest", "window/workDoneProgress/cancel", "textDocument/publishDiagnostics",
    "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles", "mica/status", "mica/view",
}  # fmt: skip


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def rows() -> list[tuple[str, str, str, str]]:
    """Each row's method, capability, test file and test."""
    table = (ROOT / "docs/features.md").read_text().split("## ")[0]
    found = re.findall(r"^\| `([^`]+)` \| (?:`(\w+)`)? ?\| `(\w+\.py)`: `(\w+)` \|$", table, re.M)
    assert len(found) == len([line for line in table.splitlines() if line.startswith("| `")])
    return found


def test_the_table_is_what_the_server_says(client: Client, workspace: Path) -> None:
    announced = set(client.initialize(PULLING)["capabilities"]) - SETTINGS
    client.open(workspace / "net.mica", TEXT)
    client.request("workspace/symbol", {"query": "x"})
    status = client.request("mica/status")
    table = rows()
    assert {capability for _, capability, _, _ in table if capability} == announced
    assert {method for method, capability, _, _ in table if not capability} == UNANNOUNCED
    methods = {method for method, _, _, _ in table}
    assert set(status["methods"]) <= methods
    assert status["documents"] == [{"uri": (workspace / "net.mica").as_uri(), "version": 1, "bytes": len(TEXT.encode())}]
    assert status["requests"]["workspace/symbol"]["count"] == 1 and status["peakMemory"] > 1 << 20
    assert status["protocol"] == "3.17" and status["onnxruntime"] is None
    # Both kinds of memory are named; what the system counts has the program in it.
    assert 1 << 16 < status["allocatedMemory"] < status["residentMemory"] < status["peakMemory"] + (1 << 20)
    pages = int(Path(f"/proc/{client.process.pid}/statm").read_text().split()[1])
    assert abs(status["residentMemory"] - pages * os.sysconf("SC_PAGESIZE")) < 4 << 20
    for method in methods - set(status["methods"]) - UNANNOUNCED:
        assert method in {"textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "workspace/didChangeWorkspaceFolders"}, method
    assert client.leave() == 0


def test_the_table_has_the_kinds_of_actions(client: Client) -> None:
    literals = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    announced = client.initialize({"textDocument": {"codeAction": literals}})["capabilities"]["codeActionProvider"]
    table = (ROOT / "docs/features.md").read_text().split("## Code actions")[1].split("## ")[0]
    kinds = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert set(re.findall(r"`([\w.]+)`", " ".join(kinds))) == set(announced["codeActionKinds"])
    assert client.leave() == 0


def test_each_test_is_there_and_asks_for_it() -> None:
    """Each test of the table exists, and its file speaks of the method, or of the client's function for it."""
    for method, _, file, test in rows():
        text = (ROOT / "Tests/Editors" / file).read_text()
        functions = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert test in functions, f"{file} has no {test}"
        short = re.sub(r"([A-Z])", r"_\1", method.split("/", 1)[-1]).lower()
        spoken = [method, method.split("/", 1)[-1], short, short.removeprefix("did_"), "leave()", "document.replace"]
        assert any(word in text for word in spoken), f"{file} does not speak of {method}"


def test_references(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "net.mica", TEXT)
    parameters = {"textDocument": {"uri": uri}, "position": position(TEXT, "first: ‸Half")}
    for declared, count in [(True, 3), (False, 2)]:
        found = client.request("textDocument/references", parameters | {"context": {"includeDeclaration": declared}})
        places = sorted(index(TEXT, each["range"]["start"]) for each in found)
        assert places == [match.start() for match in re.finditer(r"\bHalf\b", TEXT)][-count:]
    assert client.leave() == 0


def applied(text: str, edits: list[Message]) -> str:
    for edit in sorted(edits, key=lambda each: index(text, each["range"]["start"]), reverse=True):
        text = text[: index(text, edit["range"]["start"])] + edit["newText"] + text[index(text, edit["range"]["end"]) :]
    return text


def test_a_selection_is_laid_out(client: Client, workspace: Path) -> None:
    """Only the statements of the selection are, and as they are in a whole text."""
    client.initialize()
    text = TEXT.replace("h = act(h)", "h  =  act( h )").replace("return h", "return  h")
    uri = client.open(workspace / "net.mica", text)
    line = text.split("\n").index("    h  =  act( h )")
    span = {"start": {"line": line, "character": 4}, "end": {"line": line, "character": len(text.split("\n")[line])}}
    options = {"tabSize": 4, "insertSpaces": True}
    document = {"textDocument": {"uri": uri}, "options": options}
    part = client.request("textDocument/rangeFormatting", document | {"range": span})
    assert applied(text, part) == TEXT.replace("return h", "return  h")
    assert applied(text, client.request("textDocument/formatting", document)) == TEXT
    assert client.leave() == 0


def test_progress_can_be_cancelled(client: Client, workspace: Path) -> None:
    """By the token under which it is reported; then there is an error and no file."""
    client.initialize()
    layers = "\n".join(f"    x = l{index}: Linear(x, out_features=4096)" for index in range(6))
    text = f"use onnx 21\n\nmodel net(x: f32[N, 4096]) -> (y: f32[N, 4096]) {{\n{layers}\n    return x\n}}\n"
    uri = client.open(workspace / "net.mica", text)
    before = set(workspace.iterdir())
    request = client.ask("workspace/executeCommand", {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]})
    begun = client.wait(lambda message: message.get("method") == "$/progress")
    client.notify("window/workDoneProgress/cancel", {"token": begun["params"]["token"]})
    assert client.answer(request)["error"]["code"] == -32800
    assert set(workspace.iterdir()) == before
    assert client.leave() == 0


def test_tokens_come_as_differences(client: Client, workspace: Path) -> None:
    """The differences, put into what the client has, give what the server says in full; so do ranges that cover the text."""
    client.initialize()
    text = TEXT
    uri = client.open(workspace / "net.mica", text)
    document = {"textDocument": {"uri": uri}}
    known = client.request("textDocument/semanticTokens/full", document)
    draw = random.Random(5)
    for version in range(2, 22):
        start = draw.randrange(len(text))
        new = draw.choice(["", "a", " ", "\n", "Relu", "(", "3"])
        span = {"start": place(text, start), "end": place(text, min(len(text), start + 1))}
        text = text[:start] + new + text[start + 1 :]
        client.change(uri, version, {"range": span, "text": new})
        told = client.request("textDocument/semanticTokens/full/delta", document | {"previousResultId": known["resultId"]})
        data = list(known["data"])
        for edit in told["edits"]:
            data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
        full = client.request("textDocument/semanticTokens/full", document)
        assert data == full["data"], (version, text)
        everything = {"start": {"line": 0, "character": 0}, "end": place(text, len(text))}
        assert client.request("textDocument/semanticTokens/range", document | {"range": everything})["data"] == data
        known = full
    unknown = client.request("textDocument/semanticTokens/full/delta", document | {"previousResultId": "another"})
    assert unknown["data"] == known["data"]
    assert client.leave() == 0


def place(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    return {"line": before.count("\n"), "character": len(before[before.rfind("\n") + 1 :].encode())}


def test_a_picture_follows_the_cursor(client: Client, workspace: Path) -> None:
    client.initialize()
    view = {"textDocument": {"uri": client.open(workspace / "net.mica", TEXT)}}

    opened = client.request("mica/view", view | {"format": "dot", "depth": 9})
    assert (opened["model"], opened["version"], opened["node"]) == ("net", 1, None)
    assert opened["content"].startswith('digraph "net" {')
    # The cursor stands in calls of the model, of a block and of a repeated statement, on a line's name, and in no model.
    places = {
        "first: ‸Half": "first: Half", "fc: Lin‸ear(x": "fc: Linear", "more[i]: ‸Linear": "more.0: Linear", "y ‸+ first": "Add",
        "‸    y = first": "first: Half",
    }  # fmt: skip
    for text, title in places.items():
        node = client.request("mica/view", view | {"position": position(TEXT, text)})
        assert "content" not in node
        assert node["node"]["title"] == title, text
        assert f"n{node['node']['id']} [" in opened["content"] or f"cluster_{node['node']['id']} " in opened["content"]
    assert client.request("mica/view", view | {"position": position(TEXT, "recipe ‸small")})["node"] is None
    assert client.request("mica/view", view | {"format": "mmd"})["content"].startswith("flowchart TD")
    for wrong in [{"format": "gif"}, {"format": "dot", "by": "weight"}, {"model": "other"}]:
        assert client.error("mica/view", view | wrong) == -32602
    assert client.leave() == 0
