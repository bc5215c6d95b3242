"""A client that does what no client should: the server answers each request, keeps its memory, and lives on."""

import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import strict
from client import CAPABILITIES, Message, position
from conftest import MICA
from lsprotocol import types as lsp

#: The errors that the protocol has for what a client may do wrong, or has given up; an internal error is none of them.
ERRORS = {-32700, -32600, -32601, -32602, -32002, -32800, -32801, -32802, -32803}
TEXT = """\
use onnx 21

/// Två halvor 😀 of `é`.
block Half(x: T[N, D], shift: float = 1.0) -> T[N, D] {
    y = `é😀`: Linear(x, out_features=D) // 😀
    return Relu(y + shift)
}

model net(x: f32[N, 4]) -> (y: f32[N, 2]) {
    weights "net.safetensors"
    x = x |> first: Half(shift=2.0) |> Sigmoid
    return last: Linear(x, out_features=2)
}

recipe small for net {
    quantize(type=i8)
    export("small.onnx")
}
"""
SOUND = "use onnx 21\n\nmodel sound(x: f32[N, 8]) -> (y: f32[N, 8]) {\n    return Relu(x)\n}\n"
PIECES = ["", "", "(", ")", "{", "}", "`", '"', " = ", "x", "\n", "\r", "é", "😀", "\0", "model", "repeat i in 0..<3 {", "Linear(", "|> ", "// ", "[" * 40]
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}
#: What freed memory the process may keep is decided by the allocator, not by the requests.
SLACK = 32 << 20


class Hostile:
    """A server, and what is known of the requests that it was sent."""

    def __init__(self, folder: Path, numbers: random.Random, errors: Path) -> None:
        self.folder = folder
        self.numbers = numbers
        self.errors = errors.open("ab")
        self.process = subprocess.Popen([MICA, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.arrived = threading.Condition()
        #: The requests that are not answered yet, by their identifiers.
        self.pending: dict[Any, str] = {}
        self.answers: dict[Any, Message] = {}
        self.kept: list[Message] = []
        self.asked: list[Message] = []
        self.faults: list[str] = []
        self.codes: dict[int, int] = {}
        self.results: dict[str, int] = {}
        self.last = 0
        self.ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = self.process.stdout.read(length) if line else b""
            with self.arrived:
                if not line:
                    self.ended = True
                else:
                    self._take(json.loads(body))
                self.arrived.notify_all()
            if not line:
                return

    def _take(self, message: Message) -> None:
        if "method" in message:
            if "id" in message:
                self.asked = [*self.asked[-50:], message]
            return
        if "error" in message:
            code = message["error"]["code"]
            self.codes[code] = self.codes.get(code, 0) + 1
            if code not in ERRORS:
                self.faults.append(f"the error {message['error']}")
        if message["id"] is None:
            return
        method = self.pending.pop(message["id"], None)
        if method is None:
            self.faults.append(f"an answer to nothing: {str(message)[:200]}")
            return
        self.answers[message["id"]] = message
        if len(self.answers) > 50:
            del self.answers[next(iter(self.answers))]
        if "result" in message:
            self.results[method] = self.results.get(method, 0) + 1
            # What is resolved comes back with whatever the client gave.
            if method in lsp.METHOD_TO_TYPES and not method.endswith("/resolve"):
                self.faults += strict.mismatches(lsp.METHOD_TO_TYPES[method][1], message, method)[:3]
            items = message["result"] if isinstance(message["result"], list) else [message["result"]]
            self.kept = (self.kept + [each for each in items if isinstance(each, dict)][:3])[-40:]

    # Sending

    def write(self, frame: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(frame)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, parameters: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": parameters})

    def ask(self, method: str, parameters: Any) -> Any:
        self.last += 1
        name = self.last if self.last % 3 else f"request {self.last}"
        with self.arrived:
            self.pending[name] = method
        self.send({"jsonrpc": "2.0", "id": name, "method": method, "params": parameters})
        return name

    def wait(self, what: str, isDone: Callable[[], bool], seconds: float = 60) -> None:
        with self.arrived:
            done = self.arrived.wait_for(lambda: self.ended or isDone(), seconds)
            assert not self.ended or isDone(), f"the server has gone: {what}, exit code {self.process.wait(30)}"
            assert done, f"the server hangs: {what}; pending {list(self.pending.items())[:5]}"

    def request(self, method: str, parameters: Any) -> Any:
        name = self.ask(method, parameters)
        self.wait(method, lambda: name in self.answers)
        return self.answers[name].get("result")

    def settle(self) -> None:
        """Gives up whatever is under way; everything must be answered then."""
        with self.arrived:
            names = list(self.pending)
        for name in names:
            self.notify("$/cancelRequest", {"id": name})
        self.wait("after cancelling everything", lambda: not self.pending)
        assert not self.faults, self.faults[:10]

    def memory(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) << 10


class Session:
    """Moves against a server that lives all the time."""

    def __init__(self, server: Hostile, methods: list[str]) -> None:
        self.server = server
        self.numbers = server.numbers
        self.methods = methods
        self.uris = [(server.folder / f"hostile {index}.mica").as_uri() for index in range(6)] + ["untitled:Hostile", "file:///%zz%"]
        self.texts = [TEXT, SOUND, ""] + [(server.folder / name).read_text() for name in ("lenet.mica", "gru.mica", "loop.mica")]
        self.moves: list[tuple[float, Callable[[], None]]] = [
            (8, self.open), (14, self.change), (4, self.close), (30, self.sound), (30, self.wrong), (8, self.notice),
            (4, self.cancel), (4, self.closing), (4, self.answer), (3, self.body), (3, self.header), (2, self.envelope), (1, self.again), (0.05, self.flood),
        ]  # fmt: skip

    def move(self) -> None:
        weights, moves = zip(*self.moves)
        self.numbers.choices(moves, weights)[0]()

    # What is said

    def uri(self) -> str:
        return self.numbers.choice(self.uris)

    def number(self) -> int:
        return self.numbers.choice([0, 1, 2, 3, 5, 8, 11, 40, 3000, 2**31 - 1])

    def position(self) -> Message:
        return {"line": self.numbers.randint(0, 20), "character": self.number()}

    def range(self) -> Message:
        return {"start": self.position(), "end": self.position()}

    def junk(self, depth: int = 0) -> Any:
        choices: list[Any] = [
            None, True, False, -1, 0, 1, 2**31, -(2**31), 2**53, 2**63 - 1, -(2**63), 1e308, 0.5, "", "x", "net", "file:///", "file:///%00",
            "untitled:", self.uri(), "é😀\0", "y" * 20_000, [], {}, [[]], [{}], EVERYTHING, self.position(), {"uri": self.uri()},
        ]  # fmt: skip
        if depth < 3 and self.numbers.random() < 0.2:
            return {self.numbers.choice(["uri", "text", "range", "id", "é", ""]): self.junk(depth + 1), "line": self.junk(depth + 1)}
        if self.numbers.random() < 0.03:
            deep: Any = 0
            for _ in range(self.numbers.choice([30, 100])):
                deep = [deep]
            return deep
        return self.numbers.choice(choices)

    def damaged(self, value: Any) -> Any:
        """A value in which one part is gone, is another, or is there twice."""
        if not isinstance(value, dict | list) or not value or self.numbers.random() < 0.15:
            return self.junk()
        if isinstance(value, list):
            index = self.numbers.randrange(len(value))
            return value[:index] + [self.damaged(value[index])] + value[index + self.numbers.randint(0, 1) :]
        name = self.numbers.choice(list(value))
        if self.numbers.random() < 0.2:
            return {key: part for key, part in value.items() if key != name}
        return value | {name: self.damaged(value[name])}

    def parameters(self, method: str) -> Message:
        kept = self.numbers.choice(self.server.kept) if self.server.kept and self.numbers.random() < 0.5 else {"uri": self.uri(), "name": "net"}
        if method.endswith("/resolve"):
            return kept
        if method == "workspace/executeCommand":
            command = self.numbers.choice(["mica.applyEdit", "mica.export", "mica.listWeights", "mica.openModel", "mica.prune", "mica.quantize", "mica.runRecipe", "mica.showInstance", "mica.writeModel", "none"])
            argument = {"uri": self.uri(), "model": self.numbers.choice(["net", "sound", "x"]), "recipe": "small", "version": 1, "ratio": 0.5}
            return {"command": command, "arguments": [argument]}
        return {
            "textDocument": {"uri": self.uri(), "version": self.number()}, "position": self.position(), "range": self.range(),
            "positions": [self.position()], "options": {"tabSize": 4, "insertSpaces": True}, "context": {"diagnostics": [], "includeDeclaration": True},
            "newName": self.numbers.choice(["y", "", "1", "é", "return"]), "query": "", "item": kept, "previousResultId": str(self.number()), "ch": "}",
            "previousResultIds": [], "files": [{"oldUri": self.uri(), "newUri": self.uri()}],
        }  # fmt: skip

    # Moves

    def open(self) -> None:
        document = {"uri": self.uri(), "languageId": "mica", "version": self.number(), "text": self.numbers.choice(self.texts)}
        self.server.notify("textDocument/didOpen", {"textDocument": document})

    def close(self) -> None:
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": self.uri()}})

    def change(self) -> None:
        changes = []
        for _ in range(self.numbers.randint(0, 3)):
            whole = self.numbers.random() < 0.1
            changes.append({"text": self.numbers.choice(self.texts)} if whole else {"range": self.range(), "text": self.numbers.choice(PIECES)})
        self.server.notify("textDocument/didChange", {"textDocument": {"uri": self.uri(), "version": self.number()}, "contentChanges": changes})

    def sound(self) -> None:
        method = self.numbers.choice(self.methods)
        self.server.ask(method, self.parameters(method))

    def wrong(self) -> None:
        method = self.numbers.choice([*self.methods, "no/such", "", "$/unknown", "window/showMessageRequest", "textDocument/didOpen", "exit\0"])
        self.server.ask(method, self.damaged(self.parameters(method)))

    def notice(self) -> None:
        method = self.numbers.choice([
            "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave", "workspace/didChangeWatchedFiles",
            "workspace/didChangeConfiguration", "workspace/didChangeWorkspaceFolders", "window/workDoneProgress/cancel", "$/cancelRequest", "$/setTrace",
            "textDocument/hover", "shutdown", "initialize", "no/such",
        ])  # fmt: skip
        document = {"uri": self.uri(), "languageId": "mica", "version": self.number(), "text": self.numbers.choice(self.texts)}
        parameters = {
            "textDocument": document, "contentChanges": [{"range": self.range(), "text": "x"}], "changes": [{"uri": self.uri(), "type": 1}],
            "settings": {"mica": {}}, "event": {"added": [{"uri": self.uri(), "name": "x"}], "removed": []}, "token": self.junk(), "id": self.junk(),
        }  # fmt: skip
        self.server.notify(method, self.damaged(parameters))

    def cancel(self) -> None:
        with self.server.arrived:
            names = list(self.server.pending)
        for name in names:
            self.server.notify("$/cancelRequest", {"id": name})

    def closing(self) -> None:
        """A document goes while something is asked of it, and comes back."""
        uri = self.uri()
        for method in self.numbers.choices(self.methods, k=3):
            self.server.ask(method, self.parameters(method) | {"textDocument": {"uri": uri}})
        self.server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        for method in self.numbers.choices(self.methods, k=2):
            self.server.ask(method, self.parameters(method) | {"textDocument": {"uri": uri}})
        document = {"uri": uri, "languageId": "mica", "version": 1, "text": self.numbers.choice(self.texts)}
        self.server.notify("textDocument/didOpen", {"textDocument": document})

    def answer(self) -> None:
        """What the server asked is answered, wrongly, twice, or never."""
        with self.server.arrived:
            asked, self.server.asked = self.server.asked, []
        for message in asked:
            match self.numbers.randrange(4):
                case 0:
                    self.server.send({"jsonrpc": "2.0", "id": message["id"], "result": self.junk()})
                case 1:
                    self.server.send({"jsonrpc": "2.0", "id": message["id"], "error": self.junk()})
                case 2:
                    for _ in range(2):
                        self.server.send({"jsonrpc": "2.0", "id": message["id"], "result": None})
        self.server.send({"jsonrpc": "2.0", "id": self.junk(), "result": self.junk()})

    def body(self) -> None:
        bodies = [b"", b"{", b"nonsense", b"\xff\xfe", b'"text"', b"[]", b"null", b"3", b"[" * 5000, b'{"a":1}{"b":2}', b'{"jsonrpc":"2.0"}', b'{"x":"\\ud800"}', b'{"x":%d}' % 2**64]
        body = self.numbers.choice(bodies)
        self.server.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def header(self) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": "$/wrong", "params": [self.uri()]}).encode()
        right = b"Content-Length: %d\r\n" % len(body)
        frames = [
            b"Content-Length: many\r\n\r\n" + body,
            b"Content-Length: -5\r\n\r\n" + body,
            b"Content-Length: 99999999999999999999\r\n\r\n" + body,
            b"Content-Length:\r\n\r\n" + body,
            b"No header at all\r\n\r\n" + body,
            b"\r\n\r\n\r\n" + body,
            b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" + body,
            b"content-length:%d\nContent-Type: x\n\n" % len(body) + body,
            right + right + b"\r\n" + body,
            b"Content-Length: %d\r\n\r\n" % (len(body) - 7) + body,
            b"Content-Length: %d\r\n\r\n" % (len(body) + 7) + body,
            b"Content-Length: 200000000\r\n\r\n" + body,
        ]
        self.server.write(self.numbers.choice(frames))

    def flood(self) -> None:
        """A message that is sound and longer than any may be."""
        self.server.write(b'Content-Length: 200000008\r\n\r\n{"a":"')
        for _ in range(200):
            self.server.write(b"b" * 1_000_000)
        self.server.write(b'"}')

    def envelope(self) -> None:
        """Requests that are none."""
        name = self.numbers.choice([None, True, [1], {"a": 1}, 1.5])
        method = self.numbers.choice([3, None, ["textDocument/hover"], {}])
        self.server.send({"jsonrpc": "2.0", "id": name, "method": "textDocument/hover", "params": {}})
        self.server.last += 1
        with self.server.arrived:
            self.server.pending[self.server.last] = "an envelope"
        self.server.send({"id": self.server.last, "method": method})

    def again(self) -> None:
        self.server.ask("initialize", self.damaged({"processId": None, "rootUri": None, "capabilities": CAPABILITIES}))
        self.server.notify("initialized", self.junk())


def check_life(folder: Path, numbers: random.Random, errors: Path) -> None:
    """A short session in another order; it ends, and with the exit code that the protocol has for it."""
    server = Hostile(folder, numbers, errors)
    session = Session(server, ["textDocument/hover", "textDocument/completion", "textDocument/codeLens", "workspace/symbol"])
    steps = ["initialize", "initialized", "open", "ask", "shutdown", "ask", "notice"]
    numbers.shuffle(steps)
    isInitialized = isDown = False
    for step in steps:
        match step:
            case "initialize":
                capabilities = numbers.choice([None, {}, CAPABILITIES, {"textDocument": None, "general": {"positionEncodings": None}}, 3])
                server.request("initialize", {"processId": None, "capabilities": capabilities})
                isInitialized = isInitialized or not isDown
            case "initialized":
                server.notify("initialized", {})
            case "open":
                session.open()
            case "ask":
                for _ in range(3):
                    session.sound()
            case "shutdown":
                server.ask("shutdown", None)
                isDown = isDown or isInitialized
            case _:
                session.notice()
    match numbers.randrange(4):
        case 0:
            server.write(b"Content-Length: 100\r\n\r\n{")
        case 1:
            server.write(b"Content-Len")
        case 2:
            server.notify("exit", None)
    assert server.process.stdin
    server.process.stdin.close()
    code = server.process.wait(60)
    server.errors.close()
    assert code == (0 if isDown else 1), f"{steps}: exit code {code}"
    assert not server.faults, server.faults[:10]


def test_a_hostile_client_harms_nothing(workspace: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    seed = int(os.environ.get("MICA_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed} (MICA_SEED={seed} repeats it)")
    numbers = random.Random(seed)
    errors = tmp_path / "errors.txt"
    server = Hostile(workspace, numbers, errors)
    server.request("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
    server.notify("initialized", {})
    methods = server.request("mica/status", None)["methods"]
    session = Session(server, methods)
    seconds = float(os.environ.get("MICA_SOAK_SECONDS", "5"))
    start = time.monotonic()
    samples: list[tuple[float, int]] = []
    moves = 0
    while (now := time.monotonic() - start) < seconds or len(samples) < 5:
        for _ in range(300):
            session.move()
            moves += 1
        server.settle()
        if numbers.random() < 0.2:
            check_life(workspace, numbers, errors)
        for uri in session.uris:
            server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        server.request("mica/status", None)
        samples.append((now, server.memory()))
    # What the first fifth needs at most is what a session needs.
    early = max(memory for moment, memory in samples if moment <= max(seconds / 5, samples[1][0]))
    late = sorted(memory for _, memory in samples[-5:])[2]
    print(f"{moves} moves, {sum(server.results.values())} results, errors {server.codes}, memory {early >> 20} MiB early and {late >> 20} MiB late")
    assert late <= early + SLACK, f"memory grew from {early} to {late} bytes: {[memory >> 20 for _, memory in samples]}"
    # Each kind of error was met, and the methods had results too.
    assert {-32700, -32600, -32601, -32602} <= set(server.codes)
    uri = (workspace / "sound.mica").as_uri()
    server.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "mica", "version": 1, "text": SOUND}})
    hover = server.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position(SOUND, "return R‸elu")})
    assert "f32[N, 8]" in hover["contents"]["value"] or "Relu" in hover["contents"]["value"]
    server.request("shutdown", None)
    server.notify("exit", None)
    assert server.process.wait(60) == 0
    assert not server.faults, server.faults[:10]
