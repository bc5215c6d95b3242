"""What a hover tells of an operator, beside the schemas of the `onnx` package."""

import re
from pathlib import Path

import onnx
import pytest
from client import Client, position
from onnx import defs

HEAD = "use onnx 23\nuse ai.onnx.ml 5\nuse com.microsoft 1\n\n"


@pytest.fixture
def client(server: list[str]) -> Client:
    return Client(server)


def versions() -> dict[tuple[str, str], list[int]]:
    """The versions of every operator that operator set 23 has, by domain and name."""
    known: dict[tuple[str, str], list[int]] = {}
    for schema in defs.get_all_schemas_with_history():
        known.setdefault((schema.domain, schema.name), []).append(schema.since_version)
    newest = {"": 23, "ai.onnx.ml": 5}
    return {
        (domain, name): sorted(found)
        for (domain, name), found in known.items()
        if domain in newest
        and (used := [version for version in found if version <= newest[domain]])
        and not defs.get_schema(name, max(used), domain).deprecated
    }


def test_the_history_of_every_operator(client: Client, workspace: Path) -> None:
    client.initialize()
    known = versions()
    lines = [f"    y = {domain or 'onnx'}.{name}(x)" for domain, name in known]
    text = HEAD + "block All(x: ?) -> ? {\n" + "\n".join(lines) + "\n    return y\n}\n"
    uri = client.open(workspace / "all.mica", text)
    first = text.count("\n", 0, text.index(lines[0]))
    for offset, ((domain, name), found) in enumerate(known.items()):
        where = {"line": first + offset, "character": len(lines[offset]) - len("(x)") - 1}
        said = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": where})["contents"]["value"]
        used = max(version for version in found if version <= (5 if domain else 23))
        if len(found) == 1:
            assert f"Since opset {used}." in said, said
        else:
            listed = re.findall(r"^- (?:\*\*)?opset (\d+)", said, re.MULTILINE)
            assert [int(each) for each in listed] == found, (name, said)
            assert f"- **opset {used}**, as here" in said, said
        page = f"https://onnx.ai/onnx/operators/onnx_{domain.replace('.', '')}_{name}.html"
        assert f"[{name} in ONNX's documentation]({page})" in said
    assert len(known) > 180, onnx.__version__
    assert client.leave() == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("ReduceS‸um(x, [1])", "- **opset 13**, as here: `axes` is an input instead of an attribute; attribute `noop_with_empty_axes`; takes `bf16`"),
        ("Re‸lu(x)", "- **opset 14**, as here: takes `i8`, `i16`, `i32`, `i64`"),
        ("onnx.Soft‸max(x)", "- **opset 13**, as here: another default of `axis`; takes `bf16`"),
        ("onnx.BatchNormal‸ization(x, x, x, x, x)", "- opset 14: attribute `training_mode`; no output `saved_mean`; no output `saved_var`; takes `bf16`"),
        ("com.microsoft.Ge‸lu(x)", "ContribOperators.md#com.microsoft.Gelu"),
    ],
)
def test_what_changed(client: Client, workspace: Path, call: str, said: str) -> None:
    """In a model too; a client that takes plain texts gets the address as it is."""
    client.initialize({})
    text = HEAD + f"model net(x: f32[N, 3]) -> (y: f32[...]) {{\n    return {call.replace('‸', '')}\n}}\n"
    uri = client.open(workspace / "one.mica", text)
    where = {"textDocument": {"uri": uri}, "position": position(text, call)}
    found = client.request("textDocument/hover", where)["contents"]
    assert found["kind"] == "plaintext" and said.replace("**", "") in found["value"], found["value"]
    assert "documentation: https://" in found["value"]
    assert client.leave() == 0
