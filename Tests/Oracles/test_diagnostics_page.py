"""The examples of docs/diagnostics.md print what the page says: the diagnostic of their section, and no other."""

import importlib.machinery
import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest

from command import ROOT

SCRIPT = ROOT / "scripts/generate-diagnostics"


def loaded() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("generate_diagnostics", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


GENERATOR = loaded()
INTRODUCTION, SECTIONS = GENERATOR.split(GENERATOR.PAGE.read_text())
SECTION = {section.identifier: section for section in SECTIONS}


@pytest.mark.parametrize("identifier", SECTION)
def test_an_example_prints_what_the_page_says(identifier):
    printed = GENERATOR.filled(SECTION[identifier])
    assert printed.text == SECTION[identifier].text
    assert GENERATOR.problems(printed) == []


def test_the_index_has_each_section_once():
    assert len(SECTIONS) > 100
    assert GENERATOR.index_problems(INTRODUCTION, SECTIONS) == []


def changed(identifier: str, old: str, new: str):
    section = SECTION[identifier]
    assert old in section.text
    return GENERATOR.Section(identifier, section.text.replace(old, new))


def test_outputs_come_from_the_run():
    """Whatever stands behind a command is replaced, and whatever a file says counts."""
    section = SECTION["unknown-name"]
    assert GENERATOR.filled(changed("unknown-name", "did you mean", "is it")) == section
    other = GENERATOR.filled(changed("unknown-name", "Relu(imgae)", "Relu(imago)")).console
    assert "`imago` is not bound" in other and "imgae" not in other
    assert GENERATOR.problems(GENERATOR.filled(changed("unknown-name", "Relu(imgae)", "Relu(image)"))) == [
        "has an example that does not show it"
    ]


def test_a_second_diagnostic_shows():
    both = GENERATOR.filled(changed("unknown-name", "Relu(imgae)", "Rleu(image) + imgae"))
    assert GENERATOR.problems(both) == ["has an example that shows unknown-callee too"]


def test_a_section_without_an_example_shows():
    assert GENERATOR.problems(changed("unknown-name", "```console\n$ ", "```text\n")) == [
        "has no example: write a fence of the language `console`"
    ]


def test_an_index_that_is_not_whole_shows():
    without = INTRODUCTION.replace("[too-large](#too-large), ", "")
    assert GENERATOR.index_problems(without, SECTIONS) == ["the index has `too-large` 0 times"]
    rest = [section for section in SECTIONS if section.identifier != "too-large"]
    assert GENERATOR.index_problems(INTRODUCTION, rest) == ["the index has `too-large`, which has no section"]


def test_the_script_accepts_the_page():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
