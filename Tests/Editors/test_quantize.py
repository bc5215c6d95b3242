"""Models are quantized from the editor: as a whole or by layers, from the text as it is there, with progress."""

import re
from pathlib import Path
from typing import Any

import numpy
import onnx
import onnxruntime
import pytest
from client import CAPABILITIES, Client
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
TITLE = re.compile(r"Quantize (net|this layer|these \d+ layers) to (.+): ([\d.]+ \w+) → ([\d.]+ \w+)")
STALE, CANCELLED = -32801, -32800


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize(CAPABILITIES)
    return client


def offered(client: Client, uri: str, text: str, start: int, end: int | None = None) -> dict[str, dict[str, Any]]:
    """The commands that are offered, by their titles."""
    context = {"diagnostics": [], "only": ["source.quantize"]}
    where = {"textDocument": {"uri": uri}, "range": positions(text, start, start if end is None else end), "context": context}
    actions = client.request("textDocument/codeAction", where)
    assert {action["kind"] for action in actions} <= {"source.quantize"}
    return {action["title"]: action["command"] for action in actions}


def run(client: Client, command: dict[str, Any]) -> Any:
    return client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})


def operators(path: str) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def results(path: str, x: numpy.ndarray) -> numpy.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def bytes_of(path: str) -> int:
    return sum(tensor.ByteSize() for tensor in onnx.load(path).graph.initializer)


def test_models_are_quantized_with_progress(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    commands = offered(client, uri, TEXT, TEXT.index("/// A model."))
    titles = [TITLE.fullmatch(title) for title in commands]
    assert all(titles), commands.keys()
    assert {title.group(1) for title in titles} == {"net"}
    assert any("int8, dynamic" in title.group(2) for title in titles)
    assert any("int4" in title.group(2) for title in titles)
    export = {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]}
    exported = run(client, export)["path"]
    x = numpy.random.default_rng(0).standard_normal((3, 64)).astype(numpy.float32)
    expected = results(exported, x)
    for title, command in commands.items():
        found = run(client, command)
        progress = [message["params"]["value"] for message in client.kept if message.get("method") == "$/progress"]
        assert {"begin", "end"} <= {value["kind"] for value in progress}
        client.kept.clear()
        onnx.checker.check_model(found["path"])
        # What the title promises, but for what the file says beside the numbers.
        before, after = found["plan"]["tensorBytes"]["before"], found["plan"]["tensorBytes"]["after"]
        assert abs(bytes_of(found["path"]) - after) < 2000 < before - after
        error = results(found["path"], x) - expected
        assert numpy.square(error).sum() < (0.05 if "int4" in title else 0.002) * numpy.square(expected).sum(), title
        assert found["report"].startswith(f"wrote {found['path']}: ")


def test_layers_are_quantized_alone(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    cursor = offered(client, uri, TEXT, TEXT.index("second: Half") + 9)
    (title,) = (title for title in cursor if title.startswith("Quantize this layer to int8, dynamic"))
    found = operators(run(client, cursor[title])["path"])
    assert found.count("MatMulInteger") == 1
    assert sum(operator in ("Gemm", "MatMul") for operator in found) == 2
    # The cursor in a block means all its calls; a selection means what stands in it.
    inside = offered(client, uri, TEXT, TEXT.index("fc: Linear") + 5)
    (title,) = (title for title in inside if title.startswith("Quantize these 2 layers to int8, dynamic"))
    assert operators(run(client, inside[title])["path"]).count("MatMulInteger") == 2
    lines = offered(client, uri, TEXT, TEXT.index("    a = a |>"), TEXT.rindex("}"))
    (title,) = (title for title in lines if title.startswith("Quantize these 2 layers to int8, dynamic"))
    assert operators(run(client, lines[title])["path"]).count("MatMulInteger") == 2
    # Where the cursor is on nothing with weights, whole models are offered alone.
    assert all(title.startswith("Quantize net ") for title in offered(client, uri, TEXT, TEXT.index("use onnx")))


def test_the_text_in_the_editor_is_quantized(client: Client, workspace: Path) -> None:
    path = workspace / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    stale = next(iter(offered(client, uri, TEXT, 0).values()))
    text = TEXT.replace("128", "96")
    client.change(uri, 2, {"text": text})
    assert client.error("workspace/executeCommand", {"command": stale["command"], "arguments": stale["arguments"]}) == STALE
    assert list(workspace.glob("net.*.onnx")) == []
    for command in offered(client, uri, text, 0).values():
        found = run(client, command)
        assert results(found["path"], numpy.zeros((2, 64), numpy.float32)).shape == (2, 96)
    assert path.read_text() == TEXT
    unknown = stale["arguments"][0] | {"choice": "int3", "version": 2}
    assert client.error("workspace/executeCommand", {"command": "mica.quantize", "arguments": [unknown]}) == -32602


def test_a_cancelled_quantization_leaves_no_file(client: Client, workspace: Path) -> None:
    layers = "\n".join(f"    x = l{index}: Linear(x, out_features=4096)" for index in range(6))
    text = f"use onnx 21\n\nmodel net(x: f32[N, 4096]) -> (y: f32[N, 4096]) {{\n{layers}\n    return x\n}}\n"
    uri = client.open(workspace / "net.mica", text)
    before = set(workspace.iterdir())
    for command in offered(client, uri, text, 0).values():
        request = client.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
        client.wait(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "begin")
        client.notify("$/cancelRequest", {"id": request})
        assert client.answer(request)["error"]["code"] == CANCELLED
        client.kept.clear()
    assert set(workspace.iterdir()) == before
