"""What the grammar tests share: a server, and what it says of every text."""

import os
from collections.abc import Iterator
from pathlib import Path

import corpus
import pytest
from server import Server, Verdict

MICA = os.environ.get("MICA_BINARY", str(corpus.ROOT / ".build/release/mica"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("texts")
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    server = Server([MICA, "lsp"], folder)
    yield server
    assert server.client.leave() == 0


@pytest.fixture(scope="session")
def judged_files(server: Server) -> dict[str, Verdict]:
    return {text: server.judge(text) for text in corpus.files().values()}


@pytest.fixture(scope="session")
def judged_parser_texts(server: Server) -> dict[str, Verdict]:
    return {text: server.judge(text) for text in corpus.parser_texts()}
