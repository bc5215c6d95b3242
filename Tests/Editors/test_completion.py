"""What may be written at the cursor: values, annotations, steps of recipes, and snippets where the client takes them."""

from pathlib import Path
from typing import Any

import pytest
from client import CAPABILITIES, Client, Message
from test_features import applied

TEXT = """use onnx 21

model net(x: f32[N, 3, 8, 8]) -> (y: f32[...]) {
    y = x |> conv: Conv2d(out_channels=4, kernel_size=3)
    return y
}

recipe small for net {
    prune(ratio=0.5)
}
"""


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def with_completion(support: Message) -> Message:
    return CAPABILITIES | {"textDocument": CAPABILITIES["textDocument"] | {"completion": {"completionItem": support}}}


class Session:
    """A text that a line is written into."""

    def __init__(self, client: Client, path: Path) -> None:
        self.client = client
        self.uri = client.open(path, TEXT)
        client.diagnostics(self.uri, 1)
        self.version = 1

    def items(self, old: str, new: str, **context: Any) -> tuple[dict[str, Message], str]:
        """What is offered at the mark in what a piece of the text is replaced by, with the text then."""
        text = TEXT.replace(old, new)
        before, after = text.split("‸")
        self.version += 1
        self.client.change(self.uri, self.version, {"text": before + after})
        lines = before.split("\n")
        where = {"textDocument": {"uri": self.uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}
        found = self.client.request("textDocument/completion", where | ({"context": context} if context else {}))["items"]
        return {each["label"]: each for each in found}, before + after


def test_snippets_have_a_place_for_each_argument(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({"snippetSupport": True}))
    session = Session(client, workspace / "net.mica")
    items, _ = session.items("return y", "return ‸")
    assert items["Linear"]["insertTextFormat"] == 2 and items["Linear"]["textEdit"]["newText"] == "Linear(${1:x}, out_features=$2)$0"
    items, _ = session.items("return y", "y = y |> ‸")
    assert items["Linear"]["textEdit"]["newText"] == "Linear(out_features=$1)$0"
    assert items["Linear"]["sortText"] < items["y"]["sortText"]
    # What needs nothing more is written as it is.
    assert "insertTextFormat" not in items["Relu"]
    items, _ = session.items("return y", "‸")
    assert items["repeat"]["textEdit"]["newText"].startswith("repeat ${1:i} in ")
    items, _ = session.items("}\n\nrecipe", "}\n\nblo‸\n\nrecipe")
    assert items["block"]["textEdit"]["newText"].startswith("block ${1:Name}(")


def test_plain_texts_are_for_clients_without_snippets(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    session = Session(client, workspace / "net.mica")
    for old, new in [("return y", "return ‸"), ("return y", "‸"), ("prune(ratio=0.5)", "‸"), ("model net", "@‸\nmodel net")]:
        items, _ = session.items(old, new)
        assert items and not any("insertTextFormat" in each or "$" in each["textEdit"]["newText"] for each in items.values())


def test_values_and_steps_replace_what_is_written(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    session = Session(client, workspace / "net.mica")
    cases = [
        ("kernel_size=3", "kernel_size=3, bias=f‸", "false", "kernel_size=3, bias=false"),
        ("kernel_size=3", 'kernel_size=3, padding_mode="ze‸"', "zeros", 'kernel_size=3, padding_mode="zeros"'),
        ("kernel_size=3", "kernel_size=3, padding_mode=‸", '"zeros"', 'kernel_size=3, padding_mode="zeros"'),
        ("return y", "return Cast(y, to=b‸)", "bf16", "return Cast(y, to=bf16)"),
        ("use onnx 21", "use onnx 2‸", "23", "use onnx 23"),
        ("use onnx 21", "use onnx 21\nimport std.v‸", "std.vision", "use onnx 21\nimport std.vision"),
        ("model net", "@pro‸\nmodel net", "producer", "@producer(\nmodel net"),
        ("prune(ratio=0.5)", "quan‸", "quantize", "quantize"),
        ("prune(ratio=0.5)", "prune(ra‸)", "ratio=", "prune(ratio=)"),
        ("prune(ratio=0.5)", "prune(by=‸)", '"wanda"', 'prune(by="wanda")'),
        ("prune(ratio=0.5)", "quantize(type=i‸)", "i8", "quantize(type=i8)"),
        ("return y", "return y // mica:ignore(unused-v‸)", "unused-value", "return y // mica:ignore(unused-value)"),
    ]
    for old, new, label, expected in cases:
        items, text = session.items(old, new)
        assert label in items, new
        assert applied(text, [items[label]["textEdit"]]) == TEXT.replace(old, expected), new


def test_signs_that_are_typed_for_other_reasons_open_nothing(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    session = Session(client, workspace / "net.mica")
    typed = {"triggerKind": 2}
    assert session.items("y = x |>", "y =‸ x |>", **typed, triggerCharacter="=")[0] == {}
    assert "true" in session.items("kernel_size=3", "bias=‸", **typed, triggerCharacter="=")[0]
    assert session.items("return y", "return y @‸", **typed, triggerCharacter="@")[0] == {}
    assert "doc" in session.items("return y", "@‸\n    return y", **typed, triggerCharacter="@")[0]
    for text in ["return y // ‸", '@doc("‸")\n    return y']:
        assert session.items("return y", text)[0] == {}
