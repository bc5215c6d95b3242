"""The Debian package on a machine without Swift and without the libraries that Mica is built with."""

import subprocess
from pathlib import Path

import pytest
import smoke
from machine import Machine

FILES = {
    "/usr/bin/mica",
    "/usr/share/bash-completion/completions/mica",
    "/usr/share/doc/mica/changelog.gz",
    "/usr/share/doc/mica/copyright",
    "/usr/share/doc/mica/libraries/json-c.txt",
    "/usr/share/doc/mica/libraries/zlib.txt",
    "/usr/share/fish/vendor_completions.d/mica.fish",
    "/usr/share/lintian/overrides/mica",
    "/usr/share/man/man1/mica.1.gz",
    "/usr/share/zsh/vendor-completions/_mica",
}


@pytest.fixture(scope="module")
def installed(machine: Machine, debian_package: Path) -> Machine:
    for name in ("swift*", "libswift*", "libjson-c*"):
        assert machine.succeed("find", "/usr", "/opt", "-name", name) == ""
    machine.succeed("dpkg", "--install", machine.put(debian_package))
    return machine


def field(package: Path, name: str) -> str:
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def test_needs_only_the_c_library_and_those_of_gcc(debian_package: Path, version: str) -> None:
    assert field(debian_package, "Version") == version
    names = [dependency.split()[0] for dependency in field(debian_package, "Depends").split(", ")]
    assert sorted(names) == ["libc6", "libgcc-s1", "libstdc++6"]
    # `mica view` lays pictures out with it; everything else does without.
    assert field(debian_package, "Recommends") == "graphviz"


def test_installs_its_files_and_their_sums_are_right(installed: Machine) -> None:
    listed = installed.succeed("dpkg", "--listfiles", "mica").splitlines()
    assert {path for path in listed if (installed.root / path[1:]).is_file()} == FILES
    assert installed.succeed("dpkg", "--verify", "mica") == ""


def test_tells_its_version(installed: Machine, version: str) -> None:
    assert installed.succeed("mica", "--version") == f"mica {version}\n"


def test_checks(installed: Machine, tmp_path: Path) -> None:
    smoke.check(installed, tmp_path)


def test_converts(installed: Machine) -> None:
    smoke.convert(installed)


def test_draws(installed: Machine) -> None:
    smoke.view(installed)


def test_serves_an_editor(installed: Machine, version: str) -> None:
    smoke.serve(installed, version)


def test_goes_as_it_came(installed: Machine) -> None:
    installed.succeed("dpkg", "--purge", "mica")
    assert [path for path in FILES if (installed.root / path[1:]).exists()] == []
