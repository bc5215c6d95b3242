"""What goes to standard error: as `--log` says, or else MICA_LOG."""

import os
import subprocess

import pytest
from conftest import MICA

EXIT = b'{"jsonrpc": "2.0", "method": "exit"}'


def logged(level: str | None, *options: str) -> str:
    """What a server writes that is told to go at once."""
    environment = {name: value for name, value in os.environ.items() if name != "MICA_LOG"}
    if level is not None:
        environment["MICA_LOG"] = level
    message = b"Content-Length: %d\r\n\r\n" % len(EXIT) + EXIT
    done = subprocess.run([MICA, "lsp", *options], input=message, capture_output=True, env=environment, timeout=60)
    assert done.returncode == 1
    return done.stderr.decode()


@pytest.mark.parametrize(
    ("level", "options", "isTold"),
    [
        (None, [], False),
        ("debug", [], True),
        ("", [], False),
        ("info", [], False),
        (None, ["--log", "debug"], True),
        ("debug", ["--log", "error"], False),
        ("off", ["--log", "debug"], True),
    ],
)
def test_the_level(level: str | None, options: list[str], isTold: bool) -> None:
    assert ("received exit" in logged(level, *options)) == isTold


def test_a_level_that_there_is_not() -> None:
    assert logged("loud") == 'mica lsp: MICA_LOG takes off, error, info or debug, and not "loud"; it is ignored\n'
    assert "received exit" in logged("loud", "--log", "debug")
