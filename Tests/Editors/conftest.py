"""What the editor tests share: a folder to work in, a recorded server, and the judgement of its traffic."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import onnxruntime
import pytest
import strict

ROOT = Path(__file__).parents[2]
# The ONNX Runtime of these tests is the one that the server runs models in.
os.environ.setdefault("MICA_ONNXRUNTIME", str(Path(onnxruntime.__file__).parent / "capi"))
MICA = os.environ.get("MICA_BINARY", str(ROOT / ".build/release/mica"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with the examples in it."""
    folder = tmp_path / "work space"
    shutil.copytree(ROOT / "Examples", folder)
    return folder


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[Path]:
    """Where a test's server records its traffic; behind the test nothing may be wrong with what the server said."""
    path = tmp_path / "trace.jsonl"
    yield path
    findings = strict.judge(strict.read(path))
    assert findings or path.stat().st_size > 0, "the server recorded nothing"
    ours = [finding for finding in findings if finding.sender == "server"]
    for finding in findings:
        if finding.sender == "client":
            print("the client:", finding)
    assert not ours, "\n".join(map(str, ours))


@pytest.fixture
def server(trace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The command that starts the recorded server; its cache is the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return [MICA, "lsp", "--trace", str(trace)]
