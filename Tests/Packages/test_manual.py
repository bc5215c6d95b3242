"""The manual page: clean for the programs that show it, and with every command and option that there is."""

import re
import subprocess
from pathlib import Path

import pytest
from conftest import MICA


@pytest.fixture(scope="module")
def page(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    package = next(packages.glob("*.deb"))
    folder = tmp_path_factory.mktemp("manual")
    subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
    subprocess.run(["gzip", "-d", folder / "usr/share/man/man1/mica.1.gz"], check=True)
    return folder / "usr/share/man/man1/mica.1"


def run(*command: object) -> str:
    done = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_mandoc_has_nothing_to_say(page: Path) -> None:
    assert run("mandoc", "-T", "lint", "-W", "style", page) == ""


def test_groff_has_nothing_to_say(page: Path) -> None:
    assert run("groff", "-mdoc", "-Tutf8", "-ww", "-z", page) == ""


def test_has_every_command_and_option_of_the_help(page: Path) -> None:
    text = re.sub(".\b", "", run("mandoc", "-T", "ascii", "-O", "width=200", page))
    sections = dict(re.findall(r"^   (\w+)\n(.*?)(?=^   ?\w|\Z)", text, re.MULTILINE | re.DOTALL))
    commands = re.findall(r"^  (\w+)  +", run(MICA, "--help").split("SUBCOMMANDS:")[1], re.MULTILINE)
    assert list(sections) == commands
    for command in commands:
        options = set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", run(MICA, command, "--help"), re.MULTILINE)) - {"--help", "--version"}
        shown = set(re.findall(r"^     (?:-\w, )?(--[\w-]+)", sections[command], re.MULTILINE))
        assert shown == options, command
