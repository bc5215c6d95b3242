"""A program that is asked about many files and may end, or take too long, at any of them."""

import queue
import subprocess
import threading
from pathlib import Path

#: Seconds that a program may take to answer, from its start or its last answer on.
PATIENCE = 30

Pairs = list[tuple[Path, Path]]


def listing(pairs: Pairs, folder: Path) -> Path:
    """A new file that has a line for each pair: the first, a tab, the second."""
    path = folder / "listing"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    return path


def ask(command: list[str], pairs: Pairs, folder: Path) -> dict[Path, str]:
    """Runs the command with the listing of the pairs, in the folder; returns why not, for the first of those that failed.

    The command answers each pair in turn with a line, which is empty or says what failed. Where it ends before or takes
    too long, it is started anew with the pairs after that one.
    """
    failures: dict[Path, str] = {}
    while pairs:
        program = _Program([*command, str(listing(pairs, folder))], folder)
        answered = 0
        for source, _ in pairs:
            answer = program.answer()
            answered += 1
            if answer != "":
                failures[source] = answer or "ended, or took too long"
            if answer is None:
                break
        program.end()
        pairs = pairs[answered:]
    return failures


class _Program:
    def __init__(self, command: list[str], folder: Path):
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def answer(self) -> str | None:
        """The next line; None where the program ended or took too long."""
        try:
            return self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            return None

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
