"""The tree-sitter grammar as another parser reads it: its rules, loaded by Node.js, for lark's Earley parser.

What tree-sitter does besides the rules is done here: the longest token counts, of two as long the word of the grammar's
own; tokens inside a quoted name follow each other immediately; and `_newline`, which the scanner in C decides.
"""

import io
import json
import logging
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from corpus import ROOT
from lark import Lark, Token, logger
from lark.exceptions import GrammarError, UnexpectedCharacters, UnexpectedInput
from lark.lexer import Lexer

FOLDER = ROOT / "grammar/tree-sitter-mica"
Rule = dict[str, Any]


@cache
def grammar() -> dict[str, Any]:
    loader = ROOT / "Tests/Grammars/load_grammar.js"
    done = subprocess.run(
        ["node", str(loader), str(FOLDER / "grammar.js")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def pattern(rule: Rule) -> str:
    """The regular expression of a token's rule."""
    kind = rule["type"]
    if kind == "STRING":
        return re.escape(rule["value"])
    if kind == "PATTERN":
        return f"(?:{rule['value']})"
    if kind == "SEQ":
        return "".join(map(pattern, rule["members"]))
    if kind == "CHOICE":
        return f"(?:{'|'.join(map(pattern, rule['members']))})"
    if kind in {"TOKEN", "IMMEDIATE_TOKEN"}:
        return pattern(rule["content"])
    raise ValueError(kind)


class Terminal(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    is_literal: bool
    is_immediate: bool


class Translation:
    """The rules as lark wants them, and the terminals that they are made of.

    Where words stand beside each other in a rule, `grouped` makes one terminal of them, of which Earley's way is faster.
    """

    def __init__(self, source: dict[str, Any], grouped: bool) -> None:
        self.source = source
        self.grouped = grouped
        self.terminals: dict[tuple[str, bool], Terminal] = {}
        self.groups: dict[str, frozenset[str]] = {}
        self.rules: list[str] = []
        for name, rule in source["rules"].items():
            if name != "comment":
                self.rules.append(f"{self.rule_name(name)}: {self.text(rule)}")

    @staticmethod
    def rule_name(name: str) -> str:
        # An underscore would hide the rule from lark's trees too.
        return f"r{name}"

    def terminal(self, rule: Rule) -> str:
        immediate = rule["type"] == "IMMEDIATE_TOKEN"
        literal = rule["type"] == "STRING" or immediate and rule["content"]["type"] == "STRING"
        key = (pattern(rule), immediate)
        if key not in self.terminals:
            name = f"T{len(self.terminals)}"
            self.terminals[key] = Terminal(name, re.compile(key[0]), literal, immediate)
        return self.terminals[key].name

    def group(self, names: list[str]) -> str:
        name = f"G{len(self.groups)}"
        self.groups[name] = frozenset(names)
        return name

    @property
    def lark_rules(self) -> str:
        names = ["NEWLINE", *(each.name for each in self.terminals.values()), *self.groups]
        return "\n".join([*self.rules, f"%declare {' '.join(names)}"])

    def text(self, rule: Rule) -> str:
        kind = rule["type"]
        if kind == "SYMBOL":
            return "NEWLINE" if rule["name"] in self.source["externals"] else self.rule_name(rule["name"])
        if kind == "BLANK":
            return ""
        if kind in {"STRING", "PATTERN", "TOKEN", "IMMEDIATE_TOKEN"}:
            return self.terminal(rule)
        if kind == "SEQ":
            return " ".join(map(self.text, rule["members"]))
        if kind == "CHOICE":
            members = [each for each in rule["members"] if each["type"] != "BLANK"]
            words = [each for each in members if each["type"] == "STRING"]
            parts = [self.text(each) for each in members if not self.grouped or each not in words]
            if self.grouped and words:
                parts.append(self.group([self.terminal(each) for each in words]))
            listed = f"({' | '.join(parts)})"
            return listed + "?" if len(members) < len(rule["members"]) else listed
        if kind in {"REPEAT", "REPEAT1"}:
            return f"({self.text(rule['content'])}){'*' if kind == 'REPEAT' else '+'}"
        if kind == "ALIAS" or kind == "FIELD" or kind.startswith("PREC"):
            return self.text(rule["content"])
        raise ValueError(kind)


@cache
def translation() -> Translation:
    return Translation(grammar(), grouped=True)


_GAP = re.compile(r"(?:[ \t\r\n]|//[^\n]*)*")
_CONTINUING = re.compile(r"\|>|\|\||&&|==|!=|[<>+\-/%*{})\]]|else\b")
_STARRED = re.compile(r"\*[ \t\r\n]*(?:[A-Za-z_]\w*|`(?:[^`\\\n]|\\.)*`)[ \t\r\n]*(?:,|=(?!=))")


def ends_statement(text: str, start: int, end: int) -> bool:
    """Whether a gap is a newline that ends a statement, where one may end: what src/scanner.c says."""
    if "\n" not in text[start:end] or end == len(text):
        return False
    return bool(_STARRED.match(text, end)) or not _CONTINUING.match(text, end)


class Pending(Token):
    """A token behind a newline, which becomes the newline itself where the rules have a place for one."""


class TreeSitterLexer(Lexer):
    """Cuts a text into tokens as tree-sitter does."""

    def __init__(self, _: Any) -> None:
        self.terminals = list(translation().terminals.values())

    def lex(self, text: str) -> Iterator[Token]:
        # A byte order mark is skipped.
        position = 1 if text.startswith("\ufeff") else 0
        # For each quoted name that is open `None`, or how many braces are open in its interpolation.
        names: list[int | None] = []
        while True:
            inside = bool(names) and names[-1] is None
            start, position = position, position if inside else _GAP.match(text, position).end()
            if position == len(text):
                return
            found = [
                (match.end(), each.is_literal, each)
                for each in self.terminals
                if each.is_immediate == inside and (match := each.pattern.match(text, position))
            ]
            if not found:
                raise UnexpectedCharacters(text, position, 0, 0)
            end, _, terminal = max(found, key=lambda each: each[:2])
            kind = Pending if not inside and ends_statement(text, start, position) else Token
            token = kind(terminal.name, text[position:end], position, end_pos=end)
            yield token
            if token.type == "NEWLINE":
                yield Token(terminal.name, text[position:end], position, end_pos=end)
            self._follow(names, text[position:end], inside)
            position = end

    @staticmethod
    def _follow(names: list[int | None], text: str, inside: bool) -> None:
        if inside and text in "`{":
            names[-1:] = [] if text == "`" else [0]
        elif text == "`":
            names.append(None)
        elif names and text == "{":
            names[-1] += 1
        elif names and text == "}":
            names[-1] = names[-1] - 1 if names[-1] else None


@cache
def parser() -> Lark:
    """The grammar in lark, which looks for a newline only where the rules have a place for one."""
    translated = translation()
    lark = Lark(translated.lark_rules, start="rfile", parser="earley", lexer=TreeSitterLexer, keep_all_tokens=True)
    earley = lark.parser.parser
    predict, match = earley.predict_and_complete, earley.term_matcher
    expected: set[str] = set()

    def predict_and_complete(column: int, to_scan: Any, *rest: Any) -> None:
        predict(column, to_scan, *rest)
        expected.clear()
        expected.update(item.expect.name for item in to_scan)

    def matches(terminal: Any, token: Token) -> bool:
        if isinstance(token, Pending) and "NEWLINE" in expected:
            token.type = "NEWLINE"  # and what stood here comes behind it
        return token.type in translated.groups.get(terminal.name, ()) or match(terminal, token)

    earley.predict_and_complete, earley.term_matcher = predict_and_complete, matches
    return lark


class Word(NamedTuple):
    """A token of a text, and whether it stands for itself rather than for a name that is spelt the same."""

    start: int
    end: int
    rule: str
    terminal: str


def parse(text: str) -> list[Word] | None:
    """The tokens of a text in order, with the rules that they belong to; `None` where the grammar refuses it."""
    try:
        tree = parser().parse(text)
    except (UnexpectedInput, RecursionError):
        return None
    words = []
    for node in tree.iter_subtrees():
        for child in node.children:
            if isinstance(child, Token) and child.type != "NEWLINE":
                words.append(Word(child.start_pos, child.end_pos, node.data.removeprefix("r"), child.type))
    return sorted(words)


class _NoLexer(Lexer):
    def __init__(self, _: Any) -> None: ...

    def lex(self, text: str) -> Iterator[Token]:
        return iter(())


def conflicts() -> list[frozenset[str]]:
    """The rules between which one token ahead does not decide, as lark's LALR(1) generator finds them.

    A token that is taken rather than ending a rule tells that rule only; two rules that both end come as a pair.
    """
    rules = Translation(grammar(), grouped=False).lark_rules
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        Lark(rules, start="rfile", parser="lalr", lexer=_NoLexer, debug=True)
    except GrammarError as problem:
        said.write(str(problem))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    shifts = re.findall(r"Shift/Reduce conflict[^\n]*\n \* <r(\w+) :", said.getvalue())
    ends = re.findall(r"Reduce/Reduce collision[^\n]*\n((?:\s+- <[^\n]*\n)+)", said.getvalue())
    pairs = [frozenset(re.findall(r"- <r(\w+) :", each)) for each in ends]
    return [*(frozenset([name]) for name in shifts), *pairs]
