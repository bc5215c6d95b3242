"""The tree-sitter grammar accepts what Mica's parser accepts, and cuts it into the same words."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import corpus
import pytest
import treesitter
from scanner import TOKENS, Scanner
from server import Server, Verdict

# Texts that tree-sitter takes and Mica does not, and why.
LENIENT = {
    "x = type seq < a": "`seq` is a type here, and `<` compares",
}
# One in so many of the texts that Mica refuses is tried; there are thousands.
REFUSED_STEP = 12
NEWLINE_STEP = 15
SCANNER_STEP = 9


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


# Where a newline stands in the way, and where it does not; brackets, braces of every kind and maps.
NEWLINES = r"""
a\n= b
a, b\n= c
a\n, b = c
a,\nb = c
a\n: f32[N] = c
x = y.\nz
x = y\n.z
x = y\n~z
x = \na
x = a +\ny
x = a\n+ y
x = a\n@ y
x = a\n* 3, y
x = -\ny
x = $\ny
x = a |>\nF
x = fc:\nF(a)
x = fc\n: F(a)
x = F\n(a)
x = a\n[0]
x = F(a\n, b\n= c)
x = [a\n, b\n]
x = [a.\nb]
x = (a\n+\nb)
x = f32\n[2]{1}
x = f32[2]\n{\n1\n,2}
x = sparse f32[2]{0\n:\n1}
x = if a\n{\nb\n}\nelse\n{\nc\n}
x = type\nf32
x = ints\n[]
x = `a{\ni}`(b)
x = F(`a{i\n}`)
x = F(`a{i\n+ 1}`)
x = F(`a{(\ni)}`)
x = `a{F(`b{i}`)}`(c)\ny = x
x = F(g={ return\n})
x = F(g={ y =\na })
x = F(g={\n y = a\n return y })
x = F(g=(a: F)\n{ return a })
x = F(g=(a: F) { return\na })
x = F(g=\n{ return a }, h={})
x = F([{ return a }, (b: F) {\nreturn b\n}])
return a,\nb
return a\n, b
return\na
param\nw: F
param w\n: F
param w:\nF
param w: F\n= a
param w: F\nif a
const w: F =\n[a]
layer a =\nF()
repeat i\nin a { }
repeat i in\na { }
repeat i in 0\n..<2 { }
repeat i in 0 ..<\n2\n{ }
scope\na { }
scope a\n{ }
weights\n"a"
weights "a"\n(b=c)
require\na
require a,\n"b"
require a\n, "b"
if\na { }
if a\n{ }\nelse\nif b { }
@a\n(@b\nc) = d
@\na b = c
@a(\nb)\n\nc = d
x = F(a={ "a" + b: 3 })
x = F(a={ "a"[0]: 3, c + 1: 4 })
x = F(a={ // why\n"a": 3 })
x = F(a={ 'a' |> F: 3 })
x = F(a={ b"a": 3 })
x = F(a={ c: 3 })
x = F(a={ ("a"): 3 })
x = F(a={ "a": G: 3 })
x = F(a={ "a": 3, })
x = F(a={,})
x = F(a={ -"a": 3 })
""".strip().splitlines()


@pytest.mark.parametrize("text", NEWLINES)
def test_newlines_and_braces_have_the_verdicts_of_the_parser(text: str, server: Server) -> None:
    framed = corpus.FRAMES["body"].format(text.replace("\\n", "\n"))
    assert (treesitter.parse(framed) is not None) == server.judge(framed).is_whole


def test_a_newline_in_any_gap_has_the_verdict_of_the_parser(
    judged_parser_texts: dict[str, Verdict], server: Server
) -> None:
    """Every gap of whole texts becomes a newline; one in so many of them, for there are thousands."""
    gaps = [
        f"{text[: gap.start()]}\n{text[gap.end() :]}"
        for text, verdict in judged_parser_texts.items()
        if verdict.is_whole and len(text) < 120 and "//" not in text
        for gap in re.finditer(r" +", text)
    ]
    tried = gaps[::NEWLINE_STEP]
    assert len(tried) > 200
    verdicts = {text: server.judge(text).is_whole for text in tried}
    assert 50 < sum(verdicts.values()) < len(tried) - 50
    wrong = [text for text, is_whole in verdicts.items() if (treesitter.parse(text) is not None) != is_whole]
    assert wrong == []


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanner]:
    scanner = Scanner(tmp_path_factory.mktemp("scanner"))
    yield scanner
    scanner.close()


def test_the_scanner_takes_what_the_lexer_takes(scanner: Scanner, judged_parser_texts: dict[str, Verdict]) -> None:
    """At every token of the examples and of whole texts the scanner in C says what the test's own lexer does."""
    examples = [path.read_text() for path in sorted(corpus.ROOT.glob("Examples/*.mica"))]
    texts = [text for text, verdict in judged_parser_texts.items() if verdict.is_whole]
    counts: Counter[str] = Counter()
    for text in [*(each for each in examples if len(each) < 1500), *texts[::SCANNER_STEP]]:
        assert treesitter.parse(text) is not None
        scanner.restart()
        for asked in treesitter.asked_of_the_scanner():
            assert scanner.answers(text, asked), (text[: asked.start], text[asked.start :], asked)
            counts[asked.terminal] += 1
    assert counts["NEWLINE"] > 100
    assert {each for each in TOKENS if not counts[each]} == {"COMMENT", "RECOVERY"}


@pytest.mark.parametrize("text", NEWLINES)
def test_the_scanner_refuses_what_the_lexer_refuses(text: str, scanner: Scanner) -> None:
    framed = corpus.FRAMES["body"].format(text.replace("\\n", "\n"))
    treesitter.parse(framed)
    scanner.restart()
    assert all(scanner.answers(framed, asked) for asked in treesitter.asked_of_the_scanner())


def test_the_scanner_stands_brackets_that_do_not_match(scanner: Scanner) -> None:
    """Whatever a recovery asks: a brace closes what is open in it, and newlines count behind it; too many are left out."""
    text = "{ ( [ }\na" + "(" * 2000
    scanner.restart()
    position, taken = 0, []
    while found := scanner.take(text, position, [True] * len(TOKENS)):
        taken.append(text[position : found[1]].strip() or found[0])
        position = found[1] + (text[found[1] :][:1] == "a")
    assert taken == ["{", "(", "[", "}", "NEWLINE", *"(" * 2000]
    assert scanner.serialize(scanner.state, scanner.buffer) <= 1024


def test_conflicts_are_declared() -> None:
    """tree-sitter makes no parser of a grammar with a conflict that is not declared; nor is one declared that is none."""
    declared = [frozenset(each) for each in treesitter.grammar()["conflicts"]]
    found = treesitter.conflicts()
    assert frozenset({"_path", "_value"}) in found
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
    externals = {each["name"] for each in treesitter.grammar()["externals"] if each["type"] == "SYMBOL"}
    return names | {each for each in externals if not each.startswith("_")} | set(treesitter.grammar()["supertypes"])


def strings() -> set[str]:
    found = set()

    def visit(rule: dict) -> None:
        if rule["type"] == "STRING" or rule["type"] == "ALIAS" and not rule["named"]:
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
