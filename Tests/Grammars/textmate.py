"""What the TextMate grammar says of texts, by the engine of the editor babi, which uses Oniguruma as TextMate does."""

import json
from functools import cache
from typing import Any

from babi.highlight import Compiler, Grammar, Grammars, highlight_line
from corpus import ROOT

Scopes = tuple[str, ...]

GRAMMAR = ROOT / "grammar/mica.tmLanguage.json"

# The class of a character by the innermost of its scopes that begins with one of these.
CLASSES = {
    "comment.": "comment",
    "string.": "string",
    "constant.numeric.": "number",
    "entity.name.function.decorator.": "decorator",
    "entity.name.function.": "callee",
    "entity.name.type.": "type",
    "storage.type.element.": "type",
    "keyword.operator.": "sign",
    "punctuation.": "sign",
    "keyword.": "keyword",
    "storage.type.": "keyword",
    "constant.language.": "keyword",
    "variable.": "name",
    "entity.name.namespace.": "name",
    "meta.interpolation.": "none",
}


def grammar() -> dict[str, Any]:
    return json.loads(GRAMMAR.read_text())


@cache
def _compiler() -> Compiler:
    return Compiler(Grammar.make(grammar()), Grammars())


@cache
def class_of(scopes: Scopes) -> str:
    for scope in reversed(scopes):
        for prefix, name in CLASSES.items():
            if scope.startswith(prefix):
                return name
    return "none"


def scopes(text: str, other: dict[str, Any] | None = None) -> list[list[Scopes]]:
    """The scopes of each character, outermost first, line by line; by the grammar, or by another one."""
    compiler = Compiler(Grammar.make(other), Grammars()) if other else _compiler()
    state = compiler.root_state
    found = []
    for number, line in enumerate(text.split("\n")):
        state, regions = highlight_line(compiler, state, line + "\n", first_line=number == 0)
        of_line: list[Scopes] = [()] * (len(line) + 1)
        for region in regions:
            of_line[region.start : region.end] = [region.scope] * (region.end - region.start)
        found.append(of_line[: len(line)])
    return found


def classes(text: str, other: dict[str, Any] | None = None) -> list[list[str]]:
    """The class of each character, line by line."""
    return [[class_of(each) for each in line] for line in scopes(text, other)]
