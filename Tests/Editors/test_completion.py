"""What may be written at the cursor: values, annotations, steps of recipes, and snippets where the client takes them."""

from pathlib import Path
from typing import Any

import numpy
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
        found = self.client.request("textDocument/completion", where | ({"context": context} if context else {}))
        #: What the list says for all items, and where the cursor was.
        self.defaults, self.cursor = found.get("itemDefaults", {}), where["position"]
        return {each["label"]: each for each in found["items"]}, before + after


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


#: A completion inside a word, with what the text has to be where the whole word is replaced.
INSIDE = [
    ("return y", "return Lin‸ear(y, out_features=3)", "Linear", "return Linear(y, out_features=3)"),
    ("return y", "return Co‸ear(y)", "Conv2d", "return Conv2d(y)"),
    ("return y", "return onnx.Re‸l(y)", "Relu", "return onnx.Relu(y)"),
    ("kernel_size=3", "kernel_‸size=3, bias=true", "kernel_size=", "kernel_size=3, bias=true"),
    ("kernel_size=3", "kernel_size=3, bias=fa‸lse", "true", "kernel_size=3, bias=true"),
    ("kernel_size=3", 'kernel_size=3, padding_mode="ze‸bra"', "zeros", 'kernel_size=3, padding_mode="zeros"'),
    ("use onnx 21", "use onnx 2‸1", "23", "use onnx 23"),
    ("use onnx 21", "use onnx 21\nimport std.v‸is.x", "std.vision", "use onnx 21\nimport std.vision"),
    ("model net", '@pro‸x("a")\nmodel net', "producer", '@producer("a")\nmodel net'),
    ("x: f32", "x: f‸64", "f16[…]", "x: f16"),
    ("return y", "ret‸u y", "return", "return y"),
    ("return y", "sc‸e y {", "scope", "scope y {"),
    ("prune(ratio=0.5)", "pr‸e(ratio=0.5)", "prune", "prune(ratio=0.5)"),
    ("prune(ratio=0.5)", "prune(b‸y=0.5)", "by=", "prune(by=0.5)"),
    ("return y", "return y // mica:ignore(unused-v‸alue)", "unused-parameter", "return y // mica:ignore(unused-parameter)"),
    ("    return y", '    weights "a‸b.npz"\n    return y', "w.npz", '    weights "w.npz"\n    return y'),
]  # fmt: skip


@pytest.mark.parametrize("defaults", [[], ["editRange"]])
@pytest.mark.parametrize("both", [False, True])
def test_what_is_completed_inside_a_word_replaces_the_word(client: Client, workspace: Path, both: bool, defaults: list[str]) -> None:
    support = with_completion({"snippetSupport": True, "insertReplaceSupport": both})
    support["textDocument"]["completion"]["completionList"] = {"itemDefaults": defaults}
    client.initialize(support)
    (workspace / "w.npz").write_bytes(b"")
    session = Session(client, workspace / "net.mica")
    for old, new, label, expected in INSIDE:
        items, text = session.items(old, new)
        assert label in items, new
        item = items[label]
        assert "insertTextFormat" not in item, new
        if defaults:
            edit = {"newText": item.get("textEditText", label)}
            edit |= session.defaults["editRange"] if both else {"range": session.defaults["editRange"]}
        else:
            edit = item["textEdit"]
        if both:
            assert edit["insert"]["start"] == edit["replace"]["start"] and edit["insert"]["end"] == session.cursor, new
            edit["range"] = edit["replace"]
        assert applied(text, [edit]) == TEXT.replace(old, expected), new


def test_what_begins_behind_the_cursor_stays(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    session = Session(client, workspace / "net.mica")
    items, text = session.items("return y", "return ‸y")
    assert applied(text, [items["x"]["textEdit"]]) == TEXT.replace("return y", "return xy")


def labels(items: dict[str, Message], kind: int | None = None) -> set[str]:
    return {label for label, item in items.items() if kind is None or item["kind"] == kind}


DECLARATIONS = {"use", "import", "model", "block", "operator", "recipe"}


def test_a_place_decides_what_kind_of_thing_is_offered(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({"snippetSupport": True}))
    session = Session(client, workspace / "net.mica")
    sizes = [
        ("(y: f32[...])", "(y: f32[N, 80, 2 * ‸])"), ("(y: f32[...])", "(y: f32[N, min(2, ‸"),
        ("(y: f32[...]) {", "(y: f32[...]) where ‸ {"), ("(y: f32[...]) {", "(y: f32[...]) where N % ‸ {"),
        ("(x: f32", "(z: f32[‸], x: f32"), ("return y", "z: f32[N, ‸] = Relu(y)\n    return y"),
        ("return y", "param w: f32[2 * ‸, N]\n    return y"),
    ]  # fmt: skip
    for old, new in sizes:
        assert labels(session.items(old, new)[0]) == {"N"}, new
    for text in ["‸\nuse onnx 21", "us‸\n", "use onnx 21\n\n‸", "use onnx 21\n\nmo‸"]:
        items, _ = session.items("use onnx 21\n", text)
        assert labels(items) == DECLARATIONS, text
        assert items["use"]["textEdit"]["newText"] == "use onnx ${1:21}"
    assert labels(session.items(TEXT, "‸")[0]) == DECLARATIONS
    for results in ["‸", "f‸", "(y: ‸)"]:
        items, _ = session.items("(y: f32[...])", results)
        assert labels(items) == labels(items, 25) > {"f32[…]", "bool[…]"} and "int" not in items, results
    items, _ = session.items("model net", "block B(x: T[N], z: Q[N]) -> ‸ {\n}\n\nmodel net")
    assert labels(items) > {"T[…]", "Q[…]", "f32[…]"}


def test_sizes_are_known_of_a_text_that_was_never_sound(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    for index, text in enumerate([
        "block B(x: T[N, H / 2], heads: int, name: string) -> T[N, H] where ‸ {\n    return x\n}\n",
        "block B(x: T[N, H / 2], heads: int, name: string) -> T[2 * ‸] {\n    return x\n}\n",
        "block B(x: T[N, H / 2], heads: int, name: string) -> T[N, H] {\n    y = Relu(\n    z = Linear(y, out_features=‸\n    return x\n}\n",
    ]):  # fmt: skip
        before, after = text.split("‸")
        uri = client.open(workspace / f"net{index}.mica", before + after)
        lines = before.split("\n")
        place = {"textDocument": {"uri": uri}, "position": {"line": len(lines) - 1, "character": len(lines[-1])}}
        found = {each["label"]: each for each in client.request("textDocument/completion", place)["items"]}
        assert labels(found, 21) == {"N", "H", "heads"}, text
        assert "x" not in found and "Relu" not in found, text


def test_operators_stand_behind_their_domains(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({"snippetSupport": True}))
    session = Session(client, workspace / "net.mica")
    typed = {"triggerKind": 2, "triggerCharacter": "."}
    assert {"Relu", "MatMul"} < labels(session.items("return y", "return onnx.‸", **typed)[0])
    assert "microsoft" in session.items("return y", "return com.‸", **typed)[0]
    items, text = session.items("return y", "return com.microsoft.Fused‸", **typed)
    assert applied(text, [items["FusedMatMul"]["textEdit"]]).count("return com.microsoft.FusedMatMul(") == 1


def test_configuration_is_what_is_known_before_the_graph_runs(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({"snippetSupport": True}))
    session = Session(client, workspace / "net.mica")
    typed = {"triggerKind": 2, "triggerCharacter": "="}
    for context in [{}, typed]:
        for value in ["‸", "4 * ‸"]:
            items, _ = session.items("out_channels=4", f"out_channels={value}", **context)
            assert labels(items) == {"N"}, value
        items, _ = session.items("kernel_size=3", "kernel_size=3, bias=‸", **context)
        assert labels(items) == {"true", "false", "N"} and items["true"]["sortText"] < items["N"]["sortText"]
    # A graph is configuration, and in it are statements.
    items, _ = session.items("return y", "return If(y, then_branch={ return ‸ }, else_branch={ return y })")
    assert {"Relu", "y"} < labels(items)


@pytest.mark.parametrize("is_known", [False, True])
def test_tensors_of_the_file_are_offered_where_weights_say_something_of_them(client: Client, workspace: Path, is_known: bool) -> None:
    client.initialize(with_completion({}))
    names = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "extra.a": (2,)}
    numpy.savez(workspace / "w.npz", **{name: numpy.zeros(shape, "f") for name, shape in names.items()})
    session = Session(client, workspace / "net.mica")
    for written in ['ignore=["‸"]', 'ignore=["‸', 'ignore=["a", "‸', 'rename={"‸"}', 'rename={"‸', 'transpose=["‸']:
        if is_known:
            session.items("return y", 'weights "w.npz"\n    return ‸y')
        items, _ = session.items("return y", f'weights "w.npz" ({written}\n    return y')
        assert labels(items) == set(names), written
        first = min(items.values(), key=lambda item: item["sortText"])["label"]
        assert first == ("extra.a" if "ignore" in written else "conv.bias"), written
    items, _ = session.items("return y", 'weights "w.npz" (‸)\n    return y')
    assert labels(items) == {"prefix=", "rename=", "ignore=", "transpose="}
    assert labels(session.items("return y", 'weights "w.npz" (prefix="‸")\n    return y')[0]) == {"conv.", "extra."}


def test_files_are_offered_to_steps_of_recipes(client: Client, workspace: Path) -> None:
    client.initialize(with_completion({}))
    for name in ["samples/a.npy", "samples/b.npz", "samples/c.txt", "old.onnx"]:
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_bytes(b"")
    session = Session(client, workspace / "net.mica")
    for step in ['quantize(type=i8, calibration="‸"', 'prune(calibration = "‸")']:
        items, _ = session.items("prune(ratio=0.5)", step)
        assert labels(items, 17) == labels(items) >= {"samples/"} and "old.onnx" not in items, step
    items, text = session.items("prune(ratio=0.5)", 'prune(calibration="samples/a‸b.npy")')
    assert labels(items) == {"samples/a.npy", "samples/b.npz"}
    assert applied(text, [items["samples/b.npz"]["textEdit"]]) == TEXT.replace("ratio=0.5", 'calibration="samples/b.npz"')
    for step in ['export("‸")', 'export(path="‸', 'export( "o‸")']:
        items, _ = session.items("prune(ratio=0.5)", step)
        assert labels(items) >= {"old.onnx", "samples/"} and not any(name.endswith(".mica") for name in items), step
    assert not labels(session.items("return y", 'return Own(y, path="‸")')[0])


def test_what_the_text_declares_now_is_known_while_a_call_is_open(client: Client, workspace: Path) -> None:
    """A block that came with the call, and configuration that came after the text was last sound."""
    client.initialize(with_completion({}))
    session = Session(client, workspace / "net.mica")
    block = "block Narrow(x: T[N, C, H, W], channels: int{more}) -> T[N, channels, H, W] {{\n    return c: Conv2d(x, out_features=channels)\n}}\n\n"
    for more, names in [("", {"channels="}), (", bias: bool = true", {"channels=", "bias="})]:
        text = TEXT.replace("model net", block.format(more=more) + "model net").replace("return y", "y = Narrow(‸\n    return y")
        items, _ = session.items(TEXT, text)
        assert names <= set(items)
        where = {"textDocument": {"uri": session.uri}, "position": session.cursor}
        (signature,) = client.request("textDocument/signatureHelp", where)["signatures"]
        assert signature["label"].startswith("block Narrow(") and ("bias" in signature["label"]) == bool(more)
    items, _ = session.items(TEXT, text.replace("Narrow(‸", "Nar‸"))
    assert "Narrow" in items
    assert client.leave() == 0
