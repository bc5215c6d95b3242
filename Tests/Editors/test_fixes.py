"""Every quick fix takes its diagnostic away and brings no other; every place in the sources that makes one has a text here."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import strict
from client import CAPABILITIES, Client, Message
from conftest import MICA
from fix_cases import CASES, COMMANDS, Case
from safetensors.numpy import save_file
from swift_sources import arguments, calls, files, functions, pattern, strings
from test_features import applied

#: What is told of texts without mistakes alone, so that the fix of a mistake may well bring it.
REMARKS = {"unnamed-layer", "unused-import", "unused-parameter", "unused-value"}
SOURCES = Path(__file__).parents[2] / "Sources"
NAMES = {(f"{code}: {name}" if name else code): (code, case) for code, cases in CASES.items() for name, case in cases.items()}


@dataclass
class Outcome:
    """What a fix made of a text."""

    code: str
    message: str
    title: str
    text: str
    #: The diagnostics after the change, and those of the changed text where it is opened anew.
    changed: Counter
    opened: Counter


@dataclass
class Record:
    before: list[Message]
    outcomes: list[Outcome] = field(default_factory=list)


def counted(diagnostics: list[Message]) -> Counter:
    return Counter((each["code"], each["message"]) for each in diagnostics)


def fixes(client: Client, uri: str, diagnostic: Message) -> list[Message]:
    """The quick fixes of one diagnostic."""
    where = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}}
    return [each for each in client.request("textDocument/codeAction", where) if each["diagnostics"] == [diagnostic]]


def recorded(client: Client, folder: Path, code: str, case: Case) -> Record:
    """What is wrong with a case's text, and what each fix of the diagnostics of an identifier makes of it."""
    folder.mkdir()
    if code not in REMARKS:
        (folder / "mica.json").write_text(json.dumps({"lint": dict.fromkeys(REMARKS, "off")}))
    for name, content in case.files.items():
        if isinstance(content, str):
            (folder / name).write_text(content)
        else:
            save_file(content, folder / name)
    uri = client.open(folder / "text.mica", case.text)
    record = Record(client.diagnostics(uri, 1))
    for number, diagnostic in enumerate(each for each in record.before if each["code"] == code):
        for index, fix in enumerate(fixes(client, uri, diagnostic)):
            (change,) = fix["edit"]["documentChanges"]
            text = applied(case.text, change["edits"])
            # As an editor does it, and as the text is when it is opened the next time.
            edited = client.open(folder / f"{number}-{index}.mica", case.text)
            client.diagnostics(edited, 1)
            client.change(edited, 2, *sorted(({"range": each["range"], "text": each["newText"]} for each in change["edits"]), key=start, reverse=True))
            changed = counted(client.diagnostics(edited, 2))
            opened = counted(client.diagnostics(client.open(folder / f"{number}-{index}-new.mica", text), 1))
            record.outcomes.append(Outcome(code, diagnostic["message"], fix["title"], text, changed, opened))
    return record


def start(change: Message) -> tuple[int, int]:
    place = change["range"]["start"]
    return place["line"], place["character"]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Record]]:
    """All cases in one session, whose traffic is judged in the end."""
    folder = tmp_path_factory.mktemp("fixes")
    trace = folder / "trace.jsonl"
    client = Client([MICA, "lsp", "--trace", str(trace)])
    client.initialize(CAPABILITIES)
    yield {name: recorded(client, folder / str(number), code, case) for number, (name, (code, case)) in enumerate(NAMES.items())}
    assert client.leave() == 0
    findings = [each for each in strict.judge(strict.read(trace)) if each.sender == "server"]
    assert not findings, "\n".join(map(str, findings))


@pytest.mark.parametrize("name", NAMES)
def test_fix(records: dict[str, Record], name: str) -> None:
    """The problem is gone, and whatever is told now was told before."""
    code, case = NAMES[name]
    record = records[name]
    before = counted(record.before)
    assert code in {each["code"] for each in record.before}, before
    assert record.outcomes, f"no fix: {before}"
    for outcome in record.outcomes:
        about = f"{outcome.title}\n{outcome.text}"
        told = (code, outcome.message)
        assert outcome.text != case.text, about
        for after in (outcome.changed, outcome.opened):
            assert after[told] < before[told], f"{told} is still there: {about}"
            assert not after - before, f"{about}\n{after - before}"
    if case.titles is not None:
        assert [outcome.title for outcome in record.outcomes] == case.titles


def test_texts_have_no_other_mistake(records: dict[str, Record]) -> None:
    """So what a fix brings is not hidden by what is wrong besides."""
    others = {name: [each["message"] for each in record.before if each["code"] != NAMES[name][0]] for name, record in records.items()}
    found = {name: messages for name, messages in others.items() if messages}
    assert set(found) == {name for name, (_, case) in NAMES.items() if case.has_others}, found


# What the sources say


def sites() -> dict[tuple[str, str], list[str]]:
    """The places that make diagnostics with fixes: the identifier and the function, with patterns of the messages."""
    found: dict[tuple[str, str], list[str]] = {}
    for function in functions(SOURCES):
        for number, call in enumerate(calls(function.body, "Diagnostic")):
            given = arguments(call)
            if not any(argument.startswith("fixes:") for argument in given):
                continue
            if given[0] == "problem.identifier":
                # The rules of operators say what it is, below.
                continue
            # A message that is put together before stands elsewhere in the function.
            texts = sentences(given[1]) or sentences(function.body)
            assert re.fullmatch(r'"[a-z-]+"', given[0]) and texts, f"{function}: {call}"
            found[given[0].strip('"'), f"{function.name} {number}"] = texts
        for number, call in enumerate(calls(function.body, "reportMissing")):
            given = arguments(call)
            if given[-1].startswith("fixes:"):
                what, context = strings(call)[:2]
                found["expected-token", f"{function.name} {number}"] = [f"^expected {pattern(what)} {pattern(context)}"]
        for call in calls(function.body, "reportUndetermined"):
            found[arguments(call)[0].strip('"'), function.name] = ["are not known to be equal"]
    return found


def sentences(code: str) -> list[str]:
    """Patterns of the string literals in a piece of Swift that have several words."""
    return [made for text in strings(code) if len((made := pattern(text)).replace(".*", "").split()) > 2]


def titles() -> dict[tuple[str, str], str]:
    """Patterns of the titles that the sources give to fixes."""
    found = {}
    for function in functions(SOURCES):
        for call in calls(function.body, "Fix") + calls(function.body, r"[\w.?\[\]]+\.fix"):
            heading = arguments(call)[0]
            named = re.findall(r"let title =(.*?)\n *(?:let|guard|if|return|switch|func)\b", function.body, re.S) if re.search(r"\btitle\b", heading) else []
            for text in strings(heading + "".join(named)):
                if re.search("[A-Z]", text):
                    found[function.name, text] = pattern(text)
    return found


SITES = sites()
TITLES = titles()


def test_no_fix_is_made_elsewhere() -> None:
    """All code that makes a fix is in a function that is looked at."""
    bodies: dict[str, str] = {}
    for function in functions(SOURCES):
        bodies[function.file] = bodies.get(function.file, "") + function.body
    for file, code in files(SOURCES).items():
        for line in code.splitlines():
            if re.search(r"(?<![\w.])Fix\(|\.fix\(|fixes: \[(?!Fix\])", line) and not re.search(r"static let nothing|func fix\(", line):
                assert line in bodies.get(file, ""), f"{file}: {line}"
    assert len(SITES) > 45 and len({code for code, _ in SITES}) > 25 and len(TITLES) > 40


@pytest.mark.parametrize("site", SITES, ids=lambda site: " ".join(site))
def test_each_place_has_a_case(records: dict[str, Record], site: tuple[str, str]) -> None:
    """A fix was applied to a diagnostic that came from there."""
    told = {outcome.message for record in records.values() for outcome in record.outcomes if outcome.code == site[0] and not ignores(outcome)}
    assert any(re.search(pattern, message, re.S) for pattern in SITES[site] for message in told), (SITES[site], told)


@pytest.mark.parametrize("title", TITLES, ids=lambda title: ": ".join(title))
def test_each_title_has_a_case(records: dict[str, Record], title: tuple[str, str]) -> None:
    """So each branch was taken that makes a fix."""
    assert any(re.fullmatch(TITLES[title], outcome.title) for record in records.values() for outcome in record.outcomes), TITLES[title]


def ignores(outcome: Outcome) -> bool:
    return outcome.title == f"Ignore {outcome.code} on this line"


def test_each_warning_can_be_ignored(records: dict[str, Record]) -> None:
    source = (SOURCES / "Authoring/Project/LintLevels.swift").read_text()
    adjustable = set(re.findall(r'"([a-z-]+)"', re.search(r"adjustable = \[(.*?)\]", source, re.S)[1]))
    ignored = {outcome.code for record in records.values() for outcome in record.outcomes if ignores(outcome)}
    # A comment that silences nothing is removed, and the command line has warnings that no text has.
    assert adjustable == ignored | {"unused-ignore"} | COMMANDS and not ignored & COMMANDS


def test_each_misfit_is_reconciled(records: dict[str, Record]) -> None:
    source = (SOURCES / "Authoring/Refactoring/Reconciling.swift").read_text()
    codes = set(re.findall(r'"([a-z-]+)"', re.search(r"reconcilable: Set<String> \{\s*\[(.*?)\]", source, re.S)[1]))
    applied_codes = {outcome.code for record in records.values() for outcome in record.outcomes if outcome.title.startswith("Insert ") and " for `" in outcome.title}
    assert codes and codes == applied_codes
