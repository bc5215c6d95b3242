"""What the tests of packages share: the packages, made by scripts/package, and bare machines."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import AS_ROOT, Machine

ROOT = Path(__file__).parents[2]
MICA = os.environ.get("MICA_BINARY", str(ROOT / ".build/release/mica"))


@pytest.fixture(scope="session")
def version() -> str:
    """The version that the sources give the program."""
    found = re.search(r'current = "(.*)"', (ROOT / "Sources/mica/Version.swift").read_text())
    assert found
    return found[1]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all that scripts/package makes of the built program."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([ROOT / "scripts/package", "--binary", MICA, "--output", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def wheel(packages: Path) -> Path:
    (path,) = packages.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def debian_package(packages: Path) -> Path:
    (path,) = packages.glob("*.deb")
    return path


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A bare machine, for the tests of a file."""
    root = tmp_path_factory.mktemp("machine") / "root"
    subprocess.run([*AS_ROOT, "cp", "-a", "--reflink=auto", os.environ["MICA_BARE_ROOT"], root], check=True)
    subprocess.run([*AS_ROOT, "mkdir", root / "work"], check=True)
    yield Machine(root)
    subprocess.run([*AS_ROOT, "rm", "-rf", "--one-file-system", root], check=True)
