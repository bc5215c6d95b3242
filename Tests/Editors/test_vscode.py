"""The extension for VS Code: what its manifest promises is there, and its command asks the server what it should."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from client import Client

HERE = Path(__file__).parent
EXTENSION = HERE.parents[1] / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text())


def test_the_manifest_names_what_is_there() -> None:
    commands = {command["command"] for command in MANIFEST["contributes"]["commands"]}
    used = {entry["command"] for entries in MANIFEST["contributes"]["menus"].values() for entry in entries}
    assert used == commands == {"mica.openModelAsText", "mica.showGraph"}
    places = {"explorer/context": ["resourceExtname == .onnx"], "editor/title": ["resourceExtname == .onnx", "editorLangId == mica"]}
    for place, conditions in places.items():
        assert [entry["when"] for entry in MANIFEST["contributes"]["menus"][place]] == conditions
    assert (EXTENSION / MANIFEST["main"]).is_file()
    for language in MANIFEST["contributes"]["languages"]:
        assert (EXTENSION / language["configuration"]).is_file()


def test_the_grammar_is_copied_from_where_it_is_kept(tmp_path: Path) -> None:
    (grammar,) = MANIFEST["contributes"]["grammars"]
    kept = HERE.parents[1] / "grammar/mica.tmLanguage.json"
    assert grammar["scopeName"] == json.loads(kept.read_text())["scopeName"]
    assert MANIFEST["scripts"]["vscode:prepublish"] == "node prepare.js"
    if shutil.which("node"):
        extension = tmp_path / "editors" / "vscode"
        shutil.copytree(EXTENSION, extension, ignore=shutil.ignore_patterns("syntaxes", "node_modules", "LICENSE"))
        (tmp_path / "grammar").mkdir()
        shutil.copy(kept, tmp_path / "grammar")
        shutil.copy(HERE.parents[1] / "LICENSE", tmp_path)
        subprocess.run(["node", "prepare.js"], cwd=extension, check=True, timeout=60)
        assert (extension / grammar["path"]).read_text() == kept.read_text()


def test_snippets_are_mica(server: list[str], workspace: Path) -> None:
    """With what stands in their placeholders they are texts without a mistake of grammar."""
    (contributed,) = MANIFEST["contributes"]["snippets"]
    snippets = json.loads((EXTENSION / contributed["path"]).read_text())
    assert {"model", "block", "repeat"} <= {each["prefix"] for each in snippets.values()}
    client = Client(server)
    client.initialize()
    for number, (name, each) in enumerate(snippets.items()):
        text = re.sub(r"\$\{\d+:([^}]*)\}|\$\d+", lambda found: found[1] or "", "\n".join(each["body"]))
        if each["prefix"] not in {"model", "block", "operator"}:
            text = f"block B(x: T[N, D], heads: int) -> T[N, D] {{\n{text}\nreturn x\n}}"
        uri = client.open(workspace / f"snippet{number}.mica", f"use onnx 21\n\n{text}\n")
        codes = {diagnostic["code"] for diagnostic in client.diagnostics(uri, 1)}
        assert not codes & {"expected-token", "bare-expression", "misplaced-label", "foreign-spelling"}, name
    assert client.leave() == 0


def test_patterns_of_the_language_configuration_match() -> None:
    settings = json.loads((EXTENSION / "language-configuration.json").read_text())
    rules = settings["indentationRules"]
    assert re.search(rules["increaseIndentPattern"], "model m(  // why")
    assert not re.search(rules["increaseIndentPattern"], "x = f(y)")
    assert re.search(rules["decreaseIndentPattern"], "    }, else_branch={")
    assert re.findall(settings["wordPattern"], "x = `a b` + conv1 * -1.5e-3") == ["x", "`a b`", "conv1", "-1.5e-3"]
    (documentation,) = settings["onEnterRules"]
    assert re.search(documentation["beforeText"], "    /// What")
    assert not re.search(documentation["beforeText"], "    //// what")


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
    assert said["sizes"] == [False, "61,706 parameters", "61,706 parameters", "61,706 parameters", "5 parameters", False]
    # A page for each model, and a place for each move of the cursor; a click goes to a line of a file, and not of the library.
    assert said["graph"] == {
        "scripts": True,
        "title": "Mica: other",
        "pages": 2,
        "posted": [{"reveal": 4}, {"reveal": 7}, {"reveal": 30}],
        "shown": [["/two.mica", 11]],
        "formats": [None, "html", None, None, "html"],
    }
