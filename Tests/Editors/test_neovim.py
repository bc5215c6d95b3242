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


def run(editor: str, server: list[str], file: Path) -> dict[str, Any]:
    """What neovim.lua says of its session, by name."""
    environment = os.environ | {"MICA_LSP": json.dumps(server), "MICA_FILE": str(file), "HOME": str(file.parent)}
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
    found = run(editor, server, path)
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
