"""A session in Neovim itself: 0.11.4 from its package, and the one that Debian has."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx
import pytest

HERE = Path(__file__).parent


def editors() -> list[str]:
    """The Neovims of this machine: of the package, which there is for x86-64, and of the system."""
    package = Path(sys.prefix, "bin", "nvim")
    system = shutil.which("nvim", path="/usr/bin:/usr/local/bin")
    return [str(package)] * package.exists() + ([system] if system else [])


def run(editor: str, server: list[str], file: Path, model: Path) -> dict[str, Any]:
    """What neovim.lua says of its session, by name; `model` is an ONNX file that it opens."""
    environment = os.environ | {
        "MICA_LSP": json.dumps(server),
        "MICA_SECOND": json.dumps(server[:2]),
        "MICA_FILE": str(file),
        "MICA_MODEL": str(model),
        "MICA_SETTINGS": str(HERE.parents[1] / "editors/neovim/plugin/mica_onnx.lua"),
        "HOME": str(file.parent),
    }
    arguments = ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {HERE / 'neovim.lua'}"]
    done = subprocess.run([editor, *arguments], env=environment, capture_output=True, text=True, timeout=180)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {each["what"]: each["value"] for each in said}
    assert "failure" not in found and done.returncode == 0, f"{found.get('failure')}\n{done.stderr}"
    return found


@pytest.mark.parametrize("editor", editors())
def test_a_session(editor: str, server: list[str], workspace: Path) -> None:
    path = workspace / "bert_base.mica"
    saved = path.read_text()
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 3]) for name in "xy"]
    graph = onnx.helper.make_graph([node], "small", [ends[0]], [ends[1]])
    onnx.save(onnx.helper.make_model(graph), workspace / "opened.onnx")
    found = run(editor, server, path, workspace / "opened.onnx")
    line = next(index for index, text in enumerate(saved.splitlines()) if "|> MergeHeads" in text)
    column = saved.splitlines()[line].index("MergeHeads")
    assert found["mistake"] == {"line": line, "column": column, "code": "unknown-callee"}
    assert found["mended"] is True
    assert any("590,592 parameters" in text for text in found["hover"])
    if "hints" in found:
        assert "f32[N, S, 768] · 7.09 M × 2 parameters" in found["hints"]
    exported = workspace / "bert_base.onnx"
    assert str(exported) in found["message"]
    names = {tensor.name for tensor in onnx.load(str(exported)).graph.initializer}
    assert {name.split(".")[2] for name in names if name.startswith("encoder.layer.")} == {"0", "1"}
    assert path.read_text() == saved
    assert found["text"] == (workspace / "opened.mica").read_text().splitlines()
    assert any("Relu" in line for line in found["text"])
