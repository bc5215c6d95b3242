"""What the tests of pruning and of quantizing from an editor share."""

from typing import Any

from client import Client
from test_refactorings import positions

TEXT = """\
use onnx 21

block Half(x: T[N, D], out: int) -> T[N, out] {
    x = fc: Linear(x, out_features=out)
    return Relu(x)
}

/// A model.
model net(x: f32[N, 64]) -> (y: f32[N, 128]) {
    a = x |> first: Half(out=256)
    a = a |> second: Half(out=256)
    return last: Linear(a, out_features=128)
}
"""
STALE, CANCELLED = -32801, -32800


def actions(kind: str, client: Client, uri: str, text: str, start: int, end: int | None = None) -> dict[str, dict[str, Any]]:
    """The commands of a kind of code actions that are offered, by their titles."""
    context = {"diagnostics": [], "only": [kind]}
    where = {"textDocument": {"uri": uri}, "range": positions(text, start, start if end is None else end), "context": context}
    found = client.request("textDocument/codeAction", where)
    assert {action["kind"] for action in found} <= {kind}
    return {action["title"]: action["command"] for action in found}


def run(client: Client, command: dict[str, Any]) -> Any:
    return client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
