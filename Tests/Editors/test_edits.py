"""However a text came to be, the server says of it what it says of one that was just opened.

Of a sound text it does so at once. While somebody types, a mistake makes nothing else wrong, and what it hides is shown as
it was; what is wrong with a text that has mistakes is told as of one just opened when the typing ends.
"""

import json
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import onnx
from client import CAPABILITIES, Client, Message
from conftest import MICA

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


def same_mistakes(document: "Edited | Typed", wanted: list[Message], context: str) -> None:
    """Whether the last word on a text is what was said of it when it was just opened."""

    def ordered(diagnostics: list[Message]) -> list[str]:
        return sorted(json.dumps(each, sort_keys=True) for each in diagnostics)

    found = document.client.diagnostics(document.uri, document.version)
    if ordered(found) != ordered(wanted):
        found = document.client.diagnostics(document.uri, document.version)
    assert ordered(found) == ordered(wanted), f"diagnostics, {context}:\n{document.text}"


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
        fresh = Edited(client, workspace / f"fresh{number}.mica", edited.text)
        wanted = json.loads(json.dumps(fresh.diagnostics()).replace(fresh.uri, edited.uri))
        context = f"seed {seed}, text {number}:\n{edited.text}"
        if has_errors(wanted):
            same_mistakes(edited, wanted, context)
        else:
            compared += 1
            places = sorted(numbers.sample(range(len(edited.text)), 20))
            answers = edited.answers(places) | {"diagnostics": edited.diagnostics()}
            again = json.loads(json.dumps(fresh.answers(places)).replace(fresh.uri, edited.uri)) | {"diagnostics": wanted}
            for question, answer in answers.items():
                assert answer == again[question], f"{question}, {context}"
        for document in (edited, fresh):
            client.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
    print(f"{compared} of {number} texts were sound and compared")
    assert client.leave() == 0


#: Published models, below `$MICA_MODELS`, that are edited as the text that they are imported as.
IMPORTED = {
    "pitch": "basic_pitch/saved_models/icassp_2022/nmp.onnx",
    "direction": "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
}
PASTED = ["// 😀 and é.\n", "    y = Relu(x)\n", "repeat i in 0..<3 {\n", "(1, 2, [3", "}\n}\n", "é😀", "model other(x: f32[N]) -> (y: f32[N]) {\n", '"']
Change = tuple[int, int, str]


class Typed:
    """A document as its user has it: a text with a way back, in UTF-16 positions."""

    def __init__(self, client: Client, path: Path, text: str) -> None:
        self.client = client
        self.path = path
        self.first = self.text = text
        self.version = 1
        self.edits = 0
        #: What takes the edits since the text was last sound back, the last one last.
        self.back: list[list[Change]] = []
        self.uri = client.open(path, text)

    def position(self, index: int) -> Message:
        start = self.text.rfind("\n", 0, index) + 1
        return {"line": self.text.count("\n", 0, index), "character": len(self.text[start:index].encode("utf-16-le")) // 2}

    def change(self, changes: list[Change], numbers: random.Random | None = None) -> list[Change]:
        """Makes changes, each one in the text that those before it have left; what takes them back."""
        told, back = [], []
        for start, end, new in changes:
            span = {"start": self.position(start), "end": self.position(end)}
            # A position between the halves of a pair is that of the pair.
            if numbers and start < len(self.text) and ord(self.text[start]) > 0xFFFF and numbers.random() < 0.5:
                span["start"]["character"] += 1
                if start == end:
                    span["end"] = span["start"]
            told.append({"range": span, "text": new})
            back.insert(0, (start, start + len(new), self.text[start:end]))
            self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        self.edits += 1
        self.client.change(self.uri, self.version, *told)
        return back

    def edit(self, numbers: random.Random) -> None:
        """One of the things that people do to a text, which may break it."""
        text = self.text
        start = numbers.randrange(len(text) + 1)
        end = min(len(text), start + numbers.choice([0, 0, 1, 1, 2, 8, 40]))
        line = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", start) + 1 or len(text)
        match numbers.randrange(6):
            case 0:
                changes = [(start, end, numbers.choice(PIECES))]
            case 1:
                changes = [(start, start, numbers.choice("abcxyzN019().,=:@|>$ \n"))]
            case 2:
                changes = [(line, behind, "")]
            case 3:
                changes = [(line, line, numbers.choice([text[line:behind], *PASTED]))]
            case 4:
                # Cursors in several places type the same; the last one comes first, as editors send it.
                places = sorted({numbers.randrange(len(text) + 1) for _ in range(numbers.randint(2, 4))}, reverse=True)
                changes = [(place, place, "q") for place in places]
            case _:
                other = numbers.randrange(len(text) + 1)
                changes = [(other, other, text[line:behind])]
        self.back.append(self.change(changes, numbers))

    def undo(self) -> None:
        self.change(self.back.pop())

    def stay(self, numbers: random.Random) -> None:
        """A change that may stay, since the text is as sound as before; most of the time."""
        starts = [0] + [match.end() for match in re.finditer("\n", self.text)]
        start = numbers.choice(starts)
        sizes = [match.span() for match in re.finditer(r"(?<==)\d+\b", self.text)]
        match numbers.randrange(4):
            case 0 if sizes:
                changes = [(*numbers.choice(sizes), str(numbers.choice([1, 2, 4, 8, 16])))]
            case 1:
                name = numbers.choice(re.findall(r"\b[a-z]\w{0,9}\b", self.text))
                spans = [match.span() for match in re.finditer(rf"(?<![\w`./]){name}\b(?![`\w])", self.text)]
                changes = [(*span, name + "q") for span in reversed(spans)]
            case 2 if len(self.text) > len(self.first) + 500:
                changes = [(0, len(self.text), self.first)]
            case _:
                changes = [(start, start, numbers.choice(["// 😀\n", "\n", "    // mica: N=2\n"]))]
        self.back.append(self.change(changes))

    def seen(self) -> dict[str, Any]:
        """What a user sees of the text as it is now."""
        document = {"textDocument": {"uri": self.uri}}
        return {
            "diagnostics": self.client.diagnostics(self.uri, self.version),
            "hints": self.client.request("textDocument/inlayHint", document | {"range": EVERYTHING}),
            "tokens": self.client.request("textDocument/semanticTokens/full", document)["data"],
            "symbols": self.client.request("textDocument/documentSymbol", document),
        }


def test_an_output_of_an_unknown_operator_keeps_its_declared_type(workspace: Path) -> None:
    """What the signature alone says of it is shown where it is bound, before and after its statement is written anew."""
    node = onnx.helper.make_node("Twice", ["x"], ["y"], domain="com.acme")
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 4]) for name in "xy"]
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.acme", 1)]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", ends[:1], ends[1:]), opset_imports=opsets, ir_version=8)
    onnx.save(model, workspace / "twice.onnx")
    subprocess.run([MICA, "convert", "twice.onnx", "twice.mica"], cwd=workspace, check=True, capture_output=True)
    text = (workspace / "twice.mica").read_text()
    client, fresh = Client([MICA, "lsp"]), Client([MICA, "lsp"])
    for each in (client, fresh):
        each.initialize()
    document = Typed(client, workspace / "twice.mica", text)
    document.seen()
    place = text.index("(x)") + 2
    document.change([(place, place, ", x")])
    found, wanted = document.seen()["hints"], Typed(fresh, workspace / "twice.mica", document.text).seen()["hints"]
    assert len(wanted) == 2 and found == wanted
    assert client.leave() == fresh.leave() == 0


def settled_memory(client: Client, documents: list[Typed]) -> int:
    """What is allocated when each document has its first text and was looked at: the texts of two moments need more and less."""
    for document in documents:
        document.change([(0, len(document.text), document.first)])
        document.seen()
    return client.request("mica/status")["allocatedMemory"]


def has_errors(diagnostics: list[Message]) -> bool:
    return any(each["severity"] == 1 for each in diagnostics)


def test_many_edited_texts_are_those_of_a_new_server(workspace: Path) -> None:
    """Behind each hundredth edit a new server in a new process is asked; 100,000 edits in 600 s of soak."""
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed} (MICA_SEED={seed} repeats it)")
    numbers = random.Random(seed)
    goal = max(300, int(100_000 * float(os.environ.get("MICA_SOAK_SECONDS", "5")) / 600))
    capabilities = CAPABILITIES | {"general": {"positionEncodings": ["utf-16"]}}
    texts = [(path, path.read_text()) for path in sorted(workspace.glob("*.mica")) if path.stat().st_size < 6_000]
    texts = numbers.sample(texts, 4)
    for name, model in IMPORTED.items():
        shutil.copy(Path(os.environ["MICA_MODELS"]) / model, workspace / f"{name}.onnx")
        subprocess.run([MICA, "convert", f"{name}.onnx", f"{name}.mica"], cwd=workspace, check=True, capture_output=True)
        texts.append((workspace / f"{name}.mica", (workspace / f"{name}.mica").read_text()))
    client = Client([MICA, "lsp"])
    client.initialize(capabilities)
    documents = [Typed(client, path, text) for path, text in texts]
    for document in documents:
        assert not has_errors(document.seen()["diagnostics"]), document.path
    edits = rounds = stayed = compared = 0
    early = 0
    while edits < goal:
        document = documents[rounds % len(documents)] if edits < 1_000 else numbers.choice(documents)
        rounds += 1
        before = document.edits
        context = f"seed {seed}, round {rounds}, {document.path.name}"
        # Whatever breaks the text is taken back in time; some answers are wanted meanwhile.
        while document.edits - before + len(document.back) < 96:
            if document.back and numbers.random() < 0.4:
                document.undo()
            else:
                document.edit(numbers)
            if numbers.random() < 0.05:
                client.ask("textDocument/inlayHint", {"textDocument": {"uri": document.uri}, "range": EVERYTHING})
        if numbers.random() < 0.2:
            fresh = Client([MICA, "lsp"])
            fresh.initialize(capabilities)
            broken = Typed(fresh, document.path, document.text)
            same_mistakes(document, fresh.diagnostics(broken.uri, broken.version), context)
            assert fresh.leave() == 0
            compared += 1
        while document.back:
            document.undo()
        while document.edits - before < 99:
            document.stay(numbers)
            if has_errors(document.client.diagnostics(document.uri, document.version)):
                document.undo()
            else:
                stayed += 1
                document.back.clear()
        document.change([(0, 0, "")])
        edits += document.edits - before
        found = document.seen()
        fresh = Client([MICA, "lsp"])
        fresh.initialize(capabilities)
        wanted = Typed(fresh, document.path, document.text).seen()
        assert fresh.leave() == 0
        for question, answer in found.items():
            assert answer == wanted[question], f"{question}, {context}:\n{document.text}"
        assert not has_errors(found["diagnostics"]), f"{context}:\n{document.text}"
        # Nothing is kept of answers that nobody waits for.
        client.kept.clear()
        if edits >= 1_000 and not early:
            early = settled_memory(client, documents)
    # What is freed and kept for the next text is no growth.
    late = settled_memory(client, documents)
    print(f"{edits} edits, {stayed} changes stayed, {compared} texts with mistakes; memory {early / 2**20:.1f} MiB early and {late / 2**20:.1f} MiB late")
    assert stayed > rounds // 2 and (compared or rounds < 20)
    if goal >= 10_000:
        assert late <= early * 1.1, f"memory grew from {early} to {late} bytes"
    assert client.leave() == 0
