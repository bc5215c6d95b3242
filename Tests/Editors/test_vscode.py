"""The extension for VS Code: what its manifest promises is there, and its command asks the server what it should."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXTENSION = HERE.parents[1] / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text())


def test_the_manifest_names_what_is_there() -> None:
    commands = {command["command"] for command in MANIFEST["contributes"]["commands"]}
    used = {entry["command"] for entries in MANIFEST["contributes"]["menus"].values() for entry in entries}
    assert used == commands == {"mica.openModelAsText"}
    for place in ("explorer/context", "editor/title"):
        assert [entry["when"] for entry in MANIFEST["contributes"]["menus"][place]] == ["resourceExtname == .onnx"]
    assert (EXTENSION / MANIFEST["main"]).is_file()
    for language in MANIFEST["contributes"]["languages"]:
        assert (EXTENSION / language["configuration"]).is_file()


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js")
def test_the_command_asks_for_the_text() -> None:
    arguments = ["node", str(HERE / "vscode.js"), str(EXTENSION / "extension.js")]
    said = json.loads(subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True).stdout)
    assert said["registered"] == [command["command"] for command in MANIFEST["contributes"]["commands"]]
    asked = [(method, call["command"], call["arguments"]) for method, call in said["asked"]]
    assert asked == [
        ("workspace/executeCommand", "mica.openModel", [{"uri": f"file://{path}"}])
        for path in ("/menu.onnx", "/tab.onnx", "/chosen.onnx")
    ]
