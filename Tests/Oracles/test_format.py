"""mica format: files in place, folders, --check, standard input, and texts with mistakes."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from command import EXAMPLES, ROOT, mica, succeed

PLAIN = "use   onnx 21\nmodel m( x:f32[N] ) {\nreturn x }\n"
LAYOUT = "use onnx 21\n\nmodel m(x: f32[N]) {\n    return x\n}\n"


def format_text(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What `mica format -` makes of a text."""
    binary = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")
    return subprocess.run(
        [str(binary), "format", *options, "-"], input=text, capture_output=True, text=True, timeout=60
    )


def test_files_are_rewritten_in_place(tmp_path: Path) -> None:
    file = tmp_path / "a.mica"
    file.write_text(PLAIN)
    file.chmod(0o640)
    outcome = succeed("format", file)
    assert (outcome.out, outcome.err) == ("", "")
    assert file.read_text() == LAYOUT
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.mica"]


def test_files_in_their_layout_are_not_written(tmp_path: Path) -> None:
    file = tmp_path / "a.mica"
    file.write_text(LAYOUT)
    before = file.stat()
    succeed("format", file)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_folders_are_searched(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for path in [tmp_path / "a.mica", inner / "b.mica", inner / "c.txt", tmp_path / ".hidden.mica"]:
        path.write_text(PLAIN)
    succeed("format", tmp_path)
    assert (tmp_path / "a.mica").read_text() == LAYOUT
    assert (inner / "b.mica").read_text() == LAYOUT
    assert (inner / "c.txt").read_text() == PLAIN
    assert (tmp_path / ".hidden.mica").read_text() == PLAIN


def test_check_names_files_and_changes_none(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.mica", tmp_path / "good.mica"
    bad.write_text(PLAIN)
    good.write_text(LAYOUT)
    outcome = mica("format", "--check", bad, good)
    assert (outcome.code, outcome.out) == (1, f"{bad}\n")
    assert bad.read_text() == PLAIN
    assert mica("format", "--check", good).code == 0


def test_standard_input() -> None:
    done = format_text(PLAIN)
    assert (done.returncode, done.stdout, done.stderr) == (0, LAYOUT, "")
    done = format_text(PLAIN, "--check")
    assert (done.returncode, done.stdout) == (1, "<stdin>\n")


def test_mistakes_are_told_and_their_statements_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.mica"
    file.write_text("model m( x:f32[N] ) {\n  y = = x\nreturn x }\n")
    outcome = mica("format", file)
    assert outcome.code == 1
    assert [(d.line, d.identifier) for d in outcome.diagnostics] == [(2, "expected-token")]
    assert file.read_text() == "model m(x: f32[N]) {\n  y = = x\n    return x\n}\n"


def test_missing_file(tmp_path: Path) -> None:
    outcome = mica("format", tmp_path / "none.mica")
    assert outcome.code == 1
    assert [d.identifier for d in outcome.diagnostics] == ["unreadable-file"]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.mica")), ids=lambda path: path.stem)
def test_examples_are_in_the_layout(path: Path) -> None:
    assert mica("format", "--check", path).code == 0
