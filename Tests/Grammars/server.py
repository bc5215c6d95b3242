"""What the language server says of texts: whether they are whole, and what each word in them means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from client import Client
from corpus import ROOT

# What the parser alone can find wrong with a text.
SYNTAX_ERRORS = {
    identifier
    for path in (ROOT / "Sources/Syntax/Diagnostics").glob("*.swift")
    for identifier in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text())
}


class Token(NamedTuple):
    """A word of a text: where it is, in characters from the start of its line, and what it means."""

    line: int
    start: int
    end: int
    kind: str


@dataclass
class Verdict:
    """Whether a text follows the grammar, and its tokens."""

    errors: list[str]
    tokens: list[Token] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.errors


class Server:
    """A session that opens one text after the other."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.client = Client(command)
        self.folder = folder
        capabilities = self.client.initialize()["capabilities"]
        self.kinds: list[str] = capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
        # The positions are counted in what was asked for first.
        self.encoding = {"utf-8": "utf-8", "utf-16": "utf-16-le"}[capabilities["positionEncoding"]]
        self.count = 0

    def judge(self, text: str) -> Verdict:
        self.count += 1
        uri = self.client.open(self.folder / f"text{self.count}.mica", text)
        codes = [each["code"] for each in self.client.diagnostics(uri, 1)]
        answer = self.client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": uri}})
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        errors = [code for code in codes if code in SYNTAX_ERRORS]
        return Verdict(errors, list(self._tokens(answer["data"], text.split("\n"))))

    def _tokens(self, data: list[int], lines: list[str]) -> Iterator[Token]:
        line = start = 0
        size = 2 if self.encoding == "utf-16-le" else 1
        for index in range(0, len(data), 5):
            down, along, length, kind, _ = data[index : index + 5]
            line, start = line + down, along if down else start + along
            units = lines[line].encode(self.encoding)
            before = len(units[: start * size].decode(self.encoding))
            width = len(units[start * size : (start + length) * size].decode(self.encoding))
            yield Token(line, before, before + width, self.kinds[kind])
