"""Weights and the text that names them, in one session: what does not fit, its mend, and what is in the file."""

import json
import os
import time
from pathlib import Path

import numpy
import pytest
from client import CAPABILITIES, Client, position
from safetensors.numpy import save_file

TEXT = """\
use onnx 21

model net(x: f32[N, 8]) -> (y: f32[N, 4]) {
    weights "net.safetensors"

    h = x |> fc1: Linear(out_features=16) |> Relu
    h = h |> fc2: Linear(out_features=16) |> Relu
    return head: Linear(h, out_features=4)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize()
    return client


def tensors() -> dict[str, numpy.ndarray]:
    numbers = numpy.random.default_rng(7)
    shapes = {"fc1": (16, 8), "fc2": (16, 16), "head": (4, 16)}
    made = {f"{name}.weight": numbers.standard_normal(shape).astype("f4") for name, shape in shapes.items()}
    return made | {f"{name}.bias": numpy.zeros(shape[0], "f4") for name, shape in shapes.items()}


def applied(text: str, edits: list[dict]) -> str:
    """A text with edits of single lines made."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + edit["newText"] + line[end["character"] :]
    return "\n".join(lines)


def codes(found: list[dict]) -> list[str]:
    return sorted(each["code"] for each in found)


def test_weights(client: Client, tmp_path: Path) -> None:
    made = tensors()
    made["fc1.weight"] = made["fc1.weight"].T.copy()
    made["fc2.weigth"] = made.pop("fc2.weight")
    made["extra"] = numpy.zeros(3, "f4")
    save_file(made, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    found = client.diagnostics(uri, 1)
    assert codes(found) == ["missing-weight", "unused-weights", "weight-shape-mismatch"]
    by_code = {each["code"]: each for each in found}
    shape, missing, unused = (by_code[code] for code in ("weight-shape-mismatch", "missing-weight", "unused-weights"))
    assert "f32[16, 8]" in shape["message"] and "f32[8, 16]" in shape["message"] and "Transpose" in shape["message"]
    assert "fc2.weight" in missing["message"] and "fc2.weigth" in missing["message"]
    assert "extra" in unused["message"] and unused["range"]["start"]["line"] == 3
    assert shape["range"]["start"]["line"] == 5 and missing["range"]["start"]["line"] == 6

    # The misnamed one is taken by its fix, and what was said of it is gone.
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": missing["range"], "context": {"diagnostics": [missing]}},
    )
    (fix,) = [action for action in actions if action.get("kind") == "quickfix"]
    (change,) = fix["edit"]["documentChanges"]
    text = applied(TEXT, change["edits"])
    assert 'weights "net.safetensors" (rename={"fc2.weigth": "fc2.weight"})' in text
    client.change(uri, 2, {"text": text})
    found = client.diagnostics(uri, 2)
    assert codes(found) == ["unused-weights", "weight-shape-mismatch"]
    assert "1 of the 7" in next(each["message"] for each in found if each["code"] == "unused-weights")

    # A sound file beside it: nothing is wrong any more, after the next keystroke.
    sound = tensors()
    save_file(sound, tmp_path / "net.safetensors")
    client.change(uri, 3, {"text": TEXT + "\n"})
    assert client.diagnostics(uri, 3) == []

    document = {"textDocument": {"uri": uri}}
    hover = client.request("textDocument/hover", document | {"position": position(TEXT, "|> f‸c1: Linear")})
    told = hover["contents"]["value"]
    weight = sound["fc1.weight"]
    assert "f32[16, 8], 512 B" in told and f"mean {weight.mean():.4g}"[:8] in told and "100 % zeros" in told

    # Names of tensors behind a dollar, and of files in a string.
    text = TEXT.replace("    return", "    z = $\n    return")
    client.change(uri, 4, {"text": text})
    items = client.request("textDocument/completion", document | {"position": position(text, "z = $‸")})["items"]
    assert {item["label"] for item in items} == sound.keys()
    chosen = next(item for item in items if item["label"] == "fc1.bias")
    assert chosen["textEdit"]["newText"] == "`fc1.bias`" and chosen["detail"] == "f32[16]"
    text = TEXT.replace("    return", "    z = $fc1.b\n    return")
    client.change(uri, 5, {"text": text})
    assert any("stands in backquotes" in told["message"] for told in client.diagnostics(uri, 5))
    items = client.request("textDocument/completion", document | {"position": position(text, "z = $fc1.b‸")})["items"]
    (edit,) = (item["textEdit"] for item in items if item["label"] == "fc1.bias")
    assert edit["newText"] == "`fc1.bias`" and edit["range"]["start"] == position(text, "z = $‸")
    text = TEXT.replace("    return", "    z = $`fc1.weight`\n    return")
    client.change(uri, 6, {"text": text})
    hover = client.request("textDocument/hover", document | {"position": position(text, "$`fc‸1.weight")})
    assert "f32[16, 8]" in hover["contents"]["value"] and "std" in hover["contents"]["value"]

    numpy.savez(tmp_path / "other.npz", a=numpy.zeros(1))
    (tmp_path / "notes.txt").write_text("no weights")
    text = TEXT.replace('"net.safetensors"', '"')
    client.change(uri, 7, {"text": text})
    items = client.request("textDocument/completion", document | {"position": position(text, 'weights "‸')})["items"]
    assert [item["label"] for item in items] == ["net.safetensors", "other.npz"]
    assert client.leave() == 0


REFERENCES = """\
use onnx 21

model net(x: f32[N, 8]) -> (y: f32[N, 4]) {
    weights "net.safetensors"

    h = x
    repeat i in 1..<3 {
        h = MatMul(h, Transpose($`fc{i}.weight`)) |> Relu
    }
    return MatMul(h, Transpose($`head.weight`)) + $`head.bias`
}
"""


def test_references(client: Client, tmp_path: Path) -> None:
    """A name with braces means as many tensors as there are rounds; each is told, and leads to the file."""
    made = {name: array for name, array in tensors().items() if name.endswith("weight") or name == "head.bias"}
    save_file(made, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(REFERENCES)
    uri = client.open(path)
    assert codes(client.diagnostics(uri, 1)) == []

    def ask(method: str, marked: str, **more) -> dict:
        where = {"textDocument": {"uri": uri}, "position": position(REFERENCES, marked)}
        return client.request(f"textDocument/{method}", where | more)

    for marked in ["$`f‸c{i}", "$`fc{i}.wei‸ght`"]:
        told = ask("hover", marked)["contents"]["value"]
        for name, size in [("fc1.weight", "f32[16, 8], 512 B"), ("fc2.weight", "f32[16, 16], 1.02 kB")]:
            mean = f"mean {made[name].mean():.4g}"[:8]
            (line,) = (line for line in told.splitlines() if f"`${name}`" in line)
            assert size in line and mean in line
        assert "2 tensors" in told and "In `net.safetensors`." in told and "head" not in told
    assert "$`head.bias`: f32[4]" in ask("hover", "$`head.b‸ias")["contents"]["value"]
    assert ask("hover", "$`fc{i‸}")["contents"]["value"].startswith("```mica\ni = 1")

    line = position(REFERENCES, 'weights "‸')["line"]
    for marked in ["$`f‸c{i}", "$`head.w‸eight"]:
        found = ask("definition", marked)
        (place,) = found if isinstance(found, list) else [found]
        assert (place.get("range") or place["targetRange"])["start"]["line"] == line
    (place,) = ask("references", "$`head.w‸eight", context={"includeDeclaration": True})
    assert place["range"]["start"] == position(REFERENCES, "Transpose($‸`head.weight")
    assert client.leave() == 0


@pytest.mark.parametrize("name", ["net.npz", "half.safetensors"])
def test_other_forms(client: Client, tmp_path: Path, name: str) -> None:
    made = tensors()
    if name == "net.npz":
        numpy.savez(tmp_path / name, **made)
    else:
        save_file({key: array.astype("f2") for key, array in made.items()}, tmp_path / name)
    path = tmp_path / "net.mica"
    path.write_text(TEXT.replace("net.safetensors", name))
    found = client.diagnostics(client.open(path), 1)
    assert codes(found) == ([] if name == "net.npz" else ["weights-converted"])
    assert client.leave() == 0


def lenses(client: Client, uri: str) -> list[dict]:
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [lens["command"] for lens in found if "weights bound" in lens["command"]["title"]]


def test_lens_and_list(client: Client, tmp_path: Path) -> None:
    made = tensors()
    made["fc1.weight"] = numpy.zeros((3, 3), "f4")
    del made["head.bias"]
    made |= {f"layers.{index}.mask": numpy.zeros(1, "f4") for index in range(12)} | {"extra": numpy.zeros(2, "f4")}
    save_file(made, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    found = client.diagnostics(uri, 1)
    assert codes(found) == ["missing-weight", "unused-weights", "weight-shape-mismatch"]
    unused = next(each for each in found if each["code"] == "unused-weights")
    assert "13 of the 18" in unused["message"] and "12 of layers.*.mask" in unused["message"]
    (lens,) = lenses(client, uri)
    assert lens["title"] == "4 of 6 weights bound · 1 missing · 1 do not fit · 13 in the file unused"

    # The list behind it names each of them.
    listed = client.request("workspace/executeCommand", {"command": lens["command"], "arguments": lens["arguments"]})
    for name in ["head.bias", "fc1.weight", "extra", *(f"layers.{index}.mask" for index in range(12))]:
        assert name in listed["text"], name
    assert "fc2.weight" not in listed["text"]
    message = client.wait(lambda message: message.get("method") == "window/showMessage")
    assert "layers.11.mask" in message["params"]["message"]
    hover = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position(TEXT, '"net‸.safe')})
    assert "layers.*.mask`, 12 tensors" in hover["contents"]["value"] and "extra" in hover["contents"]["value"]

    # The fix of the hint leaves them alone by patterns.
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": unused["range"], "context": {"diagnostics": [unused]}},
    )
    (fix,) = [action for action in actions if action.get("kind") == "quickfix" and not action["title"].endswith("on this line")]
    text = applied(TEXT, fix["edit"]["documentChanges"][0]["edits"])
    client.change(uri, 2, {"text": text})
    assert codes(client.diagnostics(uri, 2)) == ["missing-weight", "weight-shape-mismatch"]

    # A sound file: nothing to list, and nothing to run.
    save_file(tensors(), tmp_path / "net.safetensors")
    client.change(uri, 3, {"text": TEXT})
    assert client.diagnostics(uri, 3) == []
    assert lenses(client, uri) == [{"title": "6 of 6 weights bound", "command": ""}]
    command = {"command": "mica.listWeights", "arguments": [{"uri": uri, "model": "absent"}]}
    assert client.error("workspace/executeCommand", command) == -32803
    assert client.leave() == 0


def test_links(client: Client, tmp_path: Path) -> None:
    (tmp_path / "blocks.mica").write_text("block Twice(x: T[N, D]) -> T[N, D] {\n    return x + x\n}\n")
    save_file(tensors(), tmp_path / "net.safetensors")
    text = 'import "blocks.mica"\nimport "absent.mica"\nimport std.text\n' + TEXT.replace(
        "    h = x", '    weights "absent.npz"\n    h = x'
    )
    path = tmp_path / "net.mica"
    path.write_text(text)
    uri = client.open(path)
    links = client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    (part,) = [link["target"] for link in links if "/library/std/text/" in link["target"]]
    assert [link["target"] for link in links] == [
        (tmp_path / "blocks.mica").as_uri(), part, (tmp_path / "net.safetensors").as_uri(),
    ]  # fmt: skip
    for link, name in zip(links, ("blocks.mica", "std.text", "net.safetensors"), strict=True):
        start, end = link["range"]["start"], link["range"]["end"]
        assert text.split("\n")[start["line"]][start["character"] : end["character"]] == name
    # A string that is not closed is no link, and no text is too broken to be asked.
    client.change(uri, 2, {"text": 'model net(x: f32[N]) {\n    weights "net.safetensors\n'})
    assert client.request("textDocument/documentLink", {"textDocument": {"uri": uri}}) == []
    assert client.leave() == 0


def watching(server: list[str]) -> Client:
    """A client that tells of files that change."""
    capabilities = CAPABILITIES | {
        "workspace": CAPABILITIES["workspace"]
        | {"didChangeWatchedFiles": {"dynamicRegistration": True}, "codeLens": {"refreshSupport": True}}
    }
    client = Client(server)
    client.initialize(capabilities)
    return client


def test_watched_files(server: list[str], tmp_path: Path) -> None:
    client = watching(server)
    asked = client.wait(lambda message: message.get("method") == "client/registerCapability")
    (registration,) = asked["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert any("safetensors" in watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"])
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    assert codes(client.diagnostics(uri, 1)) == ["weights-file-missing"]

    def tell(name: str, change: int) -> None:
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / name).as_uri(), "type": change}]})

    # It appears, it changes, it is damaged, it goes: each is told without an edit.
    save_file(tensors(), tmp_path / "net.safetensors")
    tell("net.safetensors", 1)
    assert client.diagnostics(uri, 1) == []
    client.wait(lambda message: message.get("method") == "workspace/codeLens/refresh")
    save_file(tensors() | {"extra": numpy.zeros(3, "f4")}, tmp_path / "net.safetensors")
    tell("net.safetensors", 2)
    assert codes(client.diagnostics(uri, 1)) == ["unused-weights"]
    (tmp_path / "net.safetensors").write_bytes(b"no weights")
    tell("net.safetensors", 2)
    assert codes(client.diagnostics(uri, 1)) == ["weights-file-unreadable"]
    (tmp_path / "net.safetensors").unlink()
    tell("net.safetensors", 3)
    assert codes(client.diagnostics(uri, 1)) == ["weights-file-missing"]
    assert client.leave() == 0


def test_watched_shards(server: list[str], tmp_path: Path) -> None:
    client = watching(server)
    made = tensors()
    names = sorted(made)
    shards = {"a.safetensors": names[:3], "b.safetensors": names[3:]}
    index = {"metadata": {}, "weight_map": {name: shard for shard, held in shards.items() for name in held}}
    (tmp_path / "net.safetensors.index.json").write_text(json.dumps(index))
    save_file({name: made[name] for name in shards["a.safetensors"]}, tmp_path / "a.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(TEXT.replace("net.safetensors", "net.safetensors.index.json"))
    uri = client.open(path)
    assert codes(client.diagnostics(uri, 1)) == ["weights-file-missing"]
    save_file({name: made[name] for name in shards["b.safetensors"]}, tmp_path / "b.safetensors")
    change = {"changes": [{"uri": (tmp_path / "b.safetensors").as_uri(), "type": 1}]}
    client.notify("workspace/didChangeWatchedFiles", change)
    assert client.diagnostics(uri, 1) == []
    # A shard that changes is another one, though its index stays.
    save_file({name: made[name][:1] for name in shards["b.safetensors"]}, tmp_path / "b.safetensors")
    client.notify("workspace/didChangeWatchedFiles", change)
    assert set(codes(client.diagnostics(uri, 1))) == {"weight-shape-mismatch"}
    assert client.leave() == 0


def test_files_are_looked_at_when_something_is_asked(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    assert codes(client.diagnostics(uri, 1)) == ["weights-file-missing"]
    assert lenses(client, uri) == []
    save_file(tensors(), tmp_path / "net.safetensors")
    # This client watches no files; its next question is answered by what is there, and tells it of the change.
    assert [lens["title"] for lens in lenses(client, uri)] == ["6 of 6 weights bound"]
    assert client.diagnostics(uri, 1) == []
    assert client.leave() == 0


def test_large_tensors_are_read_in_the_background(client: Client, tmp_path: Path) -> None:
    # 256 MB of zeros that take no disk, with a few numbers in them.
    count = 64 << 20
    header = json.dumps({"big": {"dtype": "F32", "shape": [count // 64, 64], "data_offsets": [0, count * 4]},
                         "fc.weight": {"dtype": "F32", "shape": [4, 64], "data_offsets": [count * 4, count * 4 + 1024]}})  # fmt: skip
    with (tmp_path / "net.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header.encode())
        file.write(numpy.array([3, -5, numpy.nan], "f4").tobytes())
        file.truncate(8 + len(header) + count * 4 + 1024)
    text = TEXT[: TEXT.index("    h = x")] + f"    param big: f32[{count // 64}, 64]\n    return fc: Linear(x, out_features=4, bias=false)\n}}\n"
    text = text.replace("f32[N, 8]", "f32[N, 64]")
    path = tmp_path / "net.mica"
    path.write_text(text)
    uri = client.open(path)
    assert client.diagnostics(uri, 1) == []

    def hover(marked: str) -> tuple[str, float]:
        start = time.monotonic()
        asked = {"textDocument": {"uri": uri}, "position": position(text, marked)}
        answer = client.request("textDocument/hover", asked)["contents"]["value"]
        return answer, time.monotonic() - start

    told, seconds = hover("param b‸ig")
    assert f"f32[{count // 64}, 64], 268 MB" in told and "computing" in told and "mean" not in told
    # What is small is told meanwhile.
    small, _ = hover("f‸c: Linear")
    assert "f32[4, 64], 1.02 kB" in small and "100 % zeros" in small
    deadline = time.monotonic() + 120
    while "computing" in told and time.monotonic() < deadline:
        time.sleep(0.05)
        told, seconds = hover("param b‸ig")
    assert "min -5, max 3" in told and "1 NaN" in told, told
    # Known by now: nothing is read again.
    told, seconds = hover("param b‸ig")
    assert "min -5" in told and seconds < 1
    assert client.leave() == 0


def rewriting(client: Client, uri: str, line: int) -> list[dict]:
    where = {"line": line, "character": 6}
    context = {"diagnostics": [], "only": ["refactor.rewrite"]}
    return client.request("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": {"start": where, "end": where}, "context": context})  # fmt: skip


def test_the_model_for_a_checkpoint(client: Client, tmp_path: Path) -> None:
    save_file(tensors(), tmp_path / "net.safetensors")
    # A model that has nothing yet becomes it; what stands around it stays.
    text = 'use onnx 20\n\n/// Mine.\nmodel net() {\n    weights "net.safetensors"\n}\n\nblock Twice(x: T[N]) {\n    return x + x\n}\n'
    path = tmp_path / "text.mica"
    path.write_text(text)
    uri = client.open(path)
    client.diagnostics(uri, 1)
    assert rewriting(client, uri, 8) == []
    (action,) = rewriting(client, uri, 4)
    assert action["title"] == "Write the model for this checkpoint"
    command = action["command"]
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    (edit,) = client.edits
    (change,) = edit["documentChanges"]
    (only,) = change["edits"]
    lines = text.split("\n")
    start, end = only["range"]["start"], only["range"]["end"]
    before = "\n".join(lines[: start["line"]] + [lines[start["line"]][: start["character"]]])
    behind = "\n".join([lines[end["line"]][end["character"] :]] + lines[end["line"] + 1 :])
    text = before + only["newText"] + behind
    client.change(uri, 2, {"text": text})
    assert client.diagnostics(uri, 2) == []
    assert text.count("use onnx") == 1 and "block Twice" in text and "fc1: Linear(out_features=16)" in text
    assert [lens["title"] for lens in lenses(client, uri)] == ["6 of 6 weights bound"]

    # A model that has layers keeps them: the other one is a file beside the checkpoint, and another beside that.
    (action,) = rewriting(client, uri, [index for index, line in enumerate(text.split("\n")) if "weights" in line][0])
    for name in ("net.mica", "net_2.mica"):
        command = action["command"]
        made = client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
        assert made["path"] == str(tmp_path / name) and "fc2: Linear" in (tmp_path / name).read_text()
    assert len(client.edits) == 1

    # The command alone, for a file that no text names; and files that are none.
    numpy.savez(tmp_path / "1 strange-name.npz", **tensors())
    for name, expected in [("1 strange-name.npz", 0), ("absent.npz", -32803), ("text.txt", -32602)]:
        call = {"command": "mica.writeModel", "arguments": [{"uri": (tmp_path / name).as_uri()}]}
        if expected:
            assert client.error("workspace/executeCommand", call) == expected
        else:
            made = client.request("workspace/executeCommand", call)
            assert made["path"] == str(tmp_path / "net_3.mica")
            opened = client.open(Path(made["path"]))
            assert client.diagnostics(opened, 1) == []
    # Tensors that are called as sizes would be.
    numpy.savez(tmp_path / "sizes.npz", N=numpy.ones(3, "f4"), S=numpy.ones((2, 2), "f4"), **tensors())
    call = {"command": "mica.writeModel", "arguments": [{"uri": (tmp_path / "sizes.npz").as_uri()}]}
    opened = client.open(Path(client.request("workspace/executeCommand", call)["path"]))
    assert client.diagnostics(opened, 1) == []
    assert client.error("workspace/executeCommand", {"command": "mica.writeModel", "arguments": []}) == -32602
    assert client.leave() == 0


def test_a_transposed_matrix_has_its_fix(client: Client, tmp_path: Path) -> None:
    made = tensors()
    for name in ("fc1.weight", "head.weight"):
        made[name] = made[name].T.copy()
    save_file(made, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text(TEXT)
    uri = client.open(path)
    found = client.diagnostics(uri, 1)
    assert codes(found) == ["weight-shape-mismatch"] * 2
    text = TEXT
    for version in (2, 3):
        actions = client.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": found[:1]}},
        )
        (fix,) = [action for action in actions if action.get("kind") == "quickfix"]
        text = applied(text, fix["edit"]["documentChanges"][0]["edits"])
        client.change(uri, version, {"text": text})
        found = client.diagnostics(uri, version)
    assert found == [] and 'transpose=["fc1.weight", "head.weight"]' in text
    hover = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position(text, "|> f‸c1: Linear")})
    assert "f32[16, 8], 512 B, transposed: min" in hover["contents"]["value"]
    assert client.leave() == 0


def test_typed_from_empty(client: Client, tmp_path: Path) -> None:
    """What the text says now counts, whatever it was when it was last whole."""
    save_file(tensors(), tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    path.write_text("")
    uri = client.open(path)
    client.diagnostics(uri, 1)
    text = TEXT[: TEXT.index("    h = x")]
    version = 1
    for end in range(10, len(text), 10):
        version += 1
        client.change(uri, version, {"text": text[:end]})
        client.diagnostics(uri, version)

    def offers(version: int, text: str) -> list[str]:
        client.change(uri, version, {"text": text})
        line = next(index for index, line in enumerate(text.split("\n")) if "weights" in line)
        return [action["title"] for action in rewriting(client, uri, line)]

    # Nothing closes the model yet; a statement is half written; a file is another.
    document = {"textDocument": {"uri": uri}}
    assert offers(version + 1, text) == ["Write the model for this checkpoint"]
    numpy.savez(tmp_path / "other.npz", alone=numpy.zeros((2, 3), "f4"))
    for number, (half, names) in enumerate([
        (text + "    z = $", tensors().keys()), (text + "    z = $\n}\n", tensors().keys()),
        (text + "    h = x |> fc1: Linear(\n    z = $\n}\n", tensors().keys()),
        (text.replace("net.safetensors", "other.npz") + "    z = $", {"alone"}),
    ]):  # fmt: skip
        assert offers(version + 2 + number, half) == ["Write the model for this checkpoint"], half
        items = client.request("textDocument/completion", document | {"position": position(half, "z = $‸")})["items"]
        assert {item["label"] for item in items} == names, half
    assert client.leave() == 0


@pytest.mark.parametrize("written", ['weights "net.safetensors"', 'weights "net.safetensors" (\n        ignore=["x"],  // none\n    )'])
def test_a_prefix_is_one_problem(client: Client, tmp_path: Path, written: str) -> None:
    save_file({f"model.{name}": array for name, array in tensors().items()} | {"x": numpy.zeros(1, "f4")}, tmp_path / "net.safetensors")
    path = tmp_path / "net.mica"
    text = TEXT.replace('weights "net.safetensors"', written)
    path.write_text(text)
    uri = client.open(path)
    (found,) = [each for each in client.diagnostics(uri, 1) if each["code"] != "unused-weights"]
    assert found["code"] == "missing-weight" and "none of the 6 parameters" in found["message"]
    actions = client.request(
        "textDocument/codeAction", {"textDocument": {"uri": uri}, "range": found["range"], "context": {"diagnostics": [found]}},
    )  # fmt: skip
    fix = next(action for action in actions if "`model.`" in action["title"])
    text = applied(text, fix["edit"]["documentChanges"][0]["edits"])
    client.change(uri, 2, {"text": text})
    assert [each for each in client.diagnostics(uri, 2) if each["code"] != "unused-weights"] == []
    assert client.leave() == 0


def test_a_file_that_is_shortened(client: Client, tmp_path: Path) -> None:
    """Another program cuts the file off, in the middle of reading and before more is asked: the server tells of it, and goes on."""
    count = 1 << 30
    header = json.dumps({
        name: {"dtype": "F32", "shape": [count // 256, 64], "data_offsets": [index * count, (index + 1) * count]}
        for index, name in enumerate(("a", "b"))
    })  # fmt: skip
    file = tmp_path / "net.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    os.truncate(file, 8 + len(header) + 2 * count)
    parameters = "".join(f"    param {name}: f32[{count // 256}, 64]\n" for name in "ab")
    text = TEXT[: TEXT.index("    h = x")].replace("f32[N, 8]", "f32[N, 64]").replace("f32[N, 4]", "f32[N, 64]") + parameters
    text += "    return x + a[0] + b[0]\n}\n"
    path = tmp_path / "net.mica"
    path.write_text(text)
    uri = client.open(path)
    assert [each for each in client.diagnostics(uri, 1) if each.get("severity") == 1] == []

    def hover(marked: str) -> str:
        asked = {"textDocument": {"uri": uri}, "position": position(text, marked)}
        return client.request("textDocument/hover", asked)["contents"]["value"]

    assert "computing" in hover("param ‸a") and "computing" in hover("param ‸b")
    time.sleep(0.1)
    os.truncate(file, 100_000)
    deadline = time.monotonic() + 120
    while "computing" in hover("param ‸a") and time.monotonic() < deadline:
        time.sleep(0.05)
    client.change(uri, 2, {"text": text + "\n"})
    assert "weights-file-unreadable" in codes(client.diagnostics(uri, 2))
    assert client.leave() == 0
