"""Symbols of the workspace: of the texts in its folders, open or not."""

import os
from pathlib import Path

import pytest
from client import CAPABILITIES, Client

BLOCK = "block Alpha(x: T[N]) -> T[N] {\n    return gamma: Beta(x)\n}\n\nblock Beta(x: T[N]) -> T[N] {\n    return Relu(x)\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work space"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "blocks.mica").write_text(BLOCK)
    (folder / "other.mica").write_text(BLOCK.replace("Alpha", "Delta"))
    (tmp_path / "outside.mica").write_text(BLOCK.replace("Alpha", "Outside"))
    return folder


@pytest.fixture
def client(server: list[str], folder: Path) -> Client:
    client = Client(server)
    folders = [{"uri": folder.as_uri(), "name": "work"}]
    client.request("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES, "workspaceFolders": folders})
    client.notify("initialized", {})
    return client


def names(client: Client, query: str) -> list[tuple[str, str]]:
    found = client.request("workspace/symbol", {"query": query})
    return [(each["name"], each["location"]["uri"].rsplit("/", 1)[1]) for each in found]


def test_nothing_is_open(client: Client, folder: Path) -> None:
    assert names(client, "") == [
        ("Alpha", "blocks.mica"), ("gamma", "blocks.mica"), ("Beta", "blocks.mica"),
        ("Delta", "other.mica"), ("gamma", "other.mica"), ("Beta", "other.mica"),
    ]  # fmt: skip
    (found,) = client.request("workspace/symbol", {"query": "alp"})
    assert found["location"]["uri"] == (folder / "inner" / "blocks.mica").as_uri()
    assert found["location"]["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 1}}
    assert names(client, "outside") == [] and names(client, "gm") == [("gamma", "blocks.mica"), ("gamma", "other.mica")]
    assert client.leave() == 0


def test_files_change(client: Client, folder: Path) -> None:
    """What is remembered of a file is for as long as it stays as it is; an open text is as in the editor."""
    path = folder / "inner" / "blocks.mica"
    assert names(client, "alpha") == [("Alpha", "blocks.mica")]
    path.write_text(BLOCK.replace("Alpha", "Epsilon"))
    assert names(client, "alpha") == [] and names(client, "epsilon") == [("Epsilon", "blocks.mica")]
    uri = client.open(path, BLOCK.replace("Alpha", "Zeta"))
    assert names(client, "epsilon") == [] and names(client, "zeta") == [("Zeta", "blocks.mica")]
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert names(client, "epsilon") == [("Epsilon", "blocks.mica")] and names(client, "zeta") == []
    (folder / "new.mica").write_text(BLOCK.replace("Alpha", "Eta"))
    path.unlink()
    assert names(client, "epsilon") == [] and ("Eta", "new.mica") in names(client, "eta")
    assert client.leave() == 0


def test_what_is_remembered_is_not_read_again(client: Client, folder: Path) -> None:
    path = folder / "other.mica"
    stamp = path.stat()
    assert names(client, "delta") == [("Delta", "other.mica")]
    # As long, and as old: only who reads it can know.
    path.write_text(BLOCK.replace("Alpha", "Theta"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert names(client, "delta") == [("Delta", "other.mica")]
    assert client.leave() == 0
