"""Where things are declared, what their types are and what carries them out; and the layout of what is being typed."""

from pathlib import Path
from typing import Any

import pytest
from client import Client, position
from conftest import MICA
from test_features import applied
from test_resolving import pointed

TEXT = """use onnx 21

/// An ONNX function.
operator my.domain.Twice(x: T[...]) -> T[...] {
    return x + x
}

operator my.domain.Other(x: T[...]) -> T[...]

block Half(x: T[N, D]) -> T[N, D] {
    y = x * 0.5
    return Relu(y)
}

model net(x: f32[N, 4]) -> (y: f32[N, 4]) {
    h = x |> first: Half |> my.domain.Twice
    k = inner: Half(h)
    m = Tanh(k)
    return my.domain.Other(m)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def at(client: Client, method: str, uri: str, marked: str) -> Any:
    found = client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position(TEXT, marked)})
    return found if found is None else (found["uri"], found["range"])


def span(marked: str, name: str) -> dict[str, Any]:
    start = position(TEXT, marked)
    return {"start": start, "end": start | {"character": start["character"] + len(name)}}


def test_declarations_types_and_bodies(client: Client, workspace: Path) -> None:
    client.initialize()
    uri = client.open(workspace / "net.mica", TEXT)
    half = (uri, span("block ‸Half", "Half"))
    # The label of an instance is declared by its block; a value by its binding.
    assert at(client, "declaration", uri, "fi‸rst: Half") == half
    assert at(client, "declaration", uri, "Half‸(h)") == half
    assert at(client, "declaration", uri, "Tanh(‸k)") == (uri, span("    ‸k = inner", "k"))
    # A value is of the kind that its last call is.
    assert at(client, "typeDefinition", uri, "Tanh(‸k)") == half
    twice = at(client, "typeDefinition", uri, "inner: Half(‸h)")
    assert twice and pointed(TEXT, {"range": twice[1]}) == "my.domain.Twice"
    assert at(client, "typeDefinition", uri, "Other(‸m)") is None
    # What carries an operator out is its body; a signature alone has none.
    for marked in ("my.domain.Tw‸ice\n    k", "operator my.domain.Tw‸ice"):
        body = at(client, "implementation", uri, marked)
        assert body and body[1]["start"] == position(TEXT, "operator my.domain.Twice(x: T[...]) -> T[...] ‸{")
    assert at(client, "implementation", uri, "return my.domain.Oth‸er") is None
    assert at(client, "implementation", uri, "inner: Ha‸lf(h)")
    # The standard library is opened as a file.
    library = workspace / "library.mica"
    text = TEXT.replace("Tanh(k)", "last: Linear(k, out_features=4)")
    opened = client.open(library, text)
    where = {"textDocument": {"uri": opened}, "position": position(text, "la‸st: Linear")}
    assert "block Linear" in Path(client.request("textDocument/declaration", where)["uri"].removeprefix("file://")).read_text()
    assert client.leave() == 0


def typed(client: Client, folder: Path, marked: str, key: str) -> str:
    """A text with what typing a key at its mark changes."""
    text = marked.replace("‸", "")
    path = folder / f"typed{abs(hash(marked))}.mica"
    uri = client.open(path, text)
    parameters = {"textDocument": {"uri": uri}, "position": position(text, marked), "ch": key, "options": {"tabSize": 4, "insertSpaces": True}}
    return applied(text, client.request("textDocument/onTypeFormatting", parameters))


def test_what_is_typed_is_laid_out(client: Client, workspace: Path) -> None:
    client.initialize()
    head = "model net(x: f32[N, 4]) -> (y: f32[N, 4]) {\n"
    found = typed(client, workspace, head + "  y  =  Relu( x )\n‸\n    return  y\n}\n", "\n")
    assert found == head + "    y = Relu(x)\n    \n    return  y\n}\n"
    # Inside a repeat there is a step more, and less behind it.
    found = typed(client, workspace, head + "    repeat i in 0..<3 {\n‸\n    }\n    return x\n}\n", "\n")
    assert found == head + "    repeat i in 0..<3 {\n        \n    }\n    return x\n}\n"
    # A closing brace lays out what it closes, and nothing before it.
    found = typed(client, workspace, head + "    y  = x\n    repeat i in 0..<3 {\n  y  =  Relu( y )\n}‸\n    return y\n}\n", "}")
    assert found == head + "    y  = x\n    repeat i in 0..<3 {\n        y = Relu(y)\n    }\n    return y\n}\n"
    # What does not follow the grammar stays as it is.
    broken = head + "    y  = Relu( (x\n    ‸\n    return y\n}\n"
    assert typed(client, workspace, broken, "\n") == broken.replace("‸", "")
    parameters = {"textDocument": {"uri": (workspace / "none.mica").as_uri()}, "position": {"line": 0, "character": 0}, "ch": "}"}
    assert client.error("textDocument/onTypeFormatting", parameters | {"options": {"tabSize": 4, "insertSpaces": True}}) == -32602
    assert client.leave() == 0


def test_imports_are_found_wherever_the_server_was_started(workspace: Path) -> None:
    """Editors start it in a folder of their own, which may be one above the files."""
    (workspace / "inner").mkdir()
    (workspace / "inner" / "blocks.mica").write_text("block Q(x: T[N]) -> T[N] {\n    return Relu(x)\n}\n")
    text = 'import "blocks.mica" as b\n\nmodel m(x: f32[N]) -> (y: f32[N]) {\n    return b.Q(x)\n}\n'
    client = Client(["sh", "-c", 'cd "$1" && exec "$2" lsp', "sh", str(workspace.parent), str(MICA)])
    client.initialize()
    blocks = client.open(workspace / "inner" / "blocks.mica")
    uri = client.open(workspace / "inner" / "net.mica", text)
    where = {"textDocument": {"uri": uri}, "position": position(text, "b.‸Q(x)")}
    assert client.request("textDocument/definition", where)["uri"] == blocks
    references = client.request("textDocument/references", where | {"context": {"includeDeclaration": True}})
    assert {place["uri"] for place in references} == {uri, blocks}
    assert not client.diagnostics(uri, 1)
    # What changes in the file that is imported is told of the one that imports it.
    client.change(blocks, 2, {"text": "block P(x: T[N]) -> T[N] {\n    return Relu(x)\n}\n"})
    found = client.diagnostics(uri, 1)
    assert [each["code"] for each in found] == ["unknown-callee"], found
    assert client.leave() == 0
