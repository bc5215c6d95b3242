"""Models are quantized from the editor: as a whole or by layers, from the text as it is there, with progress."""

import functools
import re
from pathlib import Path
from typing import Any

import numpy
import onnx
import onnxruntime
import pytest
from client import CAPABILITIES, Client
from compression import CANCELLED, STALE, TEXT, actions, run
from test_refactorings import positions

offered = functools.partial(actions, "source.quantize")
TITLE = re.compile(r"Quantize (net|this layer|these \d+ layers) (?:to|statically with) (.+): ([\d.]+ \w+) → ([\d.]+ \w+)")


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize(CAPABILITIES)
    return client


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


# MARK: - Static quantization, and reports


def sampled(workspace: Path, count: int = 6) -> None:
    (workspace / "calibration").mkdir()
    rng = numpy.random.default_rng(1)
    for index in range(count):
        numpy.save(workspace / "calibration" / f"{index}.npy", rng.standard_normal((4, 64)).astype(numpy.float32))


def test_samples_beside_the_text_are_offered(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    assert not any("statically" in title for title in offered(client, uri, TEXT, 0))
    sampled(workspace)
    (title,) = (title for title in offered(client, uri, TEXT, 0) if "statically" in title)
    assert title.startswith("Quantize net statically with calibration/*.npy: ") and TITLE.fullmatch(title)
    exported = run(client, {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]})["path"]
    client.kept.clear()
    found = run(client, offered(client, uri, TEXT, 0)[title])
    told = [message["params"]["value"] for message in client.kept if message.get("method") == "$/progress"]
    assert any(value.get("message", "").startswith("calibrating 6 of 6") for value in told)
    onnx.checker.check_model(found["path"])
    assert {"QuantizeLinear", "DequantizeLinear"} <= set(operators(found["path"]))
    x = numpy.random.default_rng(2).standard_normal((3, 64)).astype(numpy.float32)
    expected = results(exported, x)
    error = results(found["path"], x) - expected
    assert numpy.square(error).sum() < 0.01 * numpy.square(expected).sum()
    assert found["plan"]["results"]["samples"] == 6 and "calibrated on 6 samples" in found["report"]
    # One layer alone.
    cursor = offered(client, uri, TEXT, TEXT.index("second: Half") + 9)
    (title,) = (title for title in cursor if title.startswith("Quantize this layer statically"))
    assert [layer["name"] for layer in run(client, cursor[title])["plan"]["layers"] if "becomes" in layer] == ["/second/fc/Gemm"]


def test_samples_that_do_not_fit_are_told(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    sampled(workspace)
    numpy.save(workspace / "calibration/3.npy", numpy.zeros((4, 65), numpy.float32))
    before = set(workspace.iterdir())
    (command,) = (command for title, command in offered(client, uri, TEXT, 0).items() if "statically" in title)
    assert client.error("workspace/executeCommand", command) == -32803
    shown = [message["params"]["message"] for message in client.kept if message.get("method") == "window/showMessage"]
    assert any("3.npy" in message and "size 1 is 64" in message for message in shown), shown
    assert set(workspace.iterdir()) == before


def test_a_cancelled_calibration_leaves_no_file(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", TEXT)
    sampled(workspace, 500)
    before = set(workspace.iterdir())
    (command,) = (command for title, command in offered(client, uri, TEXT, 0).items() if "statically" in title)
    request = client.ask("workspace/executeCommand", command)

    def calibrates(message: Any) -> bool:
        value = message.get("method") == "$/progress" and message["params"]["value"]
        return bool(value) and value.get("message", "").startswith("calibrating")

    token = client.wait(calibrates)["params"]["token"]
    client.notify("window/workDoneProgress/cancel", {"token": token})
    assert client.answer(request)["error"]["code"] == CANCELLED
    assert set(workspace.iterdir()) == before


def test_reports_are_shown(server: list[str], workspace: Path, tmp_path: Path) -> None:
    """Opened from the user's cache where the client shows documents, and nothing but the model is written beside the text."""
    client = Client(server)
    client.initialize(CAPABILITIES | {"window": {"workDoneProgress": True, "showDocument": {"support": True}}})
    uri = client.open(workspace / "net.mica", TEXT)
    before = set(workspace.iterdir())
    (command,) = (command for title, command in offered(client, uri, TEXT, 0).items() if "float16" in title)
    found = run(client, command)
    assert set(workspace.iterdir()) - before == {Path(found["path"])}
    (shown,) = client.shown
    report = Path(shown.removeprefix("file://").replace("%20", " "))
    assert report.suffix == ".md" and tmp_path / "cache" in report.parents
    assert found["report"] in report.read_text() and report.read_text().startswith("# net as float16")
    messages = [message["params"]["message"] for message in client.kept if message.get("method") == "window/showMessage"]
    assert any(message.startswith(f"Wrote {found['path']}: ") for message in messages)


# MARK: - Recipes

RECIPES = TEXT + """
recipe small for net {
    quantize(type=i8, per_channel=true, keep=[last])
    export("build/small.onnx")
}

recipe pruned for net {
    simplify()
    quantize(type=f16)
    prune(ratio=0.5)
    export("pruned.onnx")
}
"""


def lenses(client: Client, uri: str) -> dict[str, dict[str, Any]]:
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return {one["command"]["arguments"][0]["recipe"]: one for one in found if one["command"]["title"] == "Run"}


def hints(client: Client, uri: str, text: str) -> dict[int, str]:
    """What stands behind each line of the recipes."""
    where = {"textDocument": {"uri": uri}, "range": positions(text, 0, len(text))}
    first = text[: text.index("recipe ")].count("\n")
    found = client.request("textDocument/inlayHint", where)
    return {one["position"]["line"]: one["label"] for one in found if one["position"]["line"] >= first}


def test_recipes_run_from_the_editor(client: Client, workspace: Path) -> None:
    path = workspace / "net.mica"
    path.write_text(TEXT)
    # The recipes are in the editor alone.
    uri = client.open(path, RECIPES)
    found = lenses(client, uri)
    lines = RECIPES.splitlines()
    assert {name: lines[one["range"]["start"]["line"]] for name, one in found.items()} == {
        "small": "recipe small for net {", "pruned": "recipe pruned for net {",
    }  # fmt: skip
    exported = run(client, {"command": "mica.export", "arguments": [{"uri": uri, "model": "net"}]})["path"]
    x = numpy.random.default_rng(0).standard_normal((3, 64)).astype(numpy.float32)
    client.kept.clear()
    answer = run(client, found["small"]["command"])
    progress = [message["params"]["value"] for message in client.kept if message.get("method") == "$/progress"]
    assert {"begin", "report", "end"} <= {value["kind"] for value in progress}
    (file,) = answer["files"]
    assert Path(file["path"]) == workspace / "build/small.onnx"
    onnx.checker.check_model(file["path"])
    assert operators(file["path"]).count("MatMulInteger") == 2
    expected = results(exported, x)
    assert numpy.square(results(file["path"], x) - expected).sum() < 0.01 * numpy.square(expected).sum()
    (file,) = run(client, found["pruned"]["command"])["files"]
    assert results(file["path"], x).shape == (3, 128) and bytes_of(file["path"]) < 0.4 * bytes_of(exported)
    # Another text, another model; and what was offered for the old one is refused.
    text = RECIPES.replace("128", "96")
    client.change(uri, 2, {"text": text})
    assert client.error("workspace/executeCommand", found["small"]["command"]) == STALE
    (file,) = run(client, lenses(client, uri)["small"]["command"])["files"]
    assert results(file["path"], x).shape == (3, 96)
    assert path.read_text() == TEXT


def test_recipes_that_cannot_run_say_why(client: Client, workspace: Path) -> None:
    before = set(workspace.iterdir())
    broken = {
        "keep=[last]": ("keep=[lost]", "no layer `lost`"),
        "type=f16": ("type=float16", "element type"),
        "ratio=0.5": ("ratio=5.5", "less than 1"),
        'export("pruned.onnx")': ('distill(teacher="t.onnx")', "no step `export"),
    }
    uri = client.open(workspace / "net.mica", RECIPES)
    for version, (old, (new, reason)) in enumerate(broken.items(), 2):
        client.change(uri, version, {"text": RECIPES.replace(old, new)})
        name = "small" if old == "keep=[last]" else "pruned"
        client.kept.clear()
        assert client.error("workspace/executeCommand", lenses(client, uri)[name]["command"]) == -32803
        shown = [message["params"]["message"] for message in client.kept if message.get("method") == "window/showMessage"]
        assert any(reason in message for message in shown), (new, shown)
    unknown = {"uri": uri, "version": 5, "recipe": "none"}
    assert client.error("workspace/executeCommand", {"command": "mica.runRecipe", "arguments": [unknown]}) == -32602
    assert set(workspace.iterdir()) == before


def test_steps_have_their_sizes_behind_them(client: Client, workspace: Path) -> None:
    uri = client.open(workspace / "net.mica", RECIPES)
    found = hints(client, uri, RECIPES)
    lines = RECIPES.splitlines()
    labels = {lines[line].strip(): label for line, label in found.items()}
    assert set(labels) == {
        "quantize(type=i8, per_channel=true, keep=[last])", 'export("build/small.onnx")', "quantize(type=f16)",
    }  # fmt: skip
    answer = run(client, lenses(client, uri)["small"]["command"])
    sizes = answer["run"]["steps"][0]["report"]["tensorBytes"]
    before, _, after = labels["quantize(type=i8, per_channel=true, keep=[last])"].partition(" → ")
    assert after == labels['export("build/small.onnx")']
    for label, size in ((before, sizes["before"]), (after, sizes["after"])):
        assert abs(float(label.removesuffix(" kB")) * 1000 - size) <= 500
    assert abs(bytes_of(answer["files"][0]["path"]) - sizes["after"]) < 2000
    assert labels["quantize(type=f16)"].startswith("≈ ")


def test_a_cancelled_recipe_leaves_no_file(client: Client, workspace: Path) -> None:
    layers = "\n".join(f"    x = l{index}: Linear(x, out_features=4096)" for index in range(6))
    text = f"use onnx 21\n\nmodel net(x: f32[N, 4096]) -> (y: f32[N, 4096]) {{\n{layers}\n    return x\n}}\n"
    text += '\nrecipe small for net {\n    export("a.onnx")\n    quantize(type=i8)\n    export("b.onnx")\n}\n'
    uri = client.open(workspace / "net.mica", text)
    before = set(workspace.iterdir())
    request = client.ask("workspace/executeCommand", lenses(client, uri)["small"]["command"])
    client.wait(lambda message: message.get("method") == "$/progress" and message["params"]["value"]["kind"] == "report")
    client.notify("$/cancelRequest", {"id": request})
    assert client.answer(request)["error"]["code"] == CANCELLED
    assert set(workspace.iterdir()) == before
