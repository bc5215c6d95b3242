"""Whatever small mistake is made in an example, each fix that is offered for it takes it away and brings no other."""

import os
import random
import time
from pathlib import Path

from client import CAPABILITIES, Client
from damages import DAMAGES
from test_features import applied
from test_fixes import REMARKS, counted, fixes


def test_fixes_of_damaged_examples(server: list[str], workspace: Path) -> None:
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed} (MICA_SEED={seed} repeats it)")
    numbers = random.Random(seed)
    client = Client(server)
    client.initialize(CAPABILITIES)
    opened = 0

    def open_text(path: Path, text: str) -> tuple[str, list]:
        nonlocal opened
        opened += 1
        uri = client.open(path.with_name(f"{path.stem}-{opened}.mica"), text)
        return uri, client.diagnostics(uri, 1)

    def close(uri: str) -> None:
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        client.kept.clear()

    examples = [(path, path.read_text()) for path in sorted(workspace.glob("*.mica"))]
    sound = {}
    for path, text in examples:
        uri, diagnostics = open_text(path, text)
        sound[path] = counted(diagnostics)
        close(uri)
    end = time.monotonic() + float(os.environ.get("MICA_SOAK_SECONDS", "5"))
    tried = damaged = 0
    while time.monotonic() < end or tried < 10:
        path, text = numbers.choice(examples)
        damage = numbers.choice(DAMAGES)
        wrong = damage(text, numbers)
        if wrong is None or wrong == text:
            continue
        damaged += 1
        uri, before = open_text(path, wrong)
        new = counted(before) - sound[path]
        hidden = REMARKS if any(each["severity"] == 1 for each in before) else set()
        for diagnostic in before:
            told = (diagnostic["code"], diagnostic["message"])
            if told not in new:
                continue
            for fix in fixes(client, uri, diagnostic):
                (change,) = fix["edit"]["documentChanges"]
                mended = applied(wrong, change["edits"])
                again, after = open_text(path, mended)
                tried += 1
                left = counted(after)
                brought = {each: count for each, count in (left - counted(before)).items() if each[0] not in hidden}
                about = f"seed {seed}, {path.name}, {damage.__name__}, {fix['title']!r} of {told}:\n{mended}"
                assert left[told] < counted(before)[told], f"it is still there: {about}"
                assert not brought, f"{brought}: {about}"
                close(again)
        close(uri)
    print(f"{tried} fixes of {damaged} damaged texts")
    assert client.leave() == 0
