"""Swift sources as text: the functions that make fixes, the calls in these, and the patterns of string literals."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Function:
    name: str
    file: str
    body: str

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


MARK = re.compile(r'["()\[\]{}]')
HEAD = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))? )?(?:(?:private|fileprivate|package|public|static|mutating) )*"
    r"(?:func ([^\s(<]+)|(init)[?(]|var (\w+): [^={\n]+\{)",
    re.M,
)


@functools.cache
def files(root: Path) -> dict[str, str]:
    """The code of the files that have to do with fixes, without comments, by their names."""
    texts = {path.name: path.read_text() for path in sorted(root.rglob("*.swift"))}
    return {name: uncommented(text) for name, text in texts.items() if re.search(r"\bFix\(|\.fix\(|fixes:|reportUndetermined\(", text)}


@functools.cache
def functions(root: Path) -> list[Function]:
    """The functions, initialisers and computed properties of these files."""
    found = []
    for file, code in files(root).items():
        for match in HEAD.finditer(code):
            opening = match.end() - 1 if match[3] else code.find("{", end(code, code.index("(", match.start())))
            if opening >= 0:
                found.append(Function(match[1] or match[2] or match[3], file, code[opening : end(code, opening)]))
    return found


def uncommented(code: str) -> str:
    """Swift without its comments; strings stay."""
    pieces, index, last = [], 0, 0
    for match in re.finditer(r'"|//', code):
        if match.start() < index:
            continue
        if match[0] == '"':
            index = string_end(code, match.start())
        else:
            pieces.append(code[last : match.start()])
            index = last = code.find("\n", match.start()) % (len(code) + 1)
    return "".join(pieces) + code[last:]


def string_end(code: str, start: int) -> int:
    """Behind the string literal that begins at `start`."""
    fence = '"""' if code.startswith('"""', start) else '"'
    index = start + len(fence)
    while not code.startswith(fence, index):
        if code.startswith("\\(", index):
            index = end(code, index + 1)
        else:
            index += 2 if code[index] == "\\" else 1
    return index + len(fence)


def end(code: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`."""
    depth, index = 0, start
    while match := MARK.search(code, index):
        if match[0] == '"':
            index = string_end(code, match.start())
            continue
        depth += 1 if match[0] in "([{" else -1
        index = match.end()
        if depth == 0:
            return index
    raise ValueError(f"no end of {code[start : start + 80]!r}")


def calls(code: str, callee: str) -> list[str]:
    """What stands between the parentheses of the calls of a name, which is a pattern."""
    return [code[match.end() : end(code, match.end() - 1) - 1] for match in re.finditer(rf"(?<![\w.])(?:{callee})\(", code)]


def arguments(call: str) -> list[str]:
    """The arguments of a call."""
    found, index, start = [], 0, 0
    while index < len(call):
        if call[index] == '"':
            index = string_end(call, index)
        elif call[index] in "([{":
            index = end(call, index)
        else:
            if call[index] == ",":
                found.append(call[start:index].strip())
                start = index + 1
            index += 1
    return [*found, call[start:].strip()]


def strings(code: str) -> list[str]:
    """The contents of the string literals in a piece of code, those in interpolations left out."""
    found, index = [], 0
    while (index := code.find('"', index)) >= 0:
        stop = string_end(code, index)
        found.append(code[index + 1 : stop - 1])
        index = stop
    return found


def pattern(text: str) -> str:
    """The pattern of what a string literal gives, whatever its interpolations are."""
    made, index = "", 0
    while index < len(text):
        if text.startswith("\\(", index):
            made, index = made + ".*", end(text, index + 1)
        elif text[index] == "\\":
            made, index = made + re.escape({"n": "\n", "t": "\t"}.get(text[index + 1], text[index + 1])), index + 2
        else:
            made, index = made + re.escape(text[index]), index + 1
    return made
