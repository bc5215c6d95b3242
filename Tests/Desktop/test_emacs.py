"""The colours, the indentation and the index of the major mode for Emacs; its sessions are in Tests/Editors."""

import json
import os
import re
import subprocess
from pathlib import Path

import corpus
from agreement import check
from server import Server

HERE = Path(__file__).parent
MODE = corpus.ROOT / "editors/emacs/mica-mode.el"
CLASSES = {
    "font-lock-variable-name-face": "name",
    "font-lock-function-name-face": "callee",
    "font-lock-type-face": "type",
    "font-lock-keyword-face": "keyword",
    "font-lock-constant-face": "keyword",
    "font-lock-preprocessor-face": "decorator",
    "mica-number-face": "number",
    "font-lock-string-face": "string",
    "font-lock-comment-face": "comment",
    "font-lock-comment-delimiter-face": "comment",
}


def test_the_mode_compiles_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / MODE.name).write_text(MODE.read_text())
    done = subprocess.run(
        ["emacs", "-Q", "--batch", "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", MODE.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_colours_and_indentation(server: Server, home: Path) -> None:
    """Of the words in whole files no more than one in a hundred looks like what it is not."""
    texts = {str(path): path.read_text() for path in corpus.WHOLE_FILES}
    output = home / "said.json"
    variables = {"MICA_SETTINGS": str(MODE), "MICA_FILES": "\n".join(texts), "MICA_OUTPUT": str(output), "HOME": str(home)}
    done = subprocess.run(
        ["emacs", "-Q", "--batch", "-l", str(HERE / "colours.el")],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(output.read_text())
    check(
        {
            text: [[CLASSES.get(face, "none") for face in line] for line in said[path]["faces"]]
            for path, text in texts.items()
        },
        server,
    )
    # The layout of mica format is kept where a whole text is indented.
    assert [path for path in texts if said[path]["indented"] is not True] == []
    for path, text in texts.items():
        declared = re.findall(r"^(?:model|block|operator|recipe) ([^(\s]+)", text, re.MULTILINE)
        assert sorted(said[path]["index"] or []) == sorted(declared)
