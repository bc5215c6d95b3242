"""Code actions that say a thing otherwise, mend a whole file, or make tensors fit; exported as before where they must be."""

import subprocess
from pathlib import Path
from typing import Any

import onnx
import pytest
from client import CAPABILITIES, Client, Message
from conftest import MICA
from test_features import applied
from test_refactorings import exported, positions

KINDS = ["quickfix", "refactor", "source"]
CAPABLE = CAPABILITIES | {
    "textDocument": CAPABILITIES["textDocument"]
    | {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": KINDS}}, "disabledSupport": True}}
}
TEXT = """use onnx 21

block Half(x: T[N, D], shift: float = 1.0) -> T[N, D] {
    y = x * 0.5
    return Relu(y + shift)
}

model net(x: f32[1, 8]) -> (y: f32[1, 2]) {
    h = x |> Half(shift=2.0) |> Linear(out_features=8)
    h = Tanh(h) + Half(h)
    h = Linear(h, out_features=8)
    return out: Linear(h, out_features=2)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def actions(client: Client, uri: str, text: str, marked: str, only: str) -> dict[str, Any]:
    """The actions of a kind at a mark of the text by their titles: the text that each leads to, or why it is not possible."""
    before, _, behind = marked.partition("‸")
    place = text.index(before + behind) + len(before)
    where = {"textDocument": {"uri": uri}, "range": positions(text, place, place), "context": {"diagnostics": [], "only": [only]}}
    found = {}
    for action in client.request("textDocument/codeAction", where):
        assert action["kind"].startswith(only)
        if "disabled" in action:
            found[action["title"]] = action["disabled"]
        else:
            found[action["title"]] = applied(text, action["edit"]["documentChanges"][0]["edits"])
    return found


def test_pipes_and_nested_calls(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    before = exported(workspace, TEXT)
    cases = {
        "|> Li‸near(": ("Write as a nested call", "h = Linear(x |> Half(shift=2.0), out_features=8)"),
        "x |> Ha‸lf": ("Write as a nested call", "h = Half(x, shift=2.0) |> Linear(out_features=8)"),
        "Ta‸nh(h)": ("Write with a pipe", "h = (h |> Tanh) + Half(h)"),
        "= Li‸near(h": ("Write with a pipe", "h = h |> Linear(out_features=8)"),
        "out: Lin‸ear": ("Write with a pipe", "return h |> out: Linear(out_features=2)"),
    }
    for marked, (title, wanted) in cases.items():
        text = actions(client, uri, TEXT, marked, "refactor.rewrite")[title]
        assert wanted in text, f"{marked}:\n{text}"
        assert exported(workspace, text) == before
    # And back again.
    text = actions(client, uri, TEXT, "out: Lin‸ear", "refactor.rewrite")["Write with a pipe"]
    client.change(uri, 2, {"text": text})
    assert actions(client, uri, text, "out: Lin‸ear", "refactor.rewrite")["Write as a nested call"] == TEXT
    assert client.leave() == 0


def test_layers_get_the_names_that_they_have(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    before = exported(workspace, TEXT)
    for marked, wanted in {"|> Li‸near(": "|> linear: Linear(", "= Li‸near(h": "= linear_1: Linear(h"}.items():
        text = actions(client, uri, TEXT, marked, "refactor.rewrite")["Name this layer"]
        assert wanted in text and exported(workspace, text) == before
    # What has a name, and what has no parameters, needs none.
    for marked in ("out: Lin‸ear", "x |> Ha‸lf", "Ta‸nh(h)"):
        assert "Name this layer" not in actions(client, uri, TEXT, marked, "refactor.rewrite")
    assert client.leave() == 0


def test_a_batch_becomes_dynamic(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", TEXT)
    text = actions(client, uri, TEXT, "x: f32[‸1, 8]", "refactor.rewrite")["Make the batch dimension dynamic"]
    assert text == TEXT.replace("f32[1, ", "f32[N, ")
    # With the old size it is the old graph.
    assert exported(workspace, text, "--bind", "N=1") == exported(workspace, TEXT)
    assert actions(client, uri, TEXT, "x: f32[1, ‸8]", "refactor.rewrite") == {}
    # Where the size is needed, it stays.
    fixed = TEXT.replace("h = Tanh(h) + Half(h)", "h = Reshape(Tanh(h), [1, 8])")
    client.change(uri, 2, {"text": fixed})
    assert actions(client, uri, fixed, "x: f32[‸1, 8]", "refactor.rewrite") == {}
    assert client.leave() == 0


def test_the_opset_is_raised_where_nothing_changes(client: Client, workspace: Path) -> None:
    client.initialize(CAPABLE)
    text = "use onnx 13\n\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    return Abs(Max(x, x))\n}\n"
    uri = client.open(workspace / "net.mica", text)
    raised = actions(client, uri, text, "use onnx 1‸3", "refactor.rewrite")["Raise the opset to 23"]
    assert raised == text.replace("13", "23")
    old, new = (onnx.load_from_string(exported(workspace, each)) for each in (text, raised))
    assert old.graph == new.graph and [new.opset_import[0].version, old.opset_import[0].version] == [23, 13]
    # Relu has another definition from 14 on, and Identity from 14, 16, 19, 21 and 23 on.
    changing = text.replace("Abs(", "Relu(").replace("13", "14")
    client.change(uri, 2, {"text": changing})
    assert set(actions(client, uri, changing, "use onnx 1‸4", "refactor.rewrite")) == {"Raise the opset to 23"}
    changing = changing.replace("Relu(", "onnx.Identity(").replace("14", "16")
    client.change(uri, 3, {"text": changing})
    found = actions(client, uri, changing, "use onnx 1‸6", "refactor.rewrite")
    assert found["Raise the opset to 23"] == {"reason": "Identity has another definition there"}
    assert found["Raise the opset to 18"] == changing.replace("16", "18")
    assert client.leave() == 0


def test_uses_are_sorted(client: Client, workspace: Path) -> None:
    (workspace / "blocks.mica").write_text("block Own(x: T[N, D]) -> T[N, D] {\n    return Relu(x)\n}\n")
    head = 'import std.vision\nuse com.microsoft 1\nimport "./blocks.mica" as b\nuse onnx 21\n'
    text = head + "\nmodel net(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    return b.Own(x)\n}\n"
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", text)
    (sorted_text,) = actions(client, uri, text, "‸model", "source.organizeImports").values()
    assert sorted_text.startswith("use onnx 21\nuse com.microsoft 1\n")
    imports = [line for line in sorted_text.splitlines() if line.startswith("import")]
    assert imports == ['import "./blocks.mica" as b', "import std.vision"]
    assert exported(workspace, sorted_text) == exported(workspace, text)
    client.change(uri, 2, {"text": sorted_text})
    assert actions(client, uri, sorted_text, "‸model", "source.organizeImports") == {}
    assert client.leave() == 0


def test_all_that_is_safe_is_fixed(client: Client, workspace: Path) -> None:
    text = (
        "use onnx 21\nmodel net(x: f32[N, 8], deep: bool = true) -> (y: f32[N, 8]) {\n    if deep and true {\n        x = x * .5\n    }\n"
        "    k = 8 / 2 // mica:ignore(inexact-division)\n    return Rellu(x) + Conv2d(x) * k\n}\n"
    )
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", text)
    (fixed,) = actions(client, uri, text, "‸model", "source.fixAll").values()
    # Which operator is meant is for the user to say.
    assert "if deep && true" in fixed and "x * 0.5" in fixed and "Rellu(x)" in fixed
    client.change(uri, 2, {"text": fixed})
    left = [each["code"] for each in client.diagnostics(uri, 2)]
    assert "unknown-callee" in left and not {"foreign-spelling", "malformed-number"} & set(left)
    sound = fixed.replace("Rellu(x) + Conv2d(x)", "Relu(x)")
    client.change(uri, 3, {"text": sound})
    (last,) = actions(client, uri, sound, "‸model", "source.fixAll").values()
    client.change(uri, 4, {"text": last})
    assert "ignore" not in last and client.diagnostics(uri, 4) == []
    assert actions(client, uri, last, "‸model", "source.fixAll") == {}
    assert client.leave() == 0


@pytest.mark.parametrize("start", ["x = ", "let x = "])
def test_words_of_python_are_safely_fixed(client: Client, workspace: Path, start: str) -> None:
    text = f"use onnx 21\n\nmodel net(x: f32[N, 8]) {{\n    {start}fc: Linear(x, out_features=8, bias=True)\n    return x\n}}\n"
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", text)
    client.diagnostics(uri, 1)
    (fixed,) = actions(client, uri, text, "‸model", "source.fixAll").values()
    assert fixed == text.replace("let ", "").replace("True", "true")
    assert client.leave() == 0


RECONCILED = {
    "a + b": ("a: f32[N, 8], b: f16[N, 8]", {"Insert Cast to f16 for `a`", "Insert Cast to f32 for `b`"}),
    "Add(a, b)": ("a: f32[4, 8], b: f32[8, 4]", {"Insert Transpose for `a`", "Insert Transpose for `b`", "Insert Reshape for `a`", "Insert Reshape for `b`"}),
    "a @ b": ("a: f32[4, 8], b: f32[4, 6]", {"Insert Transpose for `a`"}),
    "Concat(a, b, axis=0)": ("a: i64[4], b: i32[3]", {"Insert Cast to i32 for `a`", "Insert Cast to i64 for `b`"}),
}


@pytest.mark.parametrize("expression", RECONCILED)
def test_tensors_are_made_to_fit(client: Client, workspace: Path, expression: str) -> None:
    """Each offer takes the error away and brings no other, for the editor and for export."""
    signature, wanted = RECONCILED[expression]
    text = f"use onnx 21\n\nmodel net({signature}) -> (y: T[...]) {{\n    return {expression}\n}}\n".replace(" -> (y: T[...])", "")
    client.initialize(CAPABLE)
    uri = client.open(workspace / "net.mica", text)
    wrong = [each for each in client.diagnostics(uri, 1) if each["severity"] == 1]
    assert len(wrong) == 1
    where = {"textDocument": {"uri": uri}, "range": wrong[0]["range"], "context": {"diagnostics": wrong, "only": ["quickfix"]}}
    found: dict[str, Message] = {each["title"]: each for each in client.request("textDocument/codeAction", where)}
    assert wanted <= set(found), set(found)
    for version, title in enumerate(sorted(wanted), 2):
        fixed = applied(text, found[title]["edit"]["documentChanges"][0]["edits"])
        client.change(uri, version, {"text": fixed})
        assert client.diagnostics(uri, version) == [], fixed
        (workspace / "fixed.mica").write_text(fixed)
        subprocess.run([MICA, "check", "fixed.mica"], cwd=workspace, check=True)
    assert client.leave() == 0


def test_what_a_mistake_leaves_of_a_model_is_promised_nothing(client: Client, workspace: Path) -> None:
    """A model with a mistake is neither exported nor made smaller; the others of its file are."""
    client.initialize(CAPABLE)
    other = TEXT[TEXT.index("model") :].replace("model net", "model other")
    text = TEXT.replace("out: Linear(h, ", "out: Linear(hh, ") + "\n" + other
    uri = client.open(workspace / "net.mica", text)
    found = {}
    for kind in ["source.export", "source.quantize", "source.prune"]:
        where = {"textDocument": {"uri": uri}, "range": positions(text, 0, 0)}
        for trigger, only in [(1, {"only": [kind]}), (2, {})]:
            context = {"diagnostics": [], "triggerKind": trigger} | only
            listed = client.request("textDocument/codeAction", where | {"context": context})
            assert all("command" in action or "disabled" in action for action in listed)
            if trigger == 2:
                assert not any("disabled" in action for action in listed)
            else:
                found |= {action["title"]: action for action in listed}
    for title in ["Export net to ONNX", "Quantize net", "Prune net"]:
        assert found.pop(title)["disabled"]["reason"].startswith("the text has a mistake in line 12: `hh` is not bound here")
    assert not any("net" in title for title in found)
    for start in ["Export other to ONNX", "Quantize other to ", "Prune "]:
        assert any(title.startswith(start) and "command" in action for title, action in found.items()), start
    assert client.leave() == 0


def test_what_is_not_possible_is_not_listed_for_other_clients(client: Client, workspace: Path) -> None:
    client.initialize(CAPABILITIES)
    text = TEXT.replace("out: Linear(h, ", "out: Linear(hh, ")
    uri = client.open(workspace / "net.mica", text)
    where = {"textDocument": {"uri": uri}, "range": positions(text, 0, 0), "context": {"diagnostics": [], "only": ["source"]}}
    assert client.request("textDocument/codeAction", where) == []
    assert client.leave() == 0
