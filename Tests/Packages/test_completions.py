"""Completions, asked for with the Tab key in the real shells."""

import os
import pty
import re
import select
import subprocess
import time
from pathlib import Path

import pytest

SHELLS = ("bash", "zsh", "fish")
#: What is typed before Tab, and the line that it must become; shells differ in the space that follows.
CASES = {
    "a command": ("mica summ", "mica summary"),
    "an option": ("mica prune --allow", "mica prune --allow-norm-change"),
    "a value": ("mica quantize --scheme stat", "mica quantize --scheme static"),
    "a type": ("mica quantize --type f8e5m2f", "mica quantize --type f8e5m2fnuz"),
    "a file": ("mica check rese", "mica check resembling.mica"),
    "a file to write": ("mica convert resembling.mica writ", "mica convert resembling.mica written.onnx"),
}


@pytest.fixture(scope="module")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the unpacked Debian package."""
    folder = tmp_path_factory.mktemp("completions")
    subprocess.run(["dpkg-deb", "--extract", next(packages.glob("*.deb")), folder], check=True)
    return folder


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.said = ""

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def wait(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        """Waits until the shell has said something; what it said before goes."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said)):
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"{pattern} is not in {self.said!r}"
            self.said += os.read(self.terminal, 4096).decode(errors="replace")
        self.said = self.said[found.end() :]
        return found

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.process, 0)


def start(shell: str, installed: Path, folder: Path) -> Terminal:
    share = installed / "usr/share"
    environment = {
        "PATH": f"{installed}/usr/bin:{os.environ['PATH']}", "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"
    }  # fmt: skip
    if shell == "bash":
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], folder, environment)
        terminal.type(f". {share}/bash-completion/completions/mica\n")
    else:
        terminal = Terminal(["zsh", "-f", "-i"], folder, environment)
        terminal.type(f"unsetopt zle_bracketed_paste; fpath+=({share}/zsh/vendor-completions); autoload compinit; compinit -u -D\n")
    terminal.type("PS1=; echo rea''dy\n")
    terminal.wait("ready\r\n")
    return terminal


def completed(shell: str, installed: Path, folder: Path, line: str) -> str:
    """The line that Tab makes of one."""
    terminal = start(shell, installed, folder)
    try:
        # The line becomes the argument of a command that shows it: Ctrl-A goes to its start.
        terminal.type(f"{line}\t")
        time.sleep(0.5)
        terminal.type("\x01printf '<%s>\\n' '\x05'\n")
        return terminal.wait("\n<(.*)>\r\n")[1].rstrip()
    finally:
        terminal.close()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes(shell: str, case: str, installed: Path, tmp_path: Path) -> None:
    for name in ("resembling.mica", "written.onnx", "resembling.txt"):
        (tmp_path / name).touch()
    line, expected = CASES[case]
    if shell == "fish":
        script = installed / "usr/share/fish/vendor_completions.d/mica.fish"
        environment = os.environ | {"PATH": f"{installed}/usr/bin:{os.environ['PATH']}", "HOME": str(tmp_path)}
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source {script}; complete --do-complete '{line}'"],
            check=True, capture_output=True, text=True, cwd=tmp_path, env=environment,
        )  # fmt: skip
        words = [candidate.split("\t")[0] for candidate in done.stdout.splitlines()]
        assert words == [expected.split()[-1]]
    else:
        assert completed(shell, installed, tmp_path, line) == expected
