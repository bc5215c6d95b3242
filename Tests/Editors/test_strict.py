"""The judge finds each kind of fault, and none where there is none."""

import copy
from typing import Any

import pytest
import strict

URI = "file:///a.mica"
Traffic = list[tuple[str, dict[str, Any]]]


def call(sender: str, method: str, parameters: Any, identifier: int | None = None) -> tuple[str, dict[str, Any]]:
    message = {"jsonrpc": "2.0", "method": method, "params": parameters}
    return sender, message if identifier is None else message | {"id": identifier}


def answer(sender: str, identifier: int, result: Any) -> tuple[str, dict[str, Any]]:
    return sender, {"jsonrpc": "2.0", "id": identifier, "result": result}


def at(line: int, character: int, end: int | None = None) -> Any:
    start = {"line": line, "character": character}
    return start if end is None else {"start": start, "end": {"line": line, "character": end}}


DOCUMENT = {"uri": URI, "languageId": "mica", "version": 1, "text": "a😀 = 1\nb\n"}
LEGEND = {"tokenTypes": ["variable"], "tokenModifiers": ["declaration"]}
SERVER = {
    "hoverProvider": True,
    "documentFormattingProvider": True,
    "semanticTokensProvider": {"legend": LEGEND, "full": True},
}
ABOUT = {"textDocument": {"uri": URI}}
OPTIONS = {"tabSize": 4, "insertSpaces": True}

# Message by message: what a test below breaks.
GOOD: Traffic = [
    call("client", "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 1),
    answer("server", 1, {"capabilities": SERVER}),
    call("client", "initialized", {}),
    call("client", "textDocument/didOpen", {"textDocument": DOCUMENT}),
    call("server", "textDocument/publishDiagnostics", {"uri": URI, "diagnostics": [{"range": at(0, 1, 3), "message": "m"}]}),
    call("client", "textDocument/hover", ABOUT | {"position": at(0, 0)}, 2),
    answer("server", 2, {"contents": {"kind": "plaintext", "value": "a"}, "range": at(0, 0, 3)}),
    call("client", "textDocument/formatting", ABOUT | {"options": OPTIONS}, 3),
    answer("server", 3, [{"range": at(0, 0, 1), "newText": "x"}, {"range": at(0, 1, 3), "newText": ""}]),
    call("client", "textDocument/semanticTokens/full", ABOUT, 4),
    answer("server", 4, {"data": [0, 0, 3, 0, 1]}),
    call("client", "shutdown", None, 5),
    answer("server", 5, None),
    call("client", "exit", None),
]


def broken(number: int, path: list[Any], value: Any) -> Traffic:
    """The good traffic with one thing in one message changed; `...` takes it out."""
    traffic = copy.deepcopy(GOOD)
    target: Any = traffic[number][1]
    for step in path[:-1]:
        target = target[step]
    if value is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return traffic


def test_good_traffic_passes() -> None:
    assert strict.judge(GOOD) == []


@pytest.mark.parametrize(
    ("traffic", "sender", "reason"),
    [
        (broken(6, ["result", "contents", "kind"], "html"), "server", "kind is"),
        (broken(6, ["result", "contents", "colour"], 1), "server", "no property"),
        (broken(6, ["result", "contents"], ...), "server", "missing"),
        (broken(6, ["result", "range", "start", "line"], "0"), "server", "start.line is"),
        (broken(6, ["result", "range", "start", "line"], True), "server", "start.line is"),
        (broken(6, ["result", "range", "start", "line"], 2**31), "server", "start.line is"),
        (broken(6, ["result", "range"], at(0, 3, 0)), "server", "ends before it starts"),
        # In the middle of a character of two units, and behind the line.
        (broken(4, ["params", "diagnostics", 0, "range"], at(0, 1, 2)), "server", "not in the text"),
        (broken(4, ["params", "diagnostics", 0, "range"], at(0, 1, 99)), "server", "not in the text"),
        (broken(8, ["result", 0, "range"], at(0, 0, 3)), "server", "overlap"),
        (broken(10, ["result", "data"], [0, 0, 3, 0]), "server", "five a token"),
        (broken(10, ["result", "data"], [0, 0, 3, 1, 0]), "server", "legend"),
        (broken(10, ["result", "data"], [0, 0, 3, 0, 2]), "server", "legend"),
        (broken(10, ["result", "data"], [0, 0, 90, 0, 0]), "server", "not in the text"),
        (broken(6, ["id"], 7), "server", "no open request"),
        (broken(6, ["error"], {"code": 1, "message": "m"}), "server", "both"),
        (broken(6, ["result"], ...), "server", "neither"),
        (broken(1, ["result", "capabilities", "hoverProvider"], ...), "client", "not announced"),
        (broken(1, ["result", "capabilities", "positionEncoding"], "utf-8"), "server", "does not offer"),
        (broken(5, ["method"], "textDocument/hoover"), "client", "no method"),
        (broken(4, ["method"], "textDocument/didClose"), "server", "not the server's to send"),
        (GOOD[:6] + GOOD[7:], "server", "never answered"),
        ([GOOD[3], *GOOD], "client", "before the answer to initialize"),
        (GOOD[:-1] + [GOOD[2]], "client", "after shutdown"),
        (GOOD[:5] + [call("server", "workspace/applyEdit", {"edit": {}}, 9), *GOOD[5:]], "server", "not announced"),
        (GOOD[:5] + [("server", ["m"]), *GOOD[5:]], "server", "is an object"),  # type: ignore[list-item]
    ],
)
def test_each_fault_is_found(traffic: Traffic, sender: str, reason: str) -> None:
    assert any(finding.sender == sender and reason in finding.reason for finding in strict.judge(traffic))
