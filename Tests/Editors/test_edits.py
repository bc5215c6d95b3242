"""However a text came to be, the server says of it what it says of one that was just opened."""

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

from client import Client, Message

EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 100_000, "character": 0}}
PIECES = ["", "(", ")", "{", "}", " = ", "`", '"', "xx", ", ", "\n"]


class Edited:
    """An open document that is edited by indices of its text."""

    def __init__(self, client: Client, path: Path, text: str) -> None:
        self.client = client
        self.text = text
        self.version = 1
        self.uri = client.open(path, text)

    def position(self, index: int) -> Message:
        before = self.text[:index]
        line_start = before.rfind("\n") + 1
        return {"line": before.count("\n"), "character": len(before[line_start:].encode())}

    def replace(self, start: int, end: int, new: str) -> None:
        span = {"start": self.position(start), "end": self.position(end)}
        self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        self.client.change(self.uri, self.version, {"range": span, "text": new})

    def diagnostics(self) -> list[Any]:
        return self.client.diagnostics(self.uri, self.version)

    def ask(self, method: str, **more: Any) -> Any:
        return self.client.request(f"textDocument/{method}", {"textDocument": {"uri": self.uri}} | more)

    def answers(self, places: list[int]) -> dict[str, Any]:
        """What a user can see of the document."""
        found = {method: self.ask(method) for method in ["documentSymbol", "semanticTokens/full", "codeLens", "foldingRange"]}
        found["semanticTokens/full"] = found["semanticTokens/full"]["data"]
        found["inlayHint"] = self.ask("inlayHint", range=EVERYTHING)
        for index in places:
            for method in ["hover", "definition", "signatureHelp"]:
                found[f"{method} at {index}"] = self.ask(method, position=self.position(index))
        found[f"completion at {places[0]}"] = self.ask("completion", position=self.position(places[0]))
        return found


def edit(document: Edited, numbers: random.Random) -> None:
    """Does one of the things that people do."""
    text = document.text
    starts = [0] + [match.end() for match in re.finditer("\n", text)]
    start = numbers.choice(starts)
    end = text.find("\n", start) if "\n" in text[start:] else len(text)
    match numbers.randrange(7):
        case 0:
            # A line is typed again.
            line = text[start:end]
            document.replace(start, end, "")
            for index, character in enumerate(line):
                document.replace(start + index, start + index, character)
        case 1:
            # Half of the text goes and comes back.
            half = len(text) // 2
            document.replace(half, len(text), "")
            if numbers.random() < 0.5:
                document.ask("inlayHint", range=EVERYTHING)
            document.replace(half, half, text[half:])
        case 2:
            # A name is changed wherever it stands.
            name = numbers.choice(re.findall(r"\b[a-z_]\w{0,12}\b", text) or ["x"])
            for place in reversed([match.span() for match in re.finditer(rf"\b{name}\b", text)]):
                document.replace(*place, name + "q")
        case 3:
            # A number is changed.
            if places := [match.span() for match in re.finditer(r"\b\d+\b", text)]:
                document.replace(*numbers.choice(places), str(numbers.choice([1, 2, 3, 4, 8, 16, 32])))
        case 4:
            document.replace(start, start, numbers.choice(["// A note.\n", "    // mica: N=2\n", "\n"]))
        case 5:
            # A line is doubled, or goes.
            if numbers.random() < 0.5:
                document.replace(start, start, text[start:end] + "\n")
            else:
                document.replace(start, min(len(text), end + 1), "")
        case _:
            # Something is broken, looked at, and put right behind another change.
            place = numbers.randrange(len(text))
            old, new = text[place : place + numbers.randint(1, 12)], numbers.choice(PIECES)
            document.replace(place, place + len(old), new)
            document.ask("inlayHint", range=EVERYTHING)
            if start <= place:
                document.replace(start, start, "// A note.\n")
                place += len("// A note.\n")
            document.replace(place, place + len(new), old)


def test_edited_texts_are_as_if_just_opened(server: list[str], workspace: Path) -> None:
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed} (MICA_SEED={seed} repeats it)")
    numbers = random.Random(seed)
    client = Client(server)
    client.initialize()
    texts = [path.read_text() for path in sorted(workspace.glob("*.mica")) if path.stat().st_size < 6_000]
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", "5"))
    compared = number = 0
    while time.monotonic() < end or compared < 3:
        number += 1
        edited = Edited(client, workspace / f"edited{number}.mica", numbers.choice(texts))
        for _ in range(numbers.randint(1, 6)):
            edit(edited, numbers)
        found = edited.diagnostics()
        fresh = Edited(client, workspace / f"fresh{number}.mica", edited.text)
        wanted = fresh.diagnostics()
        context = f"seed {seed}, text {number}:\n{edited.text}"
        if any(each["severity"] == 1 for each in wanted):
            # What is broken hides less of an edited text than of one that nobody knows.
            assert any(each["severity"] == 1 for each in found), context
        else:
            compared += 1
            places = sorted(numbers.sample(range(len(edited.text)), 20))
            answers = edited.answers(places) | {"diagnostics": found}
            again = json.dumps(fresh.answers(places) | {"diagnostics": wanted})
            again = json.loads(again.replace(fresh.uri, edited.uri))
            for question, answer in answers.items():
                assert answer == again[question], f"{question}, {context}"
        for document in (edited, fresh):
            client.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
    print(f"{compared} of {number} texts were sound and compared")
    assert client.leave() == 0
