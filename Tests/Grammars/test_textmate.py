"""The TextMate grammar colours words as the server does, which knows what they mean."""

import copy

import pytest
import textmate
from agreement import Disagreement, compare, listing
from server import Server, Verdict


def total(judged: dict[str, Verdict], grammar: dict | None = None) -> tuple[int, list[Disagreement]]:
    results = [compare(text, textmate.classes(text, grammar), verdict) for text, verdict in judged.items() if verdict.is_whole]
    return sum(count for count, _ in results), [each for _, found in results for each in found]


@pytest.mark.parametrize(("texts", "least"), [("judged_files", 15_000), ("judged_parser_texts", 3_000)])
def test_words_have_the_classes_that_the_server_gives_them(
    texts: str, least: int, request: pytest.FixtureRequest
) -> None:
    count, found = total(request.getfixturevalue(texts))
    print(f"{len(found)} of {count} words, {len(found) / count:.2%}\n{listing(found)}")
    assert count > least
    assert len(found) <= count / 100, listing(found)


def test_only_known_things_are_said_differently(
    judged_files: dict[str, Verdict], judged_parser_texts: dict[str, Verdict]
) -> None:
    """The server has no class for the letters of an interpolated name, and no keyword in `ints []`."""
    _, found = total(judged_files | judged_parser_texts)

    def is_known(each: Disagreement) -> bool:
        interpolated = f"`{each.word}{{" in each.line or each.word.endswith("`") or "}." in each.line
        return each.server == "none" and interpolated or each.word in {"ints", "strings"}

    unknown = [each for each in found if not is_known(each)]
    assert len(unknown) <= 3, unknown


@pytest.mark.parametrize("rule", ["labels", "members", "annotations", "types", "element-type", "typed-target", "names"])
def test_a_rule_less_shows(rule: str, judged_files: dict[str, Verdict]) -> None:
    whole = textmate.grammar()
    _, before = total(judged_files)
    poorer = copy.deepcopy(whole)
    poorer["repository"][rule] = {"match": "(?!)"}
    _, after = total(judged_files, poorer)
    assert len(after) > len(before)


def test_comments_and_strings_have_the_scopes_that_themes_know() -> None:
    text = 'use onnx 21 // why\n/// What it is.\n//// no doc\nmodel m(@doc("a\\n") x: f32[N]) -> f32[N] { return x }'
    scopes = textmate.scopes(text)
    assert scopes[0][-3][-1] == "comment.line.double-slash.mica"
    assert scopes[1][0][-1] == "comment.line.documentation.mica"
    assert scopes[2][0][-1] == "comment.line.double-slash.mica"
    place = text.split("\n")[3].index("\\n")
    assert scopes[3][place][-2:] == ("string.quoted.double.mica", "constant.character.escape.mica")


@pytest.mark.parametrize(
    "text",
    [
        "block B() { y: [(a: f32[N], b: T[N]); i in 0..<2] = F(x) }",
        "block B() { if a { y: [a: f32[N]; i in n] = F(x) } else { z: [[int]] = [k] } }",
        "block B(x: [f32[N]], k: [int] = [1]) -> [f32[N]] { y: [f32[N]] = F(*x) }",
        "model m(x: map<string, map<i64, T[]>>, y: seq<f32[N]> = none, z: int = 3) { return x }",
        "block B() {\n    x = a @b\n    y = F(a @b, c=(d) @e)\n    return x @y\n}",
        'block B() {\n@a @b("x") @c\n@d y = a\n@e("x") (@f("x") @g z) = b @c\n@e z: f32[N] = b\n}',
        "recipe r for m {\n    x: y\n    a: F(b)\n    x.y: std.G(z)\n}",
        "recipe r for m { x: y }\nblock B() { x: f32[N] = y }",
        'operator com["x"].Foo(a: T[N]) -> T[N] where N == 1 macs = N',
        'use com["x"].Foo 1\nimport std["y"] as z\nblock B() { return x }',
    ],
)
def test_words_of_small_texts_have_the_classes_that_the_server_gives_them(text: str, server: Server) -> None:
    verdict = server.judge(text)
    assert verdict.is_whole
    count, found = compare(text, textmate.classes(text), verdict)
    assert count > 3
    assert not found, listing(found)
