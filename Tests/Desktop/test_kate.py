"""Kate: a session under a virtual screen, and the colours of the examples."""

import json
import os
import re
import subprocess
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import corpus
from agreement import check
from screen import screen, wait
from server import Server

SETTINGS = corpus.ROOT / "editors/kate"


def install(home: Path) -> dict[str, str]:
    """What the README tells a user to do; gives the variables that make `home` Kate's home."""
    subprocess.run([str(SETTINGS / "prepare"), str(home)], check=True, capture_output=True, timeout=60)
    run = home / "run"
    run.mkdir(mode=0o700)
    variables = {"HOME": str(home), "XDG_RUNTIME_DIR": str(run)}
    return variables | {"XDG_DATA_HOME": str(home / ".local/share"), "XDG_CONFIG_HOME": str(home / ".config")}


def said(trace: Path) -> list[tuple[str, dict[str, Any]]]:
    """The traffic so far; the last line may be half written."""
    if not trace.exists():
        return []
    whole = trace.read_text().rpartition("\n")[0]
    return [(entry["from"], entry["msg"]) for entry in map(json.loads, whole.splitlines())]


def diagnostics(trace: Path) -> list[list[dict[str, Any]]]:
    return [
        message["params"]["diagnostics"]
        for sender, message in said(trace)
        if sender == "server" and message.get("method") == "textDocument/publishDiagnostics"
    ]


def answers(trace: Path, method: str) -> list[Any]:
    asked = {message["id"] for _, message in said(trace) if message.get("method") == method and "id" in message}
    return [
        message["result"]
        for sender, message in said(trace)
        if sender == "server" and message.get("id") in asked and message.get("result")
    ]


def test_a_session(path_with_mica: str, trace: Path, workspace: Path, home: Path) -> None:
    environment = os.environ | install(home) | {"PATH": path_with_mica, "QT_QPA_PLATFORM": "xcb", "LANG": "C.UTF-8"}
    with screen() as display:
        kate = subprocess.Popen(
            ["dbus-run-session", "--", "kate", "--new", "--block", "--line", "4", "--column", "40", "small.mica"],
            cwd=workspace,
            env=environment | display.environment,
            stdout=(home / "log").open("w"),
            stderr=subprocess.STDOUT,
        )
        try:
            # Kate asks before it starts a server, and the button in front is the one that allows it.
            wait("Kate's window", lambda: display.windows("kate"))
            wait("its question", lambda: len(display.windows("kate")) > 1 or said(trace), 30)
            time.sleep(1)
            display.key("Return")
            mistakes = wait("the mistake", lambda: [each for each in diagnostics(trace) if each])
            assert [each["code"] for each in mistakes[0]] == ["unknown-callee"]

            # Kate asks for a hover where the mouse rests; the user looks for the line.
            def hover() -> list[Any]:
                for down in range(160, 220, 8):
                    for along in (383, 385):
                        display.do("xdotool", "mousemove", str(along), str(down))
                        time.sleep(0.3)
                    time.sleep(1)
                    found = [each for each in answers(trace, "textDocument/hover") if "25,120 parameters" in str(each)]
                    if found:
                        return found
                return []

            wait("the hover", hover, 90)
            if picture := os.environ.get("MICA_PICTURES"):
                time.sleep(1)
                display.picture(Path(picture) / "kate/session.png", "800x533")
            # The mistake is mended by typing. Without a window manager nobody gives the window the keys.
            display.do("xdotool", "mousemove", "1100", "700")
            display.do("xdotool", "search", "--onlyvisible", "--name", "small.mica", "windowfocus", "--sync")
            display.key("End")
            display.key("BackSpace")
            wait("the mend", lambda: diagnostics(trace)[-1] == [])
            display.key("ctrl+s")
            wait("the text on disk", lambda: (workspace / "small.mica").read_text().count("Relu\n"), 20)
            display.key("ctrl+q")
            kate.wait(30)
        finally:
            if kate.poll() is None:
                kate.terminate()
                kate.wait(30)


# A theme that has a colour for each style, from which a highlighted text is read back.
STYLES = {
    "Variable": "name",
    "Attribute": "name",
    "Keyword": "keyword",
    "Constant": "keyword",
    "DataType": "type",
    "Function": "callee",
    "Preprocessor": "decorator",
    "DecVal": "number",
    "String": "string",
    "SpecialChar": "string",
    "Comment": "comment",
    "Documentation": "comment",
    "Operator": "sign",
    "Normal": "none",
}


def write_theme(data: Path) -> dict[str, str]:
    """Puts the theme where Kate looks for it; the class that each of its colours stands for."""
    folder = data / "org.kde.syntax-highlighting/themes"
    folder.mkdir(parents=True)
    others = {"ControlFlow", "BuiltIn", "Extension", "Char", "VerbatimString", "SpecialString", "Import", "BaseN", "Float"}
    others |= {"Annotation", "CommentVar", "RegionMarker", "Information", "Warning", "Alert", "Error", "Others"}
    names = [*STYLES, *sorted(others)]
    colours = {name: f"#0000{number + 16:02x}" for number, name in enumerate(names)}
    (folder / "classes.theme").write_text(
        json.dumps(
            {
                "metadata": {"name": "Classes", "revision": 1},
                "text-styles": {name: {"text-color": colour} for name, colour in colours.items()},
                "editor-colors": {"BackgroundColor": "#ffffff"},
            }
        )
    )
    return {colours[name]: kind for name, kind in STYLES.items()}


class Colours(HTMLParser):
    """The class of each character of a highlighted text."""

    def __init__(self, classes: dict[str, str]) -> None:
        super().__init__()
        self.classes = classes
        self.lines: list[list[str]] = [[]]
        self.open: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.inside = True
        elif tag == "span":
            colour = re.search(r"color:(#\w{6})", dict(attrs).get("style") or "")
            self.open.append(self.classes.get(colour[1], "none") if colour else "none")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.inside = False
        elif tag == "span":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for character in data if self.inside else "":
            if character == "\n":
                self.lines.append([])
            else:
                self.lines[-1].append(self.open[-1] if self.open else "none")


def test_colours(server: Server, home: Path) -> None:
    """Of the words in whole files no more than one in a hundred looks like what it is not, by Kate's own engine."""
    variables = install(home) | {"QT_QPA_PLATFORM": "offscreen"}
    classes = write_theme(home / ".local/share")
    colours = {}
    for path in corpus.WHOLE_FILES:
        page = subprocess.run(
            ["kate-syntax-highlighter", "--syntax", "Mica", "--theme", "Classes", str(path)],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        parser = Colours(classes)
        parser.feed(page)
        text = path.read_text()
        # The page begins and ends on lines of its own.
        lines = parser.lines[1 : text.count("\n") + 1]
        assert [len(line) for line in lines] == [len(line) for line in text.split("\n")[:-1]]
        colours[text] = lines
    check(colours, server)
