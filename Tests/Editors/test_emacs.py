"""A session in Emacs, with eglot and with lsp-mode; where Emacs is not installed, `scripts/test-emacs` installs it."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import onnx
import pytest

HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(
    not shutil.which("emacs") and "MICA_EMACS" not in os.environ, reason="scripts/test-emacs installs Emacs first"
)


def run(client: str, server: list[str], file: Path) -> dict[str, Any]:
    """What emacs.el says of its session, by name."""
    mode = HERE.parents[1] / "editors/emacs/mica-mode.el"
    variables = {"MICA_LSP": json.dumps(server), "MICA_FILE": str(file), "MICA_CLIENT": client, "HOME": str(file.parent)}
    variables["MICA_SETTINGS"] = str(mode)
    done = subprocess.run(
        ["emacs", "-Q", "--batch", "-l", str(HERE / "emacs.el")],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=240,
    )
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"what"')]
    found = {each["what"]: each["value"] for each in said}
    assert "failure" not in found and done.returncode == 0, f"{found.get('failure')}\n{done.stderr[-3000:]}"
    return found


@pytest.mark.parametrize("client", ["eglot", "lsp-mode"])
def test_a_session(client: str, server: list[str], workspace: Path) -> None:
    path = workspace / "bert_base.mica"
    saved = path.read_text()
    found = run(client, server, path)
    line = next(index for index, text in enumerate(saved.splitlines()) if "|> MergeHeads" in text)
    mistake = found["mistake"]
    assert (mistake["line"], mistake["column"]) == (line, saved.splitlines()[line].index("MergeHeads"))
    assert "MergeHeds" in mistake["message"]
    assert found["mended"] is True
    assert "590,592 parameters" in found["hover"]
    names = {tensor.name for tensor in onnx.load(str(workspace / "bert_base.onnx")).graph.initializer}
    assert {name.split(".")[2] for name in names if name.startswith("encoder.layer.")} == {"0", "1"}
    assert path.read_text() == saved
