"""The tree-sitter grammar accepts what Mica's parser accepts, and cuts it into the same words."""

import re
from collections.abc import Iterator
from pathlib import Path

import corpus
import pytest
import treesitter
from scanner import Scanner
from server import Server, Verdict

# Texts that tree-sitter takes and Mica does not, and why.
LENIENT = {
    "x = f(g=(a: F)\n{ return x })": "a brace on the line behind the parameters of a graph",
    "x = type seq < a": "`seq` is a type here, and `<` compares",
    # tree-sitter looks for a newline only where a statement may end.
    "x = \na": "a newline behind `=`",
    "return a,\n    b": "a newline behind a comma",
    "a = x +\n    y": "a newline behind an operator",
}
# One in so many of the texts that Mica refuses is tried; there are thousands.
REFUSED_STEP = 12


def is_lenient(text: str) -> bool:
    return any(text in (frame.format(known) for frame in corpus.FRAMES.values()) for known in LENIENT)


def words_of(text: str, verdict: Verdict) -> dict[tuple[int, int], str]:
    """The words that the server tells of, by their places in the whole text."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return {(starts[each.line] + each.start, starts[each.line] + each.end): each.kind for each in verdict.tokens}


def differences(text: str, verdict: Verdict, words: list[treesitter.Word]) -> Iterator[str]:
    """Where the grammar's tokens are not the server's words, or a keyword is a name to one of them."""
    told = words_of(text, verdict)
    pieces = {}
    for word in words:
        pieces[word.start, word.end] = word
    quoted = quoted_names(words)
    for place, kind in told.items():
        if place in quoted:
            continue
        if place not in pieces:
            yield f"{text[slice(*place)]!r} is no token"
        elif kind == "keyword" and is_name(pieces[place]) and pieces[place].rule != "empty_list":
            yield f"the keyword {text[slice(*place)]!r} is a name"
        elif kind not in {"keyword", "type", "number", "string"} and not is_name(pieces[place]):
            # The server has no keyword in `ints []`.
            if pieces[place].rule != "empty_list":
                yield f"the name {text[slice(*place)]!r} is of {pieces[place].rule}"
    for place, word in pieces.items():
        if re.match(r"[A-Za-z0-9\"']", text[slice(*place)]) and place not in told:
            if not word.rule.startswith("_name"):
                yield f"{text[slice(*place)]!r} is told by nobody"


def quoted_names(words: list[treesitter.Word]) -> set[tuple[int, int]]:
    """Where the quoted names without an interpolation are."""
    found, start = set(), None
    for word in words:
        if word.rule == "quoted_name" and start is None:
            start = word.start
        elif word.rule == "quoted_name":
            found.add((start, word.end))
            start = None
        elif word.rule == "interpolation":
            start = None if word.terminal else start
    return found


def is_name(word: treesitter.Word) -> bool:
    return word.rule in {"identifier", "_keyword", "_reserved", "_member_name"}


def test_files_are_parsed(judged_files: dict[str, Verdict]) -> None:
    """Every example, the library, and the broken files that the parser finds nothing wrong with.

    Files of the library beyond 6 kB are left out: Earley's way is slow, and they have nothing that the others have not.
    """
    examples = {path.read_text() for path in corpus.ROOT.glob("Examples/*.mica")}
    whole = {
        text: verdict
        for text, verdict in judged_files.items()
        if verdict.is_whole and (len(text) < 6000 or text in examples)
    }
    assert examples <= set(whole)
    assert len(whole) > 120
    problems = []
    for text, verdict in whole.items():
        words = treesitter.parse(text)
        problems += [f"refused: {text[:80]}"] if words is None else differences(text, verdict, words)
    assert problems == []


def test_parser_texts_have_the_verdicts_of_the_parser(judged_parser_texts: dict[str, Verdict]) -> None:
    accepted = [text for text, verdict in judged_parser_texts.items() if verdict.is_whole]
    refused = [text for text, verdict in judged_parser_texts.items() if not verdict.is_whole and len(text) < 200]
    assert len(accepted) > 800
    wrong = []
    for text in accepted:
        words = treesitter.parse(text)
        problems = ["refused"] if words is None else differences(text, judged_parser_texts[text], words)
        wrong += [f"{problem}: {text}" for problem in problems]
    for text in refused[::REFUSED_STEP]:
        if not is_lenient(text) and treesitter.parse(text) is not None:
            wrong.append(f"taken: {text}")
    assert wrong == []


@pytest.mark.parametrize("text", LENIENT)
def test_what_is_known_to_be_taken_still_is(text: str, server: Server) -> None:
    """Else the list would be too long; and Mica refuses it still."""
    frames = [frame.format(text) for frame in corpus.FRAMES.values()]
    assert any(treesitter.parse(framed) is not None for framed in frames)
    assert not any(server.judge(framed).is_whole for framed in frames)


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(tmp_path_factory.mktemp("scanner"))


def test_the_scanner_finds_the_newlines(scanner: Scanner) -> None:
    """At every gap of every text the scanner in C says what the test's own lexer does, and takes nothing."""
    gaps = re.compile(r"(?:[ \t\r\n]|//[^\n]*)*\n(?:[ \t\r\n]|//[^\n]*)*")
    count = 0
    for text in [*corpus.files().values(), *corpus.parser_texts()]:
        for gap in gaps.finditer(text):
            start, end = gap.span()
            expected = treesitter.ends_statement(text, start, end)
            # A comment on the line before the newline is taken first.
            if comment := re.compile(r"[ \t\r]*//[^\n]*").match(text, start):
                assert scanner.newline(text, start) is None
                start = comment.end()
            found = scanner.newline(text, start)
            assert (found == start) == expected, (text[:start], text[start:])
            assert scanner.newline(text, start, valid=False) is None
            count += 1
    assert count > 10_000


def test_conflicts_are_declared() -> None:
    """tree-sitter makes no parser of a grammar with a conflict that is not declared; nor is one declared that is none."""
    declared = [frozenset(each) for each in treesitter.grammar()["conflicts"]]
    found = treesitter.conflicts()
    assert {frozenset({"_path", "_value"}), frozenset({"map", "body"})} <= set(found)
    assert [set(each) for each in found if not any(each <= other for other in declared)] == []
    assert [set(each) for each in declared if not any(other <= each for other in found)] == []


# ---- Queries


NAMES = re.compile(r"[a-zA-Z_][\w.-]*")


def atoms(query: str) -> Iterator[str]:
    query = re.sub(r"^;.*$", "", query, flags=re.MULTILINE)
    yield from re.findall(r'"(?:[^"\\]|\\.)*"|[()\[\]]|[@#!?.+*:]|[\w.\-]+[!?:]?', query)


def node_names() -> set[str]:
    names = {name for name in treesitter.grammar()["rules"] if not name.startswith("_")}

    def visit(rule: dict) -> None:
        if rule["type"] == "ALIAS" and rule["named"]:
            names.add(rule["value"])
        for child in rule.get("members", []) + ([rule["content"]] if "content" in rule else []):
            visit(child)

    for rule in treesitter.grammar()["rules"].values():
        visit(rule)
    return names | set(treesitter.grammar()["supertypes"])


def strings() -> set[str]:
    found = set()

    def visit(rule: dict) -> None:
        if rule["type"] == "STRING":
            found.add(rule["value"])
        for child in rule.get("members", []) + ([rule["content"]] if "content" in rule else []):
            visit(child)

    for rule in treesitter.grammar()["rules"].values():
        visit(rule)
    return found


def fields() -> set[str]:
    return set(re.findall(r"'type': 'FIELD', 'name': '(\w+)'", str(treesitter.grammar())))


QUERIES = sorted(treesitter.FOLDER.glob("queries/*.scm"))


def test_there_is_a_query_for_each_use() -> None:
    names = {path.stem for path in QUERIES}
    assert names == {"highlights", "folds", "indents", "locals", "injections", "textobjects"}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_queries_name_what_the_grammar_has(path: Path) -> None:
    depth, last = [], ""
    for atom in atoms(path.read_text()):
        if atom in {"(", "["}:
            depth.append(atom)
        elif atom in {")", "]"}:
            assert depth.pop() == {")": "(", "]": "["}[atom]
        elif atom.startswith('"') and last != "#":
            if not any(each.endswith("?") or each.endswith("!") for each in [last]):
                literal = atom[1:-1].replace('\\"', '"')
                in_predicate = path.read_text().split(atom)[0].rsplit("(", 1)[-1].startswith("#")
                assert in_predicate or literal in strings(), f"no token {literal}"
        elif atom.endswith(":"):
            assert atom[:-1] in fields(), f"no field {atom}"
        elif last == "(" and NAMES.fullmatch(atom) and atom != "_":
            assert atom in node_names(), f"no node {atom}"
        last = atom
    assert depth == []


def test_keywords_are_highlighted() -> None:
    """Every word of the grammar has a capture in highlights.scm."""
    query = (treesitter.FOLDER / "queries/highlights.scm").read_text()
    words = {each for each in strings() if re.fullmatch(r"[a-z_]+", each)}
    types = {each["value"] for each in treesitter.grammar()["rules"]["element_type"]["members"]}
    named = {"none", "true", "false", "_"}
    assert sorted(each for each in words - types - named if f'"{each}"' not in query) == []
