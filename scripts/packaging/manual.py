"""Writes mica(1) in mdoc from what `mica --experimental-dump-help` says, so that commands and options are the program's own.

    manual.py MICA DATE > mica.1
"""

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Any

Argument = dict[str, Any]
Command = dict[str, Any]

ESCAPES = {"\\": r"\e", "`": r"\(ga", "'": r"\(aq", "^": r"\(ha", "~": r"\(ti"}
#: What the program says of no command in particular.
CLOSING = """\
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev MICA_ONNXRUNTIME
The library of ONNX Runtime, or the folder that it is in.
Commands that run models need it.
.It Ev TMPDIR
Where temporary files are, instead of
.Pa /tmp .
.El
.Sh FILES
.Bl -tag -width Ds
.It Pa mica.json
Settings of a project, in the folder of a model or above it.
.El
.Sh EXIT STATUS
0, or 1 where problems were found, or 2 where the call is wrong.
Files appear whole or not at all.
"""


def escaped(text: str) -> str:
    text = "".join(ESCAPES.get(character, character) for character in text)
    text = re.sub(r"(?<![A-Za-z])-|-(?![A-Za-z])", r"\-", text)
    return re.sub(r"[^\x00-\x7f]", lambda match: rf"\[u{ord(match[0]):04X}]", text)


def words(text: str) -> Iterator[str]:
    """Lines of prose: a sentence begins on a line of its own, as mdoc has it."""
    for sentence in re.split(r"(?<=[.:!?]) (?=[A-Z])", " ".join(text.split())):
        for line in textwrap.wrap(escaped(sentence), 78, break_long_words=False, break_on_hyphens=False):
            yield rf"\&{line}" if line[0] in ".'" else line


def name(argument: Argument) -> str:
    """The macros of an argument: `Fl -model Ar NAME`."""
    value = f"Ar {escaped(argument['valueName'])}"
    if argument["kind"] == "positional":
        return value
    flags = [("-" if key["kind"] == "long" else "") + key["name"] for key in argument["names"]]
    flags.sort(key=len)
    return " , ".join(f"Fl {escaped(flag)}" for flag in flags) + (f" {value}" if argument["kind"] == "option" else "")


def usage(argument: Argument) -> str:
    many = " ..." if argument["isRepeating"] else ""
    return f".{'Op ' if argument['isOptional'] else ''}{name(argument)}{many}"


def explained(argument: Argument) -> Iterator[str]:
    yield f".It {name(argument)}"
    text = argument.get("abstract", "")
    facts = []
    if values := argument.get("allValues"):
        facts.append("values: " + ", ".join(values))
    if default := argument.get("defaultValue"):
        facts.append(f"default: {default}")
    yield from words(text + (f" ({'; '.join(facts)})" if facts else ""))


def listed(arguments: list[Argument]) -> Iterator[str]:
    for title, section in groupby(arguments, lambda argument: argument.get("sectionTitle", "")):
        if title:
            yield ".Pp"
            yield from words(f"{title}:")
        yield ".Bl -tag -width Ds"
        for argument in section:
            yield from explained(argument)
        yield ".El"


def shown(command: Command) -> list[Argument]:
    """The arguments of a command alone; those of every command stand on their own."""
    return [
        argument
        for argument in command.get("arguments", [])
        if argument["shouldDisplay"] and argument["valueName"] not in ("help", "version")
    ]


def described(command: Command) -> Iterator[str]:
    arguments = shown(command)
    yield f".Ss {command['commandName']}"
    yield ".Nm"
    yield f".Cm {command['commandName']}"
    yield from map(usage, arguments)
    yield ".Pp"
    yield from words(command["abstract"])
    for paragraph in filter(None, command.get("discussion", "").split("\n\n")):
        yield ".Pp"
        yield from words(paragraph)
    if arguments:
        yield from listed(arguments)


def manual(root: Command, date: str) -> Iterator[str]:
    yield '.\\" Written by scripts/packaging/manual.py from the help of the program.'
    yield f".Dd {date}"
    yield f".Dt {root['commandName'].upper()} 1"
    yield ".Os"
    yield ".Sh NAME"
    yield f".Nm {root['commandName']}"
    yield f".Nd {escaped(root['abstract'].rstrip('.'))}"
    yield ".Sh SYNOPSIS"
    yield ".Nm"
    yield ".Ar command"
    yield ".Op Ar argument ..."
    yield ".Sh DESCRIPTION"
    yield "Each command explains itself with"
    yield ".Fl -help ;"
    yield "what they say stands here together."
    yield ".Bl -tag -width Ds"
    for argument in root["arguments"]:
        yield from explained(argument)
    yield ".El"
    yield ".Sh COMMANDS"
    for command in root["subcommands"]:
        if command["shouldDisplay"] and command["commandName"] != "help":
            yield from described(command)
    yield CLOSING.rstrip("\n")


def main() -> None:
    mica, date = sys.argv[1:]
    dumped = subprocess.run([mica, "--experimental-dump-help"], check=True, capture_output=True).stdout
    print(*manual(json.loads(dumped)["command"], date), sep="\n")


if __name__ == "__main__":
    main()
