"""Names: renaming, highlighting, the call hierarchy, and what a selection grows to."""

import copy
import os
import random
import re
from pathlib import Path
from typing import Any

import numpy
import pytest
from client import CAPABILITIES, Client, Message, position
from safetensors.numpy import save_file
from test_refactorings import EXAMPLES, LARGE, SMALL, exported

RENAMING = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"] | {"rename": {"prepareSupport": True}},
}

TEXT = """use onnx 21

/// Two layers with a ReLU between.
block Half(x: T[..., D], width: int = 8, act: callee = Relu) -> T[..., width] {
    h = fc: Linear(x, out_features=width)
    h = act(h)
    repeat i in 0..<2 {
        h = more[i]: Linear(h, out_features=width)
    }
    return h
}

model net(image: f32[N, D], depth: int = 2) -> (y: f32[N, 8]) where D == 8 {
    y = first: Half(image, width=8)
    repeat _ in 0..<depth {
        y = y + first.fc.bias
    }
    return last: Half(y)
}

recipe small for net {
    quantize(type=i8, keep=[first.fc, last])
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


@pytest.fixture
def opened(client: Client, workspace: Path) -> str:
    client.initialize(RENAMING)
    return client.open(workspace / "net.mica", TEXT)


def ask(client: Client, method: str, uri: str, place: Message, **more: Any) -> Any:
    return client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": place} | more)


def index(text: str, place: Message) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place["line"]]) + len(
        lines[place["line"]].encode()[: place["character"]].decode()
    )


def applied(text: str, edit: Message) -> str:
    (changes,) = edit["documentChanges"]
    for change in sorted(changes["edits"], key=lambda each: index(text, each["range"]["start"]), reverse=True):
        start, end = index(text, change["range"]["start"]), index(text, change["range"]["end"])
        text = text[:start] + change["newText"] + text[end:]
    return text


def renamed(client: Client, uri: str, marked: str, name: str) -> str:
    return applied(TEXT, ask(client, "rename", uri, position(TEXT, marked), newName=name))


#: Two variables of one name are A and B, two sizes of one name are C and E, and a layer that is called twice is L.
SCOPES = """use onnx 21

block Head(x: T[N, D]) -> T[N, D] {
    return fc: Linear(x, out_features=D)
}

model net(x: f32[N, 4], xs: [`x.{C}`: f32[N, 4]; C in 0..<2]) -> (z: f32[N, 4], zs: [`z.{E}`: f32[N, 4]; E in 0..<2]) {
    layer L = Head()
    A = L(x)
    A = L(A) |> Relu
    A = If(ReduceMax(A, keepdims=0) > 0.0, then_branch={
        B = A + x
        B = B * B
        return B
    }, else_branch={ return A })
    return A, xs
}
"""
SPELLED = {"A": "y", "B": "y", "C": "i", "E": "i", "L": "head"}


def spelled(names: dict[str, str]) -> str:
    return re.sub(r"\b[ABCEL]\b", lambda name: (SPELLED | names)[name[0]], SCOPES)


@pytest.mark.parametrize("name", SPELLED)
def test_variables_of_graphs_and_layers_that_are_called_again_are_their_own(client: Client, workspace: Path, name: str) -> None:
    """Wherever the one name stands, all its places are highlighted and get another name, and no other place of that spelling."""
    client.initialize(RENAMING)
    text = spelled({})
    uri = client.open(workspace / "net.mica", text)
    assert client.diagnostics(uri, 1) == []
    places, shift = [], 0
    for match in re.finditer(r"\b[ABCEL]\b", SCOPES):
        if match[0] == name:
            places.append(match.start() + shift)
        shift += len(SPELLED[match[0]]) - 1
    for place in places:
        at = position(text, text[:place] + "‸" + text[place:])
        assert ask(client, "prepareRename", uri, at)["placeholder"] == SPELLED[name]
        marked = [index(text, each["range"]["start"]) for each in ask(client, "documentHighlight", uri, at)]
        assert marked == places
        assert applied(text, ask(client, "rename", uri, at, newName="other")) == spelled({name: "other"})


@pytest.mark.parametrize(
    ("marked", "count"),
    [("y = ‸first:", 3), ("-> (‸y: f32", 1), ("x: ‸T[", 2), ("    h = ‸fc:", 1), ("(‸x: T", 2), ("    ‸h = fc", 2), ("(‸image", 2)],
)
def test_references_are_found_from_where_a_name_is_declared(client: Client, opened: str, marked: str, count: int) -> None:
    for declared, wanted in [(True, count), (False, count - (marked != "x: ‸T["))]:
        context = {"includeDeclaration": declared}
        assert len(ask(client, "references", opened, position(TEXT, marked), context=context)) == wanted


@pytest.mark.parametrize(
    ("marked", "name", "pattern", "count"),
    [
        ("block ‸Half(", "Part", r"\bHalf\b", 3),
        ("first: Ha‸lf(", "Part", r"\bHalf\b", 3),
        ("out_features=wid‸th)\n    h", "features", r"\bwidth\b", 5),
        ("image, ‸width=8", "features", r"\bwidth\b", 5),
        ("    h = ac‸t(h)", "activation", r"\bact\b", 2),
        ("    ‸h = act(h)", "hidden", r"\bh\b", 6),
        ("more[‸i]", "k", r"\bi\b", 2),
        ("f32[N, ‸D], depth", "features", r"(?<=N, )D\b|\bD(?= ==)", 2),
        ("0..<dep‸th", "times", r"\bdepth\b", 2),
        ("    ‸y = y + first", "z", r"(?<=    )y(?= = first)|y(?= = y)|(?<= = )y(?= \+)|(?<=Half\()y\b", 4),
        ("    y = ‸first:", "stem", r"\bfirst\b", 3),
        ("model ‸net(", "network", r"\bnet\b", 2),
        ("recipe small for n‸et", "network", r"\bnet\b", 2),
        ("-> (‸y: f32", "out", r"(?<=\()y(?=: f32)", 1),
        ("(‸image: f32", "pixels", r"\bimage\b", 2),
    ],
)
def test_a_name_is_changed_wherever_it_stands(
    client: Client, opened: str, workspace: Path, marked: str, name: str, pattern: str, count: int
) -> None:
    """The pattern finds the places in the text; nothing else changes, and what the name does not stand in is exported as before."""
    prepared = ask(client, "prepareRename", opened, position(TEXT, marked))
    word = TEXT.split("\n")[prepared["range"]["start"]["line"]][
        prepared["range"]["start"]["character"] : prepared["range"]["end"]["character"]
    ]
    assert prepared["placeholder"] == word
    result, places = re.subn(pattern, name, TEXT)
    assert places == count, "the test's own pattern"
    assert renamed(client, opened, marked, name) == result
    assert exported(workspace, result)
    highlights = ask(client, "documentHighlight", opened, position(TEXT, marked))
    assert len(highlights) == count and prepared["range"] in [each["range"] for each in highlights]
    assert {each["kind"] for each in highlights} <= {2, 3}
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("marked", "name", "reason"),
    [
        ("    ‸h = act(h)", "x", "already"),
        ("    ‸h = act(h)", "", "one line"),
        ("    ‸h = act(h)", "a\nb", "one line"),
        ("    ‸h = act(h)", "1 x", "in backquotes it is one: `1 x`"),
        ("    ‸h = act(h)", "if", "`if` is a reserved word; in backquotes it is a name: `if`"),
        ("    ‸h = act(h)", "f32", "`f32` is a reserved word; in backquotes it is a name: `f32`"),
        ("    ‸h = act(h)", "`h", "no name in backquotes"),
        ("    ‸h = act(h)", "``", "no name in backquotes"),
        ("    ‸h = act(h)", "`h` + `x`", "no name in backquotes"),
        ("    ‸h = act(h)", "`h{1}`", "no name in backquotes"),
        ("block ‸Half(", "Linear", "already"),
        ("block ‸Half(", "Relu", "already"),
        ("block ‸Half(", "net", "already"),
        ("fc: ‸Linear(x", "Dense", "no name of this file"),
        ("h = fc: Linear(x, ‸out_features", "width", "no name of this file"),
        ("‸block Half", "part", "no name of this file"),
        ("width: ‸int", "number", "no name of this file"),
        ("    y = ‸first:", "last", "not be sound"),
    ],
)
def test_what_cannot_be_is_refused(client: Client, opened: str, marked: str, name: str, reason: str) -> None:
    parameters = {"textDocument": {"uri": opened}, "position": position(TEXT, marked), "newName": name}
    answer = client.answer(client.ask("textDocument/rename", parameters))
    assert reason in answer["error"]["message"], answer
    assert client.leave() == 0


FUNCTIONS = """use onnx 17
use my.dom 1

@verbatim @ir_version(10)
model g(x: f32[N, 4]) -> (y: f32[N, 4]) {
    @name("s")
    y = my.dom.Scale(x, x, alpha=0.25)
    return y
}

@use("", 17)
operator my.dom.Scale(a: ?, b: ?, alpha: float) -> (r: ?) {
    t = Add(a, b)
    r = LeakyRelu(t, alpha=alpha)
    return r
}
"""


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize(
    ("marked", "changed"),
    [
        ("Scale(‸a: ?", "the function `Scale`"),
        ("b: ?, ‸alpha", "Scale"),
        ("g(‸x: f32", "input"),
        ("-> (‸r: ?)", "the function `Scale`"),
    ],
)
def test_names_of_an_imported_file(
    client: Client, workspace: Path, marked: str, changed: str, asks: bool
) -> None:
    """What a function takes and gives has its names in the file: whoever changes one is asked, or told."""
    capabilities = copy.deepcopy(RENAMING)
    if asks:
        capabilities["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = {}
    client.initialize(capabilities)
    uri = client.open(workspace / "net.mica", FUNCTIONS)
    assert not [each for each in client.diagnostics(uri, 1) if each["severity"] == 1]
    edit = ask(client, "rename", uri, position(FUNCTIONS, marked), newName="other")
    text = applied(FUNCTIONS, edit)
    assert exported(workspace, text) != exported(workspace, FUNCTIONS)
    if asks:
        ((name, annotation),) = edit["changeAnnotations"].items()
        assert annotation["needsConfirmation"] and "other" in annotation["label"]
        told = annotation["description"]
        assert {each["annotationId"] for change in edit["documentChanges"] for each in change["edits"]} == {name}
    else:
        assert "changeAnnotations" not in edit
        told = client.wait(lambda message: message.get("method") == "window/showMessage")["params"]["message"]
    assert "imported from" in told and changed in told
    assert client.leave() == 0


VALUES = """use onnx 17

@verbatim @ir_version(8)
model g(x: f32[4]) -> (y: f32[4]) {
    `/a/Relu_output_0` = Relu(x)
    tt = Neg(`/a/Relu_output_0`)
    y = Mul(`/a/Relu_output_0`, tt)
    return y
}
"""
LOOP = """use onnx 21

model net(x: f32[4], trips: i64[]) -> (y: f32[4]) {
    y = Loop(trips, _, x, body=(i: i64[], go: bool[], s: f32[4]) {
        t = s + s
        return go, t
    })
    return y
}
"""


@pytest.mark.parametrize(
    ("text", "marked", "name"),
    [
        (VALUES, "    ‸tt = ", "tt"), (VALUES, "Neg(‸`/a/", "`/a/Relu_output_0`"),
        (FUNCTIONS, "    ‸t = Add", "t"), (LOOP, "body=(‸i:", "i"), (LOOP, "    t = ‸s + s", "s"), (LOOP, "return ‸go", "go"),
    ],
)  # fmt: skip
def test_names_that_are_exported_can_be_others(client: Client, workspace: Path, text: str, marked: str, name: str) -> None:
    """Of a text that says what a file says it is told that the file has the name."""
    client.initialize(RENAMING)
    uri = client.open(workspace / "net.mica", text)
    place = position(text, marked)
    assert ask(client, "prepareRename", uri, place)["placeholder"] == name
    result = applied(text, ask(client, "rename", uri, place, newName="other"))
    if name.startswith("`"):
        assert result == text.replace(name, "other")
    else:
        assert result == re.sub(rf"(?<![\w/]){name}(?!\w)(?!\()", "other", text)
    assert b"other" in exported(workspace, result)
    if text != LOOP:
        told = client.wait(lambda message: message.get("method") == "window/showMessage")["params"]["message"]
        assert "`other`" in told and "imported from" in told
    assert client.leave() == 0


def test_a_variable_of_types_has_a_capital(client: Client, workspace: Path) -> None:
    client.initialize(RENAMING)
    text = (
        "block Own(x: T[N], y: T[N]) -> T[N] {\n    return x + y\n}\n"
        "model net(x: f32[N]) -> (y: f32[N]) {\n    return Own(x, x)\n}\n"
    )
    uri = client.open(workspace / "net.mica", text)
    place = {"textDocument": {"uri": uri}, "position": position(text, "x: ‸T[")}
    answer = client.answer(client.ask("textDocument/rename", place | {"newName": "t"}))
    assert "begins with a capital letter" in answer["error"]["message"]
    assert applied(text, ask(client, "rename", uri, position(text, "x: ‸T["), newName="Type")) == text.replace("T[", "Type[")
    assert client.leave() == 0


def test_assignments_are_highlighted_as_such(client: Client, opened: str) -> None:
    found = ask(client, "documentHighlight", opened, position(TEXT, "    h = act(‸h)"))
    lines = [TEXT.split("\n")[each["range"]["start"]["line"]].strip() for each in found if each["kind"] == 3]
    assert lines == ["h = fc: Linear(x, out_features=width)", "h = act(h)", "h = more[i]: Linear(h, out_features=width)"]
    assert client.leave() == 0


def test_a_name_in_backquotes_is_any_text(client: Client, opened: str, workspace: Path) -> None:
    result = renamed(client, opened, "    ‸h = act(h)", "`hidden state`")
    assert result == re.sub(r"\bh\b", "`hidden state`", TEXT)
    assert exported(workspace, result) == exported(workspace, TEXT)
    assert renamed(client, opened, "    ‸h = act(h)", "`if`") == re.sub(r"\bh\b", "`if`", TEXT)
    # Where a word needs none, none are written.
    assert renamed(client, opened, "    ‸h = act(h)", "`hidden`") == re.sub(r"\bh\b", "hidden", TEXT)
    # What is offered to be edited can be given back as it is.
    client.change(opened, 2, {"text": result})
    prepared = ask(client, "prepareRename", opened, position(result, "    ‸`hidden state` = act"))
    assert prepared["placeholder"] == "`hidden state`"
    edit = ask(client, "rename", opened, position(result, "    ‸`hidden state` = act"), newName="`hidden states`")
    assert applied(result, edit) == re.sub(r"\bh\b", "`hidden states`", TEXT)
    assert client.leave() == 0


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in LARGE])
def test_renamed_examples_are_exported_as_before(name: str, client: Client, workspace: Path) -> None:
    """Names at drawn places of an example, a longer while in soak."""
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")
    draw = random.Random(f"{seed} {name}")
    client.initialize(RENAMING)
    text = (workspace / name).read_text()
    uri = client.open(workspace / name)
    options = SMALL.get(name, [])
    before = exported(workspace, text, *options)
    words = [match.start() for match in re.finditer(r"(?<![\w.$/])[a-z]\w*(?=[ ,)=\]*+]|\n)", text)]
    changed = 0
    for turn in range(max(6, int(float(os.environ.get("MICA_SOAK_SECONDS", 0)) / 2))):
        start = draw.choice(words)
        if any(option.split("=")[0] == re.match(r"\w+", text[start:])[0] for option in options):
            continue
        place = {"line": text.count("\n", 0, start), "character": len(text[text.rfind("\n", 0, start) + 1 : start].encode())}
        answer = client.answer(
            client.ask("textDocument/rename", {"textDocument": {"uri": uri}, "position": place, "newName": f"other{turn}"})
        )
        if "error" in answer:
            assert answer["error"]["code"] == -32803, answer
            continue
        result = applied(text, answer["result"])
        changed += 1
        # What the interface or the paths of weights name is exported by its name; all else is exported as before.
        now = exported(workspace, result, *options)
        if now != before:
            assert f"other{turn}".encode() in now, result
    assert client.leave() == 0
    print(f"{changed} names were changed")


def test_calls_are_found_both_ways(client: Client, opened: str) -> None:
    (half,) = ask(client, "prepareCallHierarchy", opened, position(TEXT, "first: ‸Half"))
    assert half["name"] == "Half" and half["uri"] == opened
    (caller,) = client.request("callHierarchy/incomingCalls", {"item": half})
    assert caller["from"]["name"] == "net"
    starts = [position(TEXT, "first: ‸Half"), position(TEXT, "last: ‸Half")]
    assert [each["start"] for each in caller["fromRanges"]] == starts
    callees = client.request("callHierarchy/outgoingCalls", {"item": half})
    assert [each["to"]["name"] for each in callees] == ["Linear"]
    assert len(callees[0]["fromRanges"]) == 2
    assert callees[0]["to"]["uri"] != opened
    assert ask(client, "prepareCallHierarchy", opened, position(TEXT, "ac‸t(h)")) is None
    assert client.leave() == 0


def test_a_selection_grows(client: Client, opened: str) -> None:
    places = [position(TEXT, "    h = fc: Linear(‸x"), {"line": 0, "character": 0}]
    found = client.request("textDocument/selectionRange", {"textDocument": {"uri": opened}, "positions": places})
    assert len(found) == 2
    texts = []
    selection = found[0]
    while selection:
        span = selection["range"]
        texts.append(TEXT[index(TEXT, span["start"]) : index(TEXT, span["end"])])
        selection = selection.get("parent")
    assert texts[0] == "x" and "fc: Linear(x, out_features=width)" in texts and texts[-1] == TEXT
    assert all(inner in outer and len(inner) < len(outer) for inner, outer in zip(texts, texts[1:], strict=False))
    assert client.leave() == 0


def test_symbols_of_the_workspace(client: Client, opened: str) -> None:
    found = client.request("workspace/symbol", {"query": "hlf"})
    assert [(each["name"], each["location"]["uri"]) for each in found] == [("Half", opened)]
    everything = client.request("workspace/symbol", {"query": ""})
    assert {"Half", "net", "small", "first", "last"} <= {each["name"] for each in everything}
    assert client.request("workspace/symbol", {"query": "zzz"}) == []
    assert client.leave() == 0


WEIGHTED = """\
use onnx 21

block Scaled(x: T[N, D], out: int) -> T[N, out] {
    param matrix: T[D, out] = zeros
    return x @ matrix
}

model net(x: f32[N, 4]) -> (y: f32[N, 2]) {
    weights "w.safetensors"
    x = x |> fc1: Linear(out_features=8) |> Relu
    return last: Scaled(x, out=2)
}
"""


def test_renamed_parameters_are_found_in_their_file(client: Client, workspace: Path) -> None:
    """The file keeps its names: `rename=` says what the text calls them, and the user confirms that."""
    shapes = {"fc1.weight": (8, 4), "fc1.bias": (8,), "last.matrix": (8, 2)}
    save_file({name: numpy.ones(shape, numpy.float32) for name, shape in shapes.items()}, workspace / "w.safetensors")
    text, version = WEIGHTED, 1
    client.initialize(RENAMING)
    uri = client.open(workspace / "net.mica", text)
    assert client.diagnostics(uri, 1) == []
    for marked, name, wanted in [
        ("‸fc1: Linear", "first", '"fc1": "first"'), ("param ‸matrix", "kernel", '"matrix": "kernel"'), ("x @ ‸kernel", "matrix", '"kernel": "matrix"'),
    ]:
        where = {"textDocument": {"uri": uri}, "position": position(text, marked), "newName": name}
        edit = client.request("textDocument/rename", where)
        text = applied(text, edit)
        assert wanted in text
        version += 1
        client.change(uri, version, {"text": text})
        assert client.diagnostics(uri, version) == []
        highlights = client.request("textDocument/documentHighlight", {"textDocument": {"uri": uri}, "position": position(text, "param ‸")})
        assert len(highlights) == 2
