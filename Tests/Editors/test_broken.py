"""A statement that is broken hides nothing of the others."""

from pathlib import Path
from typing import Any

import pytest
from client import Client


EXAMPLES = Path(__file__).parents[2] / "Examples"


def told(client: Client, uri: str, version: int = 1) -> list[tuple[int, str]]:
    """What is wrong, with its lines."""
    return [(each["range"]["start"]["line"] + 1, each["code"]) for each in client.diagnostics(uri, version)]


class Session:
    """A client with one document, line by line."""

    def __init__(self, client: Client, path: Path) -> None:
        self.client = client
        self.lines = path.read_text().splitlines()
        self.version = 1
        self.uri = client.open(path)

    def replace(self, line: int, new: str) -> None:
        """Types over a line."""
        self.version += 1
        end = {"line": line, "character": len(self.lines[line])}
        span = {"start": {"line": line, "character": 0}, "end": end}
        self.lines[line] = new
        self.client.change(self.uri, self.version, {"range": span, "text": new})

    def errors(self) -> list[Any]:
        found = self.client.diagnostics(self.uri, self.version)
        return [each for each in found if each["severity"] == 1]

    def hints(self, without: range) -> list[tuple[int, str]]:
        """The hints of all lines but some."""
        everything = {"start": {"line": 0, "character": 0}, "end": {"line": len(self.lines), "character": 0}}
        about = {"textDocument": {"uri": self.uri}, "range": everything}
        hints = self.client.request("textDocument/inlayHint", about)
        return [(hint["position"]["line"], hint["label"]) for hint in hints if hint["position"]["line"] not in without]

    def hovers(self, without: range) -> list[Any]:
        """The hover of the first letter of each word of all lines but some."""
        asked = []
        for number, line in enumerate(self.lines):
            starts = [index for index, each in enumerate(line) if each.isalpha() and not line[index - 1 : index].isalnum()]
            for start in starts if number not in without else []:
                about = {"textDocument": {"uri": self.uri}, "position": {"line": number, "character": start}}
                asked.append(self.client.ask("textDocument/hover", about))
        answers = [self.client.answer(request)["result"] for request in asked]
        return [answer and answer["contents"]["value"] for answer in answers]


def statements(lines: list[str]) -> list[range]:
    """The lines of each statement in a body, those that go on from its first among them."""
    found = []
    for number, line in enumerate(lines):
        if not line.startswith("    ") or not line.strip("} ") or "int = " in line or line.strip().startswith(("|>", "+")):
            continue
        end = number + 1
        while lines[end].strip().startswith(("|>", "+")):
            end += 1
        found.append(range(number, end))
    return found


@pytest.mark.parametrize("damage", ["half of it", "a name"])
def test_hints_and_hovers_elsewhere_stay(server: list[str], workspace: Path, damage: str) -> None:
    client = Client(server)
    client.initialize()
    session = Session(client, workspace / "gpt2.mica")
    client.diagnostics(session.uri, 1)
    broken = 0
    for statement in statements(session.lines):
        hints, hovers = session.hints(statement), session.hovers(statement)
        for number in statement:
            whole = session.lines[number]
            half = whole[: 4 + len(whole[4:]) // 2]
            session.replace(number, half if damage == "half of it" else whole.replace("(", "Qx(", 1))
            if session.errors():
                broken += 1
                assert session.hints(statement) == hints, session.lines[number]
                assert session.hovers(statement) == hovers, session.lines[number]
            session.replace(number, whole)
            assert session.errors() == []
    assert broken > 10
    assert client.leave() == 0


def test_errors_of_other_lines_stay(server: list[str], workspace: Path) -> None:
    """A line that is being written hides no mistake of the lines that were written just before."""
    client = Client(server)
    client.initialize()
    uri = client.open(workspace / "lenet.mica")
    assert told(client, uri) == []
    typed = [(9, 20, "\n    w = out + 1"), (10, 15, "\n    y"), (11, 5, " = Relu("), (11, 13, "\n    v = Relu(out2)")]
    found = []
    for version, (line, character, text) in enumerate(typed, 2):
        place = {"line": line, "character": character}
        client.change(uri, version, {"range": {"start": place, "end": place}, "text": text})
        found.append(told(client, uri, version))
    assert found[0] == [(11, "unknown-name")]
    for later in found[1:]:
        assert (11, "unknown-name") in later, found
    assert (12, "bare-expression") in found[1]
    # As a server tells it that has not seen the text before.
    opened = (workspace / "lenet.mica").read_text().splitlines()
    opened[10:10] = ["    w = out + 1", "    y"]
    assert sorted(told(client, client.open(workspace / "new.mica", "\n".join(opened)))) == sorted(found[1])
    assert client.leave() == 0


@pytest.mark.parametrize(("example", "line", "column"), [("resnet18", 5, 5), ("unet", 6, 1), ("unet", 6, 5)])
def test_a_quote_makes_nothing_else_wrong(server: list[str], workspace: Path, example: str, line: int, column: int) -> None:
    """A string that does not end takes names and conditions in, which may be there all the same."""
    client = Client(server)
    client.initialize()
    lines = (EXAMPLES / f"{example}.mica").read_text().splitlines()
    lines[line - 1] = lines[line - 1][: column - 1] + '"' + lines[line - 1][column - 1 :]
    found = told(client, client.open(workspace / "text.mica", "\n".join(lines)))
    assert (line, "unterminated-string") in found
    assert {code for _, code in found} <= {"unterminated-string", "expected-token"}, found
    assert client.leave() == 0


def test_half_a_pipe_is_told_once(server: list[str], workspace: Path) -> None:
    client = Client(server)
    client.initialize()
    for number, expression in enumerate(["x |", "x | Relu", "x |> l: Linear(out_features=8) |", "x |> l: Linear(out_features=8) | y"]):
        text = f"use onnx 21\n\nmodel m(x: f32[N, 8]) {{\n    x = {expression}\n    return x\n}}\n"
        found = client.diagnostics(client.open(workspace / f"{number}.mica", text), 1)
        assert found[0]["message"] == "`|` is written `|>` in Mica"
        assert {each["code"] for each in found} <= {"foreign-spelling", "expected-token"}
    assert client.leave() == 0


def test_an_operator_that_onnx_has_not_is_told_once(server: list[str], workspace: Path) -> None:
    """No declaration is advised, for the language refuses one without a domain."""
    client = Client(server)
    client.initialize()
    text = "use onnx 21\n\n@verbatim\nmodel m(x: f32[2, 3]) -> (y: f32[3, 2]) {\n    y = QTranspose(x, perm=[1, 0])\n    return y\n}\n"
    assert told(client, client.open(workspace / "text.mica", text)) == [(5, "unknown-callee")]
    assert client.leave() == 0
