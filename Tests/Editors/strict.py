"""A strict judge of recorded traffic between an editor and a server.

Every message is held to the protocol's types as the package lsprotocol has them, by reflection: its own converter
accepts unknown properties and wrong kinds. Beyond the types: the life cycle, who may send what, that each request is
answered once, that positions lie in the texts, that edits do not overlap, and that nothing is used that the other side
did not announce.
"""

import collections.abc
import enum
import functools
import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import attrs
from lsprotocol import types as lsp

Message = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a message: who sent it, which one it is, and why."""

    sender: str
    number: int
    reason: str


def read(trace: Path) -> list[tuple[str, Message]]:
    """The messages of a trace as `mica lsp --trace` writes it, with their senders."""
    entries = [json.loads(line) for line in trace.read_text().splitlines()]
    return [(entry["from"], entry["msg"]) for entry in entries]


# Types


@functools.cache
def fields(kind: type) -> dict[str, tuple[Any, bool]]:
    """The properties of one of the protocol's structures: their types, and whether they must be there."""
    attrs.resolve_types(kind, vars(lsp))
    return {camel(field.name): (field.type, field.default is attrs.NOTHING) for field in attrs.fields(kind)}


def camel(name: str) -> str:
    """`text_document` as the protocol writes it."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def mismatches(kind: Any, value: Any, path: str) -> list[str]:
    """Why a JSON value is not of one of lsprotocol's types."""
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    wrong = [f"{path} is {json.dumps(value)[:60]} and should be {getattr(kind, '__name__', kind)}"]
    if kind is Any or kind is object:
        return []
    if origin in (typing.Union, types.UnionType):
        found = [mismatches(option, value, path) for option in arguments]
        # The option that fits best says most.
        return min(found, key=lambda reasons: (len(reasons), sum(map(len, reasons))))
    if origin is typing.Literal:
        return [] if value in arguments else wrong
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(arguments):
            return wrong
        return [reason for index, (part, item) in enumerate(zip(arguments, value)) for reason in mismatches(part, item, f"{path}[{index}]")]
    if origin in (list, collections.abc.Sequence):
        if not isinstance(value, list):
            return wrong
        return [reason for index, item in enumerate(value) for reason in mismatches(arguments[0], item, f"{path}[{index}]")]
    if origin in (dict, collections.abc.Mapping):
        if not isinstance(value, dict):
            return wrong
        return [reason for key, item in value.items() for reason in mismatches(arguments[1], item, f"{path}.{key}")]
    if kind is None or kind is type(None):
        return [] if value is None else wrong
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [] if not isinstance(value, bool) and value in [member.value for member in kind] else wrong
    if isinstance(kind, type) and attrs.has(kind):
        return structure_mismatches(kind, value, path) if isinstance(value, dict) else wrong
    if kind is bool:
        return [] if isinstance(value, bool) else wrong
    if kind is int:
        return [] if isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31 else wrong
    if kind is float:
        return [] if isinstance(value, int | float) and not isinstance(value, bool) else wrong
    if kind is str:
        return [] if isinstance(value, str) else wrong
    return [f"{path}: the checker does not know the type {kind}"]


def structure_mismatches(kind: type, value: Message, path: str) -> list[str]:
    known = fields(kind)
    found = [f"{path}.{name} is no property of {kind.__name__}" for name in value if name not in known]
    for name, (part, is_required) in known.items():
        if name in value:
            found += mismatches(part, value[name], f"{path}.{name}")
        elif is_required:
            found.append(f"{path}.{name} of {kind.__name__} is missing")
    return found


# Texts


WIDTHS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda character: len(character.encode()),
    "utf-16": lambda character: len(character.encode("utf-16-le")) // 2,
    "utf-32": lambda character: 1,
}


class Text:
    """A document as the client last described it."""

    def __init__(self, text: str, encoding: str) -> None:
        self.width = WIDTHS[encoding]
        self.set(text)

    def set(self, text: str) -> None:
        self.text = text
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def holds(self, position: Message) -> bool:
        """Whether a position is one of the text: in a line, between two characters."""
        line, column = position["line"], position["character"]
        if line >= len(self.lines):
            return line == len(self.lines) and column == 0
        widths = 0
        for character in self.lines[line]:
            if widths >= column:
                break
            widths += self.width(character)
        return widths == column

    def offset(self, position: Message) -> int:
        """The index of a position in the text."""
        starts = [0]
        index = 0
        while index < len(self.text):
            step = 2 if self.text.startswith("\r\n", index) else 1
            index += step
            if self.text[index - 1] in "\r\n":
                starts.append(index)
        if position["line"] >= len(starts):
            return len(self.text)
        offset, column = starts[position["line"]], 0
        while column < position["character"] and offset < len(self.text) and self.text[offset] not in "\r\n":
            column += self.width(self.text[offset])
            offset += 1
        return offset

    def change(self, change: Message) -> None:
        if "range" not in change:
            return self.set(change["text"])
        start, end = (self.offset(change["range"][side]) for side in ("start", "end"))
        self.set(self.text[:start] + change["text"] + self.text[end:])


def ranges(value: Any) -> Iterator[Message]:
    """All ranges in a message."""
    if isinstance(value, dict):
        if set(value) == {"start", "end"} and isinstance(value["start"], dict):
            yield value
        else:
            for part in value.values():
                yield from ranges(part)
    elif isinstance(value, list):
        for part in value:
            yield from ranges(part)


def place(position: Message) -> tuple[int, int]:
    return position["line"], position["character"]


# Judgement


DIRECTIONS = {method: lsp.message_direction(method) for method in lsp.METHOD_TO_TYPES}

# What the server may ask for or answer only where the other side announced it: the path of the capability.
CLIENT_NEEDS = {
    "window/workDoneProgress/create": "window.workDoneProgress",
    "workspace/applyEdit": "workspace.applyEdit",
    "workspace/configuration": "workspace.configuration",
    "workspace/diagnostic/refresh": "workspace.diagnostics.refreshSupport",
    "workspace/inlayHint/refresh": "workspace.inlayHint.refreshSupport",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/semanticTokens/refresh": "workspace.semanticTokens.refreshSupport",
}
SERVER_NEEDS = {
    "codeAction/resolve": "codeActionProvider.resolveProvider",
    "textDocument/codeAction": "codeActionProvider",
    "codeLens/resolve": "codeLensProvider.resolveProvider",
    "completionItem/resolve": "completionProvider.resolveProvider",
    "inlayHint/resolve": "inlayHintProvider.resolveProvider",
    "textDocument/codeLens": "codeLensProvider",
    "textDocument/completion": "completionProvider",
    "textDocument/declaration": "declarationProvider",
    "textDocument/definition": "definitionProvider",
    "textDocument/diagnostic": "diagnosticProvider",
    "textDocument/implementation": "implementationProvider",
    "textDocument/onTypeFormatting": "documentOnTypeFormattingProvider",
    "textDocument/typeDefinition": "typeDefinitionProvider",
    "callHierarchy/incomingCalls": "callHierarchyProvider",
    "callHierarchy/outgoingCalls": "callHierarchyProvider",
    "textDocument/documentHighlight": "documentHighlightProvider",
    "textDocument/documentLink": "documentLinkProvider",
    "textDocument/documentSymbol": "documentSymbolProvider",
    "textDocument/foldingRange": "foldingRangeProvider",
    "textDocument/formatting": "documentFormattingProvider",
    "textDocument/hover": "hoverProvider",
    "textDocument/inlayHint": "inlayHintProvider",
    "textDocument/prepareCallHierarchy": "callHierarchyProvider",
    "textDocument/prepareRename": "renameProvider.prepareProvider",
    "textDocument/rangeFormatting": "documentRangeFormattingProvider",
    "textDocument/references": "referencesProvider",
    "textDocument/rename": "renameProvider",
    "textDocument/selectionRange": "selectionRangeProvider",
    "textDocument/semanticTokens/full": "semanticTokensProvider.full",
    "textDocument/semanticTokens/full/delta": "semanticTokensProvider.full.delta",
    "textDocument/semanticTokens/range": "semanticTokensProvider.range",
    "textDocument/signatureHelp": "signatureHelpProvider",
    "workspace/executeCommand": "executeCommandProvider",
    "workspace/diagnostic": "diagnosticProvider.workspaceDiagnostics",
    "workspace/didChangeWorkspaceFolders": "workspace.workspaceFolders.changeNotifications",
    "workspace/symbol": "workspaceSymbolProvider",
    "workspace/willRenameFiles": "workspace.fileOperations.willRename",
}
#: What the methods begin with that are the server's own.
OWN = "mica/"


def lookup(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Judge:
    """Reads a session's messages in order and collects what is wrong with them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.open: dict[tuple[str, Any], tuple[str, Any, Text | None]] = {}
        self.texts: dict[str, Text] = {}
        self.versions: dict[tuple[str, int], Text] = {}
        self.client: Message = {}
        self.server: Message = {}
        self.encoding = "utf-16"
        self.state = "created"
        self.number = 0

    def blame(self, sender: str, reasons: Iterable[str]) -> None:
        self.findings += [Finding(sender, self.number, reason) for reason in reasons]

    def judge(self, messages: Iterable[tuple[str, Message]]) -> list[Finding]:
        for sender, message in messages:
            self.number += 1
            if not isinstance(message, dict):
                self.blame(sender, ["a message is an object"])
            elif "method" in message:
                self.judge_call(sender, message)
            else:
                self.judge_answer(sender, message)
        for (sender, _), (method, *_) in self.open.items():
            other = "server" if sender == "client" else "client"
            self.blame(other, [f"{method} was never answered"])
        return self.findings

    def judge_call(self, sender: str, message: Message) -> None:
        method, parameters = message["method"], message.get("params")
        if "id" in message:
            if (sender, message["id"]) in self.open:
                self.blame(sender, [f"{method} has the identifier of a request that is not answered yet"])
            # An answer is about the text as it was when it was asked for.
            text = self.texts.get(lookup(parameters, "textDocument.uri") or "")
            self.open[sender, message["id"]] = (method, parameters, text)
        if method not in lsp.METHOD_TO_TYPES:
            if not method.startswith(("$/", OWN)):
                self.blame(sender, [f"{method} is no method of the protocol"])
            return
        if DIRECTIONS[method] not in (f"{sender}ToServer", f"{sender}ToClient", "both"):
            self.blame(sender, [f"{method} is not the {sender}'s to send"])
        self.judge_state(sender, method)
        wrong = mismatches(lsp.METHOD_TO_TYPES[method][0], message, method)
        self.blame(sender, wrong)
        needs, announced = (CLIENT_NEEDS, self.client) if sender == "server" else (SERVER_NEEDS, self.server)
        if method in needs and not lookup(announced, needs[method]) and lookup(announced, needs[method]) != {}:
            self.blame(sender, [f"{method} needs {needs[method]}, which was not announced"])
        if method == "client/registerCapability" and not wrong:
            for registration in parameters["registrations"]:
                path = registration["method"].replace("/", ".") + ".dynamicRegistration"
                if not lookup(self.client, path):
                    self.blame(sender, [f"{method} of {registration['method']} needs {path}, which was not announced"])
        # What some clients announce is not all of the protocol; it counts all the same.
        if wrong and method != "initialize":
            return
        self.follow(method, parameters)
        if method == "textDocument/publishDiagnostics" and parameters["uri"] in self.texts:
            # The client may have gone on meanwhile: a version says which text is meant.
            meant = self.versions.get((parameters["uri"], parameters.get("version")), self.texts[parameters["uri"]])
            self.judge_ranges(sender, [each["range"] for each in parameters["diagnostics"]], meant, method)

    def judge_state(self, sender: str, method: str) -> None:
        early = {"initialize", "exit", "window/logMessage", "window/showMessage", "telemetry/event"}
        if self.state == "created" and method not in early:
            self.blame(sender, [f"{method} came before the answer to initialize"])
        if self.state == "shut down" and sender == "client" and method != "exit":
            self.blame(sender, [f"{method} came after shutdown"])

    def follow(self, method: str, parameters: Any) -> None:
        """Keeps up with what the messages say of the session and its texts."""
        match method:
            case "initialize":
                self.client = parameters["capabilities"]
            case "shutdown":
                self.state = "shut down"
            case "textDocument/didOpen":
                document = parameters["textDocument"]
                self.texts[document["uri"]] = Text(document["text"], self.encoding)
                self.versions[document["uri"], document["version"]] = self.texts[document["uri"]]
            case "textDocument/didChange":
                document = parameters["textDocument"]
                text = Text(self.texts[document["uri"]].text, self.encoding)
                for change in parameters["contentChanges"]:
                    text.change(change)
                self.texts[document["uri"]] = self.versions[document["uri"], document["version"]] = text
            case "textDocument/didClose":
                self.texts.pop(parameters["textDocument"]["uri"], None)

    def judge_answer(self, sender: str, message: Message) -> None:
        other = "server" if sender == "client" else "client"
        request = self.open.pop((other, message.get("id")), None)
        if request is None:
            # A message without a usable identifier is answered with null.
            if message.get("id") is not None or "error" not in message:
                self.blame(sender, [f"the answer {message.get('id')!r} belongs to no open request"])
            return
        method, parameters, text = request
        if ("result" in message) == ("error" in message):
            self.blame(sender, [f"the answer to {method} has both a result and an error, or neither"])
        if "error" in message:
            self.blame(sender, mismatches(lsp.ResponseErrorMessage, message, method))
            return
        if method.startswith(OWN):
            return
        if method not in lsp.METHOD_TO_TYPES:
            self.blame(sender, [f"{method} is no method of the protocol, and was answered"])
            return
        wrong = mismatches(lsp.METHOD_TO_TYPES[method][1], message, method)
        self.blame(sender, wrong)
        if not wrong:
            self.judge_result(sender, method, parameters, message.get("result"), text)

    def judge_result(self, sender: str, method: str, parameters: Any, result: Any, text: Text | None) -> None:
        if method == "initialize":
            self.state = "initialized"
            self.server = result["capabilities"]
            self.encoding = self.server.get("positionEncoding", "utf-16")
            offered = lookup(self.client, "general.positionEncodings") or ["utf-16"]
            if self.encoding not in offered and self.encoding != "utf-16":
                self.blame(sender, [f"the client does not offer {self.encoding} positions"])
            return
        uri = lookup(parameters, "textDocument.uri")
        if text is None or result is None:
            return
        match method:
            case "textDocument/formatting" | "textDocument/rangeFormatting" | "textDocument/onTypeFormatting":
                self.judge_ranges(sender, ranges(result), text, method)
                self.judge_overlaps(sender, result, method)
            case "textDocument/semanticTokens/full" | "textDocument/semanticTokens/range":
                self.judge_tokens(sender, result["data"], text, method)
            case "textDocument/diagnostic":
                self.judge_ranges(sender, [each["range"] for each in result.get("items", [])], text, method)
            case (
                "textDocument/definition" | "textDocument/references" | "textDocument/declaration"
                | "textDocument/typeDefinition" | "textDocument/implementation"
            ):  # fmt: skip
                located = result if isinstance(result, list) else [result]
                here = [each["range"] for each in located if each["uri"] == uri]
                self.judge_ranges(sender, here, text, method)
            case "textDocument/codeAction":
                for action in result:
                    for edits in (lookup(action, "edit.changes") or {}).values():
                        self.judge_overlaps(sender, edits, method)
                    for change in lookup(action, "edit.documentChanges") or []:
                        self.judge_overlaps(sender, change["edits"], method)
            case "textDocument/rename":
                for edits in (lookup(result, "changes") or {}).values():
                    self.judge_overlaps(sender, edits, method)
                for change in lookup(result, "documentChanges") or []:
                    self.judge_overlaps(sender, change["edits"], method)
            case "textDocument/selectionRange" | "textDocument/documentHighlight" | "textDocument/prepareRename":
                self.judge_ranges(sender, ranges(result), text, method)
            case "textDocument/hover" | "textDocument/documentSymbol" | "textDocument/codeLens":
                self.judge_ranges(sender, ranges(result), text, method)
            case "textDocument/inlayHint":
                outside = [hint for hint in result if not text.holds(hint["position"])]
                self.blame(sender, [f"{method}: the position {hint['position']} is not in the text" for hint in outside])
            case "textDocument/completion":
                items = result["items"] if isinstance(result, dict) else result
                edits = [each["textEdit"] for each in items if "textEdit" in each]
                both = [edit for edit in edits if "insert" in edit]
                found = [edit[key] for edit in edits for key in ("range", "insert", "replace") if key in edit]
                self.judge_ranges(sender, found, text, method)
                for insert, replace in ((edit["insert"], edit["replace"]) for edit in both):
                    if insert["start"] != replace["start"] or place(insert["end"]) > place(replace["end"]):
                        self.blame(sender, [f"{method}: {insert} is no beginning of {replace}"])

    def judge_ranges(self, sender: str, found: Iterable[Message], text: Text, method: str) -> None:
        for each in found:
            if place(each["end"]) < place(each["start"]):
                self.blame(sender, [f"{method}: the range {each} ends before it starts"])
            for side in ("start", "end"):
                if not text.holds(each[side]):
                    self.blame(sender, [f"{method}: the position {each[side]} is not in the text"])

    def judge_overlaps(self, sender: str, edits: list[Message], method: str) -> None:
        ordered = sorted((place(edit["range"]["start"]), place(edit["range"]["end"])) for edit in edits)
        for (_, end), (start, _) in zip(ordered, ordered[1:]):
            if start < end:
                self.blame(sender, [f"{method}: two edits overlap at {start}"])

    def judge_tokens(self, sender: str, data: list[int], text: Text, method: str) -> None:
        legend = lookup(self.server, "semanticTokensProvider.legend") or {}
        if len(data) % 5:
            self.blame(sender, [f"{method}: {len(data)} numbers are not five a token"])
            return
        line = column = 0
        for index in range(0, len(data), 5):
            down, right, length, kind, modifiers = data[index : index + 5]
            line, column = line + down, right if down else column + right
            if kind >= len(legend.get("tokenTypes", [])) or modifiers >> len(legend.get("tokenModifiers", [])):
                self.blame(sender, [f"{method}: the token at {line}:{column} is not in the legend"])
            for character in (column, column + length):
                if not text.holds({"line": line, "character": character}):
                    self.blame(sender, [f"{method}: the token at {line}:{column} is not in the text"])


def judge(messages: Iterable[tuple[str, Message]]) -> list[Finding]:
    """All that is wrong with a session's messages."""
    return Judge().judge(messages)
