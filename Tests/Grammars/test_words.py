"""The lists of words in grammars and editor modes are those of the EBNF."""

import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from corpus import ROOT

SCRIPT = ROOT / "scripts/generate-grammars"


def generator() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("generate_grammars", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def test_lists_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, "-B", str(SCRIPT), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_words_are_those_of_the_lexer() -> None:
    """Words.swift, which the parser goes by, has the element types in the same order, and every other word."""
    swift = (ROOT / "Sources/Syntax/Lexing/Words.swift").read_text()
    found = generator().words()
    types = swift.split("elementTypes = [")[1].split("]")[0]
    assert [each.strip().strip('"') for each in types.split(",") if each.strip()] == found["elementTypes"]
    for kind in ("control", "constants"):
        assert all(f'("{word}", .{word}Keyword)' in swift for word in found[kind])
    contextual = swift.split("contextual: Set = [")[1].split("]")[0]
    for kind in ("declarations", "statements", "clauses", "types", "lists"):
        assert [word for word in found[kind] if f'"{word}"' not in contextual] == []


@pytest.mark.parametrize("place", generator().PLACES, ids=lambda place: f"{place.file} {place.kinds}")
def test_a_list_that_differs_shows(place: Any) -> None:
    text = Path(ROOT, place.file).read_text()
    found = generator().words()
    assert generator().fill(place, text, found) == text
    changed = {kind: [*words, "novel"] for kind, words in found.items()}
    assert generator().fill(place, text, changed) != text
