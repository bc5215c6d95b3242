"""Neovim with nothing but the project's folders on its runtime path; longer sessions are in Tests/Editors."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import corpus
import pytest

HERE = Path(__file__).parent
EDITORS = [path for path in (shutil.which("nvim"), os.environ.get("MICA_NEOVIM")) if path]


@pytest.mark.parametrize("editor", EDITORS)
def test_settings_do_what_they_promise(editor: str, path_with_mica: str, workspace: Path, home: Path) -> None:
    folders = [corpus.ROOT / "editors/vim", corpus.ROOT / "editors/neovim"]
    settings = home / "init.lua"
    settings.write_text(f"vim.opt.runtimepath:prepend({{ {', '.join(json.dumps(str(each)) for each in folders)} }})\n")
    done = subprocess.run(
        [editor, "--headless", "-u", str(settings), "-i", "NONE", "-n", "-c", f"luafile {HERE / 'neovim.lua'}"],
        env=os.environ | {"HOME": str(home), "PATH": path_with_mica, "MICA_FILE": str(workspace / "small.mica")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = {each["what"]: each["value"] for each in map(json.loads, done.stdout.splitlines())}
    assert "failure" not in said and done.returncode == 0, f"{said}\n{done.stderr}"
    assert (said["filetype"], said["comment"], said["colour"]) == ("mica", "// %s", "micaDeclaration")
    assert (said["mistake"]["line"], said["mistake"]["column"]) == (3, 63)
    assert "Reluu" in said["mistake"]["message"]
    assert said["servers"] == ["mica"]
    assert said["attached"] is True
