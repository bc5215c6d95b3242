"""The built mica, run as its users run it."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "Examples"
OPSETS = [13, 15, 17, 18, 20, 21, 22, 23]


@dataclass(frozen=True)
class Diagnostic:
    """One `file:line:column: severity[identifier]: message` line."""

    file: str
    line: int
    column: int
    severity: str
    identifier: str
    message: str


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def diagnostics(self) -> list[Diagnostic]:
        form = re.compile(r"^(.+?):(\d+):(\d+): (error|warning)\[([a-z-]+)\]: (.*)$", re.MULTILINE)
        return [Diagnostic(m[1], int(m[2]), int(m[3]), m[4], m[5], m[6]) for m in form.finditer(self.err)]


def mica(*arguments: object, cwd: Path | None = None, environment: dict[str, str] | None = None) -> Outcome:
    """Runs mica to its end and returns what it said, whatever its exit code."""
    binary = os.environ.get("MICA_BINARY", ROOT / ".build/release/mica")
    done = subprocess.run(
        [str(binary), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def succeed(*arguments: object, cwd: Path | None = None) -> Outcome:
    """Runs mica, which must exit with 0."""
    outcome = mica(*arguments, cwd=cwd)
    assert outcome.code == 0, f"mica {' '.join(map(str, arguments))} exited with {outcome.code}:\n{outcome.err}"
    return outcome


def convert(source: Path, target: Path, *options: object) -> Path:
    succeed("convert", source, target, *options)
    return target


def summary(source: Path, *options: object) -> dict:
    return json.loads(succeed("summary", "--json", source, *options).out)
