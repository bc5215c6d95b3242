"""Words with a place of their own: what is offered behind dots, in quotes, in recipes and behind `=`, and what hovers say of them."""

from pathlib import Path

import numpy
import pytest
from client import CAPABILITIES, Client, Message, position
from safetensors.numpy import save_file

BLOCKS = "/// Half of the features.\nblock Half(x: T[..., D], width: int = 8) -> T[..., width] {\n    return fc: Linear(x, out_features=width)\n}\n"
TEXT = """use onnx 21
import "blocks.mica" as b
import std.vision as v

block Part(x: T[N, C, H, W], channels: int) -> T[N, channels, ?, ?] {
    param scale: f32[channels] = normal(std=0.02)
    y = x |> conv: Conv2d(out_channels=channels, kernel_size=3)
    z = Relu(y)
    return z
}

block Unused(x: T[N, D], k: int = 3) -> T[N, 4] {
    if k > 2 {
        x = b.Half(x, width=5)
    }
    return Linear(x, out_features=4)
}

model net(image: f32[N, 3, 8, 8]) -> (y: f32[N, 8]) {
    weights "w.safetensors" (ignore=["old.*"])
    y = image |> parts[0]: Part(channels=4) |> parts[1]: Part(channels=6)
    return Flatten(y) |> head: b.Half
}

recipe small for net {
    prune(ratio=0.5, keep=[head])
    export("small.onnx", opset=19)
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blocks.mica").write_text(BLOCKS)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "more.mica").write_text(BLOCKS)
    (tmp_path / "inner" / "v.npz").write_bytes(b"")
    save_file({"enc.head.fc.weight": numpy.ones((8, 96), numpy.float32), "old.bias": numpy.ones(3, numpy.float32)}, tmp_path / "w.safetensors")
    return tmp_path


class Session:
    """A text in which one place is written otherwise."""

    def __init__(self, server: list[str], folder: Path) -> None:
        self.client = Client(server)
        support = {"completionItem": {"snippetSupport": True, "documentationFormat": ["plaintext"]}}
        self.client.initialize(CAPABILITIES | {"textDocument": CAPABILITIES["textDocument"] | {"completion": support}})
        self.uri = self.client.open(folder / "net.mica", TEXT)
        self.client.diagnostics(self.uri, 1)
        self.version = 1

    def at(self, old: str, new: str) -> Message:
        assert TEXT.count(old) == 1, old
        before, after = TEXT.replace(old, new).split("‸")
        self.version += 1
        self.client.change(self.uri, self.version, {"text": before + after})
        lines = before.split("\n")
        return {"textDocument": {"uri": self.uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}

    def items(self, old: str, new: str) -> dict[str, Message]:
        found = self.client.request("textDocument/completion", self.at(old, new))["items"]
        found.sort(key=lambda each: each["sortText"])
        return {each["label"]: each for each in found}

    def hover(self, marked: str) -> str:
        where = {"textDocument": {"uri": self.uri}, "position": position(TEXT, marked)}
        found = self.client.request("textDocument/hover", where)
        return found["contents"]["value"] if found else ""


@pytest.fixture
def session(server: list[str], folder: Path) -> Session:
    return Session(server, folder)


def test_what_follows_a_dot(session: Session) -> None:
    """The blocks of an import or of a part of the library, the operators of a domain, the layers of an instance."""
    items = session.items("head: b.Half", "head: b.‸")
    assert list(items) == ["Half"] and "width: int = 8" in items["Half"]["detail"]
    assert "BasicBlock" in session.items("head: b.Half", "head: v.‸")
    assert {"MatMul", "LSTM"} <= session.items("head: b.Half", "head: onnx.‸").keys()
    assert "FusedMatMul" in session.items("head: b.Half", "head: com.microsoft.‸")
    assert "Conv2d" not in session.items("head: b.Half", "head: onnx.‸")
    assert list(session.items("Flatten(y) |>", "Flatten(head.‸) |>")) == ["fc"]
    # Without the dot, they have it.
    item = session.items("head: b.Half", "head: ‸")["b.Half"]
    assert item["textEdit"]["newText"] == "b.Half"


def test_files_are_named(session: Session) -> None:
    """Texts behind `import`, weights behind `weights`, and folders."""
    assert list(session.items('"blocks.mica"', '"‸"')) == ["blocks.mica", "inner/"]
    assert list(session.items('"blocks.mica"', '"inner/‸')) == ["inner/more.mica"]
    assert list(session.items('weights "w.safetensors"', 'weights "‸"')) == ["inner/", "w.safetensors"]
    assert list(session.items('weights "w.safetensors"', 'weights "inner/‸"')) == ["inner/v.npz"]


def test_arguments_of_weights(session: Session) -> None:
    given = '(ignore=["old.*"])'
    items = session.items(given, "(‸)")
    assert list(items) == ["ignore=", "prefix=", "rename=", "transpose="]
    assert items["rename="]["textEdit"]["newText"] == 'rename={"$1": "$2"}$0'
    assert list(session.items(given, '(ignore=["old.*"], ‸')) == ["prefix=", "rename=", "transpose="]
    assert "old.bias" in session.items(given, '(ignore=["‸"])')
    assert {"enc.", "enc.head."} <= session.items(given, '(prefix="‸")').keys()


def test_initializers(session: Session) -> None:
    items = session.items("= normal(std=0.02)", "= ‸")
    assert {"zeros", "ones", "normal", "kaiming_uniform"} <= items.keys() and "Conv2d" not in items
    assert items["normal"]["textEdit"]["newText"] == "normal(std=${1:1.0})$0"
    assert "zeros" in session.items("= normal(std=0.02)", "= ze‸")
    assert list(session.items("= normal(std=0.02)", "= normal(‸)")) == ["std="]
    assert "zeros" not in session.items("= normal(std=0.02)", "= ones if ‸")


def test_recipes(session: Session) -> None:
    assert list(session.items("recipe small for net", "recipe small ‸")) == ["for"]
    assert list(session.items("recipe small for net", "recipe small for ‸")) == ["net"]
    layers = session.items("keep=[head]", "keep=[‸]")
    assert {"parts[0]", "parts[0].conv", "parts[1]", "parts[1].conv", "head", "head.fc"} == layers.keys() and layers["head.fc"]["detail"] == "Linear"
    assert layers.keys() == session.items("keep=[head]", "keep=[head, ‸]").keys()
    assert list(session.items("keep=[head]", "keep=[parts[1].‸]")) == ["conv", "scale"]
    assert list(session.items("opset=19", "opset=‸"))[:2] == ["23", "22"]
    assert list(session.items(", opset=19", ", ‸")) == ["opset="]


def test_details_say_that_instances_differ(session: Session) -> None:
    items = session.items("    return z\n", "    return Relu(‸z)\n")
    assert items["y"]["detail"] == "f32[N, 4, 6, 6] (first of 2)" and items["channels"]["detail"] == "4 (first of 2)"
    assert items["N"]["detail"] == "N"
    assert session.items("return Flatten(y)", "return Flatten(‸y)")["y"]["detail"] == "f32[N, 6, 4, 4]"


@pytest.mark.parametrize(
    ("marked", "title", "said"),
    [
        ("par‸am scale", "param weight: f32[out, in] = kaiming_uniform if …", "state-dict path"),
        ("‸recipe", "recipe name for model { … }", "shipped"),
        ("    ‸if k", "if condition { … } else { … }", "before the graph runs"),
        ("k: i‸nt", "int", "known before the graph runs"),
        ("= nor‸mal", "normal(std: float = 1)", "normal distribution"),
        ("normal(s‸td", "std: float = 1", "Of `normal`."),
        ("pr‸une(", "prune(granularity: string = none, ratio: float = none", "- `keep: [path] = none`: Layers"),
        ("prune(ra‸tio", "ratio: float = none", "The part that goes"),
        ("op‸set=19", "opset: int = none", "ai.onnx"),
        ("(ig‸nore", "ignore: [string] = none", "has no use for"),
        ("-> (‸y: f32", "y: f32[N, 8]", "A result of `net`."),
        ("image: ‸f32", "f32", "4 bytes an element"),
        # No model calls this block.
        ("b.Ha‸lf(x, width=5)", "block Half(x: T[..., D], width: int = 8)", "Half of the features."),
        ("Lin‸ear(x, out", "block Linear(", "over the last axis"),
    ],
)
def test_hovers(session: Session, marked: str, title: str, said: str) -> None:
    found = session.hover(marked)
    assert title in found and said in found, found


def test_signatures(session: Session) -> None:
    for old, new, label, active in [
        ("ratio=0.5, keep=[head]", "ratio=‸", "prune(granularity", 1),
        ('"small.onnx", opset=19', "‸", "export(path: string", 0),
        ("normal(std=0.02)", "normal(std=‸)", "normal(std: float = 1)", 0),
        ('(ignore=["old.*"])', "(rename=‸)", 'weights "file" (prefix', 1),
    ]:
        found = session.client.request("textDocument/signatureHelp", session.at(old, new))
        assert found["signatures"][0]["label"].startswith(label) and found["activeParameter"] == active
        assert found["signatures"][0]["documentation"]


@pytest.mark.parametrize("support", [False, True])
def test_the_active_parameter_is_the_next_that_is_not_given(server: list[str], workspace: Path, support: bool) -> None:
    client = Client(server)
    information = {"signatureInformation": {"noActiveParameterSupport": support}}
    client.initialize(CAPABILITIES | {"textDocument": CAPABILITIES["textDocument"] | {"signatureHelp": information}})
    for index, (call, expected) in enumerate([
        ("x |> Linear(‸)", "out_features"), ("Linear(x, ‸)", "out_features"), ("Linear(x, out‸)", "out_features"),
        ("Linear(‸x)", "x"), ("Linear(‸)", "x"), ("Linear(out_features=4, ‸)", "x"), ("Linear(x, out_features=4, ‸)", "bias"),
        ("x |> Linear(bias=true, ‸)", "out_features"), ("Linear(x, bias=4 * ‸)", "bias"), ("Linear(x, ‸, bias=true)", "out_features"),
        ("Linear(x, out_features=4, bias=true, ‸)", None), ("Relu(x, ‸)", None), ("Sum(x, x, ‸)", "*data_0"),
    ]):  # fmt: skip
        before, after = f"use onnx 21\nmodel net(x: f32[N, 4]) -> (y: f32[...]) {{\n    y = {call}\n    return y\n}}\n".split("‸")
        uri = client.open(workspace / f"net{index}.mica", before + after)
        place = {"line": 2, "character": len(before.split("\n")[2])}
        found = client.request("textDocument/signatureHelp", {"textDocument": {"uri": uri}, "position": place})
        parameters = found["signatures"][0]["parameters"]
        if expected:
            assert parameters[found["activeParameter"]]["label"].split(":")[0] == expected, call
        elif support:
            assert found["activeParameter"] is None and parameters, call
        else:
            assert "activeParameter" not in found and not parameters, call
    assert client.leave() == 0
