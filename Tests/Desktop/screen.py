"""A screen without a monitor, keys and a mouse for it."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Screen:
    """An X server of its own."""

    def __init__(self, display: str) -> None:
        self.environment = {"DISPLAY": display}

    def do(self, *command: str) -> str:
        """What a program says that works on this screen."""
        done = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip()

    def key(self, name: str) -> None:
        self.do("xdotool", "key", name)

    def windows(self, name: str) -> list[str]:
        return self.do("xdotool", "search", "--onlyvisible", "--class", name).split()

    def titles(self, name: str) -> list[str]:
        return [self.do("xdotool", "getwindowname", window) for window in self.windows(name)]

    def picture(self, path: Path, size: str) -> None:
        """Takes a picture of the upper left of the screen."""
        area = ("-crop", f"{size}+0+0", "+repage")
        self.do("import", "-window", "root", *area, "+dither", "-colors", "64", str(path))


@contextmanager
def screen(size: str = "1200x800x24") -> Iterator[Screen]:
    with tempfile.TemporaryFile("w+") as number:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(number.fileno()), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=[number.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait("a screen", lambda: number.seek(0) or number.read().strip())
            number.seek(0)
            yield Screen(f":{number.read().strip()}")
        finally:
            server.terminate()
            server.wait(30)


def wait(what: str, condition: Callable[[], Any], seconds: float = 60) -> Any:
    """What a condition gives once it is something."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.1)
    return found
