"""Kakoune, by its interface of JSON: the colours of the examples, and the indentation of what is typed."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import corpus
import pytest
from agreement import check
from server import Server

SETTINGS = corpus.ROOT / "editors/kakoune/mica.kak"
CLASSES = {
    "variable": "name",
    "attribute": "name",
    "function": "callee",
    "type": "type",
    "keyword": "keyword",
    "value": "value",
    "string": "string",
    "comment": "comment",
    "documentation": "comment",
    "meta": "decorator",
    "operator": "sign",
}
COLOURS = {f"rgb:0000{number + 16:02X}": name for number, name in enumerate(CLASSES)}


class Kakoune:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def send(self, method: str, *parameters: Any) -> None:
        assert self.process.stdin
        message = {"jsonrpc": "2.0", "method": method, "params": list(parameters)}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def screen(self, seconds: float = 0.2) -> list[list[dict[str, Any]]]:
        """The lines that were drawn last, once nothing more is drawn."""
        drawn: list[list[dict[str, Any]]] = []
        while True:
            try:
                message = self.said.get(timeout=seconds if drawn else 10)
            except Empty:
                return drawn
            if message["method"] == "draw":
                drawn = message["params"][0]


@contextmanager
def editing(file: Path, home: Path) -> Iterator[Kakoune]:
    settings = home / "kak"
    settings.mkdir(exist_ok=True)
    faces = "\n".join(f"set-face global {name} {colour}" for colour, name in COLOURS.items())
    (settings / "kakrc").write_text(f'source "{SETTINGS}"\n{faces}\nset-option global startup_info_version 99999999\n')
    process = subprocess.Popen(
        ["kak", "-ui", "json", str(file)],
        env=os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    kakoune = Kakoune(process)
    try:
        # Tall and wide enough for every file.
        kakoune.send("resize", 500, 240)
        yield kakoune
    finally:
        kakoune.send("keys", "<esc>", ":", "q", "u", "i", "t", "!", "<ret>")
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait(10)


def test_colours(server: Server, home: Path) -> None:
    """Of the words in whole files no more than one in a hundred looks like what it is not."""
    colours, screens = {}, {}
    with editing(corpus.WHOLE_FILES[0], home) as kakoune:
        for path in corpus.WHOLE_FILES:
            kakoune.send("keys", ":", *f"edit {path}", "<ret>")
            screens[path] = kakoune.screen()
    for path, drawn in screens.items():
        text = path.read_text()
        lines = []
        for line, expected in zip(drawn, text.split("\n")[:-1], strict=False):
            characters = [
                (character, CLASSES.get(COLOURS.get(atom["face"]["fg"], ""), "none"))
                for atom in line
                for character in atom["contents"]
            ][: len(expected)]
            assert "".join(character for character, _ in characters) == expected
            # Kakoune has one face for numbers and words that are values.
            lines.append([kind for _, kind in characters])
        assert len(lines) == text.count("\n")
        # What the cursor is on looks like the cursor.
        lines[0][0:1] = lines[0][1:2]
        colours[text] = [values(line, words) for line, words in zip(lines, text.split("\n"), strict=False)]
    check(colours, server)


def values(kinds: list[str], line: str) -> list[str]:
    """The classes of a line with numbers and words among the values told apart, as they look the same."""
    found, start = list(kinds), 0
    while start < len(kinds):
        end = start + 1
        while end < len(kinds) and kinds[end] == kinds[start]:
            end += 1
        if kinds[start] == "value":
            found[start:end] = ["number" if line[start].isdigit() else "keyword"] * (end - start)
        start = end
    return found


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("model m() {<ret>x = f(<ret>y,<ret>)<ret>}<ret>", "model m() {\n    x = f(\n        y,\n    )\n}\n"),
        ("block B() {<ret>return x", "block B() {\n    return x\n"),
    ],
)
def test_indentation(keys: str, expected: str, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "typed.mica"
    file.write_text("")
    with editing(file, home) as kakoune:
        kakoune.screen()
        pressed = keys.replace("<ret>", "\n")
        kakoune.send("keys", "i", *("<ret>" if key == "\n" else key for key in pressed), "<esc>")
        kakoune.screen()
        kakoune.send("keys", ":", "w", "<ret>")
        kakoune.screen()
    assert file.read_text().rstrip("\n") == expected.rstrip("\n")
