"""What comes when the client wants to see it: the places of sizes, the figures of lenses, the documentation of completions."""

from pathlib import Path
from typing import Any

import pytest
from client import CAPABILITIES, Client, position
from conftest import MICA
from test_names import TEXT as NAMES

RESOLVING = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"]
    | {
        "inlayHint": {"resolveSupport": {"properties": ["label.location"]}},
        "codeLens": {"resolveSupport": {"properties": ["command"]}},
        "completion": {"completionItem": {"documentationFormat": ["markdown"], "resolveSupport": {"properties": ["documentation"]}}},
    }
}
TEXT = """use onnx 21

model net(image: f32[N, 3, 32, 32]) -> (y: f32[N, 10]) {
    x = image |> conv: Conv2d(out_channels=16, kernel_size=3, stride=2, padding=1) |> Relu
    a, b = Split(x, axis=1, num_outputs=2)
    z = Flatten(a + b)
    return fc: Linear(z, out_features=10)
}
"""
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def pointed(text: str, location: Any) -> str:
    """The text of a location in a document."""
    start, end = location["range"]["start"], location["range"]["end"]
    assert start["line"] == end["line"]
    return text.split("\n")[start["line"]][start["character"] : end["character"]]


def test_sizes_lead_to_where_they_come_from(client: Client, workspace: Path) -> None:
    client.initialize(RESOLVING)
    uri = client.open(workspace / "net.mica", TEXT)
    hints = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": EVERYTHING})
    labels = ["".join(part["value"] for part in hint["label"]) for hint in hints]
    assert labels[0] == "f32[N, 16, 16, 16] · 448 parameters" and labels[1] == "f32[N, 8, 16, 16], f32[N, 8, 16, 16]"
    assert [part["value"] for part in hints[0]["label"]] == ["f32[", "N", ", ", "16", ", ", "16", ", ", "16", "] · 448 parameters"]
    assert not any("location" in part for hint in hints for part in hint["label"])
    resolved = client.request("inlayHint/resolve", hints[0])
    sizes = {index: part["location"] for index, part in enumerate(resolved["label"]) if "location" in part}
    assert {location["uri"] for location in sizes.values()} == {uri}
    assert {index: pointed(TEXT, location) for index, location in sizes.items()} == {1: "N", 3: "out_channels=16", 5: "stride=2", 7: "stride=2"}
    assert {key: resolved[key] for key in ("position", "kind", "paddingLeft")} == {key: hints[0][key] for key in ("position", "kind", "paddingLeft")}
    # The second of two results has places of its own.
    split = client.request("inlayHint/resolve", hints[1])["label"]
    places = {pointed(TEXT, part["location"]) for part in split if part["value"] == "8"}
    assert [part["value"] for part in split].count("8") == 2 and places == {"axis=1"}
    client.change(uri, 2, {"text": TEXT + "\n"})
    assert client.answer(client.ask("inlayHint/resolve", hints[0]))["error"]["code"] == -32801
    assert client.leave() == 0


def test_hints_are_plain_for_other_clients(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "net.mica", TEXT)
    hints = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": EVERYTHING})
    assert hints[0]["label"] == "f32[N, 16, 16, 16] · 448 parameters" and "data" not in hints[0]
    assert client.request("inlayHint/resolve", hints[0]) == hints[0]
    assert client.leave() == 0


def test_lenses_are_counted_when_they_are_seen(client: Client, server: list[str], workspace: Path) -> None:
    client.initialize(RESOLVING)
    uri = client.open(workspace / "net.mica", NAMES)
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    figures = [lens for lens in lenses if "data" in lens]
    assert len(figures) == 3 and not any("command" in lens for lens in figures)
    titles = [client.request("codeLens/resolve", lens)["command"]["title"] for lens in figures]
    assert titles[0].startswith("used 2 times in net") and titles[1].startswith("instance 1 of 2") and "parameters" in titles[2]
    other = Client(server[:2])
    other.initialize()
    other.open(workspace / "net.mica", NAMES)
    eager = other.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert [lens["command"]["title"] for lens in eager] == titles + ["Run"]
    assert other.leave() == 0
    client.change(uri, 2, {"text": NAMES + "\n"})
    assert client.error("codeLens/resolve", lenses[0]) == -32801
    assert client.leave() == 0


def test_documentation_comes_when_it_is_read(client: Client, server: list[str], workspace: Path) -> None:
    client.initialize(RESOLVING)
    uri = client.open(workspace / "net.mica", TEXT)
    where = {"textDocument": {"uri": uri}, "position": position(TEXT, "|> R‸elu")}
    items = client.request("textDocument/completion", where)["items"]
    assert not any("documentation" in item for item in items)
    relu = next(item for item in items if item["label"] == "Relu" and "data" in item)
    resolved = client.request("completionItem/resolve", relu)
    assert resolved["documentation"]["kind"] == "markdown" and resolved["documentation"]["value"]
    assert {key: value for key, value in resolved.items() if key != "documentation"} == relu
    other = Client(server[:2])
    other.initialize(CAPABILITIES | {"textDocument": {"completion": {"completionItem": {"documentationFormat": ["markdown"]}}}})
    other.open(workspace / "net.mica", TEXT)
    eager = other.request("textDocument/completion", where)["items"]
    assert next(item for item in eager if item["label"] == "Relu")["documentation"] == resolved["documentation"]
    assert len(eager) == len(items) and other.leave() == 0
    client.change(uri, 2, {"text": TEXT + "\n"})
    assert client.error("completionItem/resolve", relu) == -32801
    assert client.leave() == 0


@pytest.mark.parametrize("place", ["|> R‸elu", "    ‸z ="])
def test_what_all_completions_share_is_said_once(client: Client, server: list[str], workspace: Path, place: str) -> None:
    """With and without defaults, choosing an item makes the same edit and asks for the same documentation."""
    def answer(client: Client, completion: dict[str, Any]) -> dict[str, Any]:
        client.initialize(CAPABILITIES | {"textDocument": {"completion": completion}})
        client.open(workspace / "net.mica", TEXT)
        result = client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position(TEXT, place)})
        assert client.leave() == 0
        return result

    uri = (workspace / "net.mica").as_uri()
    item = {"resolveSupport": {"properties": ["documentation"]}}
    whole = answer(client, {"completionItem": item})
    assert "itemDefaults" not in whole
    short = answer(Client(server[:2]), {"completionItem": item, "completionList": {"itemDefaults": ["editRange", "data"]}})
    assert set(short["itemDefaults"]) == {"editRange", "data"} and len(short["items"]) == len(whole["items"]) > 100
    assert any("textEditText" in item for item in short["items"]) == (place != "|> R‸elu")
    for said, meant in zip(short["items"], whole["items"]):
        edit = {"range": short["itemDefaults"]["editRange"], "newText": said.pop("textEditText", said["label"])}
        assert said | {"textEdit": edit} == {key: value for key, value in meant.items() if key != "data"}
        assert meant.get("data", short["itemDefaults"]["data"]) == short["itemDefaults"]["data"]


@pytest.mark.parametrize("item", [None, [1], "x", 3])
@pytest.mark.parametrize("method", ["codeAction", "codeLens", "completionItem", "inlayHint"])
def test_what_is_no_object_is_not_resolved(method: str, item: Any) -> None:
    """The record of it is for no judge."""
    client = Client([MICA, "lsp"])
    client.initialize(RESOLVING)
    assert client.error(f"{method}/resolve", item) == -32602
    assert client.request(f"{method}/resolve", {"title": "x"}) == {"title": "x"}
    assert client.leave() == 0
