"""The Python wheel: its form, and what it does in an environment on a machine without Swift."""

import base64
import csv
import hashlib
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
import smoke
from conftest import MICA, ROOT
from machine import Machine


@pytest.fixture(scope="module")
def installed(machine: Machine, wheel: Path) -> Machine:
    machine.succeed("python3", "-m", "venv", "environment")
    machine.succeed("environment/bin/pip", "install", "--no-index", machine.put(wheel))
    return machine.with_path("/work/environment/bin")


def test_records_every_file_with_its_hash(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (record,) = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
        rows = {name: (digest, size) for name, digest, size in csv.reader(archive.read(record).decode().splitlines())}
        assert list(rows) == archive.namelist()
        assert rows.pop(record) == ("", "")
        for name, (digest, size) in rows.items():
            content = archive.read(name)
            assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            assert int(size) == len(content)


def test_names_the_oldest_platform_that_has_its_symbols(packages: Path, wheel: Path) -> None:
    symbols = subprocess.run(
        ["objdump", "--dynamic-syms", packages / "mica"], check=True, capture_output=True, text=True
    ).stdout
    newest = max(tuple(map(int, found)) for found in re.findall(r"GLIBC_(\d+)\.(\d+)", symbols))
    tag = re.search(r"-py3-none-manylinux_(\d+)_(\d+)_\w+\.whl$", wheel.name)
    assert tag
    # GCC's libraries may ask for a newer system than the C library does; this program's do not.
    assert (int(tag[1]), int(tag[2])) == newest


def test_is_the_same_when_it_is_made_again(packages: Path, wheel: Path, tmp_path: Path) -> None:
    subprocess.run([ROOT / "scripts/package", "--binary", MICA, "--output", tmp_path], check=True)
    for file in packages.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_puts_the_program_on_the_path(installed: Machine, version: str) -> None:
    assert installed.succeed("which", "mica") == "/work/environment/bin/mica\n"
    assert installed.succeed("mica", "--version") == f"mica {version}\n"
    assert f"Version: {version}\n" in installed.succeed("pip", "show", "mica")


def test_checks(installed: Machine, tmp_path: Path) -> None:
    smoke.check(installed, tmp_path)


def test_converts(installed: Machine) -> None:
    smoke.convert(installed)


def test_draws(installed: Machine) -> None:
    smoke.view(installed)


def test_serves_an_editor(installed: Machine, version: str) -> None:
    smoke.serve(installed, version)


def test_brings_what_jupyterlab_looks_for(installed: Machine) -> None:
    environment = installed.root / "work/environment"
    for source, target in [
        ("labextension", "share/jupyter/labextensions/mica-jupyterlab"),
        ("jupyter_server_config.d", "etc/jupyter/jupyter_server_config.d"),
    ]:
        for file in (ROOT / "editors/jupyterlab" / source).rglob("*"):
            if file.is_file():
                copy = environment / target / file.relative_to(ROOT / "editors/jupyterlab" / source)
                assert copy.read_bytes() == file.read_bytes()


def test_goes_as_it_came(installed: Machine) -> None:
    installed.succeed("pip", "uninstall", "--yes", "mica")
    left = [name for _, _, names in os.walk(installed.root / "work/environment") for name in names if "mica" in name]
    assert left == []
