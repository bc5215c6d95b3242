"""Sizes as mica writes them into files: expressions in the names that a model's inputs declare, such as `2*N + 1`."""

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

WORD = re.compile(r"`(?:[^`\\]|\\.)*`|[A-Za-z_][A-Za-z0-9_]*", re.DOTALL)
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Size:
    """An expression: its text, the names in it, and its tree, in which name number k is called `n<k>`."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def at(self, sizes: Mapping[str, int]) -> int:
        """The size where the names have these sizes."""
        return evaluate(self.tree, [sizes[name] for name in self.names])

    def __str__(self) -> str:
        return self.text


def parse(text: str, declared: Collection[str] = ()) -> Size:
    """Reads a size; a text that is a declared name is that name, whatever characters it has."""
    if text in declared:
        return Size(text, (text,), ast.Name("n0"))
    names: list[str] = []

    def placeholder(match: re.Match) -> str:
        word = match[0]
        if word in ("min", "max", "ceil") and text[match.end() :].startswith("("):
            return word
        if word.startswith("`"):
            word = ESCAPE.sub(
                lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2].replace("n", "\n"), word[1:-1]
            )
        if word not in names:
            names.append(word)
        return f"n{names.index(word)}"

    try:
        tree = ast.parse(WORD.sub(placeholder, text).strip(), mode="eval").body
        evaluate(tree, [1] * len(names))
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"no size: {text}") from error
    except ZeroDivisionError:
        pass
    return Size(text, tuple(names), tree)


def evaluate(tree: ast.expr, sizes: list[int]) -> int:
    """The value of a tree; `/` rounds down, and `ceil(a/b)` up."""
    match tree:
        case ast.Constant(int(value)):
            return value
        case ast.Name(name) if re.fullmatch(r"n\d+", name):
            return sizes[int(name[1:])]
        case ast.UnaryOp(ast.USub(), operand):
            return -evaluate(operand, sizes)
        case ast.Call(ast.Name("ceil"), [ast.BinOp(dividend, ast.Div(), divisor)], []):
            return -(-evaluate(dividend, sizes) // evaluate(divisor, sizes))
        case ast.Call(ast.Name("min" | "max" as name), operands, []) if operands:
            values = [evaluate(operand, sizes) for operand in operands]
            return min(values) if name == "min" else max(values)
        case ast.BinOp(left, operation, right):
            a, b = evaluate(left, sizes), evaluate(right, sizes)
            match operation:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a // b
                case ast.Mod():
                    return a % b
                case ast.Pow() if b >= 0:
                    return a**b
    raise TypeError("no part of a size")
