"""Models are pruned from the editor: as a whole or by layers, in the text as it is there, to be confirmed layer by layer."""

import copy
import functools
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy
import onnx
import onnxruntime
import pruning
import pytest
from client import CAPABILITIES, Client, Message
from compression import CANCELLED, STALE, TEXT, actions, run
from conftest import MICA
from narrow import narrow_text
from safetensors.numpy import load_file, save_file
from test_edits import Typed

offered = functools.partial(actions, "source.prune")
TITLE = re.compile(
    r"Prune (\d+) % of the channels of (net|this layer|these \d+ layers): ([\d.]+ \w+) → ([\d.]+ \w+), MACs −(\d+) %"
)


class Refusing(Client):
    """A client whose user confirms nothing."""

    def _answer(self, message: Message) -> None:
        if message["method"] == "workspace/applyEdit":
            self.edits.append(message["params"]["edit"])
            return self.send({"id": message["id"], "result": {"applied": False}})
        super()._answer(message)


def confirming() -> Message:
    capabilities = copy.deepcopy(CAPABILITIES)
    capabilities["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = {"groupsOnLabel": True}
    return capabilities


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize(confirming())
    return client


def edited(text: str, edit: dict[str, Any]) -> str:
    """The text with a workspace edit made, whose lines are whole."""
    lines = text.splitlines(keepends=True)
    changes = edit.get("documentChanges", [{}])[0].get("edits") or next(iter(edit["changes"].values()))
    for change in sorted(changes, key=lambda change: change["range"]["start"]["line"], reverse=True):
        start, end = change["range"]["start"], change["range"]["end"]
        assert start["character"] == end["character"] == 0
        lines[start["line"] : end["line"]] = [change["newText"]]
    return "".join(lines)


def export(client: Client, uri: str, model: str = "net") -> str:
    return run(client, {"command": "mica.export", "arguments": [{"uri": uri, "model": model}]})["path"]


def weights(path: str | Path) -> dict[str, numpy.ndarray]:
    model = onnx.load(path)
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def parameters(path: str) -> int:
    return sum(array.nbytes for array in weights(path).values())


def test_a_text_is_pruned_and_undone(client: Client, workspace: Path) -> None:
    """The edit is listed layer by layer; its text exports what the title promises; the old text is what it was."""
    path = workspace / "net.mica"
    uri = client.open(path, TEXT)
    commands = offered(client, uri, TEXT, TEXT.index("/// A model."))
    titles = [TITLE.fullmatch(title) for title in commands]
    assert [title.group(1, 2) for title in titles] == [("10", "net"), ("30", "net"), ("50", "net")]
    before = export(client, uri)
    whole, size = weights(before), parameters(before)
    version = 1
    for number, (title, command) in enumerate(commands.items()):
        command["arguments"][0]["version"] = version
        found = run(client, command)
        progress = [message["params"]["value"] for message in client.kept if message.get("method") == "$/progress"]
        assert {"begin", "end"} <= {value["kind"] for value in progress}
        client.kept.clear()
        edit = client.edits.pop()
        (change,) = edit["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": version}
        # Each part of the text that changes is listed, and asks.
        assert {part["annotationId"] for part in change["edits"]} == edit["changeAnnotations"].keys()
        labels = [annotation["label"] for annotation in edit["changeAnnotations"].values()]
        assert all(annotation["needsConfirmation"] for annotation in edit["changeAnnotations"].values())
        left = round(256 * (1 - int(TITLE.fullmatch(title).group(1)) / 100) + 0.49)
        assert {f"first.fc: 256 → {left} channels", f"second.fc: 256 → {left} channels"} <= set(labels), labels
        text = edited(TEXT, edit)
        assert f'weights "{Path(found["path"]).name}"' in text
        version += 1
        client.change(uri, version, {"text": text})
        assert not [each for each in client.diagnostics(uri, version) if each["severity"] <= 2]
        formatting = {"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": True}}
        assert client.request("textDocument/formatting", formatting) == []
        pruned = export(client, uri)
        onnx.checker.check_model(pruned, full_check=True)
        promised = TITLE.fullmatch(title)
        kilobytes = float(promised.group(4).split()[0])
        assert abs(parameters(pruned) / 1000 - kilobytes) < 1, (title, parameters(pruned))
        assert found["plan"]["bytes"] == {"before": size, "after": parameters(pruned)}
        left = round(256 * (1 - int(promised.group(1)) / 100) + 0.49)
        assert weights(pruned)["second.fc.weight"].shape == (left, left)
        # What is left is what was there.
        assert numpy.isin(weights(pruned)["first.fc.weight"], whole["first.fc.weight"]).all()
        session = onnxruntime.InferenceSession(pruned, providers=["CPUExecutionProvider"])
        assert session.run(None, {"x": numpy.zeros((3, 64), numpy.float32)})[0].shape == (3, 128)
        # Undoing gives the old text, which exports what it did.
        version += 1
        client.change(uri, version, {"text": TEXT})
        again = weights(export(client, uri))
        assert again.keys() == whole.keys() and all((again[name] == whole[name]).all() for name in whole)
    assert len(list(workspace.glob("*.safetensors"))) == len(commands)


def mica(*arguments: object) -> None:
    subprocess.run([MICA, *map(str, arguments)], check=True, capture_output=True)


def weighted(name: str, folder: Path) -> str:
    """The text of a narrow network that takes its weights from `old.safetensors`, whose numbers are drawn."""
    text = narrow_text(name)
    end = text.index(" {\n", text.index("-> (", text.index(f"\nmodel {name}("))) + len(" {\n")
    path = folder / f"{name}.mica"
    path.write_text(text)
    mica("convert", path, folder / "drawn.onnx", "--random-weights")
    numbers = numpy.random.default_rng(9)
    # Positive ones, since variances are among them.
    drawn = {name: numbers.uniform(0.01, 1, array.shape) for name, array in weights(folder / "drawn.onnx").items()}
    save_file({name: array.astype("f4") for name, array in drawn.items() if name[0] != "/"}, folder / "old.safetensors")
    path.write_text(f'{text[:end]}    weights "old.safetensors"\n\n{text[end:]}')
    mica("format", path)
    return path.read_text()


@pytest.mark.parametrize(
    "name", ["resnet18", "resnet50", "mobilenet_v2", "densenet121", "vgg16", "unet", "vit_b_16", "bert_base"]
)
def test_a_model_with_weights_is_pruned_and_undone(name: str, server: list[str], workspace: Path) -> None:
    """What the edit leaves exports what pruning the export gives; undone, the text and its weights are the former ones."""
    client = Client(server)
    client.initialize(confirming() | {"general": {"positionEncodings": ["utf-16"]}})
    text = weighted(name, workspace)
    path, old = workspace / f"{name}.mica", workspace / "old.safetensors"
    former = old.read_bytes()
    # The file says something else: the text is not saved.
    path.write_text("use onnx 21\n")
    document = Typed(client, path, text)
    uri, formatting = document.uri, {"textDocument": {"uri": document.uri}, "options": {"tabSize": 4, "insertSpaces": True}}
    assert not client.diagnostics(uri, 1)
    exported = Path(export(client, uri, name))
    before = exported.read_bytes()
    given, stored = load_file(old), weights(exported)
    assert given.keys() == {tensor for tensor in stored if tensor[0] != "/"}
    assert all(numpy.array_equal(stored[tensor], array) for tensor, array in given.items())
    commands = offered(client, uri, text, text.index(f"model {name}("))
    (command,) = (command for title, command in commands.items() if title.startswith(f"Prune 30 % of the channels of {name}: "))
    plan = run(client, command)["plan"]
    edits = client.edits.pop()["documentChanges"][0]["edits"]
    starts = [0] + [match.end() for match in re.finditer("\n", text)] + [len(text)]
    changes = []
    for edit in sorted(edits, key=lambda edit: edit["range"]["start"]["line"], reverse=True):
        assert edit["range"]["start"]["character"] == edit["range"]["end"]["character"] == 0
        changes.append((starts[edit["range"]["start"]["line"]], starts[edit["range"]["end"]["line"]], edit["newText"]))
    back = document.change(changes)
    assert not client.diagnostics(uri, document.version)
    assert client.request("textDocument/formatting", formatting) == []
    assert "old.safetensors" not in document.text
    after = onnx.load(export(client, uri, name))
    whole, wanted = workspace / "whole.onnx", workspace / "wanted.onnx"
    whole.write_bytes(before)
    mica("prune", whole, wanted, "--ratio", 0.3)
    pruning.agree(onnx.load(wanted), after)
    assert pruning.elements(after) == plan["parameters"]["after"] < plan["parameters"]["before"]
    again = document.change(back)
    assert document.text == text and not client.diagnostics(uri, document.version)
    assert Path(export(client, uri, name)).read_bytes() == before and old.read_bytes() == former
    # Done once more, its weights are still there.
    document.change(again)
    assert not client.diagnostics(uri, document.version)
    pruning.agree(after, onnx.load(export(client, uri, name)))


def test_layers_are_pruned_alone(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    cursor = offered(client, uri, TEXT, TEXT.index("second: Half") + 9)
    (title,) = (title for title in cursor if title.startswith("Prune 50 % of the channels of this layer"))
    run(client, cursor[title])
    text = edited(TEXT, client.edits.pop())
    assert "first: Half(out=256)" in text and "second: Half(out=128)" in text
    # The cursor in a block means all its calls; then there is nothing but the whole model.
    inside = offered(client, uri, TEXT, TEXT.index("fc: Linear") + 5)
    assert all(" of net: " in title for title in inside)
    lines = offered(client, uri, TEXT, TEXT.index("    a = x |>"), TEXT.index("    a = a |>"))
    (title,) = (title for title in lines if title.startswith("Prune 30 % of the channels of this layer"))
    run(client, lines[title])
    text = edited(TEXT, client.edits.pop())
    assert "first: Half(out=180)" in text and "second: Half(out=256)" in text


@pytest.mark.parametrize("level", [[], ["--operators"]], ids=["lifted", "operators"])
def test_a_text_of_an_onnx_file_is_pruned(level: list[str], client: Client, workspace: Path) -> None:
    """The tensors that it names go to a new file, and the text exports what pruning the ONNX file gives."""
    uri = client.open(workspace / "net.mica", TEXT)
    model = export(client, uri)
    subprocess.run([MICA, "convert", *level, model, workspace / "read.mica"], check=True, capture_output=True)
    text = (workspace / "read.mica").read_text()
    uri = client.open(workspace / "read.mica", text)
    titles = offered(client, uri, text, text.index("model net"))
    assert [TITLE.fullmatch(title).group(1, 2) for title in titles] == [("10", "net"), ("30", "net"), ("50", "net")]
    subprocess.run([MICA, "prune", model, workspace / "cli.onnx", "--ratio", "0.3"], check=True, capture_output=True)
    pruned = weights(workspace / "cli.onnx")
    before = set(workspace.iterdir())
    found = run(client, titles[next(title for title in titles if "30 %" in title)])
    assert {path.name for path in set(workspace.iterdir()) - before} == {"read.pruned.onnx"}
    new = edited(text, client.edits.pop())
    assert 'weights "read.pruned.onnx"' in new and Path(found["path"]).name == "read.pruned.onnx"
    client.change(uri, 2, {"text": new})
    assert not [each for each in client.diagnostics(uri, 2) if each["severity"] == 1]
    exported = export(client, uri)
    assert weights(exported).keys() == pruned.keys() and all((weights(exported)[name] == pruned[name]).all() for name in pruned)
    assert pruned["first.fc.weight"].shape == (180, 64)
    client.change(uri, 3, {"text": text})
    assert not [each for each in client.diagnostics(uri, 3) if each["severity"] == 1]


def test_reports_are_shown(server: list[str], workspace: Path, tmp_path: Path) -> None:
    """Where the client opens documents, what has gone stands in one; it is in the user's cache and not beside the model."""
    client = Client(server)
    client.initialize(confirming() | {"window": {"workDoneProgress": True, "showDocument": {"support": True}}})
    uri = client.open(workspace / "net.mica", TEXT)
    found = run(client, next(iter(offered(client, uri, TEXT, 0).values())))
    (shown,) = client.shown
    report = Path(shown.removeprefix("file://").replace("%20", " "))
    assert report.is_relative_to(tmp_path / "cache") and found["report"] in report.read_text()
    assert "first.fc.weight: 231 of 256" in report.read_text()


def test_clients_without_confirmation_get_a_plain_edit(server: list[str], workspace: Path) -> None:
    for takes_changes in (True, False):
        capabilities = copy.deepcopy(CAPABILITIES)
        capabilities["workspace"]["workspaceEdit"]["documentChanges"] = takes_changes
        client = Client(server)
        client.initialize(capabilities)
        uri = client.open(workspace / "net.mica", TEXT)
        run(client, next(iter(offered(client, uri, TEXT, 0).values())))
        edit = client.edits.pop()
        assert "changeAnnotations" not in edit and ("documentChanges" in edit) == takes_changes
        assert "first: Half(out=231)" in edited(TEXT, edit)


def test_stale_and_unknown_prunings_are_refused(client: Client, workspace: Path) -> None:
    path = workspace / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    stale = next(iter(offered(client, uri, TEXT, 0).values()))
    text = TEXT.replace("out=256", "out=64")
    client.change(uri, 2, {"text": text})
    assert client.error("workspace/executeCommand", {"command": stale["command"], "arguments": stale["arguments"]}) == STALE
    assert client.edits == [] and list(workspace.glob("*.safetensors")) == []
    # The text as it is in the editor counts, not the file.
    run(client, next(iter(offered(client, uri, text, 0).values())))
    assert "first: Half(out=58)" in edited(text, client.edits.pop())
    assert path.read_text() == TEXT
    unknown = stale["arguments"][0] | {"choice": "channels-7", "version": 2}
    assert client.error("workspace/executeCommand", {"command": "mica.prune", "arguments": [unknown]}) == -32602


def test_what_is_cancelled_or_not_confirmed_leaves_no_file(server: list[str], client: Client, workspace: Path) -> None:
    layers = "\n".join(f"    x = l{index}: Linear(x, out_features=2048)" for index in range(6))
    text = f"use onnx 21\n\nmodel net(x: f32[N, 2048]) -> (y: f32[N, 2048]) {{\n{layers}\n    return x\n}}\n"
    uri = client.open(workspace / "net.mica", text)
    before = set(workspace.iterdir())
    command = next(iter(offered(client, uri, text, 0).values()))
    request = client.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    client.wait(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "begin")
    client.notify("$/cancelRequest", {"id": request})
    assert client.answer(request)["error"]["code"] == CANCELLED
    assert client.edits == [] and set(workspace.iterdir()) == before
    # The text that would be edited is another one, or closed, when the model is pruned.
    for method, more in [("didChange", {"contentChanges": [{"text": text + "// More.\n"}]}), ("didClose", {})]:
        request = client.ask("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
        client.wait(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "begin")
        document = {"uri": uri} | ({"version": 2} if more else {})
        client.notify(f"textDocument/{method}", {"textDocument": document} | more)
        assert client.answer(request)["error"]["code"] == STALE
        assert client.edits == [] and set(workspace.iterdir()) == before
        command["arguments"][0]["version"] = 2
    refusing = Refusing(server)
    refusing.initialize(confirming())
    uri = refusing.open(workspace / "net.mica", TEXT)
    command = next(iter(offered(refusing, uri, TEXT, 0).values()))
    assert refusing.error("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}) == CANCELLED
    assert refusing.edits and set(workspace.iterdir()) == before
