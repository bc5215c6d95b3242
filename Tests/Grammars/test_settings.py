"""The settings of editors that are not run here: they are what their formats want, and name what there is."""

import json
import plistlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import corpus
import pytest
from test_treesitter import atoms, node_names

EDITORS = corpus.ROOT / "editors"
COMMAND = ["mica", "lsp"]


def toml(path: str) -> dict:
    return tomllib.loads((EDITORS / path).read_text())


def test_every_editor_has_a_readme() -> None:
    folders = sorted(path.name for path in EDITORS.iterdir() if path.is_dir())
    assert [name for name in folders if not (EDITORS / name / "README.md").is_file()] == []
    listed = (EDITORS / "README.md").read_text()
    assert [name for name in folders if f"]({name}/README.md)" not in listed] == []


@pytest.mark.parametrize("path", sorted(EDITORS.glob("*/README.md")), ids=lambda path: path.parent.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert target.startswith("http") or (path.parent / target).exists(), target


def test_helix() -> None:
    settings = toml("helix/languages.toml")
    (language,) = settings["language"]
    server = settings["language-server"][language["language-servers"][0]]
    assert [server["command"], *server["args"]] == COMMAND
    assert language["file-types"] == ["mica"]
    (grammar,) = settings["grammar"]
    tree_sitter = json.loads((corpus.ROOT / "grammar/tree-sitter-mica/tree-sitter.json").read_text())
    assert grammar["name"] == language["name"] == tree_sitter["grammars"][0]["name"]


def test_kakoune() -> None:
    server = toml("kakoune/kak-lsp.toml")["language_server"]["mica"]
    assert [server["command"], *server["args"]] == COMMAND
    assert server["filetypes"] == ["mica"]


def test_kate_keeps_the_settings_of_other_servers(tmp_path: Path) -> None:
    command = [str(EDITORS / "kate/prepare"), str(tmp_path)]
    settings = tmp_path / ".config/kate/lspclient/settings.json"
    own = json.loads((EDITORS / "kate/lspclient/settings.json").read_text())
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert json.loads(settings.read_text()) == own
    assert (tmp_path / ".local/share/org.kde.syntax-highlighting/syntax/mica.xml").is_file()
    others = {"global": {"a": "é"}, "servers": {"python": {"command": ["pylsp"]}, "mica": {"command": ["old"]}}}
    settings.write_text(json.dumps(others))
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    servers = {"python": others["servers"]["python"], **own["servers"]}
    assert json.loads(settings.read_text()) == {"global": others["global"], "servers": servers}
    assert json.loads(settings.with_suffix(".json.old").read_text()) == others
    # What cannot be read is left alone.
    for broken in ["{", "[]", '{"servers": []}']:
        settings.write_text(broken)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1 and "put the entry `mica` there by hand" in done.stderr
        assert settings.read_text() == broken


def test_zed(tmp_path: Path) -> None:
    extension, language = toml("zed/extension.toml"), toml("zed/languages/mica/config.toml")
    assert language["grammar"] in extension["grammars"]
    assert (corpus.ROOT / extension["grammars"]["mica"]["path"] / "grammar.js").is_file()
    assert extension["language_servers"]["mica"]["languages"] == [language["name"]]
    assert language["path_suffixes"] == ["mica"]
    assert (EDITORS / "zed" / toml("zed/Cargo.toml")["lib"]["path"]).is_file()
    for query in ("brackets", "outline"):
        listed = list(atoms((EDITORS / f"zed/languages/mica/{query}.scm").read_text()))
        names = {atom for before, atom in zip(listed, listed[1:], strict=False) if before == "(" and atom[0].isalpha()}
        assert names <= node_names()
    prepare = (EDITORS / "zed/prepare").read_text()
    for query in re.search(r"for query in (.*); do", prepare)[1].split():
        assert (corpus.ROOT / f"grammar/tree-sitter-mica/queries/{query}.scm").is_file()


def test_sublime(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(EDITORS / "sublime/prepare"), str(tmp_path)], check=True, timeout=60)
    made = plistlib.loads((tmp_path / "Mica/Mica.tmLanguage").read_bytes())
    assert made == json.loads((corpus.ROOT / "grammar/mica.tmLanguage.json").read_text())
    for path in (tmp_path / "Mica").glob("*.tmPreferences"):
        assert plistlib.loads(path.read_bytes())["scope"] == made["scopeName"]
    client = json.loads((tmp_path / "Mica/LSP-mica.sublime-settings").read_text())["clients"]["mica"]
    assert client["command"] == COMMAND
    assert client["selector"] == made["scopeName"]


def test_jetbrains() -> None:
    template = json.loads((EDITORS / "jetbrains/lsp4ij/template.json").read_text())
    assert template["programArgs"]["default"].split() == COMMAND
    (mapping,) = template["fileTypeMappings"]
    assert (mapping["fileType"]["patterns"], mapping["languageId"]) == (["*.mica"], "mica")


def test_others_name_the_same_command() -> None:
    kate = json.loads((EDITORS / "kate/lspclient/settings.json").read_text())["servers"]["mica"]
    assert kate["command"] == COMMAND
    jupyter = json.loads((EDITORS / "jupyterlab/jupyter_server_config.d/mica.json").read_text())
    assert jupyter["LanguageServerManager"]["language_servers"]["mica"]["argv"] == COMMAND
