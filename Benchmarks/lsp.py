"""mica lsp beside mlir-lsp-server-19: start, opening, keystrokes, hover, completion, hints, cancellation, memory.

Both serve a file that is one chain of operators. Fifty of its values, spread over the chain, are used by its last
statement alone. A keystroke renames the definition of one of them, which makes the last statement wrong, or mends it
again: what is timed is the way from the change to the diagnostics that say so. The servers take turns in each
measurement. The MLIR file is parsed and verified, Mica's is parsed and every size in it inferred.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MICA = os.environ["MICA_BINARY"]
SIZES = [1_000, 10_000, 50_000]
MARKS = 50
STARTS = 11
EDITS = 50
# The lines of a screen, whose hints are asked for.
SCREEN = 60
# What editors such as VS Code and Neovim say of themselves, as far as these answers depend on it.
CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {},
        "hover": {"contentFormat": ["plaintext"]},
        "completion": {
            "completionItem": {"documentationFormat": ["plaintext"], "resolveSupport": {"properties": ["documentation"]}},
            "completionList": {"itemDefaults": ["editRange", "data"]},
        },
    }
}


@dataclass
class Chain:
    """A file of one chain: its lines, and the line and name of each value that the last statement uses."""

    lines: list[str] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def chain(
    size: int,
    head: list[str],
    link: Callable[[int], str],
    mark: Callable[[int], tuple[str, str]],
    last: Callable[[list[str]], str],
) -> Chain:
    built = Chain(list(head))
    distance = (size - 1) // MARKS
    for number in range(size - 1):
        if number % distance == distance - 1 and len(built.marks) < MARKS:
            line, name = mark(number)
            built.marks.append((len(built.lines), name))
            built.lines.append(line)
        else:
            built.lines.append(link(number))
    built.lines += [last([name for _, name in built.marks]), "}"]
    return built


def mica_chain(size: int) -> Chain:
    value = "x"

    def link(number: int) -> str:
        nonlocal value
        operand, value = value, f"v{number}"
        return f"    {value} = {['Relu', 'Sigmoid', 'Tanh', 'Neg'][number % 4]}({operand})"

    return chain(
        size,
        ["use onnx 21", f"model net(x: f32[N, 64]) -> (y: f32[{MARKS + 1} * N, 64]) {{"],
        link,
        lambda number: (f"    m{number} = Abs({value})", f"m{number}"),
        # Nothing is unused, which would be told.
        lambda names: f"    return Concat({', '.join([*names, value])}, axis=0)",
    )


def mlir_chain(size: int) -> Chain:
    value = "%x"

    def link(number: int) -> str:
        nonlocal value
        operand, value = value, f"%v{number}"
        return f"  {value} = arith.addf {operand}, {operand} : tensor<8x64xf32>"

    types = ", ".join(["tensor<8x64xf32>"] * MARKS)
    return chain(
        size,
        [f"func.func @net(%x: tensor<8x64xf32>) -> ({types}) {{"],
        link,
        lambda number: (f"  %m{number} = arith.negf {value} : tensor<8x64xf32>", f"%m{number}"),
        lambda names: f"  return {', '.join(names)} : {types}",
    )


class Server:
    """A language server with one document open."""

    def __init__(self, command: list[str], suffix: str, built: Chain) -> None:
        self.chain = built
        self.uri = Path(tempfile.gettempdir(), f"chain{suffix}").as_uri()
        self.language = suffix.lstrip(".")
        start = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.last = 0
        self.version = 1
        result = self.request("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
        self.start = time.perf_counter() - start
        sync = result["capabilities"]["textDocumentSync"]
        self.takes_ranges = (sync if isinstance(sync, int) else sync["change"]) == 2
        self.lines = list(built.lines)
        self.notify("initialized", {})

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not line:
            sys.exit(f"{self.process.args} has gone")
        return json.loads(self.process.stdout.read(length))

    def notify(self, method: str, parameters: Any) -> None:
        self.send({"method": method, "params": parameters})

    def request(self, method: str, parameters: Any) -> Any:
        self.last += 1
        self.send({"id": self.last, "method": method, "params": parameters})
        while (message := self.read()).get("id") != self.last:
            pass
        return message.get("result")

    def diagnostics(self, wanted: Callable[[list[Any]], bool]) -> None:
        while True:
            message = self.read()
            if message.get("method") == "textDocument/publishDiagnostics" and wanted(message["params"]["diagnostics"]):
                return

    def open(self) -> float:
        start = time.perf_counter()
        document = {"uri": self.uri, "languageId": self.language, "version": 1, "text": self.chain.text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        self.diagnostics(lambda found: True)
        return time.perf_counter() - start

    def rename(self, mark: int, name: str, new: str) -> float:
        """Replaces the name that a mark's definition has at the moment; the time at which that was sent.

        A server that takes whole texts only gets one.
        """
        self.version += 1
        line = self.chain.marks[mark][0]
        column = self.lines[line].index(name)
        span = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + len(name)}}
        self.lines[line] = self.lines[line].replace(name, new, 1)
        change = {"range": span, "text": new} if self.takes_ranges else {"text": "\n".join(self.lines) + "\n"}
        start = time.perf_counter()
        document = {"uri": self.uri, "version": self.version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return start

    def keystroke(self, mark: int) -> list[float]:
        """Seconds until the last statement is told to be wrong, and until it is told to be right again."""
        name = self.chain.marks[mark][1]
        seconds = []
        for old, new, is_broken in [(name, name + "z", True), (name + "z", name, False)]:
            start = self.rename(mark, old, new)
            self.diagnostics(lambda found: bool(found) == is_broken)
            seconds.append(time.perf_counter() - start)
        return seconds

    def after_edit(self, method: str, mark: int) -> float:
        """Seconds of a request that is sent right behind a change."""
        name = self.chain.marks[mark][1]
        self.rename(mark, name, name + "z")
        last = len(self.chain.lines) - 3
        column = self.chain.lines[last].index("=") + 3
        about = {
            "textDocument": {"uri": self.uri},
            "position": {"line": last, "character": column},
            "range": {"start": {"line": last - SCREEN, "character": 0}, "end": {"line": last, "character": column}},
        }
        start = time.perf_counter()
        result = self.request(method, about)
        seconds = time.perf_counter() - start
        # The other server may have nothing to say there.
        assert result or self.language != "mica", f"{method} gave nothing"
        self.rename(mark, name + "z", name)
        self.request(method, about)
        return seconds

    def cancelled(self, mark: int) -> float:
        """Seconds until a request for the tokens of the whole text, sent right behind a change, has ended after it was cancelled.

        The answer may have been on its way.
        """
        name = self.chain.marks[mark][1]
        self.rename(mark, name, name + "z")
        self.last += 1
        about = {"textDocument": {"uri": self.uri}}
        self.send({"id": self.last, "method": "textDocument/semanticTokens/full", "params": about})
        start = time.perf_counter()
        self.notify("$/cancelRequest", {"id": self.last})
        while (message := self.read()).get("id") != self.last:
            pass
        seconds = time.perf_counter() - start
        assert "result" in message or message["error"]["code"] == -32800, message
        self.rename(mark, name + "z", name)
        return seconds

    def memory(self) -> float:
        """The most memory that the process has had, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def row(name: str, ours: float, theirs: float, unit: str = "ms") -> float:
    scale = 1000 if unit == "ms" else 1
    print(f"  {name:34}{ours * scale:10.1f} {unit}{theirs * scale:12.1f} {unit}   mica / mlir {ours / theirs:6.2f}")
    return ours / theirs


def measure(size: int) -> dict[str, float]:
    commands = [([MICA, "lsp"], ".mica", mica_chain(size)), (["mlir-lsp-server-19"], ".mlir", mlir_chain(size))]
    starts: list[list[float]] = [[], []]
    for _ in range(STARTS):
        for index, command in enumerate(commands):
            server = Server(*command)
            starts[index].append(server.start)
            server.stop()
    servers = [Server(*command) for command in commands]
    opened = [server.open() for server in servers]
    order = random.Random(size).sample(range(MARKS), EDITS)
    keys: list[list[float]] = [[], []]
    hovers: list[list[float]] = [[], []]
    completions: list[list[float]] = [[], []]
    hints: list[float] = []
    for mark in order:
        for index, server in enumerate(servers):
            keys[index] += server.keystroke(mark)
    for mark in order:
        for index, server in enumerate(servers):
            hovers[index].append(server.after_edit("textDocument/hover", mark))
            completions[index].append(server.after_edit("textDocument/completion", mark))
        # The other server knows neither hints nor tokens.
        hints.append(servers[0].after_edit("textDocument/inlayHint", mark))
    cancellations = [servers[0].cancelled(mark) for mark in order]
    print(f"{size:,} operators{'mica lsp':>34}{'mlir-lsp-server-19':>22}")
    start = statistics.median(starts[0])
    row("start → initialize", start, statistics.median(starts[1]))
    row("open → diagnostics", *opened)
    ratio = row("keystroke → diagnostics, median", *map(statistics.median, keys))
    slow = row("keystroke → diagnostics, p95", *map(p95, keys))
    row("hover after an edit, p95", *map(p95, hovers))
    row("completion after an edit, p95", *map(p95, completions))
    print(f"  {f'{SCREEN} lines of hints after an edit, p95':38}{p95(hints) * 1000:6.1f} ms")
    print(f"  {'cancelled → ended, p95':34}{p95(cancellations) * 1000:10.1f} ms")
    memory = row("memory at most", *[server.memory() for server in servers], unit="MiB")
    for server in servers:
        server.stop()
    return {
        "start": start,
        "keystroke": ratio,
        "slow": slow,
        "slowest": p95(keys[0]),
        "answer": max(p95(hovers[0]), p95(completions[0]), p95(hints)),
        "cancellation": p95(cancellations),
        "memory": memory,
    }


found = {size: measure(size) for size in SIZES}
print(f"At {SIZES[1]:,} operators, what is asked for and what is there:")
print(f"  keystroke at least 10 times faster, median: {1 / found[SIZES[1]]['keystroke']:.1f} times")
print(f"  keystroke at least 8 times faster, p95: {1 / found[SIZES[1]]['slow']:.1f} times")
print(f"  keystroke at {SIZES[2]:,} operators in 25 ms, p95: {found[SIZES[2]]['slowest'] * 1000:.1f} ms")
print(f"  initialize in 20 ms: {found[SIZES[1]]['start'] * 1000:.1f} ms")
print(f"  hover, completion and hints in 10 ms, p95: {found[SIZES[1]]['answer'] * 1000:.1f} ms")
print(f"  cancellation in 20 ms, p95: {found[SIZES[1]]['cancellation'] * 1000:.1f} ms")
print(f"  no more memory: {found[SIZES[1]]['memory']:.2f} times")
