"""Names that several texts share: renamed, found and called in all texts of the workspace, open or not."""

from pathlib import Path
from typing import Any

import pytest
from client import Client, Message, position
from test_names import RENAMING

BLOCKS = """use onnx 21

/// Half of the features.
block Half(x: T[..., D], width: int = 8) -> T[..., width] {
    return fc: Linear(x, out_features=width)
}

block Two(x: T[..., D]) -> T[..., 8] {
    h = one: Half(x)
    return two: Half(h, width=8)
}
"""
# One text names the import, one takes the names as they are, one has a `Half` of its own.
NAMED = """use onnx 21
import "../blocks.mica" as b

block Half(x: T[..., D]) -> T[..., D] {
    return Relu(x)
}

block Unused(x: T[..., D]) -> T[..., 4] {
    return deep: b.Half(x, width=4)
}

model named(x: f32[N, 8]) -> (y: f32[N, 8]) {
    h = x |> first: b.Half(width=16) |> Half
    return second: b.Half(h)
}
"""
PLAIN = """use onnx 21
import "blocks.mica"

model plain(x: f32[N, 8]) -> (y: f32[N, 8]) {
    return only: Half(x)
}
"""
OTHER = """use onnx 21

block Half(x: T[..., D], width: int) -> T[..., D] {
    return x
}

model other(x: f32[N, 8]) -> (y: f32[N, 8]) {
    return Half(x, width=3)
}
"""
TEXTS = {"blocks.mica": BLOCKS, "inner/named.mica": NAMED, "plain.mica": PLAIN, "other.mica": OTHER}


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is open, and a text outside of it that imports one inside."""
    folder = tmp_path / "open folder"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.mica").write_text(PLAIN.replace("blocks.mica", "../open folder/blocks.mica"))
    return folder


def begin(client: Client, folder: Path) -> None:
    folders = [{"uri": folder.as_uri(), "name": "it"}]
    client.request("initialize", {"processId": None, "rootUri": None, "capabilities": RENAMING, "workspaceFolders": folders})
    client.notify("initialized", {})


def index(text: str, place: Message) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: place["line"]]) + place["character"]


def ask(client: Client, folder: Path, method: str, name: str, marked: str, **more: Any) -> Any:
    text = (folder / name).read_text()
    where = {"textDocument": {"uri": (folder / name).as_uri()}, "position": position(text, marked)}
    return client.request(f"textDocument/{method}", where | more)


def changed(folder: Path, edit: Message) -> dict[str, str]:
    """The texts after an edit, and the versions that it is for."""
    texts = {}
    for change in edit["documentChanges"]:
        name = next(name for name in TEXTS if (folder / name).as_uri() == change["textDocument"]["uri"])
        text = TEXTS[name]
        for each in sorted(change["edits"], key=lambda each: index(text, each["range"]["start"]), reverse=True):
            text = text[: index(text, each["range"]["start"])] + each["newText"] + text[index(text, each["range"]["end"]) :]
        texts[name] = text
    return texts


RENAMED = {
    "blocks.mica": BLOCKS.replace("Half(", "Part("),
    "inner/named.mica": NAMED.replace("b.Half", "b.Part"),
    "plain.mica": PLAIN.replace("Half", "Part"),
}
WIDER = {
    "blocks.mica": BLOCKS.replace("width", "features"),
    "inner/named.mica": NAMED.replace("width", "features"),
}


@pytest.mark.parametrize("opened", [["blocks.mica"], ["inner/named.mica"], ["plain.mica"], list(TEXTS)])
@pytest.mark.parametrize(
    ("places", "name", "wanted"),
    [
        ({"blocks.mica": "block ‸Half", "inner/named.mica": "first: b.‸Half", "plain.mica": "only: Ha‸lf"}, "Part", RENAMED),
        ({"blocks.mica": "‸width: int", "inner/named.mica": "b.Half(‸width=16)"}, "features", WIDER),
    ],
)
def test_names_change_in_all_texts(
    client: Client, folder: Path, opened: list[str], places: dict[str, str], name: str, wanted: dict[str, str]
) -> None:
    begin(client, folder)
    for version, text in enumerate(opened):
        client.open(folder / text, version=version + 7)
    for text in opened:
        if text not in places:
            continue
        prepared = ask(client, folder, "prepareRename", text, places[text])
        assert prepared["placeholder"] in ("Half", "width")
        edit = ask(client, folder, "rename", text, places[text], newName=name)
        assert changed(folder, edit) == {each: wanted.get(each, TEXTS[each]) for each in wanted if wanted[each] != TEXTS[each]}
        for change in edit["documentChanges"]:
            known = next(each for each in TEXTS if (folder / each).as_uri() == change["textDocument"]["uri"])
            version = opened.index(known) + 7 if known in opened else None
            assert change["textDocument"]["version"] == version
    assert client.leave() == 0


def test_other_names_of_importing_texts_are_kept_apart(client: Client, folder: Path) -> None:
    begin(client, folder)
    client.open(folder / "blocks.mica")

    def refused(marked: str, name: str) -> str:
        where = {"textDocument": {"uri": (folder / "blocks.mica").as_uri()}, "position": position(BLOCKS, marked)}
        return client.answer(client.ask("textDocument/rename", where | {"newName": name}))["error"]["message"]

    (folder / "plain.mica").write_text(PLAIN + "\nblock Part(x: T[...]) -> T[...] {\n    return x\n}\n")
    message = refused("block ‸Half", "Part")
    assert "plain.mica has a `Part` already" in message
    # A parameter that a text gives twice then would be wrong there.
    assert "already" in refused("‸width: int", "x")
    assert client.leave() == 0


def test_files_outside_are_left_alone(client: Client, folder: Path) -> None:
    """A text that is not open and in none of the folders is nobody's to change; the library is not either."""
    (folder.parent / "outside" / "own.mica").write_text(BLOCKS)
    text = PLAIN.replace("blocks.mica", "../outside/own.mica").replace("only:", "last: Linear(x, out_features=8) |> only:").replace("Half(x)", "Half")
    (folder / "user.mica").write_text(text)
    begin(client, folder)
    uri = client.open(folder / "user.mica")
    where = {"textDocument": {"uri": uri}, "position": position(text, "only: ‸Half")}
    for method in ("prepareRename", "rename"):
        error = client.answer(client.ask(f"textDocument/{method}", where | {"newName": "Part"}))["error"]
        assert "own.mica, outside of the folders that are open" in error["message"]
    found = client.request("textDocument/references", where | {"context": {"includeDeclaration": True}})
    assert {Path(each["uri"]).name for each in found} == {"user.mica", "own.mica"}
    assert ask(client, folder, "prepareRename", "user.mica", "Lin‸ear") is None
    assert (folder.parent / "outside" / "own.mica").read_text() == BLOCKS
    assert client.leave() == 0


def test_references_are_those_of_all_texts(client: Client, folder: Path) -> None:
    begin(client, folder)
    client.open(folder / "inner" / "named.mica")
    client.open(folder / "blocks.mica")
    counts = {"blocks.mica": 3, "inner/named.mica": 3, "plain.mica": 1}
    for text, marked in [("blocks.mica", "block ‸Half"), ("inner/named.mica", "second: b.Ha‸lf")]:
        for declared in (True, False):
            found = ask(client, folder, "references", text, marked, context={"includeDeclaration": declared})
            for each in found:
                name = next(name for name in TEXTS if (folder / name).as_uri() == each["uri"])
                start = index(TEXTS[name], each["range"]["start"])
                assert TEXTS[name][start : start + 4] == "Half"
            listed = [each["uri"] for each in found]
            for name, count in counts.items():
                assert listed.count((folder / name).as_uri()) == count - (name == "blocks.mica" and not declared)
            assert len(listed) == 7 - (not declared)
    # In one text, all places of the import's name are highlighted.
    assert len(ask(client, folder, "documentHighlight", "inner/named.mica", "first: b.‸Half")) == 3
    assert client.leave() == 0


def test_symbols_of_texts_that_are_not_open(client: Client, folder: Path) -> None:
    begin(client, folder)
    client.open(folder / "plain.mica")
    found = client.request("workspace/symbol", {"query": "Half"})
    assert sorted(Path(each["location"]["uri"]).name for each in found) == ["blocks.mica", "named.mica", "other.mica"]
    assert client.leave() == 0


def test_calls_of_other_files_and_of_the_library(client: Client, folder: Path) -> None:
    begin(client, folder)
    client.open(folder / "inner" / "named.mica")
    (half,) = ask(client, folder, "prepareCallHierarchy", "inner/named.mica", "first: b.‸Half")
    assert half["name"] == "Half" and half["uri"] == (folder / "blocks.mica").as_uri()
    incoming = client.request("callHierarchy/incomingCalls", {"item": half})
    callers = {each["from"]["name"]: len(each["fromRanges"]) for each in incoming}
    assert callers == {"Two": 2, "Unused": 1, "named": 2, "plain": 1}
    # Down into the library, and from there back to whoever calls it.
    (linear,) = client.request("callHierarchy/outgoingCalls", {"item": half})
    assert linear["to"]["name"] == "Linear"
    callers = [each["from"]["name"] for each in client.request("callHierarchy/incomingCalls", {"item": linear["to"]})]
    assert "Half" in callers and "MultiheadAttention" in callers
    assert client.request("callHierarchy/outgoingCalls", {"item": linear["to"]}) == []
    (attention,) = (each["from"] for each in client.request("callHierarchy/incomingCalls", {"item": linear["to"]}) if each["from"]["name"] == "SelfAttention")
    assert [each["to"]["name"] for each in client.request("callHierarchy/outgoingCalls", {"item": attention})].count("Linear") == 1
    # A model calls what it calls, in whatever file that is.
    (model,) = ask(client, folder, "prepareCallHierarchy", "inner/named.mica", "model ‸named")
    names = [each["to"]["name"] for each in client.request("callHierarchy/outgoingCalls", {"item": model})]
    assert names == ["Half", "Half"]
    assert client.error("callHierarchy/outgoingCalls", {"item": half | {"uri": (folder / "none.mica").as_uri()}}) == -32602
    assert client.leave() == 0
