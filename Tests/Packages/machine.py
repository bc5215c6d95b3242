"""A machine that Mica is installed on: a Debian of its own, with nothing in it but what it needs to run."""

import os
import subprocess
from pathlib import Path

AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """The Debian in folder `root`, whose programs see nothing outside of it."""

    def __init__(self, root: Path, path: str = PATH) -> None:
        self.root = root
        self.path = path

    def command(self, *arguments: object) -> list[str]:
        """What to run here to run `arguments` there, in the folder /work."""
        # Swift's programs find their arguments in /proc, which each call has of its own.
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.root}/proc"]
        inside = ["chroot", str(self.root), "/usr/bin/env", "-i", "-C", "/work", f"PATH={self.path}", "HOME=/root"]
        return [*AS_ROOT, *apart, *inside, *map(str, arguments)]

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end, whatever its exit code."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=300)

    def succeed(self, *arguments: object) -> str:
        """What a program prints that must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def put(self, file: Path) -> str:
        """Copies a file into the folder /work; its path there."""
        subprocess.run([*AS_ROOT, "cp", str(file), str(self.root / "work")], check=True)
        return f"/work/{file.name}"

    def with_path(self, folder: str) -> "Machine":
        """The same machine, with another folder before the others of PATH."""
        return Machine(self.root, f"{folder}:{self.path}")
