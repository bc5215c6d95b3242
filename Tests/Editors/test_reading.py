"""What helps to read a text: where else a thing is called, what can be folded and selected, and what signs mean."""

import re
from pathlib import Path
from typing import Any

import pytest
from client import Client, position
from test_names import index

TEXT = """// What this is for,
// in two lines.
use onnx 21
use com.acme 1

import std.vision

/// Doubles.
operator com.acme.Double(x: T[...], beta: float = 1.0) -> T[...] {
    return x * beta
}

// One line.
block Part(x: T[N, D], width: int) -> T[N, width] {
    // First a layer,
    // then an activation;
    // nothing else.
    y = fc: Linear(x, out_features=width)
    return Relu(y)  // behind a token
    // on its own
}

model net(x: f32[N, 4]) -> (out: f32[N, 4]) {
    a = x |> first: Linear(out_features=4) |> Relu
    b = second: Linear(a, out_features=4)
    c = Softmax(a, axis=1) + Softmax(b, axis=-1) ** 2.0
    d = part: Part(c, width=2 + 2)
    e = Softmax(Reshape(d, [N, 4]), axis=0)
    return -(com.acme.Double(c, beta=2.0) + com.acme.Double(e, beta=3.0))
}
"""
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


@pytest.fixture
def client(server: list[str]) -> Client:
    client = Client(server)
    client.initialize()
    return client


@pytest.fixture
def uri(client: Client, workspace: Path) -> str:
    return client.open(workspace / "net.mica", TEXT)


def at(client: Client, method: str, uri: str, marked: str) -> Any:
    return client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position(TEXT, marked)})


def test_the_text_is_sound(client: Client, uri: str) -> None:
    assert [each for each in client.diagnostics(uri, 1) if each["severity"] == 1] == []
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("marked", "pattern", "count"),
    [
        # The library's blocks, and their arguments.
        ("second: Lin‸ear", r"\bLinear\b", 3),
        ("first: Linear(out_‸features", r"\bout_features\b", 3),
        # Operators, with and without parentheses or a domain, and their attributes.
        ("|> Re‸lu", r"\bRelu\b", 2),
        ("c = Soft‸max", r"\bSoftmax\b", 3),
        ("Softmax(a, ax‸is", r"\baxis\b", 3),
        ("Softmax(b, axis‸=-1", r"\baxis\b", 3),
        ("return -(com.acme.Dou‸ble", r"\bDouble\b", 3),
        ("operator com.acme.Dou‸ble", r"\bDouble\b", 3),
    ],
)
def test_calls_of_one_thing_are_highlighted(client: Client, uri: str, marked: str, pattern: str, count: int) -> None:
    found = at(client, "documentHighlight", uri, marked)
    places = [(index(TEXT, each["range"]["start"]), index(TEXT, each["range"]["end"])) for each in found]
    assert sorted(places) == [match.span() for match in re.finditer(pattern, TEXT)] and len(places) == count
    assert client.leave() == 0


def test_other_arguments_of_the_name_are_not(client: Client, workspace: Path) -> None:
    """An argument is the callee's: those of others that are called alike are left out."""
    text = TEXT.replace("Softmax(b, axis=-1)", "LogSoftmax(b, axis=-1)")
    uri = client.open(workspace / "other.mica", text)
    about = {"textDocument": {"uri": uri}, "position": position(text, "Softmax(a, ax‸is")}
    found = client.request("textDocument/documentHighlight", about)
    assert [each["range"]["start"]["line"] for each in found] == [
        text.count("\n", 0, text.index(each)) for each in ("Softmax(a, axis", "Softmax(Reshape")
    ]
    assert client.leave() == 0


def test_comments_and_imports_are_folded(client: Client, uri: str) -> None:
    found = client.request("textDocument/foldingRange", {"textDocument": {"uri": uri}})
    lines = TEXT.split("\n")
    folded = {(lines[each["startLine"]].strip(), lines[each["endLine"]].strip(), each.get("kind")) for each in found}
    assert folded == {
        ("// What this is for,", "// in two lines.", "comment"),
        ("use onnx 21", "import std.vision", "imports"),
        ("// First a layer,", "// nothing else.", "comment"),
        ("operator com.acme.Double(x: T[...], beta: float = 1.0) -> T[...] {", "return x * beta", None),
        ("block Part(x: T[N, D], width: int) -> T[N, width] {", "// on its own", None),
        (lines[22], "return -(com.acme.Double(c, beta=2.0) + com.acme.Double(e, beta=3.0))", None),
    }
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("// then an act‸ivation", ["// then an activation;", "// First a layer,\n    // then an activation;\n    // nothing else.", "{\n    // First"]),
        ("// in t‸wo lines.", ["// in two lines.", "// What this is for,\n// in two lines.", "// What this is for,\n// in two lines.\nuse"]),
        ("// behind ‸a token", ["// behind a token", "{\n    // First"]),
        ("// on its‸ own", ["// on its own", "{\n    // First"]),
        ("// One ‸line.", ["// One line.", "use onnx 21\n"]),
    ],
)
def test_a_selection_grows_from_a_comment(client: Client, uri: str, marked: str, wanted: list[str]) -> None:
    parameters = {"textDocument": {"uri": uri}, "positions": [position(TEXT, marked)]}
    (selection,) = client.request("textDocument/selectionRange", parameters)
    texts = []
    while selection:
        span = selection["range"]
        texts.append(TEXT[index(TEXT, span["start"]) : index(TEXT, span["end"])])
        selection = selection.get("parent")
    assert texts[: len(wanted) - 1] == wanted[:-1] and texts[len(wanted) - 1].startswith(wanted[-1]), texts
    assert texts[-1] == TEXT and all(inner in outer and inner != outer for inner, outer in zip(texts, texts[1:], strict=False))
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("axis=1) ‸+ Softmax", ["a + b", "Gives `f32[N, 4]`", "`Add`"]),
        ("axis=-1) ‸** 2.0", ["a ** b", "Gives `f32[N, 4]`", "`Pow`"]),
        ("return ‸-(", ["-a", "Gives `f32[N, 4]`", "`Neg`"]),
        ("width=2 ‸+ 2", ["a + b", "known before the graph runs"]),
        ("a = x ‸|> first", ["x |> f(…)", "first input"]),
        ("return ‸x * beta", ["x: T[...]", "com.acme.Double"]),
        ("Double(‸x: T", ["x: f32[N, 4]"]),
        ("import std.vis‸ion", ["std.vision", "part of the standard library"]),
        ("import s‸td.vision", ["std.vision", "part of the standard library"]),
    ],
)
def test_signs_and_parts_are_explained(client: Client, uri: str, marked: str, wanted: list[str]) -> None:
    found = at(client, "hover", uri, marked)["contents"]["value"]
    assert all(each in found for each in wanted), found
    assert client.leave() == 0


def test_a_part_of_the_library_is_opened(client: Client, uri: str) -> None:
    place = at(client, "definition", uri, "import std.vis‸ion")
    assert "/library/std/vision/" in place["uri"] and Path(place["uri"].removeprefix("file://")).is_file()
    links = client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    assert [each["target"] for each in links] == [place["uri"]]
    assert links[0]["range"] == {"start": position(TEXT, "import ‸std"), "end": position(TEXT, "std.vision‸")}
    assert client.leave() == 0
