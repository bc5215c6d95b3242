"""Whether an editor's colours of words say what the server says of them, which knows what they mean."""

from collections.abc import Iterator
from typing import NamedTuple

from server import Server, Verdict

SERVER_CLASSES = {
    "keyword": "keyword",
    "type": "type",
    "parameter": "name",
    "variable": "name",
    "property": "name",
    "namespace": "name",
    "function": "callee",
    "number": "number",
    "string": "string",
    "decorator": "decorator",
}
# What a word may be that the server says nothing of.
SILENT = {"none", "sign", "comment"}


class Disagreement(NamedTuple):
    line: str
    word: str
    server: str
    grammar: str


def compare(text: str, classes: list[list[str]], verdict: Verdict) -> tuple[int, list[Disagreement]]:
    """How many words either side gives a class, and those of which they say different things; `classes` is spent."""
    lines = text.split("\n")
    count, found = 0, []
    for token in verdict.tokens:
        count += 1
        seen = classes[token.line][token.start : token.end]
        if set(seen) != {SERVER_CLASSES[token.kind]}:
            word = lines[token.line][token.start : token.end]
            kinds = "/".join(sorted(set(seen)))
            found.append(Disagreement(lines[token.line].strip(), word, SERVER_CLASSES[token.kind], kinds))
        classes[token.line][token.start : token.end] = ["none"] * len(seen)
    for line, kinds in zip(lines, classes, strict=True):
        for word, kind in runs(line, kinds):
            count += 1
            found.append(Disagreement(line.strip(), word, "none", kind))
    return count, found


def runs(line: str, kinds: list[str]) -> Iterator[tuple[str, str]]:
    """The words that only the grammar gives a class; quotes and braces of an interpolated name are not told of."""
    start = 0
    while start < len(line):
        end = start + 1
        while end < len(line) and kinds[end] == kinds[start]:
            end += 1
        word = line[start:end].strip("`{} ")
        if word and kinds[start] not in SILENT:
            yield word, kinds[start]
        start = end


def listing(found: list[Disagreement]) -> str:
    return "\n".join(f"server {each.server}, here {each.grammar}: {each.word!r} in {each.line}" for each in found)


def check(colours: dict[str, list[list[str]]], server: Server, most: float = 0.01) -> None:
    """Holds the classes of the characters of whole texts against the server's; `most` is the share that may differ."""
    count, found = 0, []
    for text, classes in colours.items():
        lines = text.split("\n")
        # An editor shows no line behind the last newline.
        classes = [[*line] for line in classes] + [[]] * (len(lines) - len(classes))
        words, others = compare(text, classes, server.judge(text))
        count += words
        found += others
    print(f"{len(found)} of {count} words, {len(found) / count:.2%}\n{listing(found)}")
    assert count > 10_000
    assert len(found) <= count * most, listing(found)
