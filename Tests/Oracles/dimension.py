"""The sizes that mica writes as text, such as `2*N + 1` or `min(a, b)`, worked out at given sizes."""

import math
import re
from collections.abc import Mapping
from fractions import Fraction

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)|`(?P<quoted>(?:\\.|[^`\\])*)`|(?P<sign>\*\*|[-+*/%(),]))"
)
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)


def evaluate(text: str, sizes: Mapping[str, int]) -> int | None:
    """The expression's value, in which `/` rounds down; None where it names a size not given or divides by zero.

    Raises ValueError where the text is no expression.
    """
    reader = _Reader(text, sizes)
    try:
        value = reader.sum()
    except (KeyError, ZeroDivisionError):
        return None
    if reader.position != len(reader.tokens):
        raise ValueError(f"no size: {text}")
    return int(value)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"no size: {text}")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else "\n" if m[2] == "n" else m[2], text)


class _Reader:
    """Reads and evaluates at once. From loose to tight: `+ -`, `%`, `* /`, a sign, `**`."""

    def __init__(self, text: str, sizes: Mapping[str, int]):
        self.text, self.sizes, self.tokens, self.position = text, sizes, _tokens(text), 0

    def next_is(self, *signs: str) -> bool:
        return self.position < len(self.tokens) and self.tokens[self.position] in [("sign", sign) for sign in signs]

    def take(self) -> tuple[str, str]:
        if self.position == len(self.tokens):
            raise ValueError(f"no size: {self.text}")
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, sign: str) -> None:
        if self.take() != ("sign", sign):
            raise ValueError(f"no size: {self.text}")

    def sum(self, exact: bool = False) -> int | Fraction:
        value = self.remainder(exact)
        while self.next_is("+", "-"):
            sign, right = self.take()[1], self.remainder(exact)
            value = value + right if sign == "+" else value - right
        return value

    def remainder(self, exact: bool) -> int | Fraction:
        value = self.product(exact)
        while self.next_is("%"):
            self.take()
            value = value % self.product(False)
        return value

    def product(self, exact: bool) -> int | Fraction:
        """`exact` asks for a fraction where the last operator is a division."""
        value = self.signed()
        while self.next_is("*", "/"):
            sign, right = self.take()[1], self.signed()
            if sign == "*":
                value = value * right
            else:
                value = Fraction(value, right) if exact and self.next_is(")") else value // right
        return value

    def signed(self) -> int:
        if self.next_is("-"):
            self.take()
            return -self.signed()
        value = self.primary()
        if self.next_is("**"):
            self.take()
            value **= self.primary()
        return value

    def primary(self) -> int:
        kind, text = self.take()
        if kind == "number":
            return int(text)
        if kind == "quoted":
            return self.sizes[_unescaped(text)]
        if kind == "name" and self.next_is("("):
            return self.call(text)
        if kind == "name":
            return self.sizes[text]
        if text != "(":
            raise ValueError(f"no size: {self.text}")
        value = self.sum()
        self.expect(")")
        return value

    def call(self, name: str) -> int:
        self.expect("(")
        arguments = [self.sum(exact=name == "ceil")]
        while self.next_is(","):
            self.take()
            arguments.append(self.sum())
        self.expect(")")
        if name == "ceil":
            return math.ceil(arguments[0])
        if name not in ("min", "max"):
            raise ValueError(f"no size: {self.text}")
        return {"min": min, "max": max}[name](arguments)
