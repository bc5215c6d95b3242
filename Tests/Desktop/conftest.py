"""What the tests of editors share: a recorded server, whose traffic is judged, and a text with a mistake."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import strict
from corpus import ROOT
from server import Server

MICA = os.environ.get("MICA_BINARY", str(ROOT / ".build/release/mica"))

TEXT = """use onnx 21

model small(image: f32[N, 1, 28, 28]) -> (logits: f32[N, 10]) {
    x = image |> Flatten |> hidden: Linear(out_features=32) |> Reluu
    return fc: Linear(x, out_features=10)
}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with the text `small.mica`, in which `Reluu` is a mistake."""
    folder = tmp_path / "work space"
    folder.mkdir()
    (folder / "small.mica").write_text(TEXT)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder for an editor, with nothing in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Where the server records its traffic."""
    return tmp_path / "trace.jsonl"


@pytest.fixture
def recorded(trace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The command of a recorded server; behind the test nothing may be wrong with what it said."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield [MICA, "lsp", "--trace", str(trace)]
    assert trace.stat().st_size > 0, "the server recorded nothing"
    findings = strict.judge(strict.read(trace))
    for each in findings:
        print(f"{each.sender}: {each}")
    assert [str(each) for each in findings if each.sender == "server"] == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A session of its own, which says what words mean."""
    server = Server([MICA, "lsp"], tmp_path)
    yield server
    assert server.client.leave() == 0


@pytest.fixture
def path_with_mica(recorded: list[str], tmp_path: Path) -> str:
    """A PATH with a program `mica` on it, whose server is recorded: for editors whose settings call it by that name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program, _, *options = recorded
    script = folder / "mica"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(program)} "$@" {shlex.join(options)}\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"
