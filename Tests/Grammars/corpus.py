"""The texts on which Mica's grammars are held against each other: files, and what the parser's tests spell out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WHOLE_FILES = sorted([*ROOT.glob("Examples/*.mica"), *ROOT.glob("Sources/**/*.mica")])
FILES = sorted([*WHOLE_FILES, *ROOT.glob("Tests/Broken/*.mica")])

# How the parser's tests read a text: as a file, as the statements of a body, as an expression.
FRAMES = {"file": "{}", "body": "block B() {{\n{}\n}}\n", "expression": "block B() {{\nx = {}\n}}\n"}

_LITERAL = re.compile(r'(#*)"""\n(.*?)\n([ \t]*)"""\1|(#*)"((?:[^"\\\n]|\\.)*)"\4', re.DOTALL)
_WORDS = re.compile(r"static let contextual = \[(.*?)\]", re.DOTALL)


def _unescape(text: str, raw: bool) -> str:
    """What a Swift literal says."""
    if raw:
        return text
    text = re.sub(r"\\\n[ \t]*", "", text)
    text = re.sub(r"\\u\{([0-9A-Fa-f]+)\}", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r'\\([nrt0"\'\\])', lambda found: ast.literal_eval(f'"\\{found[1]}"'), text)


def literals(swift: str) -> Iterator[str]:
    """The string literals of a Swift source; those that a word is filled into once for each word of its test."""
    swift = re.sub(r"^\s*//.*$", "", swift, flags=re.MULTILINE)
    words = _WORDS.search(swift)
    filled = re.findall(r'"(\w+)"', words[1]) if words else []
    for found in _LITERAL.finditer(swift):
        if found[2] is not None:
            lines = [line.removeprefix(found[3]) for line in found[2].split("\n")]
            text, raw = "\n".join(lines), bool(found[1])
        else:
            text, raw = found[5], bool(found[4])
        if r"\(word)" in text and not raw:
            yield from (_unescape(text.replace(r"\(word)", word), raw) for word in filled)
        elif raw or r"\(" not in text:
            yield _unescape(text, raw)


def parser_texts() -> list[str]:
    """Every string of the parser's tests in every frame: texts, and others that are none."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "Tests/SyntaxTests").rglob("*.swift")):
        for literal in literals(path.read_text()):
            for frame in FRAMES.values():
                found[frame.format(literal)] = None
    return list(found)


def files() -> dict[str, str]:
    """The texts of the repository's files by their paths in it."""
    return {str(path.relative_to(ROOT)): path.read_bytes().decode(errors="replace") for path in FILES}
