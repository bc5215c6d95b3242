"""Vim: a session with ALE, and the colours of the examples."""

import json
import os
import subprocess
from pathlib import Path

import corpus
from agreement import check
from server import Server

HERE = Path(__file__).parent
SETTINGS = corpus.ROOT / "editors/vim"


def run(script: Path, home: Path, **variables: str) -> dict:
    """What a script in Vim writes."""
    output = home / "said.json"
    done = subprocess.run(
        ["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-T", "dumb", "--not-a-term", "-S", str(script)],
        env=os.environ | {"HOME": str(home), "MICA_FOLDER": str(SETTINGS), "MICA_OUTPUT": str(output), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert output.exists(), done.stdout + done.stderr
    return json.loads(output.read_text())


def test_a_session_with_ale(recorded: list[str], trace: Path, workspace: Path, home: Path) -> None:
    said = run(
        HERE / "ale.vim", home, MICA_FILE=str(workspace / "small.mica"), MICA_TRACE=str(trace), MICA_BINARY=recorded[0]
    )
    assert "failure" not in said, said
    assert (said["filetype"], said["comment"]) == ("mica", "// %s")
    ((line, column, kind, message),) = said["mistakes"]
    assert (line, column, kind) == (4, 64, "E")
    assert "Reluu" in message
    assert "25,120 parameters" in said["hover"]
    assert any("Relu" in title for title in said["fixes"])
    assert said["mended"].endswith("|> Relu")


CLASSES = {
    "micaName": "name",
    "micaArgument": "name",
    "micaQuoted": "name",
    "micaWeight": "name",
    "micaCallee": "callee",
    "micaQuotedCallee": "callee",
    "micaDeclared": "callee",
    "micaType": "type",
    "micaTypeKeyword": "keyword",
    "micaEmptyList": "keyword",
    "micaDeclaration": "keyword",
    "micaClause": "keyword",
    "micaControl": "keyword",
    "micaConstant": "keyword",
    "micaAnnotation": "decorator",
    "micaNumber": "number",
    "micaString": "string",
    "micaEscape": "string",
    "micaComment": "comment",
    "micaDocumentation": "comment",
    "micaTodo": "comment",
    "micaOperator": "sign",
}


def test_colours(server: Server, home: Path) -> None:
    """Of the words in whole files no more than one in a hundred looks like what it is not."""
    texts = {str(path): path.read_text() for path in corpus.WHOLE_FILES}
    said = run(HERE / "colours.vim", home, MICA_FILES="\n".join(texts))
    check(
        {text: [[CLASSES.get(group, "none") for group in line] for line in said[path]] for path, text in texts.items()},
        server,
    )
