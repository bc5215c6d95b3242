"""A client that says exactly what a test wants it to say."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]

CAPABILITIES: Message = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "publishDiagnostics": {"relatedInformation": True},
    },
    "window": {"workDoneProgress": True},
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
}


class Client:
    """One end of a conversation with a server; answers what the server asks."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.arrived: queue.Queue[Message | None] = queue.Queue()
        self.kept: list[Message] = []
        self.edits: list[Message] = []
        self.shown: list[str] = []
        #: What the user has set for the server.
        self.settings: Any = None
        self.last = 0
        #: Whether what the server asks is answered.
        self.answers = True
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not line:
                return self.arrived.put(None)
            self.arrived.put(json.loads(self.process.stdout.read(length)))

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def send(self, message: Message) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, parameters: Any = None) -> None:
        self.send({"method": method} | ({} if parameters is None else {"params": parameters}))

    def ask(self, method: str, parameters: Any = None) -> int:
        """Sends a request and does not wait."""
        self.last += 1
        self.send({"id": self.last, "method": method} | ({} if parameters is None else {"params": parameters}))
        return self.last

    def wait(self, wanted: Callable[[Message], bool], seconds: float = 60) -> Message:
        for index, message in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(index)
        while True:
            message = self.arrived.get(timeout=seconds)
            if message is None:
                raise EOFError("the server has gone")
            if "method" in message and "id" in message and self.answers:
                self._answer(message)
            if wanted(message):
                return message
            self.kept.append(message)

    def _answer(self, message: Message) -> None:
        result: Any = None
        if message["method"] == "workspace/applyEdit":
            self.edits.append(message["params"]["edit"])
            result = {"applied": True}
        elif message["method"] == "workspace/configuration":
            result = [self.settings for _ in message["params"]["items"]]
        elif message["method"] == "window/showDocument":
            self.shown.append(message["params"]["uri"])
            result = {"success": True}
        self.send({"id": message["id"], "result": result})

    def answer(self, request: int) -> Message:
        return self.wait(lambda message: message.get("id") == request and "method" not in message)

    def request(self, method: str, parameters: Any = None) -> Any:
        """The result of a request."""
        answer = self.answer(self.ask(method, parameters))
        assert "error" not in answer, answer
        return answer["result"]

    def error(self, method: str, parameters: Any = None) -> int:
        """The error code of a request that must fail."""
        return self.answer(self.ask(method, parameters))["error"]["code"]

    # The life of a session

    def initialize(self, capabilities: Message | None = None) -> Message:
        chosen = CAPABILITIES if capabilities is None else capabilities
        result = self.request("initialize", {"processId": None, "rootUri": None, "capabilities": chosen})
        self.notify("initialized", {})
        return result

    def open(self, path: Path, text: str | None = None, version: int = 1) -> str:
        uri = path.as_uri()
        content = path.read_text() if text is None else text
        document = {"uri": uri, "languageId": "mica", "version": version, "text": content}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, version: int, *changes: Message) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def diagnostics(self, uri: str, version: int) -> list[Message]:
        """What is wrong with a version of a document, by the last word on it."""

        def wanted(message: Message) -> bool:
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == version
            )

        return self.wait(wanted)["params"]["diagnostics"]

    def leave(self) -> int:
        """Ends the session; the server's exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(30)


def position(text: str, marked: str, width: Callable[[str], int] = len) -> Message:
    """Where `‸` stands in a piece of a text, in units of `width`."""
    before, _, behind = marked.partition("‸")
    index = text.index(before + behind) + len(before)
    line = text.count("\n", 0, index)
    return {"line": line, "character": width(text[text.rfind("\n", 0, index) + 1 : index])}
