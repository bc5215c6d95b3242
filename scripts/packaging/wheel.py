"""Writes a Python wheel that carries the program: its files go below the environment that it is installed in.

    wheel.py MICA VERSION FILES LICENSES OUTPUT

MICA is the program, FILES a folder of what else is installed below the environment (share/man/…), LICENSES a folder
of license texts, OUTPUT the folder to write to. The same input gives the same bytes.
"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

#: The libraries that every system of a platform tag has (PEP 600) and that the program may need.
SYSTEM_LIBRARIES = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
#: For each version of glibc with which those of GCC's libraries changed, the newest symbols that its systems have.
SYMBOLS = {
    (2, 31): {"GLIBCXX": (3, 4, 28), "CXXABI": (1, 3, 12), "GCC": (7, 0, 0)},
    (2, 34): {"GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (7, 0, 0)},
    (2, 35): {"GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13), "GCC": (12, 0, 0)},
    (2, 39): {"GLIBCXX": (3, 4, 33), "CXXABI": (1, 3, 15), "GCC": (14, 0, 0)},
}
Version = tuple[int, ...]


def read(option: str, program: Path) -> str:
    environment = os.environ | {"LC_ALL": "C"}
    command = ["readelf", "--wide", option, str(program)]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def newest_symbols(program: Path) -> dict[str, Version]:
    """The newest version of each library's symbols that the program needs: `{"GLIBC": (2, 35)}`."""
    newest: dict[str, Version] = {}
    for library, version in re.findall(r"Name: ([A-Z]+)_([0-9.]+)", read("--version-info", program)):
        numbers = tuple(map(int, version.split(".")))
        newest[library] = max(newest.get(library, ()), numbers)
    return newest


def platform_tag(program: Path) -> str:
    """The oldest platform that has the libraries and symbols which the program needs: `manylinux_2_35_x86_64`."""
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", read("--dynamic", program)))
    if missing := needed - SYSTEM_LIBRARIES:
        sys.exit(f"error: {program} needs {', '.join(sorted(missing))}, which not every system has; link it statically")
    newest = newest_symbols(program)
    glibc = newest.pop("GLIBC")
    if unknown := newest.keys() - SYMBOLS[2, 31].keys():
        sys.exit(f"error: {program} needs symbols of {', '.join(sorted(unknown))}, of which no platform is known")
    platforms = [
        system for system, symbols in SYMBOLS.items() if all(version <= symbols[name] for name, version in newest.items())
    ]
    if not platforms:
        sys.exit(f"error: {program} needs {newest}, newer than any platform that is known; add it to SYMBOLS in wheel.py")
    machine = re.search(r"Machine: +(.*)", read("--file-header", program))
    names = {"Advanced Micro Devices X86-64": "x86_64", "AArch64": "aarch64"}
    if machine is None or machine[1] not in names:
        sys.exit(f"error: {program} is for no machine that wheels are known for")
    return "manylinux_{}_{}_{}".format(*max(glibc, platforms[0]), names[machine[1]])


class Wheel:
    """A wheel that is being written."""

    def __init__(self, path: Path, information: str) -> None:
        epoch = max(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), 315_532_800)  # 1980, where the dates of archives begin
        self.date = time.gmtime(epoch)[:6]
        self.archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
        self.information = information
        self.record: list[str] = []

    def add(self, name: str, content: bytes, executable: bool = False) -> None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(content)}")
        self._write(name, content, executable)

    def _write(self, name: str, content: bytes, executable: bool) -> None:
        entry = zipfile.ZipInfo(name, self.date)
        entry.create_system = 3  # Unix, whose modes follow
        entry.external_attr = (0o100755 if executable else 0o100644) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, content)

    def close(self) -> None:
        name = f"{self.information}/RECORD"
        self._write(name, "\n".join([*self.record, f"{name},,", ""]).encode(), False)
        self.archive.close()


def metadata(version: str, licenses: list[str]) -> str:
    lines = [
        "Metadata-Version: 2.4",
        "Name: mica",
        f"Version: {version}",
        "Summary: Model graphs as text: check, size and export them.",
        "License-Expression: Apache-2.0 AND Apache-2.0 WITH Swift-exception AND MIT AND Zlib",
        *(f"License-File: {name}" for name in licenses),
        "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Requires-Python: >=3.8",
    ]
    return "\n".join(lines) + "\n"


def write(program: Path, version: str, files: Path, licenses: Path, output: Path) -> Path:
    tag = f"py3-none-{platform_tag(program)}"
    path = output / f"mica-{version}-{tag}.whl"
    information, data = f"mica-{version}.dist-info", f"mica-{version}.data"
    wheel = Wheel(path, information)
    wheel.add(f"{data}/scripts/mica", program.read_bytes(), executable=True)
    for file in sorted(files.rglob("*")):
        if file.is_file():
            wheel.add(f"{data}/data/{file.relative_to(files).as_posix()}", file.read_bytes())
    names = sorted(file.name for file in licenses.iterdir())
    for name in names:
        wheel.add(f"{information}/licenses/{name}", (licenses / name).read_bytes())
    wheel.add(f"{information}/METADATA", metadata(version, names).encode())
    facts = ["Wheel-Version: 1.0", f"Generator: mica {version}", "Root-Is-Purelib: false", f"Tag: {tag}"]
    wheel.add(f"{information}/WHEEL", ("\n".join(facts) + "\n").encode())
    wheel.close()
    return path


def main() -> None:
    program, version, files, licenses, output = sys.argv[1:]
    print(write(Path(program), version, Path(files), Path(licenses), Path(output)))


if __name__ == "__main__":
    main()
