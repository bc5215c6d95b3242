"""The tree-sitter grammar as another parser reads it: its rules, loaded by Node.js, for lark's Earley parser.

What tree-sitter does besides the rules is done here: the longest token counts, of two as long the word of the grammar's
own; tokens inside a quoted name follow each other immediately; and what the scanner in C decides: what is a newline, and
which kind of brace one is.
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

    @property
    def externals(self) -> list[str]:
        """The terminals that the scanner in C takes, in its order."""
        return [
            self.terminal(each) if each["type"] == "STRING" else self.external_name(each["name"])
            for each in self.source["externals"]
        ]

    @staticmethod
    def external_name(name: str) -> str:
        return name.strip("_").upper()

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
        names = {*self.externals, *(each.name for each in self.terminals.values()), *self.groups}
        return "\n".join([*self.rules, f"%declare {' '.join(names)}"])

    def text(self, rule: Rule) -> str:
        kind = rule["type"]
        if kind == "SYMBOL":
            name = rule["name"]
            return self.rule_name(name) if name in self.source["rules"] else self.external_name(name)
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
_STARRED = re.compile(rf"\*{_GAP.pattern}(?:[A-Za-z_]\w*|`(?:[^`\\\n]|\\.)*`){_GAP.pattern}(?:,|=(?!=))")
_MAP = re.compile(rf"\{{{_GAP.pattern}[\"'}}]")
# A brace in which newlines count; in other brackets they are gaps.
LINES = "lines"


def ends_statement(text: str, start: int, end: int) -> bool:
    """Whether a gap is a newline that ends a statement, where newlines count: what src/scanner.c says."""
    if "\n" not in text[start:end] or end == len(text):
        return False
    return bool(_STARRED.match(text, end)) or not _CONTINUING.match(text, end)


class Asked(NamedTuple):
    """What the scanner was asked: where, what the rules had a place for, and what it should say."""

    start: int
    end: int
    terminal: str
    places: frozenset[str]


class Reading:
    """What the lexer and the parser know of each other."""

    places: set[str] = set()
    """The terminals that the rules have a place for."""
    asked: list[Asked] = []


class Scanned(Token):
    """A token that depends on what the rules have a place for: one behind a newline, or a brace."""

    @classmethod
    def make(cls, kind: str, text: str, start: int, end: int, newline: str) -> "Scanned":
        token = cls(kind, text[start:end], start, end_pos=end)
        token.newline = newline
        token.is_map = bool(_MAP.match(text, start))
        return token

    newline: str
    """What a newline before it does: `ends` a statement, `may end` one where the rules say so, is a `gap`, or `none`."""
    is_map: bool
    """Whether a string or nothing follows the brace."""

    def decide(self, places: set[str]) -> None:
        """Becomes the newline, where it counts or the rules have a place for it; else the kind of brace that it is."""
        if self.newline == "ends" or self.newline == "may end" and "NEWLINE" in places:
            self.type = "NEWLINE"
        elif self == "{":
            kinds = [each for each in ("BODY_BRACE", "BRACE") if each in places]
            if len(kinds) == 2:
                kinds = ["BRACE" if self.is_map else "BODY_BRACE"]
            self.type = kinds[0] if kinds else "GRAPH_BRACE" if self.newline == "none" else "REFUSED"


class TreeSitterLexer(Lexer):
    """Cuts a text into tokens as tree-sitter does."""

    def __init__(self, _: Any) -> None:
        self.terminals = list(translation().terminals.values())

    def lex(self, text: str) -> Iterator[Token]:
        # A byte order mark is skipped.
        position = 1 if text.startswith("\ufeff") else 0
        # The brackets that are open, and the quoted names.
        opened: list[str] = []
        while True:
            inside = opened[-1:] == ["`"]
            start, position = position, position if inside else _GAP.match(text, position).end()
            if position == len(text):
                return
            if text[position] == "{":
                kind, end = "NAME_BRACE", position + 1
            else:
                kind, end = self._longest(text, position, inside)
            if inside:
                newline = "none"
            elif "`" in opened and "\n" in text[start:position]:
                newline = "ends"
            elif ends_statement(text, start, position):
                newline = "ends" if opened[-1:] in ([], [LINES]) else "may end"
            else:
                newline = "gap" if "\n" in text[start:position] else "none"
            token: Token = Token(kind, text[position:end], position, end_pos=end)
            if not inside:
                token = Scanned.make(kind, text, position, end, newline)
            yield token
            if token.type == "NEWLINE":
                Reading.asked.append(Asked(start, position, token.type, frozenset(Reading.places)))
                start = position
                token = Scanned.make(kind, text, position, end, "none")
                yield token
            Reading.asked.append(Asked(start, end, token.type, frozenset(Reading.places)))
            self._follow(opened, token)
            position = end

    def _longest(self, text: str, position: int, inside: bool) -> tuple[str, int]:
        found = [
            (match.end(), each.is_literal, each.name)
            for each in self.terminals
            if each.is_immediate == inside and (match := each.pattern.match(text, position))
        ]
        if not found:
            raise UnexpectedCharacters(text, position, 0, 0)
        end, _, name = max(found, key=lambda each: each[:2])
        return name, end

    @staticmethod
    def _follow(opened: list[str], token: Token) -> None:
        if token == "`" and opened[-1:] == ["`"] or token in {")", "]", "}"} and opened[-1:] != ["`"]:
            del opened[-1:]
        elif token in {"(", "[", "`"} and opened[-1:] != ["`"]:
            opened.append(str(token))
        elif token == "{":
            opened.append("{" if token.type == "BRACE" else LINES)


@cache
def parser() -> Lark:
    """The grammar in lark, whose lexer hears what the rules have a place for."""
    translated = translation()
    lark = Lark(translated.lark_rules, start="rfile", parser="earley", lexer=TreeSitterLexer, keep_all_tokens=True)
    earley = lark.parser.parser
    predict, match = earley.predict_and_complete, earley.term_matcher

    def predict_and_complete(column: int, to_scan: Any, *rest: Any) -> None:
        predict(column, to_scan, *rest)
        Reading.places = {item.expect.name for item in to_scan}

    def matches(terminal: Any, token: Token) -> bool:
        if isinstance(token, Scanned):
            token.decide(Reading.places)
        return token.type in translated.groups.get(terminal.name, ()) or match(terminal, token)

    earley.predict_and_complete, earley.term_matcher = predict_and_complete, matches
    return lark


class Word(NamedTuple):
    """A token of a text, and whether it stands for itself rather than for a name that is spelt the same."""

    start: int
    end: int
    rule: str
    terminal: str


def asked_of_the_scanner() -> list[Asked]:
    """What the scanner was asked for the text that was parsed last, in order."""
    return Reading.asked


def parse(text: str) -> list[Word] | None:
    """The tokens of a text in order, with the rules that they belong to; `None` where the grammar refuses it."""
    Reading.asked = []
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
